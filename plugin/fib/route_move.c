// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/fib/route_move.h"

#include <errno.h>

#include "plugin/engine/counters.h"
#include "plugin/fib/intent.h"

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

struct move {
	const struct maps *from;
	struct maps *to;
	struct idpool *pool;
	struct tables *moved;
	uint32_t count4, count6;
};

static int prefix_copy(struct move *move, const struct prefix_key *key,
		       uint32_t old)
{
	bool v4 = key->family == AF_INET;
	uint32_t new;
	int ret;

	if (intent_is(old)) {
		tables_set(move->moved, key, old);
		return 0;
	}
	if (v4 ? ++move->count4 > move->to->max_routes4
	       : ++move->count6 > move->to->max_routes6)
		return -ENOSPC;
	new = idpool_get(move->pool);
	if (new == UINT32_MAX)
		return -ENOSPC;
	record_copy(move->from, old, move->to, new);
	ret = maps_lpm_insert(move->to, key, new);
	if (!ret)
		tables_set(move->moved, key, new);
	return ret;
}

int route_move_copy(const struct maps *from, const struct tables *prefixes,
		    struct maps *to, struct idpool *pool, struct tables *moved)
{
	struct move move = {
		.from = from, .to = to, .pool = pool, .moved = moved
	};
	struct tables_walk walk = { 0 };
	int ret = idpool_init(pool, 1, to->config.max_routes);
	uint32_t old;

	memset(moved, 0, sizeof(*moved));
	if (ret)
		return ret;
	while (!ret && (old = tables_next(prefixes, &walk)))
		ret = prefix_copy(&move, &walk.at, old);
	if (ret) {
		tables_fini(moved);
		idpool_fini(pool);
	}
	return ret;
}

void route_move_settle(const struct maps *from, const struct tables *prefixes,
		       struct maps *to, const struct tables *moved)
{
	struct tables_walk walk = { 0 };
	uint32_t old, new;

	while ((old = tables_next(prefixes, &walk))) {
		const struct fib_route *before = &from->route[old];
		struct fib_counter sum;

		if (intent_is(old))
			continue;
		new = tables_get(moved, &walk.at);
		/* What from shows now is what to's base must account for. */
		sum = counters_route_sum(from, old);
		to->route[new].base_packets =
			before->base_packets - sum.packets;
		to->route[new].base_bytes = before->base_bytes - sum.bytes;
	}
}
