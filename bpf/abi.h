/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * abi.h - what the module and the forwarder promise each other.
 *
 * The one header that both sides include: every map's key and value, every
 * verdict, the flow hash. The module writes the records, the forwarder reads
 * them; the counters go the other way. Records the packet path reads are
 * written complete and switched in by one aligned store.
 *
 * Before including it: <linux/types.h> (or vmlinux types) must be in scope.
 * Wire-order fields are __be16/__be32; everything else is host order.
 */
#ifndef FRR_BPF_ABI_H
#define FRR_BPF_ABI_H

#include <linux/types.h>

#define FIB_ABI_VERSION 6

/* Ports (interfaces with "bpf forwarding") one router instance can have. */
#define FIB_PORTS_MAX 256

/*
 * The forwarding word: what a route does with a packet, in one aligned 32-bit
 * store. The upper four bits are the action, the rest its argument.
 */
#define FIB_ACTION_SHIFT 28
#define FIB_ARGUMENT_MASK 0x0fffffffU

enum fib_action {
	FIB_PUNT = 0,	 /* argument: the verdict to count (enum verdict) */
	FIB_FORWARD = 1, /* argument: nexthop group id */
	FIB_DROP = 2,	 /* argument: the verdict to count */
};

static inline __u32 fib_word(enum fib_action action, __u32 argument)
{
	return (__u32)action << FIB_ACTION_SHIFT |
	       (argument & FIB_ARGUMENT_MASK);
}

static inline enum fib_action fib_word_action(__u32 word)
{
	return (enum fib_action)(word >> FIB_ACTION_SHIFT);
}

static inline __u32 fib_word_argument(__u32 word)
{
	return word & FIB_ARGUMENT_MASK;
}

/*
 * Keys of fib4_lpm and fib6_lpm; the value is a __u32 route id. prefixlen
 * counts the 32 bits of the table id as well: 32 + the prefix's length.
 */
#define FIB_KEY_TABLE_BITS 32

struct fib4_key {
	__u32 prefixlen;
	__u32 table;
	__be32 addr;
};

struct fib6_key {
	__u32 prefixlen;
	__u32 table;
	__u8 addr[16];
};

/*
 * route_hot: what one packet touches of a route. One row a possible CPU, so
 * the index is cpu * fib_config.max_routes + route id; the module writes word
 * in every row, a CPU writes the counters of its own row only and never
 * resets them. packets and bytes (frame length, Ethernet header included)
 * count every packet whose destination matched the route.
 */
struct fib_route_hot {
	__u32 word;
	__u32 pad;
	__u64 packets;
	__u64 bytes;
	__u64 pad2;
};

/*
 * route: what people and a restarted module read of a route, by route id.
 * Written under a sequence lock: seq is odd while the record changes. A record
 * with family 0 is free. word is what zebra asked for; the hot row may say
 * PUNT instead (the kernel has another route, a local address, a full map).
 */
#define FIB_OWNER_ZEBRA 0x01	/* a selected route */
#define FIB_OWNER_LOCAL 0x02	/* the kernel's local table has the prefix */
#define FIB_OWNER_SRCDEST 0x04	/* a source-specific route to the prefix */
#define FIB_OWNER_KERNEL 0x20	/* the kernel's table main has a route */
#define FIB_OWNER_ALONE 0x10	/* mark: zebra's, and the kernel has none */
#define FIB_OWNER_DEGRADED 0x08 /* mark: a route within it did not fit */

struct fib_route {
	__u32 seq;
	__u32 table;
	__u8 addr[16]; /* IPv4: the first four bytes */
	__u8 family;   /* AF_INET, AF_INET6, 0 = free */
	__u8 prefixlen;
	__u8 protocol; /* ZEBRA_ROUTE_* of the running FRR */
	__u8 distance;
	__u16 instance;
	__u8 owners; /* FIB_OWNER_* */
	__u8 told;   /* to zebra of its route, by the running module */
	__u32 metric;
	__u32 word;
	__u32 updated; /* word or what is in force: CLOCK_BOOTTIME seconds */
	__u32 path;    /* the kernel's choice, for the running module */
	__u64 base_packets; /* counter sums at the last clear or allocation */
	__u64 base_bytes;
};

