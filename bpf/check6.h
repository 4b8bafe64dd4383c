/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * check6.h - what an IPv6 packet must be to be forwarded here.
 */
#ifndef FRR_BPF_CHECK6_H
#define FRR_BPF_CHECK6_H

#include "parse.h"

#define IPV6_HEADER 40

/* RFC 4861 4: router and neighbour discovery's ICMPv6 types. */
#define NDISC_ROUTER_SOLICITATION 133
#define NDISC_REDIRECT 137

/*
 * With proxy_ndp the kernel takes neighbour discovery to a proxied address for
 * itself, behind extension headers as well (ip6_forward_proxy_check()).
 */
static __always_inline bool check6_discovery(const struct frame *frame,
					     const struct ipv6hdr *ip)
{
	__u8 type;

	switch (ip->nexthdr) {
	case IPPROTO_ROUTING:
	case IPPROTO_FRAGMENT:
	case IPPROTO_AH:
	case IPPROTO_DSTOPTS:
		return true;
	case IPPROTO_ICMPV6:
		if (!frame_has(frame, ETH_HLEN + IPV6_HEADER + 1))
			return true;
		type = *(const __u8 *)(frame->data + ETH_HLEN + IPV6_HEADER);
		return type >= NDISC_ROUTER_SOLICITATION &&
		       type <= NDISC_REDIRECT;
	default:
		return false;
	}
}

/* The 40 bytes at ip are readable. */
static __always_inline enum verdict check6(const struct frame *frame,
					   const struct ipv6hdr *ip,
					   const struct fib_port *in)
{
	if (!(in->flags & FIB_PORT_FORWARD6))
		return VERDICT_PUNT_FORWARDING_OFF;
	if (in->flags & FIB_PORT_RULES6)
		return VERDICT_PUNT_POLICY_RULE;
	if (in->flags & FIB_PORT_FILTERS6)
		return VERDICT_PUNT_NETFILTER;

	if (*(const __u8 *)ip >> 4 != 6)
		return VERDICT_PUNT_IPV6_HEADER;
	if (bpf_ntohs(ip->payload_len) + ETH_HLEN + IPV6_HEADER > frame->length)
		return VERDICT_PUNT_IPV6_HEADER;
	/* RFC 8200 4.3: every router may have to look into these. */
	if (ip->nexthdr == IPPROTO_HOPOPTS)
		return VERDICT_PUNT_IPV6_HOP_BY_HOP;
	if (fib_martian6(ip->saddr.in6_u.u6_addr32))
		return VERDICT_PUNT_IPV6_SOURCE;
	if (fib_martian6(ip->daddr.in6_u.u6_addr32))
		return VERDICT_PUNT_IPV6_DESTINATION;
	if (in->flags & FIB_PORT_PROXY6 && check6_discovery(frame, ip))
		return VERDICT_PUNT_IPV6_NDP;
	/* RFC 8200 3: a packet whose hop limit would reach 0 is discarded. */
	if (ip->hop_limit <= 1)
		return VERDICT_PUNT_IPV6_HOP_LIMIT;
	return UNDECIDED;
}

#endif /* FRR_BPF_CHECK6_H */
