// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/control/local.h"

#include <linux/rtnetlink.h>

#include "plugin/base/compat.h"
#include "lib/log.h"
#include "lib/typesafe.h"

#include "plugin/base/change.h"
#include "plugin/base/health.h"
#include "plugin/base/lock.h"
#include "plugin/base/memory.h"
#include "plugin/base/repair.h"
#include "plugin/engine/maps.h"
#include "plugin/fib/record.h"
#include "plugin/fib/route.h"
#include "plugin/ports/port.h"

DEFINE_MTYPE_STATIC(BPF, BPF_LOCAL, "BPF local route");

PREDECL_RBTREE_UNIQ(local_table);

struct local_entry {
	struct local_table_item item;
	struct kernel_local route;
	uint32_t seen; /* the dump that has confirmed it */
	bool leaves;
};

static int local_cmp(const struct local_entry *a, const struct local_entry *b)
{
	int order = prefix_key_cmp(&a->route.key, &b->route.key);

	if (order)
		return order;
	if (a->route.type != b->route.type)
		return a->route.type < b->route.type ? -1 : 1;
	if (a->route.tos != b->route.tos)
		return a->route.tos < b->route.tos ? -1 : 1;
	if (a->route.ifindex != b->route.ifindex)
		return a->route.ifindex < b->route.ifindex ? -1 : 1;
	if (a->route.priority != b->route.priority)
		return a->route.priority < b->route.priority ? -1 : 1;
	return 0;
}

DECLARE_RBTREE_UNIQ(local_table, struct local_entry, item, local_cmp);

static struct local_table_head table = INIT_RBTREE_UNIQ(table);

/* Number of the dump that is running, or was last. */
static uint32_t dumps;

static unsigned int custom4;

/*
 * A walk over all of them hands the lock over on the way: only the reader, who
 * walks, changes the table.
 */
static struct local_entry *local_step(struct local_entry *entry)
{
	fib_lock_count();
	fib_lock_pause();
	return local_table_next(&table, entry);
}

static bool is_net(const struct prefix_key *key)
{
	return key->len < family_bits(key->family);
}

/* The first route of the prefix, or the next one after route; NULL at the end. */
static struct local_entry *local_next(const struct prefix_key *key,
				      struct local_entry *entry)
{
	struct local_entry search = { .route.key = *key };

	entry = entry ? local_table_next(&table, entry)
		      : local_table_find_gteq(&table, &search);
	return entry && prefix_key_same(&entry->route.key, key) ? entry : NULL;
}

/* A route of the prefix of the type (0: any)? */
static bool local_has(const struct prefix_key *key, uint8_t type)
{
	struct local_entry *entry = NULL;

	while ((entry = local_next(key, entry)))
		if (!type || entry->route.type == type)
			return true;
	return false;
}

/*
 * IPv4 sources that are our own are martians, broadcast addresses may be; IPv6 has
 * no such rule.
 */
static bool is_source(const struct prefix_key *key)
{
	return key->family == AF_INET && !is_net(key) &&
	       (local_has(key, RTN_LOCAL) || local_has(key, RTN_BROADCAST));
}

static void local_source(const struct prefix_key *key)
{
	if (key->family != AF_INET || is_net(key))
		return;
	if (is_source(key))
		health_map_write("an own address",
				 maps_local4_set(&maps, key->table, key->addr));
	else
		maps_local4_remove(&maps, key->table, key->addr);
}

/* What the prefix is now, after a route of it came or went. */
static void local_apply(const struct kernel_local *local)
{
	local_source(&local->key);
	route_local_set(&local->key, local_has(&local->key, 0));
}

/* The kernel then checks every source in full (fib_validate_source()). */
static void local_custom(const struct kernel_local *local, int change)
{
	if (!local->custom || local->key.family != AF_INET)
		return;
	custom4 += (unsigned int)change;
	port_custom_locals(custom4);
}

/* An address of the interface's own came or went. */
static void local_address(const struct kernel_local *local, int change)
{
	if (local->type == RTN_LOCAL)
		port_address_count(local->ifindex, local->key.family, change);
}

static void local_remove(struct local_entry *entry)
{
	struct kernel_local local = entry->route;

	local_table_del(&table, entry);
	XFREE(MTYPE_BPF_LOCAL, entry);
	change_made();
	local_custom(&local, -1);
	local_apply(&local);
	local_address(&local, -1);
}

