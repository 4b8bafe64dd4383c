/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rewrite.h - the egress decision and, last of all, the changes to the frame.
 */
#ifndef FRR_BPF_REWRITE_H
#define FRR_BPF_REWRITE_H

#include "maps.h"
#include "parse.h"

/*
 * A native redirect to a driver that cannot transmit it is a lost packet;
 * the generic one goes through the stack and works everywhere.
 */
static __always_inline bool egress_transmits(const struct frame *frame,
					     const struct fib_port *in,
					     const struct fib_adjacency *adj)
{
	if (!adj->flags || in->flags & FIB_PORT_GENERIC)
		return true;
	if (adj->flags & FIB_ADJACENCY_NO_XMIT)
		return false;
	return frame->data + frame->length <= frame->end;
}

/*
 * Everything that may still send the packet to the kernel. On UNDECIDED the
 * redirect is set up: the program returns XDP_REDIRECT.
 */
static __always_inline enum verdict
egress_check(const struct frame *frame, const struct fib_port *in,
	     const struct fib_adjacency *adj, __u32 l3_length, __u32 mtu)
{
	/* RFC 1812 5.2.7.2: the kernel sends the ICMP redirect. */
	if (adj->ifindex == frame->ingress)
		return VERDICT_PUNT_HAIRPIN;
	if (l3_length > mtu)
		return VERDICT_PUNT_TOO_BIG;
	if (!egress_transmits(frame, in, adj))
		return VERDICT_PUNT_EGRESS;
	if (bpf_redirect_map(&devmap, adj->ifindex, XDP_PASS) != XDP_REDIRECT)
		return VERDICT_PUNT_EGRESS;
	return UNDECIDED;
}

/*
 * Cuts what follows the IP packet (Ethernet padding), as the kernel does on
 * input. Fails without a change. Pointers into the frame are invalid afterwards.
 */
static __always_inline bool
frame_trim(struct xdp_md *ctx, const struct frame *frame, __u32 l3_length)
{
	__u32 length = ETH_HLEN + l3_length;

	if (frame->length == length)
		return true;
	return bpf_xdp_adjust_tail(ctx, (int)(length - frame->length)) == 0;
}

/* The adjacency begins with the two MACs in the order of the Ethernet header. */
static __always_inline void rewrite_macs(void *data,
					 const struct fib_adjacency *adj)
{
	const alias_u32 *from = (const alias_u32 *)adj->dmac;
	alias_u32 *to = data;

	to[0] = from[0];
	to[1] = from[1];
	to[2] = from[2];
}

/*
 * TTL - 1 and the checksum updated (RFC 1624 with the one term that changes).
 * An intermediate 0xffff becomes 0, exactly as Linux's forwarding path has it.
 */
static __always_inline bool rewrite4(struct xdp_md *ctx,
				     const struct fib_adjacency *adj)
{
	void *data = (void *)(long)ctx->data;
	struct iphdr *ip = data + ETH_HLEN;
	__u32 check;

	if ((void *)(ip + 1) > (void *)(long)ctx->data_end)
		return false;
	rewrite_macs(data, adj);
	check = (__u32)ip->check + bpf_htons(0x0100);
	ip->check = (__sum16)(check + (check >= 0xffff));
	ip->ttl--;
	return true;
}

static __always_inline bool rewrite6(struct xdp_md *ctx,
				     const struct fib_adjacency *adj)
{
	void *data = (void *)(long)ctx->data;
	struct ipv6hdr *ip = data + ETH_HLEN;

	if ((void *)(ip + 1) > (void *)(long)ctx->data_end)
		return false;
	rewrite_macs(data, adj);
	ip->hop_limit--;
	return true;
}

#endif /* FRR_BPF_REWRITE_H */
