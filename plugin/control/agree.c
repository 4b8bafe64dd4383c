// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/control/agree.h"

#include <linux/rtnetlink.h>

#include "plugin/base/lock.h"
#include "plugin/control/outcome.h"
#include "plugin/control/path_list.h"
#include "plugin/fib/path.h"
#include "plugin/fib/record.h"
#include "plugin/fib/route.h"
#include "plugin/fib/tables.h"

/*
 * The lists of paths by prefix. Nearly always there is one path and it is the
 * choice: then the prefix's record says it all (alone()), and it is not in here.
 */
static struct tables several;
/* All that a dump has told so far. */
static struct tables dumped;
static bool dumping;
/* So many prefixes were changed. */
static uint64_t changes;

static const struct kernel_route *route_at(uint32_t list, uint32_t index)
{
	return &path_at(path_list_at(list, index))->route;
}

/*
 * Linux's choice. IPv4: the first in the order of TOS and priority. IPv6: of the
 * lowest priority; several that have not joined are chosen from by what we
 * cannot see.
 */
static uint32_t choice(uint8_t family, uint32_t list)
{
	uint32_t count = path_list_count(list);

	if (!count)
		return PATH_NONE;
	for (uint32_t i = 0; i < count; i++)
		if (route_at(list, i)->partial)
			return PATH_UNSURE;
	if (family == AF_INET6 && count > 1 &&
	    route_at(list, 0)->priority == route_at(list, 1)->priority)
		return PATH_UNSURE;
	return path_list_at(list, 0);
}

/* Does the choice alone say what the list is? */
static bool alone(uint8_t family, uint32_t list)
{
	return choice(family, list) == list;
}

/* The list of a prefix, to be changed and stored; nothing else refers to it. */
static uint32_t list_load(const struct prefix_key *key)
{
	uint32_t list = tables_get(dumping ? &dumped : &several, key);

	if (list || dumping)
		return list;
	list = route_kernel_get(key);
	/* Without a list: its record was damaged, and all is read again soon. */
	if (list == PATH_UNSURE)
		return 0;
	path_hold(list);
	return list;
}

static void list_store(const struct prefix_key *key, uint32_t list)
{
	struct tables *tables = dumping ? &dumped : &several;
	bool apart = dumping ? list : !alone(key->family, list);

	if (apart)
		tables_set(tables, key, list);
	else
		tables_remove(tables, key);
	changes++;
	fib_lock_count();
	route_kernel_set(key, choice(key->family, list));
	if (!apart)
		path_list_free(list);
}

uint32_t agree_list(const struct prefix_key *key, uint32_t path)
{
	uint32_t list = tables_get(&several, key);

	if (list || path == PATH_UNSURE)
		return list;
	return path;
}

uint32_t agree_choice(uint8_t family, uint32_t list)
{
	return choice(family, list);
}

void agree_set(const struct prefix_key *key, uint32_t list)
{
	path_list_free(tables_get(&several, key));
	tables_remove(&several, key);
	list_store(key, list);
}

uint64_t agree_changes(void)
{
	return changes;
}

/* Where routes like this one are: fib_insert_alias(), fib6_add_rt2node(). */
static int place_cmp(const struct kernel_route *a, const struct kernel_route *b)
{
	if (a->tos != b->tos)
		return a->tos > b->tos ? -1 : 1;
	if (a->priority != b->priority)
		return a->priority < b->priority ? -1 : 1;
	return 0;
}

/* Entries first to end - 1 are of the same TOS and priority. */
struct place {
	uint32_t first, end;
};

static struct place place_find(uint32_t list, const struct kernel_route *route)
{
	uint32_t count = path_list_count(list);
	struct place place = { 0 };

	while (place.first < count &&
	       place_cmp(route_at(list, place.first), route) < 0)
		place.first++;
	place.end = place.first;
	while (place.end < count &&
	       !place_cmp(route_at(list, place.end), route))
		place.end++;
	return place;
}

/* The entry that says the same, or place->end. */
static uint32_t place_has(uint32_t list, const struct place *place,
			  uint32_t path)
{
	uint32_t i = place->first;

	while (i < place->end && path_list_at(list, i) != path)
		i++;
	return i;
}

