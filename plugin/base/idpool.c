// SPDX-License-Identifier: GPL-2.0-or-later
#include "idpool.h"

#include <errno.h>
#include <linux/membarrier.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static int (*substitute)(void);

bool grace_period_offered(void)
{
	return !syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
}

void grace_period_substitute(int (*wait)(void))
{
	substitute = wait;
}

void grace_period_wait(void)
{
	if (syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0) == 0)
		return;
	/* The last resort: an XDP program runs for microseconds. */
	if (!substitute || substitute())
		usleep(50 * 1000);
}

int idpool_init(struct idpool *pool, uint32_t first, uint32_t max)
{
	struct idpool fresh = { .first = first, .max = max, .fresh = first };

	if (first >= max)
		return -EINVAL;
	fresh.free_ids = calloc(max - first, sizeof(*fresh.free_ids));
	fresh.waiting = calloc(max - first, sizeof(*fresh.waiting));
	if (!fresh.free_ids || !fresh.waiting) {
		idpool_fini(&fresh);
		return -ENOMEM;
	}
	*pool = fresh;
	return 0;
}

void idpool_fini(struct idpool *pool)
{
	free(pool->free_ids);
	free(pool->waiting);
	*pool = (struct idpool){ 0 };
}

uint32_t idpool_get(struct idpool *pool)
{
	uint32_t id;

	if (!pool->nfree && pool->fresh >= pool->max && pool->nwaiting) {
		uint32_t *ready = pool->waiting;

		grace_period_wait();
		pool->waiting = pool->free_ids;
		pool->free_ids = ready;
		pool->nfree = pool->nwaiting;
		pool->nwaiting = 0;
	}
	if (pool->nfree)
		id = pool->free_ids[--pool->nfree];
	else if (pool->fresh < pool->max)
		id = pool->fresh++;
	else
		return UINT32_MAX;
	pool->used++;
	return id;
}

void idpool_put(struct idpool *pool, uint32_t id)
{
	pool->waiting[pool->nwaiting++] = id;
	pool->used--;
}
