// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/fib/overflow.h"

#include "plugin/base/compat.h"
#include "lib/typesafe.h"

#include "plugin/base/health.h"
#include "plugin/base/memory.h"
#include "plugin/engine/maps.h"

DEFINE_MTYPE_STATIC(BPF, BPF_OVERFLOW, "BPF route that did not fit");

PREDECL_RBTREE_UNIQ(overflow_table);

struct overflow {
	struct overflow_table_item item;
	struct prefix_key key;
	struct fib_route intent;
};

static int overflow_cmp(const struct overflow *a, const struct overflow *b)
{
	return prefix_key_cmp(&a->key, &b->key);
}

DECLARE_RBTREE_UNIQ(overflow_table, struct overflow, item, overflow_cmp);

static struct overflow_table_head table = INIT_RBTREE_UNIQ(table);
static uint32_t count4, count6;

static struct overflow *overflow_find(const struct prefix_key *key)
{
	struct overflow search = { .key = *key };

	return overflow_table_find(&table, &search);
}

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
	struct overflow *overflow = overflow_find(key);

	if (!overflow) {
		overflow = XCALLOC(MTYPE_BPF_OVERFLOW, sizeof(*overflow));
		overflow->key = *key;
		overflow_table_add(&table, overflow);
		overflow_counted(key->family, 1);
	}
	overflow->intent = *intent;
}

const struct fib_route *overflow_get(const struct prefix_key *key)
{
	struct overflow *overflow;

	if (!count4 && !count6)
		return NULL;
	overflow = overflow_find(key);
	return overflow ? &overflow->intent : NULL;
}

void overflow_remove(const struct prefix_key *key)
{
	struct overflow *overflow = overflow_find(key);

	if (!overflow)
		return;
	overflow_table_del(&table, overflow);
	overflow_counted(key->family, -1);
	XFREE(MTYPE_BPF_OVERFLOW, overflow);
}

bool overflow_first(uint8_t family, struct prefix_key *key)
{
	struct overflow *overflow;

	if (family && !overflow_count(family))
		return false;
	frr_each (overflow_table, &table, overflow) {
		if (family && overflow->key.family != family)
			continue;
		*key = overflow->key;
		return true;
	}
	return false;
}

bool overflow_within(const struct prefix_key *key)
{
	struct overflow search = { .key = *key }, *overflow;

	if (!count4 && !count6)
		return false;
	/* A cover sorts right before what lies within it. */
	overflow = overflow_table_find_gteq(&table, &search);
	return overflow && prefix_key_covers(key, &overflow->key);
}

uint32_t overflow_count(uint8_t family)
{
	return family == AF_INET ? count4 : count6;
}

void overflow_fini(void)
{
	struct overflow *overflow;

	while ((overflow = overflow_table_pop(&table)))
		XFREE(MTYPE_BPF_OVERFLOW, overflow);
	count4 = count6 = 0;
}