/*
 * nhgroup: by group id, replaced by one aligned 64-bit store. nbuckets is a
 * power of two. With one bucket, first is the nexthop id itself; otherwise
 * the group's buckets are bucket slots first .. first + nbuckets - 1.
 * nbuckets 0 = free.
 */
struct fib_nhgroup {
	__u32 nbuckets;
	__u32 first;
} __attribute__((aligned(8)));

#define FIB_GROUP_BUCKETS_MAX 1024

/* bucket: slot s lives in element s >> 4 at [s & 15]; a nexthop id. */
#define FIB_BUCKET_SHIFT 4
#define FIB_BUCKET_MASK 15

struct fib_bucket {
	__u32 nexthop[16];
};

/*
 * nexthop: by nexthop id. adjacency is switched by one aligned store and is 0
 * while the gateway is not resolved, the egress not usable, or the kernel may use
 * another gateway for some destinations (REDIRECTS). A nexthop
 * without gateway (family 0) is a connected network: the adjacency is looked up by
 * {ifindex, destination} in neigh4/neigh6.
 */
#define FIB_NEXTHOP_EGRESS 0x0001 /* egress is a port with bpf forwarding, up */
#define FIB_NEXTHOP_REDIRECTS 0x0002 /* the kernel takes ICMP redirects there */

struct fib_nexthop {
	__u32 adjacency;
	__u32 ifindex; /* 0 = free record */
	__u16 flags;   /* FIB_NEXTHOP_* */
	__u16 weight;  /* at least 1 */
	__u8 family;   /* of the gateway: AF_INET, AF_INET6, 0 = none */
	__u8 pad[3];
	__u8 gateway[16]; /* IPv4: the first four bytes */
};

/*
 * adjacency: by adjacency id, immutable once published; id 0 is never used.
 * MTUs are layer-3 (without the Ethernet header).
 */
/* What a frame from a port in native mode cannot do there. */
#define FIB_ADJACENCY_NO_XMIT 0x0001
#define FIB_ADJACENCY_NO_XMIT_FRAGS 0x0002

struct fib_adjacency {
	__u8 dmac[6];
	__u8 smac[6];
	__u32 ifindex;
	__u32 mtu4;
	__u32 mtu6;
	__u32 flags; /* FIB_ADJACENCY_* */
	__u32 pad;
};

/*
 * neigh4, neigh6: hosts on connected networks. The forwarder sets used when
 * it forwards through a neighbour; the module clears it and has the
 * kernel confirm the neighbour, as the kernel's own output path would.
 */
struct fib_neigh4_key {
	__u32 ifindex;
	__be32 addr;
};

struct fib_neigh6_key {
	__u32 ifindex;
	__u8 addr[16];
};

struct fib_neigh {
	__u32 adjacency;
	__u32 used;
};

/*
 * local4: own IPv4 addresses and broadcast addresses, key {table, address}; a source
 * in it is punted.
 */
struct fib_local4_key {
	__u32 table;
	__be32 addr;
};

/*
 * port: by ifindex, an interface with bpf forwarding. slot is its row in
 * verdict_cnt. A port that is not FIB_PORT_UP punts everything.
 */
#define FIB_PORT_UP 0x0001
#define FIB_PORT_FORWARD4 0x0002   /* net.ipv4.conf.IF.forwarding */
#define FIB_PORT_FORWARD6 0x0004   /* net.ipv6.conf.all.forwarding */
#define FIB_PORT_RPF_STRICT 0x0008 /* rp_filter 1 */
#define FIB_PORT_RPF_LOOSE 0x0010  /* rp_filter 2 */
#define FIB_PORT_RULES4 0x0020	   /* policy rules exist: the kernel decides */
#define FIB_PORT_RULES6 0x0040
#define FIB_PORT_MASTER 0x0080	  /* enslaved: the master decides */
#define FIB_PORT_GENERIC 0x0100	  /* attached in generic mode */
#define FIB_PORT_PROXY6 0x0200	  /* net.ipv6.conf.all.proxy_ndp */
#define FIB_PORT_PMTU4 0x0400	  /* net.ipv4.ip_forward_use_pmtu */
#define FIB_PORT_VETH_TAGS 0x0800 /* VLAN tags are where fib_veth_layout says */
#define FIB_PORT_HIDDEN_TAGS 0x1000 /* or where they cannot be seen */
#define FIB_PORT_FILTERS4 0x2000    /* netfilter, IPsec, tc: kernel decides */
#define FIB_PORT_FILTERS6 0x4000

