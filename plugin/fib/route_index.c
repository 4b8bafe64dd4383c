// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/fib/route_index.h"

#include <errno.h>
#include <stdlib.h>

static uint32_t key_hash(uint32_t table, uint8_t family, uint8_t len,
			 const uint8_t *addr)
{
	uint32_t hash = fib_hash_mix(table, (uint32_t)family << 8 | len);
	uint32_t word;

	for (int i = 0; i < 16; i += 4) {
		memcpy(&word, addr + i, sizeof(word));
		hash = fib_hash_mix(hash, word);
	}
	return fib_hash_final(hash);
}

static uint32_t record_hash(const struct fib_route *route)
{
	return key_hash(route->table, route->family, route->prefixlen,
			route->addr);
}

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

int route_index_init(struct route_index *index, uint32_t max)
{
	uint32_t size = 64;

	while (size < max && size < 1U << 31)
		size *= 2;
	/* Half full at most: short probes. */
	size *= 2;
	index->slots = calloc(size, sizeof(*index->slots));
	if (!index->slots)
		return -ENOMEM;
	index->mask = size - 1;
	return 0;
}

void route_index_fini(struct route_index *index)
{
	free(index->slots);
	index->slots = NULL;
	index->mask = 0;
}

static int record_matches(const struct fib_route *route,
			  const struct prefix_key *key)
{
	return route->table == key->table && route->family == key->family &&
	       route->prefixlen == key->len &&
	       !memcmp(route->addr, key->addr, sizeof(key->addr));
}

uint32_t route_index_find(const struct route_index *index,
			  const struct fib_route *routes,
			  const struct prefix_key *key)
{
	uint32_t slot = key_hash(key->table, key->family, key->len, key->addr);

	for (slot &= index->mask; index->slots[slot];
	     slot = (slot + 1) & index->mask)
		if (record_matches(&routes[index->slots[slot]], key))
			return index->slots[slot];
	return 0;
}

void route_index_add(struct route_index *index, const struct fib_route *routes,
		     uint32_t id)
{
	uint32_t slot = record_hash(&routes[id]) & index->mask;

	while (index->slots[slot])
		slot = (slot + 1) & index->mask;
	index->slots[slot] = id;
}

void route_index_remove(struct route_index *index,
			const struct fib_route *routes, uint32_t id)
{
	uint32_t hole = record_hash(&routes[id]) & index->mask, slot;

	while (index->slots[hole] != id) {
		if (!index->slots[hole])
			return;
		hole = (hole + 1) & index->mask;
	}
	/* Backward shift: move up what probed across the hole. */
	for (slot = (hole + 1) & index->mask; index->slots[slot];
	     slot = (slot + 1) & index->mask) {
		uint32_t home = record_hash(&routes[index->slots[slot]]) &
				index->mask;

		if (((slot - home) & index->mask) <
		    ((slot - hole) & index->mask))
			continue;
		index->slots[hole] = index->slots[slot];
		hole = slot;
	}
	index->slots[hole] = 0;
}
