// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/fib/record.h"

#include <errno.h>
#include <time.h>

#include "plugin/base/compat.h"
#include "lib/log.h"

#include "plugin/base/idpool.h"
#include "plugin/engine/counters.h"
#include "plugin/fib/anyip.h"
#include "plugin/fib/intent.h"
#include "plugin/fib/overflow.h"
#include "plugin/fib/route_move.h"

static struct idpool pool;
static struct route_index index_;
static uint32_t count4, count6;
static void (*changed)(const struct fib_route *route);

/* Prefixes with owners of which none wants them in the FIB now. */
static struct intent_tree_head aside = INIT_RBTREE_UNIQ(aside);

int record_init(void)
{
	int ret = idpool_init(&pool, 1, maps.config.max_routes);

	if (!ret)
		ret = route_index_init(&index_, maps.config.max_routes);
	return ret;
}

void record_fini(void)
{
	overflow_fini();
	intent_fini(&aside);
	route_index_fini(&index_);
	idpool_fini(&pool);
	count4 = count6 = 0;
}

void record_set_changed(void (*each)(const struct fib_route *route))
{
	changed = each;
}

uint32_t record_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (uint32_t)now.tv_sec;
}

uint32_t record_find(const struct prefix_key *key)
{
	return route_index_find(&index_, maps.route, key);
}

/* What the forwarder does: zebra's word unless something overrides it. */
static uint32_t effective_word(const struct fib_route *route)
{
	struct prefix_key key = route_key(route);

	if (route->owners & FIB_OWNER_LOCAL || anyip_covers(&key))
		return fib_word(FIB_PUNT, VERDICT_PUNT_LOCAL);
	if (route->owners & FIB_OWNER_SRCDEST)
		return fib_word(FIB_PUNT, VERDICT_PUNT_SOURCE_ROUTE);
	if (route->owners & FIB_OWNER_SPECIAL)
		return fib_word(FIB_PUNT, VERDICT_PUNT_UNSUPPORTED);
	if (route->owners & FIB_OWNER_DEGRADED)
		return fib_word(FIB_PUNT, VERDICT_PUNT_DEGRADED);
	return route->word;
}

static void word_store(uint32_t id, uint32_t word)
{
	for (uint32_t cpu = 0; cpu < maps.config.ncpus; cpu++)
		__atomic_store_n(
			&maps.route_hot[(size_t)cpu * maps.config.max_routes +
					id]
				 .word,
			word, __ATOMIC_RELEASE);
}

/* Replace a record under its sequence lock; the counters' base stays. */
static void record_write(uint32_t id, const struct fib_route *intent)
{
	struct fib_route *record = &maps.route[id];
	struct fib_route new = *intent;
	uint32_t seq = record->seq;

	new.seq = seq + 1;
	new.base_packets = record->base_packets;
	new.base_bytes = record->base_bytes;
	__atomic_store_n(&record->seq, seq + 1, __ATOMIC_RELEASE);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	*record = new;
	__atomic_store_n(&record->seq, seq + 2, __ATOMIC_RELEASE);
}

bool record_read(uint32_t id, struct fib_route *route, uint32_t *word)
{
	struct fib_route *record = &maps.route[id];
	uint32_t before, after;

	do {
		before = __atomic_load_n(&record->seq, __ATOMIC_ACQUIRE);
		*route = *record;
		*word = __atomic_load_n(&maps.route_hot[id].word,
					__ATOMIC_RELAXED);
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		after = __atomic_load_n(&record->seq, __ATOMIC_RELAXED);
	} while (before != after || before & 1);
	return route->family != 0;
}

/* Mark the route that catches key's packets while key itself is missing. */
static void cover_degrade(const struct prefix_key *key)
{
	struct prefix_key cover = *key;
	struct fib_route intent;
	uint32_t id;

	if (!cover.len)
		return;
	cover.len--;
	prefix_key_mask(&cover);
	if (maps_lpm_lookup(&maps, &cover, &id) ||
	    maps.route[id].owners & FIB_OWNER_DEGRADED)
		return;
	intent = maps.route[id];
	intent.owners |= FIB_OWNER_DEGRADED;
	record_write(id, &intent);
	word_store(id, effective_word(&intent));
}

/* Everything fits again: no cover has a hole any more. */
static void covers_restore(uint8_t family)
{
	for (uint32_t id = 1; id < maps.config.max_routes; id++) {
		struct fib_route intent = maps.route[id];

		if (intent.family != family ||
		    !(intent.owners & FIB_OWNER_DEGRADED))
			continue;
		intent.owners &= (uint8_t)~FIB_OWNER_DEGRADED;
		record_write(id, &intent);
		word_store(id, effective_word(&intent));
	}
}

static uint32_t *family_count(uint8_t family)
{
	return family == AF_INET ? &count4 : &count6;
}

/* Records first, then the trie: a packet that finds the id finds it whole. */
static int record_create(const struct prefix_key *key,
			 const struct fib_route *intent)
{
	uint32_t limit = key->family == AF_INET ? maps.max_routes4
						: maps.max_routes6;
	uint32_t id;
	int ret;

	if (*family_count(key->family) >= limit)
		return -ENOSPC;
	id = idpool_get(&pool);
	if (id == UINT32_MAX)
		return -ENOSPC;
	record_write(id, intent);
	counters_route_reset(id);
	word_store(id, effective_word(intent));
	ret = maps_lpm_insert(&maps, key, id);
	if (ret) {
		struct fib_route free_record = { 0 };

		record_write(id, &free_record);
		idpool_put(&pool, id);
		return ret;
	}
	route_index_add(&index_, maps.route, id);
	++*family_count(key->family);
	return 0;
}

