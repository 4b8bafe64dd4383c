/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * select.h - from a nexthop group to one nexthop (ECMP) and its adjacency.
 */
#ifndef FRR_BPF_SELECT_H
#define FRR_BPF_SELECT_H

#include "maps.h"
#include "parse.h"

#define NO_NEXTHOP 0xffffffffU /* an id past every array */

/* Both halves in one load: the module replaces the record by one store. */
static __always_inline struct fib_nhgroup group_read(__u32 id)
{
	union {
		__u64 raw;
		struct fib_nhgroup record;
	} group = { .raw = 0 };
	const volatile __u64 *raw;

	raw = bpf_map_lookup_elem(&nhgroup, &id);
	if (raw)
		group.raw = *raw;
	return group.record;
}

/* The nexthop id in a bucket slot; NO_NEXTHOP past the end. */
static __always_inline __u32 bucket_read(__u32 slot)
{
	__u32 index = slot >> FIB_BUCKET_SHIFT;
	const struct fib_bucket *element;

	element = bpf_map_lookup_elem(&bucket, &index);
	if (!element)
		return NO_NEXTHOP;
	return *(volatile __u32 *)&element->nexthop[slot & FIB_BUCKET_MASK];
}

/* The nexthop id that the flow takes; NO_NEXTHOP for a free group. */
static __always_inline __u32 group_member(struct fib_nhgroup group, __u32 hash)
{
	if (group.nbuckets == 1)
		return group.first;
	if (!group.nbuckets)
		return NO_NEXTHOP;
	return bucket_read(group.first + (hash & (group.nbuckets - 1)));
}

static __always_inline const struct fib_nexthop *nexthop_read(__u32 id)
{
	const struct fib_nexthop *hop = bpf_map_lookup_elem(&nexthop, &id);

	return hop && hop->ifindex ? hop : NULL;
}

/* Any fragment hashes without ports, so that all of a datagram take one path. */
static __always_inline __u32 flow_hash4(const struct frame *frame,
					const struct iphdr *ip)
{
	__be32 ports = 0;

	if (protocol_has_ports(ip->protocol) &&
	    !(ip->frag_off & bpf_htons(IPV4_FRAGMENT)))
		ports = parse_ports(frame, sizeof(*ip), bpf_ntohs(ip->tot_len));
	return fib_hash4(config.hash_seed, ip->saddr, ip->daddr, ip->protocol,
			 ports);
}

/* RFC 6438: the flow label, where the host set one, stands for the ports. */
static __always_inline __u32 flow_hash6(const struct frame *frame,
					const struct ipv6hdr *ip)
{
	__be32 label = *(const alias_u32 *)ip & bpf_htonl(0x000fffff);
	__u32 length = sizeof(*ip) + bpf_ntohs(ip->payload_len);
	__be32 ports = 0;

	if (!label && protocol_has_ports(ip->nexthdr))
		ports = parse_ports(frame, sizeof(*ip), length);
	return fib_hash6(config.hash_seed, ip->saddr.in6_u.u6_addr32,
			 ip->daddr.in6_u.u6_addr32, label, ip->nexthdr, ports);
}

/* The module sees used and has the kernel confirm the neighbour. */
static __always_inline __u32 neigh_use(struct fib_neigh *neigh)
{
	if (!neigh)
		return 0;
	if (!neigh->used)
		neigh->used = 1;
	return *(volatile __u32 *)&neigh->adjacency;
}

static __always_inline __u32 neigh4_adjacency(__u32 ifindex, __be32 daddr)
{
	struct fib_neigh4_key key = { .ifindex = ifindex, .addr = daddr };

	return neigh_use(bpf_map_lookup_elem(&neigh4, &key));
}

static __always_inline __u32 neigh6_adjacency(__u32 ifindex,
					      const struct in6_addr *daddr)
{
	struct fib_neigh6_key key = { .ifindex = ifindex };

	__builtin_memcpy(key.addr, daddr, sizeof(key.addr));
	return neigh_use(bpf_map_lookup_elem(&neigh6, &key));
}

/*
 * The adjacency with this id (0 is never used: it means "none"). Without one
 * the verdict says what is missing, or that the kernel decides.
 */
static __always_inline enum verdict
adjacency_read(const struct fib_nexthop *hop, __u32 id,
	       const struct fib_adjacency **adj)
{
	if (!id && !(hop->flags & FIB_NEXTHOP_EGRESS))
		return VERDICT_PUNT_EGRESS;
	if (!id)
		return hop->flags & FIB_NEXTHOP_REDIRECTS
			       ? VERDICT_PUNT_REDIRECTS
			       : VERDICT_PUNT_NEIGHBOUR;
	*adj = bpf_map_lookup_elem(&adjacency, &id);
	return *adj ? UNDECIDED : VERDICT_PUNT_STATE;
}

#endif /* FRR_BPF_SELECT_H */