static uint32_t add4(uint32_t list, uint32_t path, enum kernel_order order)
{
	struct place place = place_find(list, &path_at(path)->route);
	uint32_t same = place_has(list, &place, path);

	if (order == KERNEL_ALONE)
		for (uint32_t i = place.end; i-- > place.first;)
			if (i != same)
				list = path_list_remove(list, i);
	/* Told twice: events may be older than a dump. */
	if (same < place.end) {
		path_put(path);
		return list;
	}
	if (order == KERNEL_REPLACE && place.first < place.end)
		list = path_list_remove(list, place.first);
	return path_list_insert(
		list, order == KERNEL_LAST ? place.end : place.first, path);
}

/* rt6_qualify_for_ecmp(), as far as it can be seen. */
static bool joins(const struct kernel_route *route)
{
	for (uint32_t i = 0; i < route->count; i++)
		if (!route->nexthops[i].family)
			return false;
	return route->count && !route->object;
}

static bool has_nexthop(const struct kernel_route *route,
			const struct nexthop_key *nexthop)
{
	for (uint32_t i = 0; i < route->count; i++)
		if (nexthop_key_same(&route->nexthops[i], nexthop))
			return true;
	return false;
}

/* Does route have all nexthops of part? */
static bool has_joined(const struct kernel_route *route,
		       const struct kernel_route *part)
{
	if (!joins(route) || !joins(part))
		return false;
	for (uint32_t i = 0; i < part->count; i++)
		if (!has_nexthop(route, &part->nexthops[i]))
			return false;
	return true;
}

/* The entry that an IPv6 route replaces: of its kind, or else the first. */
static uint32_t replaced6(uint32_t list, const struct place *place,
			  const struct kernel_route *route)
{
	for (uint32_t i = place->first; i < place->end; i++)
		if (joins(route_at(list, i)) == joins(route))
			return i;
	return place->first;
}

/* A route is told with all that it has joined: entries of those go. */
static uint32_t add6(uint32_t list, uint32_t path, enum kernel_order order)
{
	const struct kernel_route *route = &path_at(path)->route;
	struct place place = place_find(list, route);
	bool same = place_has(list, &place, path) < place.end;
	uint32_t i;

	if (order == KERNEL_REPLACE && !same && place.first < place.end) {
		i = replaced6(list, &place, route);
		return path_list_insert(path_list_remove(list, i), i, path);
	}
	for (i = place.end; i-- > place.first;) {
		if (path_list_at(list, i) == path ||
		    !has_joined(route, route_at(list, i)))
			continue;
		list = path_list_remove(list, i);
		place.end--;
	}
	if (!same)
		return path_list_insert(list, place.end, path);
	path_put(path);
	return list;
}

/*
 * IPv6 routes that join are known by their nexthops: the kernel tells all of them
 * under the protocol of one, the new one or, in a dump, the first.
 */
static uint32_t path_of(const struct kernel_route *route)
{
	struct kernel_route joined = *route;
	bool made;
	uint32_t id;

	if (route->key.family == AF_INET6 && joins(route))
		joined.protocol = RTPROT_UNSPEC;
	id = path_get(&joined, &made);

	if (made) {
		outcome_resolve(path_at(id));
		path_at(id)->changed = false;
		path_release(path_at(id));
	}
	return id;
}

uint32_t agree_list_add(uint32_t list, const struct kernel_route *route,
			enum kernel_order order)
{
	uint32_t path = path_of(route);

	return route->key.family == AF_INET ? add4(list, path, order)
					    : add6(list, path, order);
}

void agree_add(const struct kernel_route *route, enum kernel_order order)
{
	list_store(&route->key,
		   agree_list_add(list_load(&route->key), route, order));
}

uint32_t agree_path_without(const struct kernel_route *route,
			    bool (*leaves)(const struct nexthop_key *nexthop,
					   const void *arg),
			    const void *arg)
{
	static struct nexthop_key nexthops[KERNEL_NEXTHOPS_MAX];
	struct kernel_route left = *route;

	left.count = 0;
	left.nexthops = nexthops;
	for (uint32_t i = 0; i < route->count; i++)
		if (!leaves(&route->nexthops[i], arg))
			nexthops[left.count++] = route->nexthops[i];
	/* Of one alone the kernel tells none. */
	if (left.count == 1)
		nexthops[0].weight = 1;
	return left.count ? path_of(&left) : PATH_NONE;
}

