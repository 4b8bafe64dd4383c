/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * check6.h - what an IPv6 packet must be to be forwarded here.
 */
#ifndef FRR_BPF_CHECK6_H
#define FRR_BPF_CHECK6_H

#include "parse.h"

#define IPV6_HEADER 40

/* The 40 bytes at ip are readable. */
static __always_inline enum verdict check6(const struct frame *frame,
					   const struct ipv6hdr *ip,
					   const struct fib_port *in)
{
	if (!(in->flags & FIB_PORT_FORWARD6))
		return VERDICT_PUNT_FORWARDING_OFF;
	if (in->flags & FIB_PORT_RULES6)
		return VERDICT_PUNT_POLICY_RULE;

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
	/* RFC 8200 3: a packet whose hop limit would reach 0 is discarded. */
	if (ip->hop_limit <= 1)
		return VERDICT_PUNT_IPV6_HOP_LIMIT;
	return UNDECIDED;
}

#endif /* FRR_BPF_CHECK6_H */
