/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * router_standard.c - the routes that most program tests start from.
 */
#include "router_standard.h"

#include <arpa/inet.h>
#include <stdio.h>

static void standard_nexthops(struct router *router)
{
	const __u16 egress = FIB_NEXTHOP_EGRESS;

	router_nexthop(router, STANDARD_GATEWAY_OUT1, ROUTER_OUT1, AF_INET,
		       egress, STANDARD_ADJ_OUT1);
	router_nexthop(router, STANDARD_GATEWAY_OUT2, ROUTER_OUT2, AF_INET,
		       egress, STANDARD_ADJ_OUT2);
	router_nexthop(router, STANDARD_GATEWAY_IN, ROUTER_IN, AF_INET, egress,
		       STANDARD_ADJ_IN);
	router_nexthop(router, STANDARD_GATEWAY_BARE, ROUTER_BARE, AF_INET, 0,
		       STANDARD_ADJ_BARE);
	router_nexthop(router, STANDARD_CONNECTED, ROUTER_OUT1, 0, egress, 0);
	router_nexthop(router, STANDARD_UNRESOLVED, ROUTER_OUT1, AF_INET,
		       egress, 0);
	router_nexthop(router, STANDARD_GATEWAY6, ROUTER_OUT1, AF_INET6, egress,
		       STANDARD_ADJ_OUT1);
	router_nexthop(router, STANDARD_GATEWAY_JUMBO, ROUTER_OUT1, AF_INET,
		       egress, STANDARD_ADJ_JUMBO);
}

void router_standard(struct router *router)
{
	char prefix[64];
	__u32 i;

	router_adjacency(router, STANDARD_ADJ_OUT1, ROUTER_OUT1, 1500, 1500);
	router_adjacency(router, STANDARD_ADJ_OUT2, ROUTER_OUT2, STANDARD_MTU4,
			 STANDARD_MTU6);
	router_adjacency(router, STANDARD_ADJ_IN, ROUTER_IN, 1500, 1500);
	router_adjacency(router, STANDARD_ADJ_BARE, ROUTER_BARE, 1500, 1500);
	router_adjacency(router, STANDARD_ADJ_HOST4, ROUTER_OUT1, 1500, 1500);
	router_adjacency(router, STANDARD_ADJ_HOST6, ROUTER_OUT1, 1500, 1500);
	router_adjacency(router, STANDARD_ADJ_JUMBO, ROUTER_OUT1, 9000, 9000);
	router_neigh(router, ROUTER_OUT1, "10.5.0.9", STANDARD_ADJ_HOST4);
	router_neigh(router, ROUTER_OUT1, "2001:db8:5::9", STANDARD_ADJ_HOST6);
	standard_nexthops(router);

	for (i = STANDARD_GATEWAY_OUT1; i < STANDARD_END; i++) {
		router_group(router, i, 1, i);
		snprintf(prefix, sizeof(prefix), "10.%u.0.0/16", i);
		router_route(router, ROUTER_TABLE, prefix,
			     fib_word(FIB_FORWARD, i));
		if (i == STANDARD_GATEWAY6)
			continue;
		snprintf(prefix, sizeof(prefix), "2001:db8:%u::/48", i);
		router_route(router, ROUTER_TABLE, prefix,
			     fib_word(FIB_FORWARD, i));
	}
}
