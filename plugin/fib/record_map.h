/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * record_map.h - a route's record and its hot rows in the maps, by route id.
 * Callers hold the fib lock, except for record_read(), which any thread may call.
 */
#ifndef FRR_BPF_RECORD_MAP_H
#define FRR_BPF_RECORD_MAP_H

#include <stdbool.h>
#include <stdint.h>

#include "bpf/abi.h"
#include "plugin/base/prefix_key.h"

/* The prefix of a record. */
struct prefix_key route_key(const struct fib_route *route);

/*
 * What the forwarder does, as the record says: zebra's word if the kernel agrees
 * and nothing overrides it.
 */
uint32_t record_word(const struct fib_route *route);

/* Into all hot rows. */
void record_word_store(uint32_t id, uint32_t word);

/* Replace a record under its sequence lock; the counters' base stays. */
void record_write(uint32_t id, const struct fib_route *intent);

/* Both. */
void record_put(uint32_t id, const struct fib_route *intent);

/* Was a write of it cut short? Nobody writes while the caller holds the lock. */
bool record_half_written(const struct fib_route *record);

/* A consistent copy of a record. False when it is free, or half written. */
bool record_read(uint32_t id, struct fib_route *route, uint32_t *word);

/*
 * A copy of the record of key, with nothing in it that refers to what is not
 * there: whoever is root may write to the maps, and verify.h comes later.
 */
void record_distrust(const struct prefix_key *key, struct fib_route *intent);

#endif /* FRR_BPF_RECORD_MAP_H */
