// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/fib/nexthop.h"

#include <errno.h>

#include "lib/jhash.h"
#include "lib/log.h"

#include "plugin/base/idpool.h"
#include "plugin/base/memory.h"
#include "plugin/base/repair.h"
#include "plugin/engine/counters.h"
#include "plugin/engine/maps.h"
#include "plugin/ports/port.h"

DEFINE_MTYPE_STATIC(BPF, BPF_NEXTHOP, "BPF nexthop");

static int nexthop_entry_cmp(const struct nexthop_entry *a,
			     const struct nexthop_entry *b)
{
	return memcmp(&a->key, &b->key, sizeof(a->key));
}

static uint32_t nexthop_entry_hash(const struct nexthop_entry *entry)
{
	return jhash(&entry->key, sizeof(entry->key), 0);
}

DECLARE_HASH(nexthop_table, struct nexthop_entry, item, nexthop_entry_cmp,
	     nexthop_entry_hash);

static struct nexthop_table_head table;
static struct nexthop_entry **by_id;
static struct idpool pool;

int nexthop_init(void)
{
	int ret = idpool_init(&pool, 1, maps.config.max_nexthops);

	if (ret)
		return ret;
	by_id = XCALLOC(MTYPE_BPF_NEXTHOP,
			maps.config.max_nexthops *
				sizeof(struct nexthop_entry *));
	nexthop_table_init(&table);
	return 0;
}

void nexthop_fini(void)
{
	struct nexthop_entry *entry;

	while ((entry = nexthop_table_pop(&table))) {
		if (entry->neighbour)
			neighbour_unuse(entry->neighbour, &entry->user);
		XFREE(MTYPE_BPF_NEXTHOP, entry);
	}
	nexthop_table_fini(&table);
	XFREE(MTYPE_BPF_NEXTHOP, by_id);
	idpool_fini(&pool);
}

static void nexthop_clear(uint32_t id)
{
	__atomic_store_n(&maps.nexthop[id].adjacency, 0, __ATOMIC_RELEASE);
	__atomic_store_n(&maps.nexthop[id].ifindex, 0, __ATOMIC_RELEASE);
}

/* The record as it should be now. */
static struct fib_nexthop nexthop_record(const struct nexthop_entry *entry)
{
	const struct nexthop_key *key = &entry->key;
	struct fib_nexthop record = {
		.ifindex = key->ifindex,
		.family = key->family,
		.weight = key->weight,
	};

	memcpy(record.gateway, key->gateway, sizeof(record.gateway));
	if (port_egress(key->ifindex, NULL))
		record.flags |= FIB_NEXTHOP_EGRESS;
	if (port_redirects(key->ifindex, key->family))
		record.flags |= FIB_NEXTHOP_REDIRECTS;
	else if (entry->neighbour)
		record.adjacency = entry->neighbour->adjacency;
	return record;
}

/* The neighbour's adjacency and the port's state into the record. */
static void nexthop_publish(struct nexthop_entry *entry)
{
	struct fib_nexthop now = nexthop_record(entry);
	struct fib_nexthop *record = &maps.nexthop[entry->id];

	/* A reader that sees the adjacency must see the record behind it. */
	__atomic_store_n(&record->flags, now.flags, __ATOMIC_RELEASE);
	__atomic_store_n(&record->adjacency, now.adjacency, __ATOMIC_RELEASE);
}

/* All of it: packets are punted until it is whole. */
static void nexthop_write(struct nexthop_entry *entry)
{
	struct fib_nexthop now = nexthop_record(entry);

	now.adjacency = 0;
	nexthop_clear(entry->id);
	maps.nexthop[entry->id] = now;
	nexthop_publish(entry);
}

static void nexthop_changed(struct adjacency_user *user)
{
	nexthop_publish(container_of(user, struct nexthop_entry, user));
}

static struct nexthop_entry *nexthop_create(const struct nexthop_key *key)
{
	struct nexthop_entry *entry;
	uint32_t id = idpool_get(&pool);

	if (id == UINT32_MAX)
		return NULL;
	counters_nexthop_reset(id);
	entry = XCALLOC(MTYPE_BPF_NEXTHOP, sizeof(*entry));
	entry->key = *key;
	entry->id = id;
	by_id[id] = entry;
	nexthop_table_add(&table, entry);
	entry->user.changed = nexthop_changed;
	if (key->family)
		entry->neighbour = neighbour_use(key->ifindex, key->family,
						 key->gateway, &entry->user);
	nexthop_write(entry);
	return entry;
}

int nexthop_get(const struct nexthop_key *key, uint32_t *id)
{
	struct nexthop_entry search, *entry;

	memset(&search, 0, sizeof(search));
	search.key = *key;
	entry = nexthop_table_find(&table, &search);
	if (!entry)
		entry = nexthop_create(key);
	if (!entry)
		return -ENOSPC;
	entry->references++;
	*id = entry->id;
	return 0;
}

void nexthop_put(uint32_t id)
{
	struct nexthop_entry *entry = by_id[id];

	if (--entry->references)
		return;
	nexthop_table_del(&table, entry);
	by_id[id] = NULL;
	nexthop_clear(id);
	if (entry->neighbour)
		neighbour_unuse(entry->neighbour, &entry->user);
	XFREE(MTYPE_BPF_NEXTHOP, entry);
	idpool_put(&pool, id);
}

const struct nexthop_key *nexthop_key_of(uint32_t id)
{
	return &by_id[id]->key;
}

void nexthop_verify(uint32_t id)
{
	struct fib_nexthop *record = &maps.nexthop[id];
	struct nexthop_entry *entry = by_id[id];
	struct fib_nexthop wanted;
	char name[NEIGHBOUR_NAME];

	if (!entry) {
		if (!record->adjacency && !record->ifindex)
			return;
		nexthop_clear(id);
		memset(record, 0, sizeof(*record));
		repair_object(FAULT_FOREIGN, "nexthop %u", id);
		return;
	}
	wanted = nexthop_record(entry);
	if (!memcmp(record, &wanted, sizeof(wanted)))
		return;
	nexthop_write(entry);
	neighbour_name(entry->key.ifindex, entry->key.family,
		       entry->key.gateway, name);
	repair_object(FAULT_CONTENT, "nexthop %u (%s)", id, name);
}

void nexthop_port_changed(uint32_t ifindex)
{
	struct nexthop_entry *entry;

	frr_each (nexthop_table, &table, entry)
		if (entry->key.ifindex == ifindex)
			nexthop_publish(entry);
}

uint32_t nexthop_count(void)
{
	return pool.used;
}