struct fib_port {
	__u8 mac[6];
	__u16 slot;
	__u32 table;
	__u32 flags;
};

/* Counter row of nexthop_cnt and verdict_cnt. */
struct fib_counter {
	__u64 packets;
	__u64 bytes;
};

/*
 * nexthop_cnt: index cpu * max_nexthops + id; row ncpus holds the sums at the
 * last clear. verdict_cnt: index (cpu * FIB_PORTS_MAX + slot) * VERDICTS +
 * verdict; row ncpus likewise.
 */

enum fib_counters {
	FIB_COUNTERS_NONE,
	FIB_COUNTERS_NEXTHOP,
	FIB_COUNTERS_ROUTE
};

/*
 * Where a veth in native mode has the VLAN tag of a frame into which its peer did
 * not write it: byte offsets in the running kernel's structures. The skb stands
 * behind the xdp_buff that the program's context is; skb 0 = not known.
 */
struct fib_veth_layout {
	__u16 hard_start; /* struct xdp_buff's data_hard_start */
	__u16 skb;
	__u16 head; /* struct sk_buff's head, the same address */
	__u16 vlan; /* and its vlan_all */
};

/* Read-only data of the program, set before load: what is off costs nothing. */
struct fib_config {
	__u32 ncpus;	    /* possible CPUs = rows of the counters */
	__u32 max_routes;   /* elements of route, of one row of route_hot */
	__u32 max_nexthops; /* elements of nexthop, of one row of nexthop_cnt */
	__u32 max_groups;
	__u32 max_buckets; /* slots, a multiple of 16 */
	__u32 max_adjacencies;
	__u32 hash_seed;
	__u32 counters; /* enum fib_counters; ROUTE counts nexthops as well */
	struct fib_veth_layout veth;
};

/*
 * Every outcome of a packet: V(identifier, name, action, meaning). The order is
 * the ABI. Counters, "show bpf verdicts", YANG and the tests come from it.
 */
