/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sink.h - what the kernel told, for whoever keeps it: all that the files of
 * this folder know of the rest of the module. control/sync.c fills the table.
 *
 * Every function is called with the fib lock held and none may be NULL.
 * Addresses are in wire order, IPv4 in the first four bytes.
 */
#ifndef FRR_BPF_SINK_H
#define FRR_BPF_SINK_H

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

#include "plugin/base/nexthop_key.h"
#include "plugin/base/prefix_key.h"

/* A link of this network namespace, as RTM_NEWLINK tells it. */
struct kernel_link {
	uint32_t ifindex;
	char name[IFNAMSIZ];
	char kind[16]; /* "veth", "bridge"; empty: a driver of hardware */
	uint8_t mac[6];
	bool ethernet;
	bool up;      /* administratively */
	bool running; /* and with carrier */
	bool lost;    /* up, and neither with carrier nor running */
	uint32_t mtu;
	uint32_t mtu6; /* IPv6's own, 0 = as mtu */
	uint32_t master;
	bool forwarding4; /* net.ipv4.conf.IF.forwarding */
	bool redirects4;  /* net.ipv4.conf.IF.accept_redirects */
	bool redirects6;  /* ICMP redirects are accepted */
};

/* VLAN tags that a driver may take out of frames: of 802.1Q, of 802.1ad. */
#define KERNEL_CTAGS 1
#define KERNEL_STAGS 2

/* What becomes of ICMP redirects, as only /proc tells. */
struct kernel_redirects {
	bool all4;		 /* net.ipv4.conf.all.accept_redirects */
	uint64_t heard4, heard6; /* so many have come */
};

/* A route of table local, which the kernel looks at before any other. */
struct kernel_local {
	struct prefix_key key; /* table: RT_TABLE_MAIN, where it overrides */
	uint8_t type;	       /* RTN_LOCAL, RTN_BROADCAST, RTN_ANYCAST */
	uint8_t tos;
	bool custom; /* local, and the kernel did not make it itself */
	uint32_t ifindex;
	uint32_t priority;
};

#define KERNEL_NEXTHOPS_MAX 1024

/* A route of table main, of whatever protocol. */
struct kernel_route {
	struct prefix_key key;
	uint8_t type; /* RTN_UNICAST, RTN_BLACKHOLE, ... */
	uint8_t tos;
	uint8_t protocol; /* RTPROT_* */
	bool partial; /* for some packets only (a TOS, a source), or a time */
	bool beyond;  /* XDP cannot do it: encapsulation, an MTU */
	uint8_t source[4]; /* that IPv4 packets of ours get, or zero */
	uint32_t priority;
	uint32_t object; /* its nexthop object, or 0: then the nexthops */
	uint32_t count;
	const struct nexthop_key *nexthops; /* sorted, each once */
};

/* How it came, as in the kernel's own message. */
enum kernel_order {
	KERNEL_ALONE,	/* none other of its TOS and priority is there */
	KERNEL_REPLACE, /* for the first of these */
	KERNEL_FIRST,	/* before all of these */
	KERNEL_LAST,	/* behind them */
};

/* A nexthop object: one nexthop, or a group of those. */
struct kernel_object {
	uint32_t id;
	bool blackhole;
	bool beyond;		    /* XDP cannot do it */
	struct nexthop_key nexthop; /* ifindex 0: a group or a blackhole */
	uint32_t count;		    /* of a group */
	const struct kernel_member {
		uint32_t id;
		uint16_t weight;
	} * members;
};

/* What forwarded packets pass in the kernel, and XDP does not know of. */
enum kernel_filters {
	KERNEL_NFTABLES,
	KERNEL_XTABLES, /* iptables, ip6tables before nftables */
	KERNEL_XFRM,	/* IPsec policies */
	KERNEL_BPF,	/* BPF programs at netfilter's hooks */
	KERNEL_FILTERS
};

struct kernel_filter {
	uint8_t family; /* of the packets, 0 = any */
	char text[112]; /* for the operator */
};

