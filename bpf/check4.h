/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * check4.h - what an IPv4 packet must be to be forwarded here.
 *
 * Every test that fails hands the packet to the kernel, which drops it,
 * answers with ICMP or takes it for itself.
 */
#ifndef FRR_BPF_CHECK4_H
#define FRR_BPF_CHECK4_H

#include "maps.h"
#include "parse.h"

#define IPV4_HEADER_MIN 20

/* RFC 1812 5.2.2 (3) and (4), (5), (1) in this order: version, IHL, length. */
static __always_inline enum verdict check4_header(const struct frame *frame,
						  const struct iphdr *ip)
{
	__u8 version_ihl = *(const __u8 *)ip;
	__u32 header = (version_ihl & 0x0f) * 4;
	__u32 total = bpf_ntohs(ip->tot_len);

	if (version_ihl >> 4 != 4 || header < IPV4_HEADER_MIN)
		return VERDICT_PUNT_IPV4_HEADER;
	if (total < header || total > frame->length - ETH_HLEN)
		return VERDICT_PUNT_IPV4_HEADER;
	if (header != IPV4_HEADER_MIN)
		return VERDICT_PUNT_IPV4_OPTIONS;
	return UNDECIDED;
}

/* RFC 1812 5.2.2 (2): the header's one's complement sum is 0xffff. */
static __always_inline bool check4_checksum(const struct iphdr *ip)
{
	const alias_u32 *word = (const alias_u32 *)ip;
	__u64 sum = (__u64)word[0] + word[1] + word[2] + word[3] + word[4];

	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return sum == 0xffff;
}

/*
 * An own address as source: Linux refuses it even without rp_filter. A broadcast
 * address: refused once the namespace has had a policy rule of its own, even one
 * that is gone by now, which nobody tells.
 */
static __always_inline bool check4_local_source(const struct fib_port *in,
						__be32 saddr)
{
	struct fib_local4_key key = { .table = in->table, .addr = saddr };

	return bpf_map_lookup_elem(&local4, &key) != NULL;
}

/* The 20 bytes at ip are readable; UNDECIDED means a plain header of 20 bytes. */
static __always_inline enum verdict check4(const struct frame *frame,
					   const struct iphdr *ip,
					   const struct fib_port *in)
{
	enum verdict verdict;

	if (!(in->flags & FIB_PORT_FORWARD4))
		return VERDICT_PUNT_FORWARDING_OFF;
	if (in->flags & FIB_PORT_RULES4)
		return VERDICT_PUNT_POLICY_RULE;
	if (in->flags & FIB_PORT_FILTERS4)
		return VERDICT_PUNT_NETFILTER;
	if (in->flags & FIB_PORT_PMTU4)
		return VERDICT_PUNT_PMTU;

	verdict = check4_header(frame, ip);
	if (verdict != UNDECIDED)
		return verdict;
	if (!check4_checksum(ip))
		return VERDICT_PUNT_IPV4_CHECKSUM;
	if (fib_martian4(ip->saddr))
		return VERDICT_PUNT_IPV4_SOURCE;
	if (fib_martian4(ip->daddr))
		return VERDICT_PUNT_IPV4_DESTINATION;
	if (check4_local_source(in, ip->saddr))
		return VERDICT_PUNT_LOCAL_SOURCE;
	/* RFC 1812 5.3.1: a packet whose TTL would reach 0 is not forwarded. */
	if (ip->ttl <= 1)
		return VERDICT_PUNT_IPV4_TTL;
	return UNDECIDED;
}

#endif /* FRR_BPF_CHECK4_H */
