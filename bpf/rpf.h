/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rpf.h - reverse path check of IPv4 sources (RFC 3704), as rp_filter does it.
 *
 * Passing means that Linux would pass; whatever is not certain is the
 * kernel's to decide. Linux has no such check for IPv6.
 */
#ifndef FRR_BPF_RPF_H
#define FRR_BPF_RPF_H

#include "lookup.h"
#include "select.h"

static __always_inline bool nexthop_leaves_by(__u32 id, __u32 ifindex)
{
	const struct fib_nexthop *hop = nexthop_read(id);

	return hop && hop->ifindex == ifindex;
}

/* Whether one of the group's nexthops leaves by the interface. */
static __noinline int group_leaves_by(__u32 id, __u32 ifindex)
{
	struct fib_nhgroup group = group_read(id);
	__u32 i;

	if (group.nbuckets == 1)
		return nexthop_leaves_by(group.first, ifindex);
	for (i = 0; i < FIB_RPF_BUCKETS_MAX && i < group.nbuckets; i++) {
		if (nexthop_leaves_by(bucket_read(group.first + i), ifindex))
			return 1;
	}
	return 0;
}

static __always_inline enum verdict
rpf_check(const struct frame *frame, const struct fib_port *in, __be32 saddr)
{
	struct fib_route_hot *hot;
	const __u32 *id;
	__u32 word;

	if (!(in->flags & (FIB_PORT_RPF_STRICT | FIB_PORT_RPF_LOOSE)))
		return UNDECIDED;

	id = fib_lookup4(in->table, saddr);
	if (!id)
		return VERDICT_PUNT_RPF;
	hot = route_row(*id);
	if (!hot)
		return VERDICT_PUNT_RPF;
	word = *(volatile __u32 *)&hot->word;
	if (fib_word_action(word) != FIB_FORWARD)
		return VERDICT_PUNT_RPF;
	if (in->flags & FIB_PORT_RPF_STRICT &&
	    !group_leaves_by(fib_word_argument(word), frame->ingress))
		return VERDICT_PUNT_RPF;
	return UNDECIDED;
}

#endif /* FRR_BPF_RPF_H */
