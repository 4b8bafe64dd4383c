/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * context.h - what a zebra dataplane context says about a route, in our terms.
 * Pure translation: no state, no maps. Dataplane thread.
 */
#ifndef FRR_BPF_CONTEXT_H
#define FRR_BPF_CONTEXT_H

#include <stdbool.h>

#include "plugin/control/orders.h"

struct zebra_dplane_ctx;

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

#endif /* FRR_BPF_CONTEXT_H */
