/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nexthop_key.h - what identifies a nexthop, whoever speaks of it: zebra, the
 * kernel or the maps.
 */
#ifndef FRR_BPF_NEXTHOP_KEY_H
#define FRR_BPF_NEXTHOP_KEY_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* family 0: no gateway, a connected network. */
struct nexthop_key {
	uint32_t ifindex;
	uint16_t weight; /* at least 1 */
	uint8_t family;
	uint8_t pad;	     /* 0: compared and hashed by its bytes */
	uint8_t gateway[16]; /* wire order, IPv4 in the first four bytes */
};

static inline int nexthop_key_cmp(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct nexthop_key));
}

/* Of whatever weight. */
static inline bool nexthop_key_same(const struct nexthop_key *a,
				    const struct nexthop_key *b)
{
	return a->ifindex == b->ifindex && a->family == b->family &&
	       !memcmp(a->gateway, b->gateway, sizeof(a->gateway));
}

/* Sorted, each once. Result: how many are left. */
static inline uint32_t nexthop_keys_sort(struct nexthop_key *keys,
					 uint32_t count)
{
	uint32_t kept = 0;

	qsort(keys, count, sizeof(*keys), nexthop_key_cmp);
	for (uint32_t i = 0; i < count; i++)
		if (!kept || nexthop_key_cmp(&keys[kept - 1], &keys[i]))
			keys[kept++] = keys[i];
	return kept;
}

#endif /* FRR_BPF_NEXTHOP_KEY_H */
