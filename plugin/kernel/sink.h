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

#include "plugin/base/prefix_key.h"

/* A link of this network namespace, as RTM_NEWLINK tells it. */
struct kernel_link {
	uint32_t ifindex;
	char name[IFNAMSIZ];
	uint8_t mac[6];
	bool ethernet;
	bool up;      /* administratively */
	bool running; /* and with carrier */
	uint32_t mtu;
	uint32_t mtu6; /* IPv6's own, 0 = as mtu */
	uint32_t master;
};

enum kernel_route_kind {
	KERNEL_ROUTE_LOCAL,   /* of table local */
	KERNEL_ROUTE_SPECIAL, /* of table main, and not for the forwarder */
	KERNEL_ROUTE_PLAIN,   /* of table main, told by zebra, too */
};

/*
 * A route that is not FRR's; the same prefix may have several. One with several
 * nexthops is told once for each.
 */
struct kernel_route {
	struct prefix_key key; /* table: RT_TABLE_MAIN, where it overrides */
	enum kernel_route_kind kind;
	uint8_t type; /* RTN_LOCAL, RTN_BROADCAST, RTN_ANYCAST, ... */
	uint8_t tos;
	bool custom; /* a local route that the kernel did not make itself */
	bool member; /* one of several nexthops that go together */
	uint32_t ifindex;
	uint32_t priority;
	uint8_t gateway[16];
	uint8_t source[4]; /* that IPv4 packets of ours get, or zero */
};

/* What is asked for as a whole, after a start and after lost events. */
enum kernel_table { KERNEL_LINKS, KERNEL_ROUTES, KERNEL_NEIGHBOURS };

struct kernel_sink {
	/* RTM_NEWLINK, RTM_DELLINK. */
	void (*link)(const struct kernel_link *link);
	void (*link_gone)(uint32_t ifindex);

	/* Its driver can transmit redirected frames; multi-buffer ones. */
	void (*link_transmits)(uint32_t ifindex, bool able, bool able_frags);

	/* state: NUD_*; mac: 6 bytes, or NULL when the entry has none. */
	void (*neighbour)(uint32_t ifindex, uint8_t family, const uint8_t *addr,
			  uint16_t state, const uint8_t *mac);
	void (*neighbour_gone)(uint32_t ifindex, uint8_t family,
			       const uint8_t *addr);

	/* replaced: first, all of its prefix, TOS and priority have gone. */
	void (*route)(const struct kernel_route *route, bool replaced);
	void (*route_gone)(const struct kernel_route *route);

	/*
	 * RTM_NEWNETCONF: what is not in the message is -1. ifindex is the
	 * kernel's: -1 for "all".
	 */
	void (*netconf)(int ifindex, uint8_t family, int forwarding,
			int rp_filter, int force_forwarding);

	/* Policy rules beyond the kernel's own three exist for the family. */
	void (*rules)(uint8_t family, bool exist);

	/* A dump begins; it ended whole: what it did not confirm is gone. */
	void (*dump_begin)(enum kernel_table table);
	void (*dump_end)(enum kernel_table table);

	/* What the kernel has is not known now, or is again. */
	void (*unknown)(bool unknown);
};

#endif /* FRR_BPF_SINK_H */
