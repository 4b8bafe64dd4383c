// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/fib/nhgroup.h"

#include <errno.h>
#include <stdlib.h>

#include "lib/jhash.h"

#include "plugin/base/idpool.h"
#include "plugin/base/memory.h"
#include "plugin/base/repair.h"
#include "plugin/engine/maps.h"
#include "plugin/fib/bucket.h"
#include "plugin/ports/port.h"

DEFINE_MTYPE_STATIC(BPF, BPF_NHGROUP, "BPF nexthop group");

/* Bucket ranges come in power-of-two classes, 64 to FIB_GROUP_BUCKETS_MAX. */
#define RANGE_SMALLEST 64
#define RANGE_CLASSES 5

PREDECL_HASH(nhgroup_table);

struct nhgroup {
	struct nhgroup_table_item item;
	uint32_t id;
	uint32_t references;
	uint32_t nbuckets;
	uint32_t first; /* bucket slot, or the nexthop id of a single */
	bool transmits; /* frames may leave by all of its interfaces */
	uint32_t count;
	uint32_t members[]; /* nexthop ids, a reference each, sorted by key */
};

static int nhgroup_cmp(const struct nhgroup *a, const struct nhgroup *b)
{
	if (a->count != b->count)
		return a->count < b->count ? -1 : 1;
	return memcmp(a->members, b->members, a->count * sizeof(a->members[0]));
}

static uint32_t nhgroup_hash(const struct nhgroup *group)
{
	return jhash2(group->members, group->count, 0);
}

DECLARE_HASH(nhgroup_table, struct nhgroup, item, nhgroup_cmp, nhgroup_hash);

static struct nhgroup_table_head table;
static struct nhgroup **by_id;
static struct idpool pool;
static struct idpool ranges[RANGE_CLASSES]; /* units: ranges of the class */
static const char *lacking = "";	    /* at the last failure */

static int range_class(uint32_t nbuckets)
{
	return __builtin_ctz(nbuckets / RANGE_SMALLEST);
}

/* Each class has a fifth of the slots; ids are range numbers within it. */
static uint32_t range_base(int class)
{
	uint32_t share = maps.config.max_buckets / RANGE_CLASSES;

	return (uint32_t) class * (share & ~(FIB_GROUP_BUCKETS_MAX - 1U));
}

int nhgroup_init(void)
{
	uint32_t share = range_base(1);
	int ret = idpool_init(&pool, 1, maps.config.max_groups);

	for (int class = 0; !ret && class < RANGE_CLASSES; class ++)
		ret = idpool_init(&ranges[class], 0,
				  share / ((uint32_t)RANGE_SMALLEST << class));
	if (ret)
		return ret;
	by_id = XCALLOC(MTYPE_BPF_NHGROUP,
			maps.config.max_groups * sizeof(struct nhgroup *));
	nhgroup_table_init(&table);
	return 0;
}

void nhgroup_fini(void)
{
	struct nhgroup *group;

	while ((group = nhgroup_table_pop(&table)))
		XFREE(MTYPE_BPF_NHGROUP, group);
	nhgroup_table_fini(&table);
	XFREE(MTYPE_BPF_NHGROUP, by_id);
	idpool_fini(&pool);
	for (int class = 0; class < RANGE_CLASSES; class ++)
		idpool_fini(&ranges[class]);
}

/*
 * A range of at least *nbuckets slots: a larger class helps out, and the group
 * then has as many buckets. Result: first slot, or UINT32_MAX.
 */
static uint32_t range_get(uint32_t *nbuckets)
{
	for (; *nbuckets <= FIB_GROUP_BUCKETS_MAX; *nbuckets *= 2) {
		int class = range_class(*nbuckets);
		uint32_t number = idpool_get(&ranges[class]);

		if (number != UINT32_MAX)
			return range_base(class) + number * *nbuckets;
	}
	return UINT32_MAX;
}

