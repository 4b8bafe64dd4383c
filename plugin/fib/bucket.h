/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bucket.h - who gets which bucket of an ECMP group: resilient hashing.
 *
 * Pure computation: weights give each member its share of the buckets, and a
 * bucket keeps the member it had wherever that share allows, so that only
 * the flows that must move do.
 */
#ifndef FRR_BPF_BUCKET_H
#define FRR_BPF_BUCKET_H

#include <stdint.h>

struct bucket_member {
	uint32_t nexthop;
	uint32_t weight; /* at least 1 */
};

/*
 * Number of buckets for count members: a power of two large enough for a
 * fair share, not below minimum (0, or a power of two).
 */
uint32_t bucket_count(uint32_t count, uint32_t minimum);

/*
 * Fill buckets[0 .. n - 1] with the members' nexthop ids. old: the n_old buckets
 * (a power of two) of the group that is replaced, or NULL.
 */
void bucket_fill(uint32_t *buckets, uint32_t n,
		 const struct bucket_member *members, uint32_t count,
		 const uint32_t *old, uint32_t n_old);

#endif /* FRR_BPF_BUCKET_H */
