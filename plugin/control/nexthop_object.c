// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/control/nexthop_object.h"

#include "plugin/base/compat.h"
#include "lib/typesafe.h"

#include "bpf/abi.h"
#include "plugin/base/change.h"
#include "plugin/base/memory.h"
#include "plugin/fib/path.h"

DEFINE_MTYPE_STATIC(BPF, BPF_OBJECT, "BPF nexthop object");

PREDECL_RBTREE_UNIQ(object_table);

struct object {
	struct object_table_item item;
	uint32_t id;
	bool blackhole;
	bool beyond;
	struct nexthop_key nexthop;
	uint32_t count; /* of a group */
	struct kernel_member *members;
	uint32_t seen; /* the dump that has confirmed it */
};

static int object_cmp(const struct object *a, const struct object *b)
{
	return a->id < b->id ? -1 : a->id > b->id;
}

DECLARE_RBTREE_UNIQ(object_table, struct object, item, object_cmp);

static struct object_table_head table = INIT_RBTREE_UNIQ(table);

/* Number of the dump that is running, or was last. */
static uint32_t dumps;

static bool changed;

static struct object *object_find(uint32_t id)
{
	struct object search = { .id = id };

	return object_table_find(&table, &search);
}

static void object_free(struct object *object)
{
	object_table_del(&table, object);
	XFREE(MTYPE_BPF_OBJECT, object->members);
	XFREE(MTYPE_BPF_OBJECT, object);
}

/* The nexthops of a group. False when XDP cannot do it, or it is not known. */
static bool group_nexthops(const struct object *group,
			   struct nexthop_key *nexthops)
{
	for (uint32_t i = 0; i < group->count; i++) {
		const struct object *member = object_find(group->members[i].id);

		if (!member || member->beyond || !member->nexthop.ifindex)
			return false;
		nexthops[i] = member->nexthop;
		nexthops[i].weight = group->members[i].weight;
	}
	return true;
}

uint32_t nexthop_object_word(uint32_t id, struct nexthop_key *nexthops,
			     uint32_t *count)
{
	const uint32_t unsupported =
		fib_word(FIB_PUNT, VERDICT_PUNT_UNSUPPORTED);
	const struct object *object = object_find(id);

	if (object && object->count == 1 && !object->beyond)
		object = object_find(object->members->id);
	if (!object || object->beyond)
		return unsupported;
	if (object->blackhole)
		return fib_word(FIB_DROP, VERDICT_DROP_BLACKHOLE);
	*count = object->count ? object->count : 1;
	if (!object->count)
		nexthops[0] = object->nexthop;
	else if (!group_nexthops(object, nexthops))
		return unsupported;
	return fib_word(FIB_FORWARD, 0);
}

bool nexthop_object_changed(void)
{
	bool was = changed;

	changed = false;
	return was;
}

static bool object_same(const struct object *object,
			const struct kernel_object *told)
{
	return object->blackhole == told->blackhole &&
	       object->beyond == told->beyond &&
	       !nexthop_key_cmp(&object->nexthop, &told->nexthop) &&
	       object->count == told->count &&
	       !memcmp(object->members, told->members,
		       told->count * sizeof(*told->members));
}

void nexthop_object_set(const struct kernel_object *told)
{
	struct object *object = object_find(told->id);

	if (object && object_same(object, told)) {
		object->seen = dumps;
		return;
	}
	if (!object) {
		object = XCALLOC(MTYPE_BPF_OBJECT, sizeof(*object));
		object->id = told->id;
		object_table_add(&table, object);
	}
	object->blackhole = told->blackhole;
	object->beyond = told->beyond;
	object->nexthop = told->nexthop;
	object->count = told->count;
	object->members =
		XREALLOC(MTYPE_BPF_OBJECT, object->members,
			 (told->count + 1) * sizeof(*object->members));
	memcpy(object->members, told->members,
	       told->count * sizeof(*object->members));
	object->seen = dumps;
	changed = true;
	change_made();
}

static bool group_remove(struct object *group, uint32_t id)
{
	uint32_t kept = 0, before = group->count;

	for (uint32_t i = 0; i < before; i++)
		if (group->members[i].id != id)
			group->members[kept++] = group->members[i];
	group->count = kept;
	return kept < before;
}

/* With its routes, unlike one that is not there yet. */
static void object_leave(struct object *object)
{
	struct path *path = NULL;

	while ((path = path_next(path)))
		if (path->route.object == object->id)
			path_become(path, PATH_NONE);
	object_free(object);
	changed = true;
	change_made();
}

/* Groups lose the member, and go with their last one. */
static void object_remove(struct object *gone)
{
	uint32_t id = gone->id;
	struct object *group;

	object_leave(gone);
	frr_each_safe (object_table, &table, group)
		if (group_remove(group, id) && !group->count)
			object_leave(group);
}

void nexthop_object_delete(uint32_t id)
{
	struct object *object = object_find(id);

	if (object)
		object_remove(object);
}

/* One on the link, or NULL. */
static struct object *object_on(uint32_t ifindex)
{
	struct object *object;

	frr_each (object_table, &table, object)
		if (object->nexthop.ifindex == ifindex)
			return object;
	return NULL;
}

void nexthop_object_link_gone(uint32_t ifindex)
{
	struct object *object;

	while ((object = object_on(ifindex)))
		object_remove(object);
}

void nexthop_object_dump_begin(void)
{
	dumps++;
}

void nexthop_object_dump_end(void)
{
	struct object *object;

	frr_each_safe (object_table, &table, object)
		if (object->seen != dumps)
			object_leave(object);
}

void nexthop_object_fini(void)
{
	struct object *object;

	while ((object = object_table_first(&table)))
		object_free(object);
	changed = false;
}
