// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/ui/northbound_list.h"

#include "plugin/base/compat.h"
#include "lib/json.h"
#include "lib/log.h"
#include "lib/northbound.h"

#include "plugin/base/lock.h"
#include "plugin/control/lifecycle.h"
#include "plugin/fib/route.h"
#include "plugin/ui/model.h"

/*
 * libfrr builds one libyang tree of an answer, in zebra's main thread, and gets slower
 * than linear: 20,000 routes hold zebra for 9 seconds, 100,000 for longer than
 * watchfrr waits. "show bpf fib json" has them all.
 */
#define ROUTES_MAX 4096

/*
 * next functions: the entry at *cursor or the first one after it; moves
 * *cursor behind it. NULL at the end. The caller owns the object.
 */
static struct json_object *status_member(const char *name, uint64_t *cursor)
{
	struct json_object *status = model_status(), *array, *entry = NULL;

	if (json_object_object_get_ex(status, name, &array) &&
	    *cursor < json_object_array_length(array))
		entry = json_object_get(
			json_object_array_get_idx(array, (*cursor)++));
	json_object_put(status);
	return entry;
}

static struct json_object *map_next(uint64_t *cursor)
{
	return status_member("maps", cursor);
}

static struct json_object *program_next(uint64_t *cursor)
{
	return status_member("programs", cursor);
}

static struct json_object *filter_next(uint64_t *cursor)
{
	return status_member("filters", cursor);
}

static struct json_object *interface_next(uint64_t *cursor)
{
	const struct port *port = NULL;
	uint64_t skip = (*cursor)++;

	while ((port = port_next(port)))
		if (!skip--)
			return model_interface(port);
	return NULL;
}

/* The record ids from *cursor on; at most max entries in use are served. */
static struct json_object *
record_next(uint64_t *cursor, uint32_t ids,
	    struct json_object *(*model)(uint32_t id))
{
	struct json_object *object;

	if (!lifecycle_ready())
		return NULL;
	while (++*cursor < ids) {
		object = model((uint32_t)*cursor);
		if (object)
			return object;
	}
	return NULL;
}

static struct json_object *route_next(uint64_t *cursor)
{
	static unsigned int served;

	if (!*cursor)
		served = 0;
	if (served++ == ROUTES_MAX) {
		zlog_warn(
			"bpf: YANG shows the first %d routes only; show bpf fib json has all",
			ROUTES_MAX);
		return NULL;
	}
	return record_next(cursor, maps.config.max_routes, model_route);
}

static struct json_object *nhgroup_next(uint64_t *cursor)
{
	return record_next(cursor, maps.config.max_groups, model_nhgroup);
}

static struct json_object *nexthop_next_entry(uint64_t *cursor)
{
	return record_next(cursor, maps.config.max_nexthops, model_nexthop);
}

struct adjacency_search {
	uint64_t skip;
	struct json_object *found;
};

static void adjacency_visit(const struct neighbour *neighbour, void *argument)
{
	struct adjacency_search *search = argument;

	if (!search->found && neighbour->adjacency && !search->skip--)
		search->found = model_adjacency(neighbour);
}

static struct json_object *adjacency_next(uint64_t *cursor)
{
	struct adjacency_search search = { .skip = (*cursor)++ };

	neighbour_walk(adjacency_visit, &search);
	return search.found;
}

static struct json_object *verdict_next(uint64_t *cursor)
{
	if (*cursor >= VERDICTS || !lifecycle_ready())
		return NULL;
	return model_verdict((enum verdict)(*cursor)++);
}

struct list_model {
	const char *path;
	const char *keys[2]; /* JSON names, in the order of YANG's "key" */
	struct json_object *(*next)(uint64_t *cursor); /* NULL: nested list */
	const char *array;	   /* nested: the array in the parent entry */
	struct json_object *entry; /* handed out last; we own it */
	uint64_t cursor;	   /* behind it */
};

static void list_keys(const struct list_model *list, const void *entry,
		      struct yang_list_keys *keys)
{
	struct json_object *value;
	const char *text;

	keys->num = 0;
	for (size_t i = 0; i < array_size(list->keys) && list->keys[i]; i++) {
		text = "";
		if (json_object_object_get_ex((struct json_object *)entry,
					      list->keys[i], &value))
			text = json_object_get_string(value);
		strlcpy(keys->key[keys->num++], text, LIST_MAXKEYLEN);
	}
}

