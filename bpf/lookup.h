/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lookup.h - from a destination to its route's forwarding word.
 *
 * fib_lookup4() and fib_lookup6() are the lookup engine, the LPM trie; what
 * follows knows route ids only.
 */
#ifndef FRR_BPF_LOOKUP_H
#define FRR_BPF_LOOKUP_H

#include "count.h"
#include "maps.h"
#include "parse.h"

/* Which verdicts are punts and which are drops, as bit masks. */
_Static_assert(VERDICTS <= 64, "a verdict is a bit of a mask");

enum { ACTION_REDIRECT, ACTION_DROP, ACTION_PUNT };

#define V(id, name, action, meaning)                                           \
	| (__u64)(ACTION_##action == ACTION_PUNT) << VERDICT_##id
static const __u64 verdicts_punt = 0 FIB_VERDICTS(V);
#undef V
#define V(id, name, action, meaning)                                           \
	| (__u64)(ACTION_##action == ACTION_DROP) << VERDICT_##id
static const __u64 verdicts_drop = 0 FIB_VERDICTS(V);
#undef V

/* The route id of the longest match in the table, or NULL. */
static __always_inline const __u32 *fib_lookup4(__u32 table, __be32 addr)
{
	struct fib4_key key = {
		.prefixlen = FIB_KEY_TABLE_BITS + 32,
		.table = table,
		.addr = addr,
	};

	return bpf_map_lookup_elem(&fib4_lpm, &key);
}

static __always_inline const __u32 *fib_lookup6(__u32 table,
						const struct in6_addr *addr)
{
	struct fib6_key key = {
		.prefixlen = FIB_KEY_TABLE_BITS + 128,
		.table = table,
	};

	__builtin_memcpy(key.addr, addr, sizeof(key.addr));
	return bpf_map_lookup_elem(&fib6_lpm, &key);
}

/* This CPU's row of the route, or NULL when the id is out of range. */
static __always_inline struct fib_route_hot *route_row(__u32 id)
{
	__u32 index = bpf_get_smp_processor_id() * config.max_routes + id;

	if (id >= config.max_routes)
		return NULL;
	return bpf_map_lookup_elem(&route_hot, &index);
}

/*
 * Counts the packet for the route (id NULL: none matched) and gives the
 * nexthop group id on UNDECIDED, or the verdict that the route stands for.
 */
static __always_inline enum verdict
route_verdict(const __u32 *id, const struct frame *frame, __u32 *group)
{
	struct fib_route_hot *hot;
	__u32 argument, word;
	__u64 allowed = 0;

	if (!id)
		return VERDICT_PUNT_NO_ROUTE;
	hot = route_row(*id);
	if (!hot)
		return VERDICT_PUNT_STATE;
	count_route(hot, frame->length);

	word = *(volatile __u32 *)&hot->word;
	argument = fib_word_argument(word);
	if (fib_word_action(word) == FIB_FORWARD) {
		*group = argument;
		return UNDECIDED;
	}
	if (fib_word_action(word) == FIB_PUNT)
		allowed = verdicts_punt;
	else if (fib_word_action(word) == FIB_DROP)
		allowed = verdicts_drop;
	if (argument >= VERDICTS || !(allowed >> argument & 1))
		return VERDICT_PUNT_STATE;
	return argument;
}

#endif /* FRR_BPF_LOOKUP_H */
