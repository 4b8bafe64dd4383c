/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * route_index.h - route ids by exact prefix.
 *
 * Open addressing over the ids only; the keys stay in the route map, so the index
 * costs 8 bytes a route and is rebuilt from the map. Callers hold the fib lock.
 */
#ifndef FRR_BPF_ROUTE_INDEX_H
#define FRR_BPF_ROUTE_INDEX_H

#include <stdint.h>

#include "bpf/abi.h"
#include "plugin/base/prefix_key.h"

/* The prefix of a record. */
struct prefix_key route_key(const struct fib_route *route);

struct route_index {
	uint32_t *slots;
	uint32_t mask;
};

/* routes: the map's records; ids are below max. Result: 0 or -ENOMEM. */
int route_index_init(struct route_index *index, uint32_t max);
void route_index_fini(struct route_index *index);

/* Id of the record with this key, or 0. */
uint32_t route_index_find(const struct route_index *index,
			  const struct fib_route *routes,
			  const struct prefix_key *key);

/* The record routes[id] is complete, and no other has its key. */
void route_index_add(struct route_index *index, const struct fib_route *routes,
		     uint32_t id);

/* routes[id] still has its key. */
void route_index_remove(struct route_index *index,
			const struct fib_route *routes, uint32_t id);

#endif /* FRR_BPF_ROUTE_INDEX_H */
