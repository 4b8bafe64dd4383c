/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * intent.h - what prefixes should be in the FIB and are not. Callers hold the
 * fib lock.
 *
 * An intent has an id as a record in the maps has one, and never the same.
 */
#ifndef FRR_BPF_INTENT_H
#define FRR_BPF_INTENT_H

#include <stdbool.h>
#include <stdint.h>

#include "bpf/abi.h"

#define INTENT_ID 0x80000000U

/* Is it the id of an intent, and not of a record? */
static inline bool intent_is(uint32_t id)
{
	return id & INTENT_ID;
}

/* A copy of route, kept until intent_free(). Result: its id. */
uint32_t intent_new(const struct fib_route *route);
void intent_free(uint32_t id);

/* Valid until the next intent_new(). */
struct fib_route *intent_at(uint32_t id);

/* One above the highest index of an id: without INTENT_ID. */
uint32_t intent_indexes(void);

/* How many there are. */
uint32_t intent_count(void);

/* All of them: the id after id, or after 0 the first; 0 at the end. */
uint32_t intent_next(uint32_t id);

void intent_fini(void);

#endif /* FRR_BPF_INTENT_H */
