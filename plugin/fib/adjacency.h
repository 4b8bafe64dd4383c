/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * adjacency.h - what is written into a frame to reach a neighbour.
 *
 * Immutable once published: a change makes a new one and the old waits for a
 * grace period. Callers hold the fib lock.
 */
#ifndef FRR_BPF_ADJACENCY_H
#define FRR_BPF_ADJACENCY_H

#include <stdbool.h>
#include <stdint.h>

#include "bpf/abi.h"

/* Prepare and end the pool of ids. Result: 0 or -errno. */
int adjacency_init(void);
void adjacency_fini(void);

/*
 * Write a complete adjacency.
 * Result: its id, or 0 when the map is full (health says so).
 */
uint32_t adjacency_create(const struct fib_adjacency *adjacency);

/* Give it back, after nothing in the maps names it. 0 is ignored. */
void adjacency_release(uint32_t id);

/* Is there an id left? */
bool adjacency_room(void);

/* Adjacencies in use. */
uint32_t adjacency_count(void);

#endif /* FRR_BPF_ADJACENCY_H */
