// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/fib/route_move.h"

#include <errno.h>

#include "plugin/engine/counters.h"

/* The new record starts where the old one is now: sum - base = shown value. */
static void record_copy(const struct maps *from, uint32_t old, struct maps *to,
			uint32_t new)
{
	struct fib_counter sum = counters_route_sum(from, old);
	struct fib_route *record = &to->route[new];

	*record = from->route[old];
	record->seq = 0;
	/* Rows of to are zero: carry the value as a negative base. */
	record->base_packets -= sum.packets;
	record->base_bytes -= sum.bytes;
	for (uint32_t cpu = 0; cpu < to->config.ncpus; cpu++)
		to->route_hot[(size_t)cpu * to->config.max_routes + new].word =
			from->route_hot[old].word;
}

static int records_copy(const struct maps *from, struct maps *to,
			struct idpool *pool, struct route_index *index)
{
	uint32_t count4 = 0, count6 = 0;

	for (uint32_t old = 1; old < from->config.max_routes; old++) {
		struct prefix_key key = route_key(&from->route[old]);
		uint32_t new;
		int ret;

		if (!key.family)
			continue;
		if ((key.family == AF_INET ? ++count4 : ++count6) >
		    (key.family == AF_INET ? to->max_routes4 : to->max_routes6))
			return -ENOSPC;
		new = idpool_get(pool);
		if (new == UINT32_MAX)
			return -ENOSPC;
		record_copy(from, old, to, new);
		ret = maps_lpm_insert(to, &key, new);
		if (ret)
			return ret;
		route_index_add(index, to->route, new);
	}
	return 0;
}

int route_move_copy(const struct maps *from, struct maps *to,
		    struct idpool *pool, struct route_index *index)
{
	int ret = idpool_init(pool, 1, to->config.max_routes);

	if (ret)
		return ret;
	ret = route_index_init(index, to->config.max_routes);
	if (!ret)
		ret = records_copy(from, to, pool, index);
	if (ret) {
		route_index_fini(index);
		idpool_fini(pool);
	}
	return ret;
}

void route_move_settle(const struct maps *from, struct maps *to,
		       const struct route_index *index)
{
	for (uint32_t old = 1; old < from->config.max_routes; old++) {
		const struct fib_route *before = &from->route[old];
		struct prefix_key key = route_key(before);
		struct fib_counter sum;
		uint32_t new;

		if (!key.family)
			continue;
		new = route_index_find(index, to->route, &key);
		if (!new)
			continue;
		/* What from shows now is what to's base must account for. */
		sum = counters_route_sum(from, old);
		to->route[new].base_packets =
			before->base_packets - sum.packets;
		to->route[new].base_bytes = before->base_bytes - sum.bytes;
	}
}