// clang-format off
#define FIB_VERDICTS(V)                                                                          \
	V(FORWARD_IPV4, "forward-ipv4", REDIRECT, "IPv4 forwarded in XDP")                       \
	V(FORWARD_IPV6, "forward-ipv6", REDIRECT, "IPv6 forwarded in XDP")                       \
	V(DROP_BLACKHOLE, "drop-blackhole", DROP, "route is a blackhole")                        \
	V(PUNT_PORT, "punt-port", PUNT, "interface is down or not configured for forwarding")    \
	V(PUNT_MASTER, "punt-master", PUNT, "interface belongs to a bridge, bond or VRF")        \
	V(PUNT_RUNT, "punt-runt", PUNT, "frame too short for its headers")                       \
	V(PUNT_FOREIGN_MAC, "punt-foreign-mac", PUNT, "destination MAC is not the interface's")  \
	V(PUNT_GROUP_MAC, "punt-group-mac", PUNT, "broadcast or multicast destination MAC")      \
	V(PUNT_VLAN, "punt-vlan", PUNT, "VLAN tag without a port of its own")                    \
	V(PUNT_VLAN_OFFLOAD, "punt-vlan-offload", PUNT,                                          \
	  "VLAN tags can be hidden from XDP there (see show bpf interface)")                     \
	V(PUNT_NOT_IP, "punt-not-ip", PUNT, "neither IPv4 nor IPv6 (ARP, LLDP, IS-IS, ...)")     \
	V(PUNT_FORWARDING_OFF, "punt-forwarding-off", PUNT, "forwarding sysctl is off")          \
	V(PUNT_POLICY_RULE, "punt-policy-rule", PUNT, "ip rules exist: the kernel decides")      \
	V(PUNT_NETFILTER, "punt-netfilter", PUNT,                                                \
	  "netfilter rules, IPsec policies or tc filters exist: kernel decides")                 \
	V(PUNT_IPV4_HEADER, "punt-ipv4-header", PUNT, "bad IPv4 version, IHL or total length")   \
	V(PUNT_IPV4_CHECKSUM, "punt-ipv4-checksum", PUNT, "bad IPv4 header checksum")            \
	V(PUNT_IPV4_OPTIONS, "punt-ipv4-options", PUNT, "IPv4 options")                          \
	V(PUNT_IPV4_SOURCE, "punt-ipv4-source", PUNT, "martian IPv4 source")                     \
	V(PUNT_IPV4_DESTINATION, "punt-ipv4-destination", PUNT,                                  \
	  "multicast, broadcast, loopback or zero IPv4 destination")                             \
	V(PUNT_IPV4_TTL, "punt-ipv4-ttl", PUNT, "IPv4 TTL expires here")                         \
	V(PUNT_LOCAL_SOURCE, "punt-local-source", PUNT,                                          \
	  "source is an address of this router or a broadcast address")                          \
	V(PUNT_PMTU, "punt-pmtu", PUNT, "ip_forward_use_pmtu is on: kernel knows path MTUs")     \
	V(PUNT_RPF, "punt-rpf", PUNT, "reverse path check needs the kernel")                     \
	V(PUNT_IPV6_HEADER, "punt-ipv6-header", PUNT, "bad IPv6 version or payload length")      \
	V(PUNT_IPV6_HOP_BY_HOP, "punt-ipv6-hop-by-hop", PUNT, "IPv6 hop-by-hop options")         \
	V(PUNT_IPV6_SOURCE, "punt-ipv6-source", PUNT, "IPv6 source that must not be forwarded")  \
	V(PUNT_IPV6_DESTINATION, "punt-ipv6-destination", PUNT,                                  \
	  "multicast, link-local, loopback or unspecified IPv6 destination")                     \
	V(PUNT_IPV6_NDP, "punt-ipv6-ndp", PUNT, "neighbour discovery that kernel may answer")    \
	V(PUNT_IPV6_HOP_LIMIT, "punt-ipv6-hop-limit", PUNT, "IPv6 hop limit expires here")       \
	V(PUNT_NO_ROUTE, "punt-no-route", PUNT, "no route in the BPF FIB")                       \
	V(PUNT_LOCAL, "punt-local", PUNT, "destination is this router")                          \
	V(PUNT_UNREACHABLE, "punt-unreachable", PUNT, "route is unreachable: ICMP error")        \
	V(PUNT_PROHIBIT, "punt-prohibit", PUNT, "route is prohibited: ICMP error")               \
	V(PUNT_UNSUPPORTED, "punt-unsupported", PUNT,                                            \
	  "route needs something XDP does not do (labels, tunnel, other VRF)")                   \
	V(PUNT_SOURCE_ROUTE, "punt-source-route", PUNT, "source-specific route: kernel decides") \
	V(PUNT_DIFFERS, "punt-differs", PUNT, "the kernel has a route here, zebra another or none")  \
	V(PUNT_DEGRADED, "punt-degraded", PUNT, "a more specific route did not fit in the maps") \
	V(PUNT_NEIGHBOUR, "punt-neighbour", PUNT, "neighbour not resolved yet")                  \
	V(PUNT_EGRESS, "punt-egress", PUNT, "egress interface has no bpf forwarding or is down") \
	V(PUNT_REDIRECTS, "punt-redirects", PUNT,                                                \
	  "egress interface accepts ICMP redirects: kernel decides")                             \
	V(PUNT_HAIRPIN, "punt-hairpin", PUNT, "would leave by the interface it came from")       \
	V(PUNT_TOO_BIG, "punt-too-big", PUNT, "larger than the egress MTU")                      \
	V(PUNT_STATE, "punt-state", PUNT, "inconsistent maps (see show bpf status)")
// clang-format on

enum verdict {
#define V(id, name, action, meaning) VERDICT_##id,
	FIB_VERDICTS(V)
#undef V
		VERDICTS
};

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define FIB_BE32(value) __builtin_bswap32(value)
#else
#define FIB_BE32(value) (value)
#endif

/*
 * RFC 1812 5.3.7: 0/8, 127/8, 224/4 and the limited broadcast are never
 * forwarded, as source or as destination. The rest of 240/4 is, as in Linux.
 */
