// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/fib/record.h"

#include <errno.h>
#include <linux/rtnetlink.h>

#include "plugin/base/boottime.h"
#include "plugin/base/compat.h"
#include "lib/log.h"

#include "plugin/base/idpool.h"
#include "plugin/base/lock.h"
#include "plugin/engine/counters.h"
#include "plugin/fib/intent.h"
#include "plugin/fib/overflow.h"
#include "plugin/fib/path.h"
#include "plugin/fib/route_move.h"

static struct idpool pool;
static uint32_t count4, count6;
static uint32_t generation;

/* All prefixes with owners: ids of records, or of intents outside of the maps. */
static struct tables prefixes;

static void cover_mark(const struct prefix_key *cover, bool on);

int record_init(void)
{
	overflow_set_catches(cover_mark);
	return idpool_init(&pool, 1, maps.config.max_routes);
}

void record_fini(void)
{
	overflow_fini();
	tables_fini(&prefixes);
	intent_fini();
	idpool_fini(&pool);
	count4 = count6 = 0;
}

uint32_t record_find(const struct prefix_key *key)
{
	uint32_t id = tables_get(&prefixes, key);

	return intent_is(id) ? 0 : id;
}

uint32_t record_longest(struct prefix_key *key)
{
	uint32_t id = tables_get(&prefixes, key);

	return id ? id : tables_cover(&prefixes, key);
}

struct record_walk record_walk_all(uint8_t family)
{
	const struct prefix_key all = {
		.table = RT_TABLE_MAIN,
		.family = family,
	};

	return (struct record_walk){ .within = all, .at = all };
}

uint32_t record_next_any(struct record_walk *walk)
{
	uint32_t id = walk->started ? tables_after(&prefixes, &walk->at)
				    : tables_from(&prefixes, &walk->at);

	walk->started = true;
	fib_lock_count();
	return id && prefix_key_covers(&walk->within, &walk->at) ? id : 0;
}

uint32_t record_next(struct record_walk *walk)
{
	uint32_t id;

	do {
		id = record_next_any(walk);
	} while (intent_is(id));
	return id;
}

int record_restore(uint32_t id, const struct prefix_key *key,
		   const struct fib_route *intent)
{
	route_move_touch(key);
	record_put(id, intent);
	return maps_lpm_insert(&maps, key, id);
}

/* The route catches packets of more specific ones, which did not fit. */
static void cover_mark(const struct prefix_key *cover, bool on)
{
	uint32_t id = record_find(cover);
	struct fib_route intent = maps.route[id];

	route_move_touch(cover);
	intent.owners &= (uint8_t)~FIB_OWNER_DEGRADED;
	if (on)
		intent.owners |= FIB_OWNER_DEGRADED;
	record_put(id, &intent);
	record_tell(&maps.route[id]);
}

/* Length of the longest prefix in the FIB that covers key. */
static uint8_t cover_len(const struct prefix_key *key)
{
	struct prefix_key cover = *key;
	uint32_t id;

	do {
		id = tables_cover(&prefixes, &cover);
	} while (intent_is(id));
	return id ? cover.len : OVERFLOW_NO_COVER;
}

static uint32_t *family_count(uint8_t family)
{
	return family == AF_INET ? &count4 : &count6;
}

/* The prefix is outside of the maps, but not forgotten. Result: its id. */
static uint32_t outside_put(const struct prefix_key *key,
			    const struct fib_route *intent)
{
	uint32_t id = tables_get(&prefixes, key);

	if (!id) {
		id = intent_new(intent);
		tables_set(&prefixes, key, id);
	}
	*intent_at(id) = *intent;
	intent_at(id)->owners &= (uint8_t)~FIB_OWNER_DEGRADED;
	return id;
}

static void outside_remove(const struct prefix_key *key)
{
	uint32_t id = tables_remove(&prefixes, key);

	if (id)
		intent_free(id);
}

/* Records first, then the trie: a packet that finds the id finds it whole. */
static int record_publish(uint32_t id, const struct prefix_key *key,
			  const struct fib_route *intent)
{
	struct fib_route new = *intent, free_record = { 0 };
	int ret;

	if (overflow_caught_by(key))
		new.owners |= FIB_OWNER_DEGRADED;
	counters_route_reset(id);
	record_put(id, &new);
	ret = maps_lpm_insert(&maps, key, id);
	if (ret)
		record_write(id, &free_record);
	return ret;
}

static uint32_t family_limit(uint8_t family)
{
	return family == AF_INET ? maps.max_routes4 : maps.max_routes6;
}

/* intent goes from outside of the maps (or nowhere) into them: 0, -errno. */
static int record_create(const struct prefix_key *key,
			 const struct fib_route *intent, uint32_t *result)
{
	uint32_t id, before;
	int ret;

	route_move_touch(key);
	if (*family_count(key->family) >= family_limit(key->family))
		return -ENOSPC;
	id = idpool_get(&pool);
	if (id == UINT32_MAX)
		return -ENOSPC;
	ret = record_publish(id, key, intent);
	if (ret) {
		idpool_put(&pool, id);
		return ret;
	}
	before = tables_set(&prefixes, key, id);
	if (before)
		intent_free(before);
	++*family_count(key->family);
	overflow_cover_added(key);
	*result = id;
	return 0;
}

