/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nexthop.h - gateway and egress, shared by every route that uses them.
 * Callers hold the fib lock.
 */
#ifndef FRR_BPF_NEXTHOP_H
#define FRR_BPF_NEXTHOP_H

#include <stdbool.h>
#include <stdint.h>

#include "plugin/base/nexthop_key.h"
#include "plugin/fib/neighbour.h"

PREDECL_HASH(nexthop_table);

struct nexthop_entry {
	struct nexthop_table_item item;
	struct neighbour *neighbour; /* NULL without gateway */
	struct adjacency_user user;  /* of the neighbour */
	struct nexthop_key key;
	uint32_t id;
	uint32_t references;
};

int nexthop_init(void);
void nexthop_fini(void);

/*
 * Find or make a nexthop and take a reference.
 * Result: 0 with *id set, -ENOSPC when the map is full, -errno.
 */
int nexthop_get(const struct nexthop_key *key, uint32_t *id);

/* Drop a reference; the last one frees the record after a grace period. */
void nexthop_put(uint32_t id);

/* The key of one that is referenced. */
const struct nexthop_key *nexthop_key_of(uint32_t id);

/* Is the record of the id what it should be? It is mended (repair.h). */
void nexthop_verify(uint32_t id);

/* The port of ifindex came, went or changed: publish its nexthops anew. */
void nexthop_port_changed(uint32_t ifindex);

uint32_t nexthop_count(void);

#endif /* FRR_BPF_NEXTHOP_H */
