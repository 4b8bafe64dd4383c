/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * check6.h - what an IPv6 packet must be to be forwarded here.
 */
#ifndef FRR_BPF_CHECK6_H
#define FRR_BPF_CHECK6_H

#include "parse.h"

#define IPV6_HEADER 40

/*
 * Addresses that never cross a router: multicast (handled by the kernel),
 * link-local (RFC 4291 2.5.6), unspecified and loopback (2.5.2, 2.5.3), and
 * IPv4-mapped, which Linux does not accept from the wire.
 */
static __always_inline bool check6_martian(const struct in6_addr *addr)
{
	const __be32 *word = addr->in6_u.u6_addr32;

	if ((word[0] & bpf_htonl(0xff000000)) == bpf_htonl(0xff000000))
		return true;
	if ((word[0] & bpf_htonl(0xffc00000)) == bpf_htonl(0xfe800000))
		return true;
	if (word[0] | word[1])
		return false;
	if (word[2] == bpf_htonl(0x0000ffff))
		return true;
	return word[2] == 0 && (word[3] & ~bpf_htonl(1)) == 0;
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

	if (*(const __u8 *)ip >> 4 != 6)
		return VERDICT_PUNT_IPV6_HEADER;
	if (bpf_ntohs(ip->payload_len) + ETH_HLEN + IPV6_HEADER > frame->length)
		return VERDICT_PUNT_IPV6_HEADER;
	/* RFC 8200 4.3: every router may have to look into these. */
	if (ip->nexthdr == IPPROTO_HOPOPTS)
		return VERDICT_PUNT_IPV6_HOP_BY_HOP;
	if (check6_martian(&ip->saddr))
		return VERDICT_PUNT_IPV6_SOURCE;
	if (check6_martian(&ip->daddr))
		return VERDICT_PUNT_IPV6_DESTINATION;
	/* RFC 8200 3: a packet whose hop limit would reach 0 is discarded. */
	if (ip->hop_limit <= 1)
		return VERDICT_PUNT_IPV6_HOP_LIMIT;
	return UNDECIDED;
}

#endif /* FRR_BPF_CHECK6_H */
