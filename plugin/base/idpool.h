/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * idpool.h - record ids, reused only after a grace period.
 *
 * The packet path may still hold an id that the maps no longer name. A freed id
 * therefore waits until every running XDP program has ended.
 */
#ifndef FRR_BPF_IDPOOL_H
#define FRR_BPF_IDPOOL_H

#include <stdbool.h>
#include <stdint.h>

struct idpool {
	uint32_t first; /* lowest id */
	uint32_t max;	/* one above the highest id */
	uint32_t fresh; /* ids from here on were never given out */
	uint32_t *free_ids;
	uint32_t nfree;
	uint32_t *waiting;
	uint32_t nwaiting;
	uint32_t used;
};

/*
 * Prepare a pool of the ids first .. max - 1.
 * Result: 0, -EINVAL when the range is empty, -ENOMEM.
 */
int idpool_init(struct idpool *pool, uint32_t first, uint32_t max);

/* Free the pool's memory; the pool may be initialised again. */
void idpool_fini(struct idpool *pool);

/*
 * Take an id. Waits for a grace period only when nothing else is left.
 * Result: the id, or UINT32_MAX when all are in use.
 */
uint32_t idpool_get(struct idpool *pool);

/* True when every id is in use. */
static inline bool idpool_full(const struct idpool *pool)
{
	return pool->used == pool->max - pool->first;
}

/* Give an id back; the caller has unlinked it from the maps already. */
void idpool_put(struct idpool *pool, uint32_t id);

/*
 * Wait until all XDP programs that run now have ended (membarrier(2),
 * MEMBARRIER_CMD_GLOBAL, an RCU grace period). Milliseconds; any thread.
 */
void grace_period_wait(void);

/* Does the kernel offer it? Not with nohz_full, or where seccomp filters it. */
bool grace_period_offered(void);

/* How to wait where it does not. wait()'s result: 0 or -errno. Before threads. */
void grace_period_substitute(int (*wait)(void));

#endif /* FRR_BPF_IDPOOL_H */
