// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/fib/unplaced.h"

#include "plugin/base/health.h"
#include "plugin/base/memory.h"
#include "plugin/fib/nhgroup.h"

DEFINE_MTYPE_STATIC(BPF, BPF_UNPLACED, "BPF route without room");

static int unplaced_cmp(const struct unplaced *a, const struct unplaced *b)
{
	return prefix_key_cmp(&a->key, &b->key);
}

DECLARE_RBTREE_UNIQ(unplaced_table, struct unplaced, item, unplaced_cmp);

static struct unplaced_table_head table = INIT_RBTREE_UNIQ(table);
static uint32_t paths;

uint32_t unplaced_count(void)
{
	return (uint32_t)unplaced_table_count(&table) + paths;
}

static void tell(void)
{
	if (unplaced_count())
		health_set(
			HEALTH_NEXTHOPS,
			"no room for the nexthops of %u routes: all %s are in use; they are punted until there is",
			unplaced_count(), nhgroup_lacks());
	else
		health_clear(HEALTH_NEXTHOPS);
}

static struct unplaced *unplaced_find(const struct prefix_key *key)
{
	const struct unplaced search = { .key = *key };

	return unplaced_table_find(&table, &search);
}

static void unplaced_drop(struct unplaced *unplaced)
{
	unplaced_table_del(&table, unplaced);
	XFREE(MTYPE_BPF_UNPLACED, unplaced);
}

void unplaced_set(const struct prefix_key *key,
		  const struct nexthop_key *nexthops, uint32_t count)
{
	struct unplaced *unplaced = unplaced_find(key);

	if (unplaced)
		unplaced_drop(unplaced);
	unplaced = XCALLOC(MTYPE_BPF_UNPLACED,
			   sizeof(*unplaced) + count * sizeof(*nexthops));
	unplaced->key = *key;
	unplaced->count = count;
	memcpy(unplaced->nexthops, nexthops, count * sizeof(*nexthops));
	unplaced_table_add(&table, unplaced);
	tell();
}

void unplaced_remove(const struct prefix_key *key)
{
	struct unplaced *unplaced;

	if (!unplaced_table_count(&table))
		return;
	unplaced = unplaced_find(key);
	if (!unplaced)
		return;
	unplaced_drop(unplaced);
	tell();
}

const struct unplaced *unplaced_after(struct prefix_key *at)
{
	const struct unplaced search = { .key = *at };
	struct unplaced *unplaced = unplaced_table_find_gteq(&table, &search);

	if (unplaced && !unplaced_cmp(unplaced, &search))
		unplaced = unplaced_table_next(&table, unplaced);
	if (unplaced)
		*at = unplaced->key;
	return unplaced;
}

void unplaced_paths(int change)
{
	paths += (uint32_t)change;
	tell();
}

void unplaced_fini(void)
{
	struct unplaced *unplaced;

	while ((unplaced = unplaced_table_pop(&table)))
		XFREE(MTYPE_BPF_UNPLACED, unplaced);
	paths = 0;
}
