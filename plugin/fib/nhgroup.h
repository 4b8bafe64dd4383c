/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nhgroup.h - sets of nexthops, shared by every route with the same set.
 * Callers hold the fib lock.
 */
#ifndef FRR_BPF_NHGROUP_H
#define FRR_BPF_NHGROUP_H

#include <stdbool.h>
#include <stdint.h>

#include "plugin/fib/nexthop.h"

int nhgroup_init(void);
void nhgroup_fini(void);

/*
 * Find or make the group of these nexthops (duplicates merge) and take a
 * reference. like: a group id whose flows should stay where they are, or 0.
 * Result: 0 with *id set; -ENOSPC when a map is full; -EINVAL for none or for
 * more members than a group can have buckets.
 */
int nhgroup_get(const struct nexthop_key *nexthops, uint32_t count,
		uint32_t like, uint32_t *id);

/* Of what there was none left when nhgroup_get() failed last. */
const char *nhgroup_lacks(void);

/* Is there such a group, if the forwarding word names one? */
bool nhgroup_word_known(uint32_t word);

/*
 * Has the group exactly these nexthops, sorted, each once? The weight of a single
 * one does not matter.
 */
bool nhgroup_is(uint32_t id, const struct nexthop_key *nexthops,
		uint32_t count);

/* Has it all of these, of whatever weight? */
bool nhgroup_has(uint32_t id, const struct nexthop_key *nexthops,
		 uint32_t count);

/* May frames leave by the interfaces of all its nexthops? */
bool nhgroup_transmits(uint32_t id);

/* Frames may, or may no longer, leave by some port. Result: whether it matters. */
bool nhgroup_port_changed(void);

/* Drop a reference; the last one frees the group after a grace period. */
void nhgroup_put(uint32_t id);

/*
 * The distinct nexthop ids of a group, read from the maps (any thread).
 * Result: how many were written to ids, at most max.
 */
uint32_t nhgroup_members(uint32_t id, uint32_t *ids, uint32_t max);

/* Does a reverse path check find a nexthop by the interface (any thread)? */
bool nhgroup_leaves_by(uint32_t id, uint32_t ifindex);

/* Buckets of the group that lead to a nexthop (any thread). */
uint32_t nhgroup_share(uint32_t id, uint32_t nexthop);

/* The nexthop id that a flow hash selects (any thread); 0 = none. */
uint32_t nhgroup_select(uint32_t id, uint32_t hash, uint32_t *bucket);

/* Are record and buckets of the id what they should be? They are mended. */
void nhgroup_verify(uint32_t id);

uint32_t nhgroup_count(void);

#endif /* FRR_BPF_NHGROUP_H */
