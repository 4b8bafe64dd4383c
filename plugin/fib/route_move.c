// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/fib/route_move.h"

#include <errno.h>

#include "plugin/base/compat.h"
#include "lib/memory.h"

#include "plugin/base/lock.h"
#include "plugin/fib/intent.h"

static struct {
	const struct tables *prefixes;
	struct maps *to; /* NULL: no move is under way */
	struct idpool pool;
	struct tables moved;
	uint32_t *old_ids;	 /* by new id */
	struct tables_walk walk; /* up to where all were brought over once */
	bool walked;
	struct tables stale; /* changed since */
	uint32_t count4, count6;
} move;

int route_move_begin(const struct tables *prefixes, struct maps *to)
{
	int ret;

	memset(&move, 0, sizeof(move));
	ret = idpool_init(&move.pool, 1, to->config.max_routes);
	if (ret)
		return ret;
	move.old_ids =
		XCALLOC(MTYPE_TMP, to->config.max_routes * sizeof(uint32_t));
	move.prefixes = prefixes;
	move.to = to;
	return 0;
}

void route_move_touch(const struct prefix_key *key)
{
	/* What the walk has not met yet is brought over as it is then. */
	if (move.to && (move.walked || prefix_key_cmp(key, &move.walk.at) <= 0))
		tables_set(&move.stale, key, 1);
}

static uint32_t *move_count(uint8_t family)
{
	return family == AF_INET ? &move.count4 : &move.count6;
}

/*
 * The counters' base stays behind, for it may still be cleared there: counters.h
 * adds what the old record has counted.
 */
static void record_copy(uint32_t old, uint32_t new)
{
	struct maps *to = move.to;
	struct fib_route *record = &to->route[new];

	*record = maps.route[old];
	record->seq = 0;
	record->base_packets = record->base_bytes = 0;
	for (uint32_t cpu = 0; cpu < to->config.ncpus; cpu++)
		to->route_hot[(size_t)cpu * to->config.max_routes + new].word =
			maps.route_hot[old].word;
	move.old_ids[new] = old;
}

/* A place for the prefix in the new maps. Result: its id, or -errno. */
static int64_t record_place(const struct prefix_key *key)
{
	uint32_t limit = key->family == AF_INET ? move.to->max_routes4
						: move.to->max_routes6;
	uint32_t new;

	if (*move_count(key->family) >= limit)
		return -ENOSPC;
	new = idpool_get(&move.pool);
	return new == UINT32_MAX ? -ENOSPC : (int64_t) new;
}

static int record_add(const struct prefix_key *key, uint32_t old)
{
	int64_t new = record_place(key);
	int ret;

	if (new < 0)
		return (int)new;
	record_copy(old, (uint32_t) new);
	ret = maps_lpm_insert(move.to, key, (uint32_t) new);
	if (ret)
		return ret;
	++*move_count(key->family);
	tables_set(&move.moved, key, (uint32_t) new);
	return 0;
}

static int record_drop(const struct prefix_key *key, uint32_t new)
{
	int ret = maps_lpm_remove(move.to, key);

	if (ret && ret != -ENOENT)
		return ret;
	move.to->route[new].family = 0;
	move.old_ids[new] = 0;
	idpool_put(&move.pool, new);
	--*move_count(key->family);
	tables_remove(&move.moved, key);
	return 0;
}

/* Make what to has of the prefix what maps have of it: old, or 0. */
static int prefix_bring(const struct prefix_key *key, uint32_t old)
{
	uint32_t new = tables_get(&move.moved, key);
	bool record = old && !intent_is(old);
	int ret = 0;

	fib_lock_count();
	if (new && !intent_is(new)) {
		if (record)
			record_copy(old, new);
		else
			ret = record_drop(key, new);
	} else if (record) {
		ret = record_add(key, old);
	}
	if (ret || record)
		return ret;
	if (old)
		tables_set(&move.moved, key, old);
	else
		tables_remove(&move.moved, key);
	return 0;
}

int route_move_step(void)
{
	struct tables_walk first = { 0 };
	uint32_t old;
	int ret;

	if (!move.walked) {
		old = tables_next(move.prefixes, &move.walk);
		if (old) {
			ret = prefix_bring(&move.walk.at, old);
			return ret ? ret : 1;
		}
		move.walked = true;
	}
	if (!tables_next(&move.stale, &first))
		return 0;
	tables_remove(&move.stale, &first.at);
	ret = prefix_bring(&first.at, tables_get(move.prefixes, &first.at));
	return ret ? ret : 1;
}

void route_move_end(struct idpool *pool, struct tables *prefixes,
		    uint32_t **old_ids)
{
	*pool = move.pool;
	*prefixes = move.moved;
	*old_ids = move.old_ids;
	tables_fini(&move.stale);
	move.to = NULL;
}

void route_move_abort(struct tables *moved)
{
	memset(moved, 0, sizeof(*moved));
	if (!move.to)
		return;
	*moved = move.moved;
	idpool_fini(&move.pool);
	XFREE(MTYPE_TMP, move.old_ids);
	tables_fini(&move.stale);
	move.to = NULL;
}
