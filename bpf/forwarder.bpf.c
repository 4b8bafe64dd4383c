/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * forwarder.bpf.c - the XDP forwarder.
 *
 * Forwards from the maps exactly as Linux would, or hands the packet to the
 * kernel with not one byte changed: all is decided before the first write.
 * Every way out is one counted verdict.
 */
#include <linux/bpf.h>
#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "abi.h"
#include "maps.h"
#include "parse.h"
#include "check4.h"
#include "check6.h"
#include "count.h"
#include "lookup.h"
#include "select.h"
#include "rpf.h"
#include "rewrite.h"

static __always_inline enum verdict forward4(struct xdp_md *ctx,
					     const struct frame *frame,
					     const struct fib_port *in)
{
	const struct iphdr *ip = frame->data + ETH_HLEN;
	const struct fib_adjacency *adj = NULL;
	const struct fib_nexthop *hop;
	struct fib_nhgroup group;
	enum verdict verdict;
	__u32 group_id = 0, hop_id, adj_id, length;

	if (!frame_has(frame, ETH_HLEN + sizeof(*ip)))
		return VERDICT_PUNT_RUNT;
	verdict = check4(frame, ip, in);
	if (verdict != UNDECIDED)
		return verdict;

	verdict = route_verdict(fib_lookup4(in->table, ip->daddr), frame,
				&group_id);
	if (verdict != UNDECIDED)
		return verdict;
	verdict = rpf_check(frame, in, ip->saddr);
	if (verdict != UNDECIDED)
		return verdict;

	group = group_read(group_id);
	hop_id = group_member(group,
			      group.nbuckets > 1 ? flow_hash4(frame, ip) : 0);
	hop = nexthop_read(hop_id);
	if (!hop)
		return VERDICT_PUNT_STATE;
	adj_id = hop->family ? *(volatile __u32 *)&hop->adjacency
			     : neigh4_adjacency(hop->ifindex, ip->daddr);
	verdict = adjacency_read(hop, adj_id, &adj);
	if (verdict != UNDECIDED)
		return verdict;

	length = bpf_ntohs(ip->tot_len);
	verdict = egress_check(frame, in, adj, length, adj->mtu4);
	if (verdict != UNDECIDED)
		return verdict;
	if (!frame_trim(ctx, frame, length) || !rewrite4(ctx, adj))
		return VERDICT_PUNT_STATE;
	count_nexthop(hop_id, frame->length);
	return VERDICT_FORWARD_IPV4;
}

static __always_inline enum verdict forward6(struct xdp_md *ctx,
					     const struct frame *frame,
					     const struct fib_port *in)
{
	const struct ipv6hdr *ip = frame->data + ETH_HLEN;
	const struct fib_adjacency *adj = NULL;
	const struct fib_nexthop *hop;
	struct fib_nhgroup group;
	enum verdict verdict;
	__u32 group_id = 0, hop_id, adj_id, length;

	if (!frame_has(frame, ETH_HLEN + sizeof(*ip)))
		return VERDICT_PUNT_RUNT;
	verdict = check6(frame, ip, in);
	if (verdict != UNDECIDED)
		return verdict;

	verdict = route_verdict(fib_lookup6(in->table, &ip->daddr), frame,
				&group_id);
	if (verdict != UNDECIDED)
		return verdict;

	group = group_read(group_id);
	hop_id = group_member(group,
			      group.nbuckets > 1 ? flow_hash6(frame, ip) : 0);
	hop = nexthop_read(hop_id);
	if (!hop)
		return VERDICT_PUNT_STATE;
	adj_id = hop->family ? *(volatile __u32 *)&hop->adjacency
			     : neigh6_adjacency(hop->ifindex, &ip->daddr);
	verdict = adjacency_read(hop, adj_id, &adj);
	if (verdict != UNDECIDED)
		return verdict;

	length = sizeof(*ip) + bpf_ntohs(ip->payload_len);
	verdict = egress_check(frame, in, adj, length, adj->mtu6);
	if (verdict != UNDECIDED)
		return verdict;
	if (!frame_trim(ctx, frame, length) || !rewrite6(ctx, adj))
		return VERDICT_PUNT_STATE;
	count_nexthop(hop_id, frame->length);
	return VERDICT_FORWARD_IPV6;
}

static __always_inline enum verdict frame_verdict(struct xdp_md *ctx,
						  const struct frame *frame,
						  const struct fib_port *in)
{
	enum verdict verdict;
	__be16 protocol;

	if (!in || !(in->flags & FIB_PORT_UP))
		return VERDICT_PUNT_PORT;
	if (in->flags & FIB_PORT_MASTER)
		return VERDICT_PUNT_MASTER;
	verdict = parse_hidden_tag(ctx, in);
	if (verdict != UNDECIDED)
		return verdict;
	verdict = parse_ethernet(frame, in, &protocol);
	if (verdict != UNDECIDED)
		return verdict;
	if (protocol == bpf_htons(ETH_P_IP))
		return forward4(ctx, frame, in);
	return forward6(ctx, frame, in);
}

SEC("xdp.frags")
int xdp_forwarder(struct xdp_md *ctx)
{
	const struct fib_port *in;
	enum verdict verdict;
	struct frame frame;

	frame_open(ctx, &frame);
	in = bpf_map_lookup_elem(&port, &frame.ingress);
	verdict = frame_verdict(ctx, &frame, in);

	/* Slot 0 belongs to the interfaces that are no port. */
	count_verdict(in && in->slot < FIB_PORTS_MAX ? in->slot : 0, verdict,
		      frame.length);
	if (verdict == VERDICT_FORWARD_IPV4 || verdict == VERDICT_FORWARD_IPV6)
		return XDP_REDIRECT;
	return verdicts_drop >> verdict & 1 ? XDP_DROP : XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