static void record_remove(uint32_t id)
{
	struct prefix_key key = route_key(&maps.route[id]);
	bool degraded = maps.route[id].owners & FIB_OWNER_DEGRADED;
	struct fib_route free_record = { 0 };
	int ret = maps_lpm_remove(&maps, &key);

	bool stuck = ret && ret != -ENOENT;

	if (stuck)
		zlog_err(
			"bpf: cannot remove a route from the trie: %s; it is punted",
			strerror(-ret));
	/* Whoever found the id just before: the kernel decides. */
	word_store(id, fib_word(FIB_PUNT, VERDICT_PUNT_NO_ROUTE));
	route_index_remove(&index_, maps.route, id);
	record_write(id, &free_record);
	/* What the trie still names must not become another prefix's. */
	if (!stuck)
		idpool_put(&pool, id);
	--*family_count(key.family);
	if (degraded && overflow_within(&key))
		cover_degrade(&key);
}

void record_changed(const struct fib_route *intent)
{
	if (changed)
		changed(intent);
}

/*
 * A place became free, or one fewer waits: let in what did not fit before.
 * Looks at every record when the last one is in, so only after an overflow.
 */
static void overflow_retry(uint8_t family)
{
	struct fib_route intent;
	struct prefix_key key;

	while (overflow_first(family, &key)) {
		intent = *overflow_get(&key);
		intent.owners &= (uint8_t)~FIB_OWNER_DEGRADED;
		overflow_remove(&key);
		if (overflow_within(&key))
			intent.owners |= FIB_OWNER_DEGRADED;
		if (record_create(&key, &intent)) {
			overflow_put(&key, &intent);
			return;
		}
		if (intent.owners & FIB_OWNER_ZEBRA)
			record_changed(&intent);
	}
	covers_restore(family);
}

struct fib_route record_load(const struct prefix_key *key)
{
	const struct fib_route *waiting = overflow_get(key);
	struct fib_route intent = {
		.table = key->table,
		.family = key->family,
		.prefixlen = key->len,
		.word = fib_word(FIB_PUNT, VERDICT_PUNT_LOCAL),
		.updated = record_now(),
	};
	uint32_t id = record_find(key);

	if (!waiting)
		waiting = intent_get(&aside, key);
	memcpy(intent.addr, key->addr, sizeof(intent.addr));
	if (id)
		intent = maps.route[id];
	else if (waiting)
		intent = *waiting;
	return intent;
}

bool record_in_force(const struct fib_route *intent)
{
	uint8_t owners = intent->owners;

	/* zebra's word for the kernel's own route is the kernel's to keep. */
	if (!(owners & FIB_OWNER_KERNEL) &&
	    (intent->protocol == ZEBRA_ROUTE_CONNECT ||
	     intent->protocol == ZEBRA_ROUTE_KERNEL))
		owners &= (uint8_t)~FIB_OWNER_ZEBRA;
	return owners & ~(FIB_OWNER_KERNEL | FIB_OWNER_DEGRADED);
}

/* Out of the FIB, but not forgotten while anybody owns it. */
static void intent_put_aside(const struct prefix_key *key,
			     const struct fib_route *intent)
{
	struct fib_route kept = *intent;

	kept.owners &= (uint8_t)~FIB_OWNER_DEGRADED;
	if (kept.owners)
		intent_put(&aside, key, &kept);
	else
		intent_remove(&aside, key);
}

int record_store(const struct prefix_key *key, struct fib_route *intent)
{
	uint32_t id = record_find(key);
	bool overflowed = overflow_count(key->family);
	bool waited = !id && overflow_get(key);
	int ret;

	if (!record_in_force(intent)) {
		if (id)
			record_remove(id);
		else if (waited)
			overflow_remove(key);
		if (overflowed)
			overflow_retry(key->family);
		intent_put_aside(key, intent);
		return 0;
	}
	if (intent_tree_count(&aside))
		intent_remove(&aside, key);
	if (id) {
		record_write(id, intent);
		word_store(id, effective_word(intent));
		return 0;
	}
	if (overflow_within(key))
		intent->owners |= FIB_OWNER_DEGRADED;
	ret = record_create(key, intent);
	if (!ret) {
		if (waited) {
			overflow_remove(key);
			overflow_retry(key->family);
		}
		return 0;
	}
	overflow_put(key, intent);
	cover_degrade(key);
	return ret;
}

void record_refresh_within(const struct prefix_key *key)
{
	for (uint32_t id = 1; id < maps.config.max_routes; id++) {
		struct prefix_key own = route_key(&maps.route[id]);

		if (own.family && prefix_key_covers(key, &own))
			word_store(id, effective_word(&maps.route[id]));
	}
}

uint32_t record_count(uint8_t family)
{
	return *family_count(family);
}

static struct idpool moved_pool;
static struct route_index moved_index;

int record_move_begin(struct maps *to)
{
	return route_move_copy(&maps, to, &moved_pool, &moved_index);
}

void record_move_end(const struct maps *from)
{
	route_move_settle(from, &maps, &moved_index);
	idpool_fini(&pool);
	route_index_fini(&index_);
	pool = moved_pool;
	index_ = moved_index;
	/* A larger table lets in what waited. */
	if (overflow_count(AF_INET))
		overflow_retry(AF_INET);
	if (overflow_count(AF_INET6))
		overflow_retry(AF_INET6);
}