static bool is_of(const struct nexthop_key *nexthop, const void *route)
{
	return has_nexthop(route, nexthop);
}

/* Some of the nexthops that have joined: each may be of another protocol. */
static uint32_t delete6(uint32_t list, const struct place *place,
			const struct kernel_route *route)
{
	for (uint32_t i = place->first; i < place->end; i++) {
		const struct kernel_route *joined = route_at(list, i);
		uint32_t left;

		if (!has_joined(joined, route))
			continue;
		left = agree_path_without(joined, is_of, route);
		list = path_list_remove(list, i);
		return left ? path_list_insert(list, i, left) : list;
	}
	return list;
}

void agree_delete(const struct kernel_route *route)
{
	uint32_t list = list_load(&route->key);
	struct place place = place_find(list, route);
	uint32_t path = path_of(route), i = place_has(list, &place, path);

	if (i < place.end)
		list = path_list_remove(list, i);
	else if (route->key.family == AF_INET6)
		list = delete6(list, &place, route);
	path_put(path);
	list_store(&route->key, list);
}

static void lists_free(struct tables *tables)
{
	struct tables_walk walk = { 0 };
	uint32_t list;

	while ((list = tables_next(tables, &walk))) {
		path_list_free(list);
		fib_lock_count();
		fib_lock_pause();
	}
	tables_fini(tables);
}

void agree_dump_begin(void)
{
	/* One that failed may have begun. */
	lists_free(&dumped);
	dumping = true;
}

/* What a dump did not confirm is gone. */
static void unconfirmed_remove(uint8_t family)
{
	struct record_walk walk = record_walk_all(family);

	while (record_next_any(&walk)) {
		if (!tables_get(&dumped, &walk.at) &&
		    route_kernel_get(&walk.at) != PATH_NONE)
			route_kernel_set(&walk.at, PATH_NONE);
		fib_lock_pause();
	}
}

void agree_dump_end(void)
{
	struct tables_walk walk = { 0 };
	uint32_t list;

	unconfirmed_remove(AF_INET);
	unconfirmed_remove(AF_INET6);
	lists_free(&several);
	dumping = false;
	while ((list = tables_next(&dumped, &walk))) {
		if (alone(walk.at.family, list))
			path_list_free(list);
		else
			tables_set(&several, &walk.at, list);
		fib_lock_count();
		fib_lock_pause();
	}
	tables_fini(&dumped);
}

/* What a list is when its paths have become others. *changed: of the choice. */
static uint32_t list_become(uint8_t family, uint32_t list, bool *changed)
{
	uint32_t chosen = choice(family, list), i = path_list_count(list);

	*changed = chosen > PATH_UNSURE && path_at(chosen)->changed;
	while (i--) {
		uint32_t path = path_list_at(list, i);
		uint32_t becomes = path_at(path)->becomes;

		if (becomes == path)
			continue;
		*changed = true;
		path_hold(becomes);
		list = path_list_remove(list, i);
		if (becomes)
			list = path_list_insert(list, i, becomes);
	}
	return list;
}

/* Lists of the family: where paths have become others, so are they. */
static void lists_become(uint8_t family)
{
	struct record_walk walk = record_walk_all(family);
	uint32_t list, path;
	bool changed;

	while (record_next_any(&walk)) {
		list = tables_get(&several, &walk.at);
		path = list ? list : route_kernel_get(&walk.at);
		if (list ||
		    (path > PATH_UNSURE && (path_at(path)->changed ||
					    path_at(path)->becomes != path))) {
			list = list_become(family, list_load(&walk.at),
					   &changed);
			if (changed)
				list_store(&walk.at, list);
		}
		fib_lock_pause();
	}
}

void agree_paths_changed(void)
{
	struct path *path = NULL;
	bool any = false;

	while ((path = path_next(path)))
		any = any || path->changed || path->becomes != path->id;
	if (any) {
		lists_become(AF_INET);
		lists_become(AF_INET6);
	}
	while ((path = path_next(path))) {
		path_become(path, path->id);
		path->changed = false;
		path_release(path);
	}
}

void agree_fini(void)
{
	tables_fini(&several);
	tables_fini(&dumped);
	dumping = false;
	path_list_fini();
	path_fini();
}