static void record_remove(const struct prefix_key *key, uint32_t id)
{
	struct fib_route free_record = { 0 };
	bool stuck;
	int ret;

	/* What it caught is its own cover's, from before it is gone. */
	overflow_cover_leaves(key, cover_len(key));
	ret = maps_lpm_remove(&maps, key);
	stuck = ret && ret != -ENOENT;
	if (stuck)
		zlog_err(
			"bpf: cannot remove a route from the trie: %s; it is punted",
			strerror(-ret));
	/* Whoever found the id just before: the kernel decides. */
	record_word_store(id, fib_word(FIB_PUNT, VERDICT_PUNT_NO_ROUTE));
	tables_remove(&prefixes, key);
	record_write(id, &free_record);
	/* What the trie still names must not become another prefix's. */
	if (!stuck)
		idpool_put(&pool, id);
	--*family_count(key->family);
}

/*
 * A place became free, or calls work again: let in what did not fit before, a
 * batch at most. Result: whether there may be room for more.
 */
static bool overflow_retry(uint8_t family)
{
	struct fib_route intent;
	struct prefix_key key;
	uint32_t id;
	int ret;

	for (int i = 0; i < FIB_LOCK_BATCH; i++) {
		if (!overflow_first(family, &key))
			return false;
		intent = record_load(&key);
		ret = record_create(&key, &intent, &id);
		if (ret) {
			overflow_failed(family, ret);
			return false;
		}
		overflow_remove(&key);
		record_tell(&maps.route[id]);
	}
	return true;
}

bool record_retry(void)
{
	bool more = overflow_retry(AF_INET);

	return overflow_retry(AF_INET6) || more;
}

/* In the maps or outside of them. */
static struct fib_route *record_at(uint32_t id)
{
	return intent_is(id) ? intent_at(id) : &maps.route[id];
}

struct fib_route record_of(uint32_t id, const struct prefix_key *key)
{
	struct fib_route intent = *record_at(id);

	record_distrust(key, &intent);
	return intent;
}

uint32_t record_any(const struct prefix_key *key, struct fib_route *intent)
{
	uint32_t id = tables_get(&prefixes, key);

	if (id)
		*intent = record_of(id, key);
	return id;
}

struct fib_route record_load(const struct prefix_key *key)
{
	struct fib_route intent = {
		.table = key->table,
		.family = key->family,
		.prefixlen = key->len,
		.word = fib_word(FIB_PUNT, VERDICT_PUNT_DIFFERS),
		.updated = boottime(),
	};

	memcpy(intent.addr, key->addr, sizeof(intent.addr));
	fib_lock_count();
	record_any(key, &intent);
	return intent;
}

/* Out of the FIB, but not forgotten while anybody owns it. Result: id, or 0. */
static uint32_t record_leave(const struct prefix_key *key, uint32_t id,
			     const struct fib_route *intent)
{
	uint32_t now = 0;

	if (id && !intent_is(id))
		record_remove(key, id);
	else
		overflow_remove(key);
	if (intent->owners & ~FIB_OWNER_DEGRADED)
		now = outside_put(key, intent);
	else
		outside_remove(key);
	overflow_retry(key->family);
	return now;
}

/* Into the FIB, or to those that wait for room: 0, -errno. */
static int record_enter(const struct prefix_key *key,
			const struct fib_route *intent, uint32_t *id)
{
	bool waited = overflow_has(key);
	int ret = record_create(key, intent, id);

	if (ret) {
		overflow_failed(key->family, ret);
		*id = outside_put(key, intent);
		if (!waited)
			overflow_add(key, cover_len(key));
	} else if (waited) {
		overflow_remove(key);
		overflow_retry(key->family);
	}
	return ret;
}

/* *id: before and after. Result: 0 or -errno when it waits for room. */
static int record_replace(const struct prefix_key *key, uint32_t *id,
			  const struct fib_route *intent)
{
	struct fib_route now = *intent;

	route_move_touch(key);
	if (!record_in_force(intent)) {
		*id = record_leave(key, *id, intent);
		return 0;
	}
	if (!*id || intent_is(*id))
		return record_enter(key, intent, id);
	if (record_word(intent) != maps.route_hot[*id].word)
		now.updated = boottime();
	record_put(*id, &now);
	return 0;
}

int record_store(const struct prefix_key *key, const struct fib_route *intent)
{
	uint32_t id = tables_get(&prefixes, key);
	int ret = record_replace(key, &id, intent);

	if (id)
		record_tell(record_at(id));
	return ret;
}

static void refresh(struct record_walk walk)
{
	uint32_t id;

	while ((id = record_next(&walk))) {
		route_move_touch(&walk.at);
		record_word_store(id, record_word(&maps.route[id]));
		record_tell(&maps.route[id]);
		fib_lock_pause();
	}
}

void record_refresh_within(const struct prefix_key *key)
{
	refresh((struct record_walk){ .within = *key, .at = *key });
}

void record_refresh_all(void)
{
	refresh(record_walk_all(AF_INET));
	refresh(record_walk_all(AF_INET6));
}

uint32_t record_generation(void)
{
	return generation;
}

uint32_t record_ids(void)
{
	return pool.fresh;
}

uint32_t record_count(uint8_t family)
{
	return *family_count(family);
}

int record_move_begin(struct maps *to)
{
	return route_move_begin(&prefixes, to);
}

int record_move_step(void)
{
	return route_move_step();
}

void record_move_end(const struct maps *from, struct tables *old)
{
	uint32_t *old_ids;

	generation++;
	*old = prefixes;
	idpool_fini(&pool);
	route_move_end(&pool, &prefixes, &old_ids);
	counters_carry_begin(from, old_ids);
}

void record_move_abort(struct tables *moved)
{
	route_move_abort(moved);
}
