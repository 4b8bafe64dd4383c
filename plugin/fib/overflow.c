// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/fib/overflow.h"

#include <errno.h>
#include <string.h>

#include "plugin/base/health.h"
#include "plugin/engine/maps.h"
#include "plugin/fib/tables.h"

/* Prefixes that wait; the length of the longest cover in the FIB, plus one. */
static struct tables waiting;
/* Those covers; how many wait of which each is the longest cover. */
static struct tables covers;
static uint32_t count4, count6;
static int error4, error6; /* why, at the last try: -errno */
static void (*catches)(const struct prefix_key *cover, bool on);

void overflow_set_catches(void (*each)(const struct prefix_key *cover, bool on))
{
	catches = each;
}

static void overflow_health(uint8_t family)
{
	bool v4 = family == AF_INET;
	enum health_reason reason = v4 ? HEALTH_ROUTES4 : HEALTH_ROUTES6;
	uint32_t count = v4 ? count4 : count6;
	int error = v4 ? error4 : error6;

	if (!count)
		health_clear(reason);
	else if (error != -ENOSPC)
		health_set(
			reason,
			"%u %s routes cannot be written to the map now: %s; they and their covers are punted",
			count, v4 ? "IPv4" : "IPv6", strerror(-error));
	else
		health_set(
			reason,
			"%u %s routes do not fit into %u; they and their covers are punted (raise bpf fib max-routes %s)",
			count, v4 ? "IPv4" : "IPv6",
			v4 ? maps.max_routes4 : maps.max_routes6,
			v4 ? "ipv4" : "ipv6");
}

static void overflow_counted(uint8_t family, int change)
{
	*(family == AF_INET ? &count4 : &count6) += (uint32_t)change;
	overflow_health(family);
}

/* One more (or fewer) waits with a cover of that length. */
static void cover_count(const struct prefix_key *key, uint8_t len, int change)
{
	struct prefix_key cover = *key;
	uint32_t before;

	if (len == OVERFLOW_NO_COVER)
		return;
	cover.len = len;
	prefix_key_mask(&cover);
	before = tables_get(&covers, &cover);
	if (before + (uint32_t)change)
		tables_set(&covers, &cover, before + (uint32_t)change);
	else
		tables_remove(&covers, &cover);
	if (!before || !(before + (uint32_t)change))
		catches(&cover, !before);
}

void overflow_failed(uint8_t family, int error)
{
	*(family == AF_INET ? &error4 : &error6) = error;
	overflow_health(family);
}

void overflow_add(const struct prefix_key *key, uint8_t cover_len)
{
	tables_set(&waiting, key, cover_len + 1U);
	cover_count(key, cover_len, 1);
	overflow_counted(key->family, 1);
}

void overflow_remove(const struct prefix_key *key)
{
	uint32_t value = tables_remove(&waiting, key);

	if (!value)
		return;
	cover_count(key, (uint8_t)(value - 1), -1);
	overflow_counted(key->family, -1);
}

bool overflow_has(const struct prefix_key *key)
{
	return overflow_count(key->family) && tables_get(&waiting, key);
}

bool overflow_first(uint8_t family, struct prefix_key *key)
{
	return tables_any(&waiting, family, key);
}

uint32_t overflow_count(uint8_t family)
{
	return family == AF_INET ? count4 : count6;
}

static bool is_shorter(uint8_t cover_len, uint8_t len)
{
	return cover_len == OVERFLOW_NO_COVER || cover_len < len;
}

/*
 * The next prefix behind *at that waits within key. Result: the length of its
 * cover, plus one; or 0.
 */
static uint32_t waiting_next(const struct prefix_key *key,
			     struct prefix_key *at)
{
	uint32_t value = tables_after(&waiting, at);

	return value && prefix_key_covers(key, at) ? value : 0;
}

bool overflow_caught_by(const struct prefix_key *key)
{
	struct prefix_key at = *key;
	uint32_t value;

	if (!overflow_count(key->family))
		return false;
	while ((value = waiting_next(key, &at)))
		if (is_shorter((uint8_t)(value - 1), key->len))
			return true;
	return false;
}

void overflow_cover_added(const struct prefix_key *key)
{
	struct prefix_key at = *key;
	uint32_t value;

	if (!overflow_count(key->family))
		return;
	while ((value = waiting_next(key, &at))) {
		uint8_t before = (uint8_t)(value - 1);

		if (!is_shorter(before, key->len))
			continue;
		tables_set(&waiting, &at, key->len + 1U);
		/* Marked before the old one is not. */
		cover_count(&at, key->len, 1);
		cover_count(&at, before, -1);
	}
}

void overflow_cover_leaves(const struct prefix_key *key, uint8_t cover_len)
{
	struct prefix_key at = *key;
	uint32_t value;

	/* Catches until it has gone: its count does not become 0. */
	if (!tables_remove(&covers, key))
		return;
	while ((value = waiting_next(key, &at))) {
		if (value - 1 != key->len)
			continue;
		tables_set(&waiting, &at, cover_len + 1U);
		cover_count(&at, cover_len, 1);
	}
}

void overflow_fini(void)
{
	tables_fini(&waiting);
	tables_fini(&covers);
	count4 = count6 = 0;
}
