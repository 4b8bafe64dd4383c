/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * neighbour.h - the kernel's ARP and ND entries, and which of them packets can
 * be forwarded to.
 *
 * A neighbour that the kernel could send to, on a usable port, has an
 * adjacency: published in neigh4/neigh6 for hosts on connected networks and in
 * every nexthop whose gateway it is. Gateways are kept resolved by the kernel
 * on our request. Callers hold the fib lock.
 */
#ifndef FRR_BPF_NEIGHBOUR_H
#define FRR_BPF_NEIGHBOUR_H

#include <stdbool.h>
#include <stdint.h>

#include "plugin/base/compat.h"
#include "lib/typesafe.h"

PREDECL_HASH(neighbour_table);
PREDECL_DLIST(neighbour_nexthops);

struct neighbour {
	struct neighbour_table_item item;
	uint32_t ifindex;
	uint8_t family;
	uint8_t addr[16]; /* wire order, IPv4 in the first four bytes */
	uint8_t mac[6];
	uint16_t state; /* NUD_*; 0 = the kernel has no entry */
	bool managed;	/* we asked the kernel to keep it resolved */
	bool seen;	/* confirmed by the dump that is running */
	uint32_t adjacency;
	struct neighbour_nexthops_head nexthops; /* whose gateway it is */
};

/*
 * The kernel's entry, as RTM_NEWNEIGH tells it. state: NUD_*; mac: 6 bytes, or
 * NULL when the entry has none.
 */
void neighbour_update(uint32_t ifindex, uint8_t family, const uint8_t *addr,
		      uint16_t state, const uint8_t *mac);

/* RTM_DELNEIGH. */
void neighbour_delete(uint32_t ifindex, uint8_t family, const uint8_t *addr);

/*
 * Find or make the neighbour of a gateway; it lives at least until
 * neighbour_unref(). Result: never NULL.
 */
struct neighbour *neighbour_ref(uint32_t ifindex, uint8_t family,
				const uint8_t *addr);

/* The caller has put a nexthop on neighbour->nexthops. */
void neighbour_gateway_added(struct neighbour *neighbour);

/* The caller has taken its last nexthop off neighbour->nexthops. */
void neighbour_unref(struct neighbour *neighbour);

/* The port came, went, or changed its MAC or MTU: publish anew. */
void neighbour_port_changed(uint32_t ifindex);

/* Before and after a complete dump of the kernel's table: sweep what is gone. */
void neighbour_dump_begin(void);
void neighbour_dump_end(void);

/*
 * Every few seconds: have the kernel confirm stale neighbours that packets
 * were forwarded to, since it does not see that traffic.
 */
void neighbour_tick(void);

/* Call each() for every neighbour, in no order. */
void neighbour_walk(void (*each)(const struct neighbour *neighbour,
				 void *argument),
		    void *argument);

/* Forget all (module end); the maps are not touched. */
void neighbour_fini(void);

#endif /* FRR_BPF_NEIGHBOUR_H */