static inline int fib_martian4(__be32 addr)
{
	__u32 host = FIB_BE32(addr);
	__u32 net = host >> 24;

	return net == 0 || net == 127 || net >> 4 == 0xe || host == 0xffffffff;
}

/*
 * Addresses that never cross a router: multicast (handled by the kernel),
 * link-local (RFC 4291 2.5.6), unspecified and loopback (2.5.2, 2.5.3), and
 * IPv4-mapped, which Linux does not accept from the wire.
 */
static inline __attribute__((always_inline)) int
fib_martian6(const __be32 addr[4])
{
	if ((addr[0] & FIB_BE32(0xff000000)) == FIB_BE32(0xff000000))
		return 1;
	if ((addr[0] & FIB_BE32(0xffc00000)) == FIB_BE32(0xfe800000))
		return 1;
	if (addr[0] | addr[1])
		return 0;
	if (addr[2] == FIB_BE32(0x0000ffff))
		return 1;
	return addr[2] == 0 && (addr[3] & ~FIB_BE32(1)) == 0;
}

/* Buckets that a reverse path check looks at; a source behind more is punted. */
#define FIB_RPF_BUCKETS_MAX 128

/*
 * Flow hash: multiply and xor-shift over 32-bit words, MurmurHash3's finalizer
 * at the end. The same code runs in the forwarder and in "show bpf lookup".
 */
static inline __u32 fib_hash_mix(__u32 hash, __u32 word)
{
	hash ^= word;
	hash *= 0x9e3779b1U;
	return hash ^ hash >> 15;
}

static inline __u32 fib_hash_final(__u32 hash)
{
	hash ^= hash >> 16;
	hash *= 0x85ebca6bU;
	hash ^= hash >> 13;
	hash *= 0xc2b2ae35U;
	return hash ^ hash >> 16;
}

/*
 * Hash of an IPv4 flow. ports is the first 32 bits of the TCP/UDP/SCTP/DCCP/
 * UDP-Lite header in wire order, 0 for every other protocol and for every fragment
 * (all fragments of a datagram must take one path: 3-tuple).
 */
static inline __u32 fib_hash4(__u32 seed, __be32 saddr, __be32 daddr,
			      __u8 protocol, __be32 ports)
{
	__u32 hash = fib_hash_mix(seed, (__u32)saddr);

	hash = fib_hash_mix(hash, (__u32)daddr);
	hash = fib_hash_mix(hash, protocol);
	hash = fib_hash_mix(hash, (__u32)ports);
	return fib_hash_final(hash);
}

/*
 * Hash of an IPv6 flow. A non-zero flow label (wire order, 20 bits) stands for
 * the ports (RFC 6438); then protocol and ports are ignored. always_inline: a
 * BPF function has five arguments at most.
 */
static inline __attribute__((always_inline)) __u32
fib_hash6(__u32 seed, const __be32 saddr[4], const __be32 daddr[4],
	  __be32 flow_label, __u8 protocol, __be32 ports)
{
	__u32 hash = seed;
	int i;

	for (i = 0; i < 4; i++)
		hash = fib_hash_mix(hash, (__u32)saddr[i]);
	for (i = 0; i < 4; i++)
		hash = fib_hash_mix(hash, (__u32)daddr[i]);
	if (flow_label)
		return fib_hash_final(fib_hash_mix(hash, (__u32)flow_label));
	hash = fib_hash_mix(hash, protocol);
	hash = fib_hash_mix(hash, (__u32)ports);
	return fib_hash_final(hash);
}

/* Sizes are the ABI: a change here is a change of FIB_ABI_VERSION. */
_Static_assert(sizeof(struct fib_route_hot) == 32, "fib_route_hot");
_Static_assert(sizeof(struct fib_route) == 64, "fib_route");
_Static_assert(sizeof(struct fib_nhgroup) == 8, "fib_nhgroup");
_Static_assert(sizeof(struct fib_bucket) == 64, "fib_bucket");
_Static_assert(sizeof(struct fib_nexthop) == 32, "fib_nexthop");
_Static_assert(sizeof(struct fib_adjacency) == 32, "fib_adjacency");
_Static_assert(sizeof(struct fib_port) == 16, "fib_port");

#endif /* FRR_BPF_ABI_H */
