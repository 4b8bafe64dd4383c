/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * parse.h - the frame, its Ethernet header and the transport ports.
 */
#ifndef FRR_BPF_PARSE_H
#define FRR_BPF_PARSE_H

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "abi.h"
#include "maps.h"

/* No verdict yet: the packet goes on to the next step. */
#define UNDECIDED VERDICTS

#define IPV4_FRAGMENT 0x3fff /* more fragments, or an offset */

typedef __u16 __attribute__((may_alias)) alias_u16;
typedef __u32 __attribute__((may_alias)) alias_u32;

struct frame {
	void *data;
	void *end;     /* of the linear part; fragments may follow */
	__u32 length;  /* bytes, Ethernet header and fragments included */
	__u32 ingress; /* ifindex */
};

static __always_inline void frame_open(struct xdp_md *ctx, struct frame *frame)
{
	frame->data = (void *)(long)ctx->data;
	frame->end = (void *)(long)ctx->data_end;
	frame->length = bpf_xdp_get_buff_len(ctx);
	frame->ingress = ctx->ingress_ifindex;
}

/* Whether the frame's first length bytes (a constant) can be read directly. */
static __always_inline bool frame_has(const struct frame *frame, __u32 length)
{
	return frame->data + length <= frame->end;
}

/*
 * The tag that a veth in native mode has in its skb. A frame that was redirected
 * to the peer has no skb, and no such tag.
 */
static __always_inline enum verdict parse_veth_tag(struct xdp_md *ctx)
{
	const void *buff = ctx;
	__u64 skb = 1, start = 0, head = 1;
	__u32 tag = 1;

	if (!config.veth.skb ||
	    bpf_probe_read_kernel(&skb, sizeof(skb), buff + config.veth.skb))
		return VERDICT_PUNT_VLAN_OFFLOAD;
	if (!skb)
		return UNDECIDED;
	/* Is it the frame's? */
	if (bpf_probe_read_kernel(&start, sizeof(start),
				  buff + config.veth.hard_start) ||
	    bpf_probe_read_kernel(&head, sizeof(head),
				  (void *)skb + config.veth.head) ||
	    head != start ||
	    bpf_probe_read_kernel(&tag, sizeof(tag),
				  (void *)skb + config.veth.vlan))
		return VERDICT_PUNT_VLAN_OFFLOAD;
	return tag ? VERDICT_PUNT_VLAN : UNDECIDED;
}

/* A VLAN tag that is not in the frame makes it another interface's. */
static __always_inline enum verdict parse_hidden_tag(struct xdp_md *ctx,
						     const struct fib_port *in)
{
	if (in->flags & FIB_PORT_HIDDEN_TAGS)
		return VERDICT_PUNT_VLAN_OFFLOAD;
	return in->flags & FIB_PORT_VETH_TAGS ? parse_veth_tag(ctx) : UNDECIDED;
}

/*
 * Ethernet: only untagged IP addressed to the port's own MAC goes on. On
 * UNDECIDED the header is readable and *protocol is ETH_P_IP or ETH_P_IPV6 in
 * wire order.
 */
static __always_inline enum verdict parse_ethernet(const struct frame *frame,
						   const struct fib_port *in,
						   __be16 *protocol)
{
	const struct ethhdr *eth = frame->data;
	const __u8 *dmac = frame->data;

	if (!frame_has(frame, sizeof(*eth)))
		return VERDICT_PUNT_RUNT;

	*protocol = *(const alias_u16 *)(dmac + 2 * ETH_ALEN);
	if (*protocol == bpf_htons(ETH_P_8021Q) ||
	    *protocol == bpf_htons(ETH_P_8021AD))
		return VERDICT_PUNT_VLAN;
	if (*protocol != bpf_htons(ETH_P_IP) &&
	    *protocol != bpf_htons(ETH_P_IPV6))
		return VERDICT_PUNT_NOT_IP;

	/* RFC 1812 5.3.4: link-layer broadcasts are not forwarded. */
	if (dmac[0] & 1)
		return VERDICT_PUNT_GROUP_MAC;
	if (*(const alias_u32 *)dmac != *(const alias_u32 *)in->mac ||
	    *(const alias_u16 *)(dmac + 4) != *(const alias_u16 *)(in->mac + 4))
		return VERDICT_PUNT_FOREIGN_MAC;
	return UNDECIDED;
}

static __always_inline bool protocol_has_ports(__u8 protocol)
{
	return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP ||
	       protocol == IPPROTO_DCCP || protocol == IPPROTO_SCTP ||
	       protocol == IPPROTO_UDPLITE;
}

/*
 * Source and destination port at header bytes behind the start of the IP
 * header (a constant), in wire order; 0 when the packet (l3_length bytes) or the
 * linear part ends before them.
 */
static __always_inline __be32 parse_ports(const struct frame *frame,
					  __u32 header, __u32 l3_length)
{
	if (l3_length < header + sizeof(__be32) ||
	    !frame_has(frame, ETH_HLEN + header + sizeof(__be32)))
		return 0;
	return *(const alias_u32 *)(frame->data + ETH_HLEN + header);
}

#endif /* FRR_BPF_PARSE_H */
