/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * route.h - the BPF FIB's routes: one record for every prefix that zebra
 * selected a route for, or that the kernel's local table has.
 *
 * Each prefix has owners, and its record the word of the one that prevails.
 * Callers hold the fib lock.
 */
#ifndef FRR_BPF_ROUTE_H
#define FRR_BPF_ROUTE_H

#include <stdbool.h>
#include <stdint.h>

#include "bpf/abi.h"
#include "plugin/base/prefix_key.h"
#include "plugin/fib/nexthop.h"

/* More members than any FRR package is built for (--enable-multipath=256). */
#define ROUTE_NEXTHOPS_MAX 256

/* A route as zebra wants it. */
struct route_spec {
	struct prefix_key key;
	uint8_t protocol; /* ZEBRA_ROUTE_* */
	uint8_t distance;
	uint16_t instance;
	uint32_t metric;
	enum fib_action action;
	enum verdict verdict;		    /* of PUNT and DROP */
	uint32_t count;			    /* nexthops of FORWARD */
	const struct nexthop_key *nexthops; /* sorted, each once */
};

int route_init(void);
void route_fini(void);

/*
 * Install or replace the route of spec->key. Repeating it changes nothing.
 * Result: 0; 1 when its nexthops did not fit: it is PUNT though FORWARD was asked
 * for; -ENOSPC when it did not fit itself: its cover is punted meanwhile. What
 * that is in force record_set_changed() tells: the kernel decides while it has
 * another route.
 */
int route_install(const struct route_spec *spec);

/* Is it what zebra wants of the prefix, as its intent has it? */
bool route_is(const struct route_spec *spec, const struct fib_route *intent);

/*
 * Withdraw the route of that protocol. Withdrawing what is not there, or what
 * another protocol has replaced, is 0.
 */
int route_withdraw(const struct prefix_key *key, uint8_t protocol,
		   uint16_t instance);

/* A source-specific IPv6 route to key came or went: key is punted. */
void route_srcdest_add(const struct prefix_key *key,
		       const struct prefix_key *source);
void route_srcdest_delete(const struct prefix_key *key,
			  const struct prefix_key *source);

/*
 * The kernel's local table has key, or no longer. Hands the lock over on the way
 * through the routes within key.
 */
void route_local_set(const struct prefix_key *key, bool present);

/*
 * The kernel's choice in its main table at key is the path (held here), or
 * PATH_NONE. Also when the path comes to something else now.
 */
void route_kernel_set(const struct prefix_key *key, uint32_t path);

/* That path: PATH_NONE where there is none. Without a reference. */
uint32_t route_kernel_get(const struct prefix_key *key);

/*
 * Punt, after a while, where zebra has a route and the kernel did not get one: in
 * case that we missed it. Hands the lock over on the way.
 */
void route_overdue(void);

/* Let nexthops in that had no room, if there is some. Hands the lock over. */
void route_place(void);

/* Routes of zebra that did not fit. */
uint32_t route_overflow_count(uint8_t family);

#endif /* FRR_BPF_ROUTE_H */