const void *northbound_array_next(struct json_object *array, const void *entry)
{
	size_t n = array ? json_object_array_length(array) : 0, i = 0;

	if (entry)
		while (i < n && json_object_array_get_idx(array, i++) != entry)
			;
	return i < n ? json_object_array_get_idx(array, i) : NULL;
}

static const void *list_next(struct list_model *list, const void *parent,
			     const void *entry)
{
	struct json_object *array = NULL;

	if (list->array) {
		json_object_object_get_ex((struct json_object *)parent,
					  list->array, &array);
		return northbound_array_next(array, entry);
	}
	if (!entry)
		list->cursor = 0;
	json_object_put(list->entry);
	fib_lock();
	list->entry = list->next(&list->cursor);
	fib_unlock();
	return list->entry;
}

static const void *list_lookup(struct list_model *list, const void *parent,
			       const struct yang_list_keys *keys)
{
	const void *entry = NULL;

	while ((entry = list_next(list, parent, entry))) {
		struct yang_list_keys own = { 0 };
		unsigned int same = 0;

		list_keys(list, entry, &own);
		while (same < own.num &&
		       !strcmp(own.key[same], keys->key[same]))
			same++;
		if (same == own.num)
			return entry;
	}
	return NULL;
}

/* libfrr does not tell the callbacks their node: one set for each list. */
#define LISTS(L)                                                               \
	L(map, "/frr-bpf:bpf/status/map", map_next, NULL, "name")              \
	L(program, "/frr-bpf:bpf/status/program", program_next, NULL, "name")  \
	L(filter, "/frr-bpf:bpf/status/filter", filter_next, NULL, "name")     \
	L(interface, "/frr-bpf:bpf/interface", interface_next, NULL, "name")   \
	L(route, "/frr-bpf:bpf/route", route_next, NULL, "table", "prefix")    \
	L(route_nexthop, "/frr-bpf:bpf/route/nexthop", NULL, "nexthops", "id") \
	L(nhgroup, "/frr-bpf:bpf/nexthop-group", nhgroup_next, NULL, "id")     \
	L(member, "/frr-bpf:bpf/nexthop-group/member", NULL, "members",        \
	  "nexthop")                                                           \
	L(nexthop, "/frr-bpf:bpf/nexthop", nexthop_next_entry, NULL, "id")     \
	L(adjacency, "/frr-bpf:bpf/adjacency", adjacency_next, NULL, "id")     \
	L(verdict, "/frr-bpf:bpf/verdict", verdict_next, NULL, "name")

#define L(identifier, path_, next_, array_, ...)                               \
	static struct list_model identifier##_list = {                         \
		.path = path_,                                                 \
		.keys = { __VA_ARGS__ },                                       \
		.next = next_,                                                 \
		.array = array_,                                               \
	};                                                                     \
	static const void *identifier##_get_next(                              \
		struct nb_cb_get_next_args *args)                              \
	{                                                                      \
		return list_next(&identifier##_list, args->parent_list_entry,  \
				 args->list_entry);                            \
	}                                                                      \
	static int identifier##_get_keys(struct nb_cb_get_keys_args *args)     \
	{                                                                      \
		list_keys(&identifier##_list, args->list_entry, args->keys);   \
		return NB_OK;                                                  \
	}                                                                      \
	static const void *identifier##_lookup(                                \
		struct nb_cb_lookup_entry_args *args)                          \
	{                                                                      \
		return list_lookup(&identifier##_list,                         \
				   args->parent_list_entry, args->keys);       \
	}
LISTS(L)
#undef L

/* A list that LISTS forgot is empty rather than a call through NULL. */
static const void *empty_get_next(struct nb_cb_get_next_args *args)
{
	(void)args;
	return NULL;
}

static int empty_get_keys(struct nb_cb_get_keys_args *args)
{
	args->keys->num = 0;
	return NB_ERR;
}

static const void *empty_lookup(struct nb_cb_lookup_entry_args *args)
{
	(void)args;
	return NULL;
}

void northbound_list_callbacks(struct nb_node *node)
{
	node->cbs.get_next = empty_get_next;
	node->cbs.get_keys = empty_get_keys;
	node->cbs.lookup_entry = empty_lookup;
#define L(identifier, ...)                                                     \
	if (!strcmp(node->xpath, identifier##_list.path)) {                    \
		node->cbs.get_next = identifier##_get_next;                    \
		node->cbs.get_keys = identifier##_get_keys;                    \
		node->cbs.lookup_entry = identifier##_lookup;                  \
	}
	LISTS(L)
#undef L
}