#define KERNEL_FILTERS_MAX 8

struct kernel_filter_list {
	enum kernel_filters of;
	unsigned int count; /* those for which there was no room, too */
	struct kernel_filter filters[KERNEL_FILTERS_MAX];
};

/* The same for what arrives by a link and what leaves by it; "" = nothing. */
struct kernel_link_filters {
	char in[48];
	char out[48];
};

/* What is asked for as a whole, after a start and after lost events. */
enum kernel_table {
	KERNEL_LINKS,
	KERNEL_OBJECTS,
	KERNEL_LOCALS,
	KERNEL_ROUTES,
	KERNEL_NEIGHBOURS,
};

/* RTM_NEWNETCONF: settings that are not in the message are -1. */
struct kernel_netconf {
	int ifindex; /* NETCONFA_IFINDEX_ALL: of "all" */
	uint8_t family;
	int forwarding;
	int rp_filter;
	int force_forwarding; /* IPv6 */
	int proxy;	      /* proxy_arp, proxy_ndp */
};

/* RTM_NEWNEIGH. */
struct kernel_neighbour {
	uint32_t ifindex;
	uint8_t family;
	const uint8_t *addr; /* wire order */
	uint16_t state;	     /* NUD_* */
	bool managed;	    /* the kernel keeps it resolved (NTF_EXT_MANAGED) */
	const uint8_t *mac; /* 6 bytes, or NULL when the entry has none */
};

struct kernel_sink {
	/* RTM_NEWLINK, RTM_DELLINK. */
	void (*link)(const struct kernel_link *link);
	void (*link_gone)(uint32_t ifindex);

	/* Its driver can transmit redirected frames; multi-buffer ones. */
	void (*link_transmits)(uint32_t ifindex, bool able, bool able_frags);

	/* Its driver takes such tags out; it did of those, until it was told not to. */
	void (*link_tags)(uint32_t ifindex, uint8_t offloaded,
			  uint8_t turned_off);

	/* netfilter and IPsec: all of a kind, now and after each change. */
	void (*filters)(const struct kernel_filter_list *list);

	/* tc on a link changed; 0: on one that is not known. */
	void (*link_filters_changed)(uint32_t ifindex);
	void (*link_filters)(uint32_t ifindex,
			     const struct kernel_link_filters *filters);

	/* BPF programs besides tc see what comes in by the link, or leaves by it. */
	void (*link_programs)(uint32_t ifindex, bool in, bool out);

	void (*neighbour)(const struct kernel_neighbour *neighbour);
	void (*neighbour_gone)(uint32_t ifindex, uint8_t family,
			       const uint8_t *addr);

	/* replaced: first, all of its prefix, TOS and priority have gone. */
	void (*local)(const struct kernel_local *local, bool replaced);
	void (*local_gone)(const struct kernel_local *local);

	/*
	 * IPv6: with all nexthops that it has joined. Gone: those that are told,
	 * which may have been joined by others.
	 */
	void (*route)(const struct kernel_route *route,
		      enum kernel_order order);
	void (*route_gone)(const struct kernel_route *route);

	/* RTM_NEWNEXTHOP, RTM_DELNEXTHOP. */
	void (*object)(const struct kernel_object *object);
	void (*object_gone)(uint32_t id);

	void (*netconf)(const struct kernel_netconf *netconf);

	/* Looked at now and then. */
	void (*redirects)(const struct kernel_redirects *redirects);

	/* net.ipv4.ip_forward_use_pmtu, likewise. */
	void (*use_pmtu)(bool on);

	/* Policy rules beyond the kernel's own three exist for the family. */
	void (*rules)(uint8_t family, bool exist);

	/* A dump begins; it ended whole: what it did not confirm is gone. */
	void (*dump_begin)(enum kernel_table table);
	void (*dump_end)(enum kernel_table table);

	/* All that has come so far was told, or it is time for others. */
	void (*settled)(void);

	/* What the kernel has is not known now, or is again. */
	void (*unknown)(bool unknown);
};

#endif /* FRR_BPF_SINK_H */
