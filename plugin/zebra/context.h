/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * context.h - what a zebra dataplane context says about a route, in our terms.
 * Pure translation: no state, no maps. Dataplane thread; what does not take a
 * context, any thread.
 */
#ifndef FRR_BPF_CONTEXT_H
#define FRR_BPF_CONTEXT_H

#include <stdbool.h>

#include "plugin/control/orders.h"

struct zebra_dplane_ctx;
struct nexthop_group;
struct prefix;

/*
 * Which route a ROUTE_* context is about; its nexthops and the order's kind are
 * left out. Result: false when it is not one that we serve.
 */
bool context_order(const struct zebra_dplane_ctx *ctx, struct order *order);

/*
 * The rest of the route of a ROUTE_INSTALL or ROUTE_UPDATE context, from its list
 * of nexthops (the truth; group ids repeat and lag). What XDP cannot do is PUNT
 * with the verdict that says why. Its nexthops are valid until the next call.
 */
void context_route(const struct zebra_dplane_ctx *ctx, struct route_spec *spec);

/* Its parts. False when it is not a prefix of IPv4 or IPv6. */
bool context_key(const struct prefix *prefix, uint32_t table,
		 struct prefix_key *key);

/* Action, verdict and nexthops; those are valid until this thread's next call. */
void context_nexthops(const struct nexthop_group *group, vrf_id_t vrf_id,
		      struct route_spec *spec);

/*
 * A route's own MTU (0: none) is for the kernel to enforce. A group that a
 * protocol owns is replaced without a word about its routes.
 */
void context_limits(uint32_t mtu, uint32_t nexthop_mtu, uint32_t group,
		    struct route_spec *spec);

#endif /* FRR_BPF_CONTEXT_H */
