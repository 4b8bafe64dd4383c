/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * count.h - the counters.
 *
 * Every CPU adds to its own row, and an XDP program is not preempted by
 * another one on its CPU: plain additions are exact. Nothing is ever reset.
 */
#ifndef FRR_BPF_COUNT_H
#define FRR_BPF_COUNT_H

#include "maps.h"

static __always_inline void count_route(struct fib_route_hot *hot, __u32 length)
{
	if (config.counters != FIB_COUNTERS_ROUTE)
		return;
	hot->packets++;
	hot->bytes += length;
}

static __always_inline void count_nexthop(__u32 id, __u32 length)
{
	__u32 index = bpf_get_smp_processor_id() * config.max_nexthops + id;
	struct fib_counter *counter;

	if (config.counters < FIB_COUNTERS_NEXTHOP)
		return;
	counter = bpf_map_lookup_elem(&nexthop_cnt, &index);
	if (!counter)
		return;
	counter->packets++;
	counter->bytes += length;
}

static __always_inline void count_verdict(__u32 slot, enum verdict verdict,
					  __u32 length)
{
	__u32 row = bpf_get_smp_processor_id() * FIB_PORTS_MAX;
	__u32 index = (row + slot) * VERDICTS + verdict;
	struct fib_counter *counter;

	counter = bpf_map_lookup_elem(&verdict_cnt, &index);
	if (!counter)
		return;
	counter->packets++;
	counter->bytes += length;
}

#endif /* FRR_BPF_COUNT_H */
