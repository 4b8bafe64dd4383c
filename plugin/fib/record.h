/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * record.h - the records of prefixes in the maps, and what cannot be there: the
 * prefixes that did not fit, and those that no owner wants in the FIB now.
 *
 * An intent is a record as its owners want it. All prefixes are in a tree beside
 * the maps. Callers hold the fib lock.
 */
#ifndef FRR_BPF_RECORD_H
#define FRR_BPF_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "bpf/abi.h"
#include "plugin/base/prefix_key.h"
#include "plugin/engine/maps.h"
#include "plugin/fib/record_map.h"
#include "plugin/fib/record_state.h"
#include "plugin/fib/tables.h"

int record_init(void);
void record_fini(void);

/* Exact match. Result: route id, or 0. */
uint32_t record_find(const struct prefix_key *key);

/*
 * The longest prefix with an owner that key lies in, or key. Result: its id, as of
 * record_next_any(), and *key is that prefix; or 0.
 */
uint32_t record_longest(struct prefix_key *key);

/*
 * Walk over the records within a prefix (that itself included), in the order of
 * prefix_key_cmp(). The lock may be given up between two steps: what came or went
 * meanwhile is met or not, all others are met once.
 */
struct record_walk {
	struct prefix_key within;
	struct prefix_key at; /* at first: within */
	bool started;
};

/* A walk over all of a family in the main table. */
struct record_walk record_walk_all(uint8_t family);

/* The next record, and its prefix in walk->at. Result: route id, or 0 at the end. */
uint32_t record_next(struct record_walk *walk);

/* Likewise over all prefixes with an owner, in the maps or not: record_load(). */
uint32_t record_next_any(struct record_walk *walk);

/*
 * Write the record with this id, in use for key, and all that belongs to it anew,
 * whatever is there. Result: 0 or -errno of the trie.
 */
int record_restore(uint32_t id, const struct prefix_key *key,
		   const struct fib_route *intent);

/* Changes when the records have other ids. */
uint32_t record_generation(void);

/* One above the highest id that a record may have. */
uint32_t record_ids(void);

/* The intent of the prefix with the id, in the maps or not. */
struct fib_route record_of(uint32_t id, const struct prefix_key *key);

/* Id and intent of a prefix, in the maps or not; 0 when nobody owns it. */
uint32_t record_any(const struct prefix_key *key, struct fib_route *intent);

/* Records of a family. */
uint32_t record_count(uint8_t family);

/* The intent of key, in the FIB or not; without owners when it is new. */
struct fib_route record_load(const struct prefix_key *key);

/*
 * Make it so. An intent without an owner leaves, one that is not in force is
 * kept outside of the FIB. Result: 0 or -errno when it waits for room.
 */
int record_store(const struct prefix_key *key, const struct fib_route *intent);

/*
 * What covers routes within key came or went, or an egress interface: look at all of
 * them again. Hands the lock over on the way.
 */
void record_refresh_within(const struct prefix_key *key);
void record_refresh_all(void);

/*
 * Let in what waits for room, if there is some. Hold by hold until the result is
 * false: none waits, or there is no room for more.
 */
bool record_retry(void);

/*
 * Move all records to maps of another size, under new ids: copy them to maps
 * beside the current ones, step by step (route_move.h) while routes change, and
 * in the hold of the lock in which nothing was left to do, when maps are the new
 * ones and the program was switched, go on with those. from must stay until
 * counters_carry() has ended; *old and *moved, the prefixes in the tries that go,
 * are the caller's.
 */
int record_move_begin(struct maps *to);
int record_move_step(void);
void record_move_end(const struct maps *from, struct tables *old);
void record_move_abort(struct tables *moved);

#endif /* FRR_BPF_RECORD_H */