static struct local_entry *local_make(const struct kernel_local *local)
{
	struct local_entry search = { .route = *local }, *entry;

	entry = local_table_find(&table, &search);
	if (!entry) {
		entry = XCALLOC(MTYPE_BPF_LOCAL, sizeof(*entry));
		entry->route = *local;
		local_table_add(&table, entry);
		change_made();
		local_custom(local, 1);
		local_apply(local);
		local_address(local, 1);
	}
	entry->seen = dumps;
	return entry;
}

static bool same_place(const struct kernel_local *a,
		       const struct kernel_local *b)
{
	return a->tos == b->tos && a->priority == b->priority;
}

void local_add(const struct kernel_local *local, bool replaced)
{
	struct local_entry *added = local_make(local), *entry, *next;

	if (!replaced)
		return;
	/* Afterwards, so that the prefix is never without one. */
	for (entry = local_next(&local->key, NULL); entry; entry = next) {
		next = local_next(&local->key, entry);
		if (entry != added && same_place(&entry->route, local))
			local_remove(entry);
	}
}

void local_delete(const struct kernel_local *local)
{
	struct local_entry search = { .route = *local }, *entry;

	entry = local_table_find(&table, &search);
	if (entry)
		local_remove(entry);
}

void local_remove_if(bool (*gone)(const struct kernel_local *local,
				  const void *argument),
		     const void *argument)
{
	struct local_entry *entry, *next;

	/* All are asked before any goes: they may belong together. */
	for (entry = local_table_first(&table); entry;
	     entry = local_step(entry))
		entry->leaves = gone(&entry->route, argument);
	for (entry = local_table_first(&table); entry; entry = next) {
		next = local_step(entry);
		if (entry->leaves)
			local_remove(entry);
	}
}

bool local_any(const struct prefix_key *key,
	       bool (*is)(const struct kernel_local *local,
			  const void *argument),
	       const void *argument)
{
	struct local_entry *entry = key ? local_next(key, NULL)
					: local_table_first(&table);

	while (entry && !is(&entry->route, argument))
		entry = key ? local_next(key, entry) : local_step(entry);
	return entry;
}

bool local_present(const struct prefix_key *key)
{
	return local_has(key, 0);
}

bool local_is_source(uint32_t table, const uint8_t *addr)
{
	struct prefix_key key = {
		.table = table,
		.family = AF_INET,
		.len = 32,
	};

	memcpy(key.addr, addr, 4);
	return is_source(&key);
}

static void local_verify(const struct kernel_local *local)
{
	const struct prefix_key *key = &local->key;
	char text[INET_ADDRSTRLEN];

	if (is_source(key) && !maps_local4_has(&maps, key->table, key->addr)) {
		local_source(key);
		inet_ntop(AF_INET, key->addr, text, sizeof(text));
		repair_object(FAULT_MISSING, "own address %s", text);
	}
	if (!(record_load(key).owners & FIB_OWNER_LOCAL)) {
		route_local_set(key, true);
		repair_prefix(FAULT_RECORD, key);
	}
}

bool local_verify_next(struct kernel_local *at)
{
	struct local_entry search = { .route = *at }, *entry;

	entry = local_table_find_gteq(&table, &search);
	if (entry && !local_cmp(entry, &search))
		entry = local_table_next(&table, entry);
	if (!entry)
		return false;
	*at = entry->route;
	local_verify(at);
	return true;
}

void local_dump_begin(void)
{
	dumps++;
}

void local_dump_end(void)
{
	struct local_entry *entry, *next;

	for (entry = local_table_first(&table); entry; entry = next) {
		next = local_step(entry);
		if (entry->seen != dumps)
			local_remove(entry);
	}
}

void local_port_appeared(uint32_t ifindex)
{
	struct local_entry *entry;

	for (entry = local_table_first(&table); entry;
	     entry = local_step(entry))
		if (entry->route.ifindex == ifindex)
			local_address(&entry->route, 1);
}

void local_fini(void)
{
	struct local_entry *entry;

	while ((entry = local_table_pop(&table)))
		XFREE(MTYPE_BPF_LOCAL, entry);
	custom4 = 0;
}
