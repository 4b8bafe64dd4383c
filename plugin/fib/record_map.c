// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/fib/record_map.h"

#include <string.h>

#include "plugin/engine/maps.h"
#include "plugin/fib/anyip.h"
#include "plugin/fib/nhgroup.h"
#include "plugin/fib/path.h"

struct prefix_key route_key(const struct fib_route *route)
{
	struct prefix_key key = {
		.table = route->table,
		.family = route->family,
		.len = route->prefixlen,
	};

	memcpy(key.addr, route->addr, sizeof(key.addr));
	return key;
}

/* zebra's word if the kernel agrees and nothing overrides it. */
uint32_t record_word(const struct fib_route *route)
{
	struct prefix_key key = route_key(route);

	if (route->owners & FIB_OWNER_LOCAL || anyip_covers(&key))
		return fib_word(FIB_PUNT, VERDICT_PUNT_LOCAL);
	if (route->owners & FIB_OWNER_SRCDEST)
		return fib_word(FIB_PUNT, VERDICT_PUNT_SOURCE_ROUTE);
	if (route->owners & FIB_OWNER_DEGRADED)
		return fib_word(FIB_PUNT, VERDICT_PUNT_DEGRADED);
	return path_agree(route->path, route->word);
}

void record_word_store(uint32_t id, uint32_t word)
{
	for (uint32_t cpu = 0; cpu < maps.config.ncpus; cpu++)
		__atomic_store_n(
			&maps.route_hot[(size_t)cpu * maps.config.max_routes +
					id]
				 .word,
			word, __ATOMIC_RELEASE);
}

void record_write(uint32_t id, const struct fib_route *intent)
{
	struct fib_route *record = &maps.route[id];
	struct fib_route new = *intent;
	/* Odd already: whoever began that write has not ended it, and will not. */
	uint32_t seq = (record->seq + 1) & ~1U;

	new.seq = seq + 1;
	new.base_packets = record->base_packets;
	new.base_bytes = record->base_bytes;
	__atomic_store_n(&record->seq, seq + 1, __ATOMIC_RELEASE);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	*record = new;
	__atomic_store_n(&record->seq, seq + 2, __ATOMIC_RELEASE);
}

void record_put(uint32_t id, const struct fib_route *intent)
{
	record_write(id, intent);
	record_word_store(id, record_word(intent));
}

/* A write takes less than a microsecond: this many mean that it was cut short. */
#define READ_TRIES 100000

bool record_half_written(const struct fib_route *record)
{
	return record->seq & 1;
}

bool record_read(uint32_t id, struct fib_route *route, uint32_t *word)
{
	struct fib_route *record = &maps.route[id];
	uint32_t before, after;
	int tries = READ_TRIES;

	do {
		if (!tries--)
			return false;
		before = __atomic_load_n(&record->seq, __ATOMIC_ACQUIRE);
		*route = *record;
		*word = __atomic_load_n(&maps.route_hot[id].word,
					__ATOMIC_RELAXED);
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		after = __atomic_load_n(&record->seq, __ATOMIC_RELAXED);
	} while (before != after || before & 1);
	return route->family != 0;
}

void record_distrust(const struct prefix_key *key, struct fib_route *intent)
{
	intent->table = key->table;
	intent->family = key->family;
	intent->prefixlen = key->len;
	memcpy(intent->addr, key->addr, sizeof(intent->addr));
	if (!path_known(intent->path))
		intent->path = PATH_UNSURE;
	if (!nhgroup_word_known(intent->word))
		intent->word = fib_word(FIB_PUNT, VERDICT_PUNT_DIFFERS);
}
