/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * router_standard.h - the routes that most program tests start from.
 *
 *   10.1.0.0/16     2001:db8:1::/48   gateway on OUT1
 *   10.2.0.0/16     2001:db8:2::/48   gateway on OUT2, MTU 1400 and 1300
 *   10.3.0.0/16     2001:db8:3::/48   gateway on IN
 *   10.4.0.0/16     2001:db8:4::/48   gateway on BARE, no port
 *   10.5.0.0/16     2001:db8:5::/48   connected on OUT1; hosts .9 and ::9
 *   10.6.0.0/16     2001:db8:6::/48   gateway on OUT1, not resolved
 *   10.7.0.0/16     -                 IPv6 gateway on OUT1 (RFC 8950)
 *   10.8.0.0/16     2001:db8:8::/48   gateway on OUT1, MTU 9000
 */
#ifndef FRR_BPF_TESTS_ROUTER_STANDARD_H
#define FRR_BPF_TESTS_ROUTER_STANDARD_H

#include "router.h"

/* Adjacency ids; nexthop and group ids of the single-nexthop groups below. */
enum {
	STANDARD_ADJ_OUT1 = 1,
	STANDARD_ADJ_OUT2,
	STANDARD_ADJ_IN,
	STANDARD_ADJ_BARE,
	STANDARD_ADJ_HOST4,
	STANDARD_ADJ_HOST6,
	STANDARD_ADJ_JUMBO,
};

enum {
	STANDARD_GATEWAY_OUT1 = 1,
	STANDARD_GATEWAY_OUT2,
	STANDARD_GATEWAY_IN,
	STANDARD_GATEWAY_BARE,
	STANDARD_CONNECTED,
	STANDARD_UNRESOLVED,
	STANDARD_GATEWAY6,
	STANDARD_GATEWAY_JUMBO,
	STANDARD_END, /* ids from here on are the test's own */
};

#define STANDARD_MTU4 1400
#define STANDARD_MTU6 1300

void router_standard(struct router *router);

#endif /* FRR_BPF_TESTS_ROUTER_STANDARD_H */