static void range_put(uint32_t first, uint32_t nbuckets)
{
	int class = range_class(nbuckets);

	idpool_put(&ranges[class], (first - range_base(class)) / nbuckets);
}

static uint32_t *bucket_slot(uint32_t slot)
{
	return &maps.bucket[slot >> FIB_BUCKET_SHIFT]
			.nexthop[slot & FIB_BUCKET_MASK];
}

static int members_cmp(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static int members_key_cmp(const void *a, const void *b)
{
	return nexthop_key_cmp(nexthop_key_of(*(const uint32_t *)a),
			       nexthop_key_of(*(const uint32_t *)b));
}

/* References to the nexthops, sorted, without duplicates, in a new group. */
static int nhgroup_collect(const struct nexthop_key *nexthops, uint32_t count,
			   struct nhgroup **result)
{
	struct nhgroup *group;
	uint32_t kept = 0;
	int ret = 0;

	if (!count || count > FIB_GROUP_BUCKETS_MAX)
		return -EINVAL;
	group = XCALLOC(MTYPE_BPF_NHGROUP,
			sizeof(*group) + count * sizeof(group->members[0]));
	for (uint32_t i = 0; i < count && !ret; i++) {
		ret = nexthop_get(&nexthops[i], &group->members[group->count]);
		if (!ret)
			group->count++;
	}
	if (ret) {
		lacking = "nexthops";
		while (group->count)
			nexthop_put(group->members[--group->count]);
		XFREE(MTYPE_BPF_NHGROUP, group);
		return ret;
	}
	qsort(group->members, group->count, sizeof(group->members[0]),
	      members_key_cmp);
	for (uint32_t i = 0; i < group->count; i++) {
		if (kept && group->members[kept - 1] == group->members[i])
			nexthop_put(group->members[i]);
		else
			group->members[kept++] = group->members[i];
	}
	group->count = kept;
	*result = group;
	return 0;
}

static void nhgroup_destroy(struct nhgroup *group)
{
	for (uint32_t i = 0; i < group->count; i++)
		nexthop_put(group->members[i]);
	XFREE(MTYPE_BPF_NHGROUP, group);
}

static void buckets_read(const struct nhgroup *group, uint32_t *buckets)
{
	for (uint32_t i = 0; i < group->nbuckets; i++)
		buckets[i] = group->count == 1 ? group->first
					       : *bucket_slot(group->first + i);
}

/* Those of the group, as few as can be unlike old ones (none: NULL). */
static void buckets_write(const struct nhgroup *group, const uint32_t *old,
			  uint32_t n_old)
{
	struct bucket_member members[FIB_GROUP_BUCKETS_MAX];
	uint32_t buckets[FIB_GROUP_BUCKETS_MAX];

	for (uint32_t i = 0; i < group->count; i++) {
		members[i].nexthop = group->members[i];
		members[i].weight = nexthop_key_of(group->members[i])->weight;
	}
	bucket_fill(buckets, group->nbuckets, members, group->count, old,
		    n_old);
	for (uint32_t i = 0; i < group->nbuckets; i++)
		__atomic_store_n(bucket_slot(group->first + i), buckets[i],
				 __ATOMIC_RELAXED);
}

/* Write the buckets of a group with several members. */
static int nhgroup_spread(struct nhgroup *group, const struct nhgroup *like)
{
	uint32_t old[FIB_GROUP_BUCKETS_MAX];
	uint32_t n_old = like ? like->nbuckets : 0;

	group->nbuckets = bucket_count(group->count, n_old);
	group->first = range_get(&group->nbuckets);
	if (group->first == UINT32_MAX)
		return -ENOSPC;
	if (like)
		buckets_read(like, old);
	buckets_write(group, like ? old : NULL, n_old);
	return 0;
}

/* One aligned 64-bit store switches a group in or out. */
static void nhgroup_store(uint32_t id, uint32_t nbuckets, uint32_t first)
{
	struct fib_nhgroup record = { .nbuckets = nbuckets, .first = first };
	uint64_t word;

	_Static_assert(sizeof(word) == sizeof(record), "one store");
	memcpy(&word, &record, sizeof(word));
	__atomic_store_n((uint64_t *)&maps.nhgroup[id], word, __ATOMIC_RELEASE);
}

static bool members_transmit(const struct nhgroup *group)
{
	struct port_egress egress;

	for (uint32_t i = 0; i < group->count; i++)
		if (!port_egress(nexthop_key_of(group->members[i])->ifindex,
				 &egress) ||
		    !egress.xmit)
			return false;
	return true;
}

static int nhgroup_publish(struct nhgroup *group, const struct nhgroup *like)
{
	int ret = 0;

	group->id = idpool_get(&pool);
	if (group->id == UINT32_MAX) {
		lacking = "nexthop groups";
		return -ENOSPC;
	}
	if (group->count == 1) {
		group->nbuckets = 1;
		group->first = group->members[0];
	} else {
		ret = nhgroup_spread(group, like);
	}
	if (ret) {
		lacking = "buckets of nexthop groups";
		idpool_put(&pool, group->id);
		return ret;
	}
	group->transmits = members_transmit(group);
	nhgroup_store(group->id, group->nbuckets, group->first);
	by_id[group->id] = group;
	nhgroup_table_add(&table, group);
	return 0;
}

int nhgroup_get(const struct nexthop_key *nexthops, uint32_t count,
		uint32_t like, uint32_t *id)
{
	struct nhgroup *group, *found;
	int ret = nhgroup_collect(nexthops, count, &group);

	if (ret)
		return ret;
	found = nhgroup_table_find(&table, group);
	if (found) {
		nhgroup_destroy(group);
	} else {
		ret = nhgroup_publish(group, like ? by_id[like] : NULL);
		if (ret) {
			nhgroup_destroy(group);
			return ret;
		}
		found = group;
	}
	found->references++;
	*id = found->id;
	return 0;
}

bool nhgroup_word_known(uint32_t word)
{
	uint32_t id = fib_word_argument(word);

	return fib_word_action(word) != FIB_FORWARD ||
	       (id < maps.config.max_groups && by_id[id]);
}

bool nhgroup_is(uint32_t id, const struct nexthop_key *nexthops, uint32_t count)
{
	const struct nhgroup *group = by_id[id];
	struct nexthop_key key;

	if (group->count != count)
		return false;
	if (count == 1) {
		key = *nexthop_key_of(group->members[0]);
		key.weight = nexthops->weight;
		return !nexthop_key_cmp(&key, nexthops);
	}
	for (uint32_t i = 0; i < count; i++)
		if (nexthop_key_cmp(nexthop_key_of(group->members[i]),
				    &nexthops[i]))
			return false;
	return true;
}

bool nhgroup_has(uint32_t id, const struct nexthop_key *nexthops,
		 uint32_t count)
{
	const struct nhgroup *group = by_id[id];

	for (uint32_t i = 0; i < count; i++) {
		uint32_t m = 0;

		while (m < group->count &&
		       !nexthop_key_same(nexthop_key_of(group->members[m]),
					 &nexthops[i]))
			m++;
		if (m == group->count)
			return false;
	}
	return true;
}

bool nhgroup_transmits(uint32_t id)
{
	return by_id[id]->transmits;
}

bool nhgroup_port_changed(void)
{
	struct nhgroup *group;
	bool any = false;

	frr_each (nhgroup_table, &table, group) {
		bool before = group->transmits;

		group->transmits = members_transmit(group);
		any = any || before != group->transmits;
	}
	return any;
}

void nhgroup_put(uint32_t id)
{
	struct nhgroup *group = by_id[id];

	if (--group->references)
		return;
	nhgroup_table_del(&table, group);
	by_id[id] = NULL;
	nhgroup_store(id, 0, 0);
	if (group->count > 1)
		range_put(group->first, group->nbuckets);
	idpool_put(&pool, id);
	nhgroup_destroy(group);
}

static struct fib_nhgroup nhgroup_raw(uint32_t id)
{
	struct fib_nhgroup record;
	uint64_t word = __atomic_load_n((uint64_t *)&maps.nhgroup[id],
					__ATOMIC_ACQUIRE);

	memcpy(&record, &word, sizeof(record));
	return record;
}

/* One that leads nowhere, for somebody has written to the map, is none. */
static struct fib_nhgroup nhgroup_load(uint32_t id)
{
	struct fib_nhgroup record = nhgroup_raw(id);
	uint32_t n = record.nbuckets;

	if (n > FIB_GROUP_BUCKETS_MAX || (n & (n - 1)) ||
	    record.first >= maps.config.max_buckets ||
	    record.first + n > maps.config.max_buckets)
		return (struct fib_nhgroup){ 0 };
	return record;
}

uint32_t nhgroup_members(uint32_t id, uint32_t *ids, uint32_t max)
{
	struct fib_nhgroup record = nhgroup_load(id);
	uint32_t count = 0;

	for (uint32_t b = 0; b < record.nbuckets; b++) {
		uint32_t nexthop = record.nbuckets == 1
					   ? record.first
					   : *bucket_slot(record.first + b);
		uint32_t i = 0;

		while (i < count && ids[i] != nexthop)
			i++;
		if (i == count && count < max &&
		    nexthop < maps.config.max_nexthops)
			ids[count++] = nexthop;
	}
	qsort(ids, count, sizeof(*ids), members_cmp);
	return count;
}

bool nhgroup_leaves_by(uint32_t id, uint32_t ifindex)
{
	uint32_t bucket, nexthop;

	for (uint32_t hash = 0; hash < FIB_RPF_BUCKETS_MAX; hash++) {
		nexthop = nhgroup_select(id, hash, &bucket);
		if (nexthop < maps.config.max_nexthops &&
		    maps.nexthop[nexthop].ifindex == ifindex)
			return true;
	}
	return false;
}

uint32_t nhgroup_share(uint32_t id, uint32_t nexthop)
{
	struct fib_nhgroup record = nhgroup_load(id);
	uint32_t share = 0;

	if (record.nbuckets == 1)
		return record.first == nexthop;
	for (uint32_t b = 0; b < record.nbuckets; b++)
		share += *bucket_slot(record.first + b) == nexthop;
	return share;
}

uint32_t nhgroup_select(uint32_t id, uint32_t hash, uint32_t *bucket)
{
	struct fib_nhgroup record = nhgroup_load(id);

	*bucket = record.nbuckets ? hash & (record.nbuckets - 1) : 0;
	if (!record.nbuckets)
		return 0;
	if (record.nbuckets == 1)
		return record.first;
	return *bucket_slot(record.first + *bucket);
}

/* A right set stays as it is when it is spread anew. */
static void buckets_verify(const struct nhgroup *group)
{
	uint32_t before[FIB_GROUP_BUCKETS_MAX], now[FIB_GROUP_BUCKETS_MAX];

	buckets_read(group, before);
	buckets_write(group, before, group->nbuckets);
	buckets_read(group, now);
	if (memcmp(before, now, group->nbuckets * sizeof(*now)))
		repair_object(FAULT_BUCKETS, "nexthop group %u", group->id);
}

void nhgroup_verify(uint32_t id)
{
	const struct nhgroup *group = by_id[id];
	uint32_t nbuckets = group ? group->nbuckets : 0;
	uint32_t first = group ? group->first : 0;
	struct fib_nhgroup record = nhgroup_raw(id);

	if (group && group->count > 1)
		buckets_verify(group);
	if (record.nbuckets == nbuckets && record.first == first)
		return;
	nhgroup_store(id, nbuckets, first);
	repair_object(group ? FAULT_CONTENT : FAULT_FOREIGN, "nexthop group %u",
		      id);
}

const char *nhgroup_lacks(void)
{
	return lacking;
}

uint32_t nhgroup_count(void)
{
	return pool.used;
}
