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

#include "plugin/kernel/sink.h"

PREDECL_RBTREE_UNIQ(neighbour_table);
PREDECL_DLIST(adjacency_users);

/* Part of what sends to a neighbour; changed() is told of a new adjacency. */
struct adjacency_user {
	struct adjacency_users_item item;
	void (*changed)(struct adjacency_user *user);
};

/*
 * How the kernel is asked: keep a neighbour resolved; no longer; confirm it
 * once. Called with the fib lock held, so they must not wait for an answer.
 */
struct resolver_ops {
	void (*manage)(uint32_t ifindex, uint8_t family, const uint8_t *addr);
	void (*release)(uint32_t ifindex, uint8_t family, const uint8_t *addr);
	void (*probe)(uint32_t ifindex, uint8_t family, const uint8_t *addr);
	/* False when the kernel has no managed neighbours: they are probed. */
	bool (*can_manage)(void);
};

struct neighbour {
	struct neighbour_table_item item;
	uint32_t ifindex;
	uint8_t family;
	uint8_t addr[16]; /* wire order, IPv4 in the first four bytes */
	uint8_t mac[6];
	uint16_t state; /* NUD_*; 0 = the kernel has no entry */
	bool managed;	/* we asked the kernel to keep it resolved, */
	bool confirmed; /* and it does */
	uint32_t seen;	/* the dump that has confirmed it */
	uint32_t adjacency;
	bool waits;			   /* for room for an adjacency */
	struct adjacency_users_head users; /* it is their gateway */
};

/* Who asks the kernel, before anything else is called here. */
void neighbour_set_resolver(const struct resolver_ops *ops);

/* The kernel's entry, as it tells it. */
void neighbour_update(const struct kernel_neighbour *told);

/* RTM_DELNEIGH. */
void neighbour_delete(uint32_t ifindex, uint8_t family, const uint8_t *addr);

/*
 * Find or make the neighbour of a gateway; it lives and is kept resolved at
 * least until neighbour_unuse(). user stays the caller's. Result: never NULL.
 */
struct neighbour *neighbour_use(uint32_t ifindex, uint8_t family,
				const uint8_t *addr,
				struct adjacency_user *user);
void neighbour_unuse(struct neighbour *neighbour, struct adjacency_user *user);

/* The port came, went, or changed its MAC or MTU: publish anew. */
void neighbour_port_changed(uint32_t ifindex);

/*
 * Before and after a complete dump of the kernel's table: sweep what is gone,
 * handing the lock over on the way.
 */
void neighbour_dump_begin(void);
void neighbour_dump_end(void);

/*
 * Every few seconds: have the kernel confirm stale neighbours that packets
 * were forwarded to, since it does not see that traffic; give those that wait
 * for room an adjacency, if there is some now, gateways first.
 */
void neighbour_tick(void);

/* "ADDRESS on INTERFACE", or "INTERFACE" (family 0). */
#define NEIGHBOUR_NAME 80

void neighbour_name(uint32_t ifindex, uint8_t family, const uint8_t *addr,
		    char name[NEIGHBOUR_NAME]);

/*
 * Are the next neighbour's adjacency and its entry in the maps what they should
 * be? They are mended (repair.h). at: where a walk stands, zeroed at its start.
 * Result: false at the end.
 */
bool neighbour_verify_next(struct neighbour *at);

/* Is there an adjacency? */
bool neighbour_has_adjacency(uint32_t ifindex, uint8_t family,
			     const uint8_t *addr);

/* Call each() for every neighbour, by interface and address. */
void neighbour_walk(void (*each)(const struct neighbour *neighbour,
				 void *argument),
		    void *argument);

/* Forget all (module end); the maps are not touched. */
void neighbour_fini(void);

#endif /* FRR_BPF_NEIGHBOUR_H */
