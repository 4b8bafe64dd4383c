/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * context.h - what a zebra dataplane context says about a route, in our terms.
 * Pure translation: no state, no maps. Dataplane thread.
 */
#ifndef FRR_BPF_CONTEXT_H
#define FRR_BPF_CONTEXT_H

#include <stdbool.h>

#include "plugin/fib/route.h"

struct zebra_dplane_ctx;

/*
 * The key of a ROUTE_* context; *source is the source prefix of a source-specific
 * route (its len 0: none). Result: false when it is not a unicast IP route.
 */
bool context_key(const struct zebra_dplane_ctx *ctx, struct prefix_key *key,
		 struct prefix_key *source);

/*
 * The route of a ROUTE_INSTALL or ROUTE_UPDATE context, from its list of nexthops
 * (the truth; group ids repeat and lag). What XDP cannot do is PUNT with the
 * verdict that says why.
 */
void context_route(const struct zebra_dplane_ctx *ctx, struct route_spec *spec);

#endif /* FRR_BPF_CONTEXT_H */
