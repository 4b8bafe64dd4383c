// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/fib/adjacency.h"

#include "plugin/base/idpool.h"
#include "plugin/engine/maps.h"

static struct idpool pool;

int adjacency_init(void)
{
	return idpool_init(&pool, 1, maps.config.max_adjacencies);
}

void adjacency_fini(void)
{
	idpool_fini(&pool);
}

uint32_t adjacency_create(const struct fib_adjacency *adjacency)
{
	uint32_t id = idpool_get(&pool);

	if (id == UINT32_MAX)
		return 0;
	maps.adjacency[id] = *adjacency;
	return id;
}

void adjacency_release(uint32_t id)
{
	if (id)
		idpool_put(&pool, id);
}

bool adjacency_room(void)
{
	return !idpool_full(&pool);
}

uint32_t adjacency_count(void)
{
	return pool.used;
}
