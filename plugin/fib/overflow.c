// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/fib/overflow.h"

#include "plugin/base/health.h"
#include "plugin/engine/maps.h"
#include "plugin/fib/intent.h"

static struct intent_tree_head table = INIT_RBTREE_UNIQ(table);
static uint32_t count4, count6;

static void overflow_health(uint8_t family)
{
	bool v4 = family == AF_INET;
	enum health_reason reason = v4 ? HEALTH_ROUTES4 : HEALTH_ROUTES6;
	uint32_t count = v4 ? count4 : count6;

	if (!count)
		health_clear(reason);
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

void overflow_put(const struct prefix_key *key, const struct fib_route *intent)
{
	if (intent_put(&table, key, intent))
		overflow_counted(key->family, 1);
}

const struct fib_route *overflow_get(const struct prefix_key *key)
{
	return intent_get(&table, key);
}

void overflow_remove(const struct prefix_key *key)
{
	if (intent_remove(&table, key))
		overflow_counted(key->family, -1);
}

bool overflow_first(uint8_t family, struct prefix_key *key)
{
	struct intent *intent;

	if (family && !overflow_count(family))
		return false;
	frr_each (intent_tree, &table, intent) {
		if (family && intent->key.family != family)
			continue;
		*key = intent->key;
		return true;
	}
	return false;
}

bool overflow_within(const struct prefix_key *key)
{
	struct intent search = { .key = *key }, *intent;

	if (!count4 && !count6)
		return false;
	/* A cover sorts right before what lies within it. */
	intent = intent_tree_find_gteq(&table, &search);
	return intent && prefix_key_covers(key, &intent->key);
}

uint32_t overflow_count(uint8_t family)
{
	return family == AF_INET ? count4 : count6;
}

void overflow_fini(void)
{
	intent_fini(&table);
	count4 = count6 = 0;
}
