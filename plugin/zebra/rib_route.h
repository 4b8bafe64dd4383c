/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rib_route.h - routes of zebra's RIB, main table of the default VRF, in our terms.
 * zebra's main thread.
 */
#ifndef FRR_BPF_RIB_ROUTE_H
#define FRR_BPF_RIB_ROUTE_H

#include "plugin/base/compat.h"
#include "plugin/fib/route.h"

struct route_node;
struct route_entry;
struct route_table;

/* The RIB of the family; NULL while there is none. */
struct route_table *rib_route_table(uint8_t family);

/* The prefix's node, to be unlocked with route_unlock_node(), or NULL. */
struct route_node *rib_route_node(const struct prefix_key *key);

/* The route that zebra gave to its dataplane last, or NULL. */
struct route_entry *rib_route_selected(struct route_node *node);

/*
 * The node's route, as a context of it says it. Its nexthops are valid until the
 * next call. Result: false when there is none, or none that we serve.
 */
bool rib_route_of(struct route_node *node, struct route_spec *spec);

/* Likewise of a prefix. */
bool rib_route(const struct prefix_key *key, struct route_spec *spec);

/* zebra and its dataplane have not done with the prefix. */
bool rib_route_busy(const struct prefix_key *key);

#endif /* FRR_BPF_RIB_ROUTE_H */
