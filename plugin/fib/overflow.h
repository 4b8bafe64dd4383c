/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * overflow.h - routes that the maps have no room for.
 *
 * Leaving a route out of a longest-prefix table misroutes it to its cover, so
 * covers of these are punted until the route fits. Callers hold the fib lock.
 */
#ifndef FRR_BPF_OVERFLOW_H
#define FRR_BPF_OVERFLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "bpf/abi.h"
#include "plugin/base/prefix_key.h"

/* Remember what should be in the FIB (replaces an earlier intent of key). */
void overflow_put(const struct prefix_key *key, const struct fib_route *intent);

/* The intent of key, or NULL. */
const struct fib_route *overflow_get(const struct prefix_key *key);

void overflow_remove(const struct prefix_key *key);

/* Any prefix of the family (0: of any) that waits, or false. */
bool overflow_first(uint8_t family, struct prefix_key *key);

/* Does any prefix within key wait? */
bool overflow_within(const struct prefix_key *key);

uint32_t overflow_count(uint8_t family);

void overflow_fini(void);

#endif /* FRR_BPF_OVERFLOW_H */
