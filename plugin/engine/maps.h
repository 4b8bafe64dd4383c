/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * maps.h - the BPF maps as the module sees them: mapped arrays and a few
 * functions for those that need a system call. The only place that issues
 * bpf(2) on maps.
 *
 * One writer at a time: callers hold the fib lock (fib.h). The mapped arrays may
 * be read by any thread.
 */
#ifndef FRR_BPF_MAPS_H
#define FRR_BPF_MAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bpf/abi.h"
#include "plugin/base/prefix_key.h"

enum map_id {
	MAP_FIB4_LPM,
	MAP_FIB6_LPM,
	MAP_ROUTE,
	MAP_ROUTE_HOT,
	MAP_NHGROUP,
	MAP_BUCKET,
	MAP_NEXTHOP,
	MAP_NEXTHOP_CNT,
	MAP_ADJACENCY,
	MAP_NEIGH4,
	MAP_NEIGH6,
	MAP_LOCAL4,
	MAP_PORT,
	MAP_DEVMAP,
	MAP_VERDICT_CNT,
	MAPS
};

struct maps {
	int fd[MAPS]; /* -1 = not created */
	struct fib_config config;
	uint32_t max_routes4;
	uint32_t max_routes6;
	uint32_t max_neighbours;

	/* Mapped arrays; read-write, shared with the forwarder. */
	struct fib_route *route;
	struct fib_route_hot *route_hot;
	struct fib_nhgroup *nhgroup;
	struct fib_bucket *bucket;
	struct fib_nexthop *nexthop;
	struct fib_counter *nexthop_cnt;
	struct fib_adjacency *adjacency;
	struct fib_counter *verdict_cnt;
};

/* The maps the forwarder uses now. */
extern struct maps maps;

/* Name of a map as in the BPF object (at most 15 characters). */
const char *map_name(enum map_id id);

/* Number of elements the map is created with, from m's limits. */
uint32_t map_max_entries(const struct maps *m, enum map_id id);

/* The kernel's id of the map (bpftool map show id N), 0 if unknown. */
uint32_t map_kernel_id(const struct maps *m, enum map_id id);

/* Bytes of memory the kernel charges for the map (its fdinfo); 0 if unknown. */
uint64_t map_memory(const struct maps *m, enum map_id id);

/* An empty set: every fd -1, limits unset. */
void maps_init(struct maps *m);

/*
 * Map the arrays of m's file descriptors into memory.
 * Result: 0 or -errno of mmap(2), nothing mapped then.
 */
int maps_mmap(struct maps *m);

/* Unmap and close what m owns; keep what other still uses (may be NULL). */
void maps_release(struct maps *m, const struct maps *other);

/* LPM trie of the key's family. id is a route id. Result: 0 or -errno. */
int maps_lpm_insert(const struct maps *m, const struct prefix_key *key,
		    uint32_t id);
int maps_lpm_remove(const struct maps *m, const struct prefix_key *key);
/* Longest match not longer than key->len. Result: 0, -ENOENT, -errno. */
int maps_lpm_lookup(const struct maps *m, const struct prefix_key *key,
		    uint32_t *id);

/* An entry of a trie as it is there, whoever made it; and so many at once. */
struct maps_lpm_entry {
	uint32_t bits;	       /* of table and address */
	struct prefix_key key; /* when that is 32 and more */
	uint32_t id;
};

#define MAPS_LPM_ENTRIES 64

/*
 * Entries of the family's trie behind the one at after (NULL, or no entry: from
 * the start), more specific ones before their covers. Result: how many; 0 at the
 * end; -errno.
 */
int maps_lpm_entries(const struct maps *m, uint8_t family,
		     const struct prefix_key *after,
		     struct maps_lpm_entry entries[MAPS_LPM_ENTRIES]);
int maps_lpm_remove_entry(const struct maps *m,
			  const struct maps_lpm_entry *entry);

/*
 * Neighbours on connected networks, own addresses, ports. addr is in wire
 * order, IPv4 in the first four bytes. Result: 0 or -errno; removing what is
 * not there is 0.
 */
int maps_neighbour_set(const struct maps *m, uint32_t ifindex, uint8_t family,
		       const uint8_t *addr, uint32_t adjacency);
int maps_neighbour_remove(const struct maps *m, uint32_t ifindex,
			  uint8_t family, const uint8_t *addr);
int maps_neighbour_get(const struct maps *m, uint32_t ifindex, uint8_t family,
		       const uint8_t *addr, struct fib_neigh *neigh);
int maps_local4_set(const struct maps *m, uint32_t table, const uint8_t *addr);
bool maps_local4_has(const struct maps *m, uint32_t table, const uint8_t *addr);
int maps_local4_remove(const struct maps *m, uint32_t table,
		       const uint8_t *addr);
int maps_port_set(const struct maps *m, uint32_t ifindex,
		  const struct fib_port *port);
int maps_port_get(const struct maps *m, uint32_t ifindex,
		  struct fib_port *port);
int maps_port_remove(const struct maps *m, uint32_t ifindex);
/* The redirect map: forwarding to ifindex is possible. */
int maps_devmap_set(const struct maps *m, uint32_t ifindex);
bool maps_devmap_has(const struct maps *m, uint32_t ifindex);
int maps_devmap_remove(const struct maps *m, uint32_t ifindex);

/* A key of one of these maps, as it is there, whoever made it. */
union maps_key {
	struct fib_neigh4_key neigh4;
	struct fib_neigh6_key neigh6;
	struct fib_local4_key local4;
	uint32_t ifindex; /* port, devmap */
};

/*
 * The key behind after (NULL, or one that has gone: the first). Result: 0;
 * -ENOENT at the end; -errno.
 */
int maps_key_next(const struct maps *m, enum map_id id,
		  const union maps_key *after, union maps_key *next);
int maps_key_remove(const struct maps *m, enum map_id id,
		    const union maps_key *key);

/*
 * Wait until all XDP programs that run now have ended: the kernel does so when an
 * element of a map of maps is replaced (kernel/bpf/syscall.c,
 * maybe_wait_bpf_programs()). Milliseconds; any thread. prepare() needs
 * privileges. Result: 0 or -errno.
 */
int maps_grace_period_prepare(void);
int maps_grace_period(void);

#endif /* FRR_BPF_MAPS_H */
