// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/fib/path.h"

#include <linux/rtnetlink.h>

#include "lib/jhash.h"

#include "bpf/abi.h"
#include "plugin/base/memory.h"
#include "plugin/fib/nhgroup.h"
#include "plugin/fib/unplaced.h"

DEFINE_MTYPE_STATIC(BPF, BPF_PATH, "BPF path");

#define UNSUPPORTED fib_word(FIB_PUNT, VERDICT_PUNT_UNSUPPORTED)
#define DIFFERS fib_word(FIB_PUNT, VERDICT_PUNT_DIFFERS)

/* Protocol and source do not matter to packets, but tell routes apart. */
static int path_cmp(const struct path *a, const struct path *b)
{
	const struct kernel_route *x = &a->route, *y = &b->route;

	if (x->key.family != y->key.family)
		return x->key.family < y->key.family ? -1 : 1;
	if (x->object != y->object)
		return x->object < y->object ? -1 : 1;
	if (x->priority != y->priority)
		return x->priority < y->priority ? -1 : 1;
	if (x->protocol != y->protocol)
		return x->protocol < y->protocol ? -1 : 1;
	if (x->type != y->type)
		return x->type < y->type ? -1 : 1;
	if (x->tos != y->tos)
		return x->tos < y->tos ? -1 : 1;
	if (x->partial != y->partial)
		return x->partial < y->partial ? -1 : 1;
	if (x->beyond != y->beyond)
		return x->beyond < y->beyond ? -1 : 1;
	if (x->count != y->count)
		return x->count < y->count ? -1 : 1;
	if (memcmp(x->source, y->source, sizeof(x->source)))
		return memcmp(x->source, y->source, sizeof(x->source));
	return x->count ? memcmp(x->nexthops, y->nexthops,
				 x->count * sizeof(*x->nexthops))
			: 0;
}

static uint32_t path_hash(const struct path *path)
{
	const struct kernel_route *route = &path->route;
	uint32_t hash =
		jhash_3words(route->object, route->priority,
			     (uint32_t)route->protocol << 8 | route->type,
			     route->key.family);

	return route->count
		       ? jhash(route->nexthops,
			       route->count * sizeof(*route->nexthops), hash)
		       : hash;
}

DECLARE_HASH(path_table, struct path, item, path_cmp, path_hash);

static struct path_table_head table = INIT_HASH(table);
static struct path **by_id;
static uint32_t size, unused; /* unused: a free id, or 0 */

static uint32_t id_get(void)
{
	uint32_t id, larger = size ? 2 * size : 64;

	for (id = unused ? unused : PATH_UNSURE + 1; id < size; id++)
		if (!by_id[id])
			break;
	if (id >= size) {
		by_id = XREALLOC(MTYPE_BPF_PATH, by_id,
				 larger * sizeof(struct path *));
		memset(by_id + size, 0,
		       (larger - size) * sizeof(struct path *));
		if (id < PATH_UNSURE + 1)
			id = PATH_UNSURE + 1;
		size = larger;
	}
	unused = id + 1;
	return id;
}

/* What a route without an object comes to. */
static uint32_t route_word(const struct kernel_route *route)
{
	if (route->beyond || route->partial || route->object)
		return UNSUPPORTED;
	switch (route->type) {
	case RTN_UNICAST:
		return route->count ? fib_word(FIB_FORWARD, 0) : UNSUPPORTED;
	case RTN_BLACKHOLE:
		return fib_word(FIB_DROP, VERDICT_DROP_BLACKHOLE);
	case RTN_UNREACHABLE:
		return fib_word(FIB_PUNT, VERDICT_PUNT_UNREACHABLE);
	case RTN_PROHIBIT:
		return fib_word(FIB_PUNT, VERDICT_PUNT_PROHIBIT);
	default:
		return UNSUPPORTED;
	}
}

static struct path *path_make(const struct kernel_route *route)
{
	struct path *path = XCALLOC(MTYPE_BPF_PATH, sizeof(*path));
	struct nexthop_key *nexthops = NULL;

	if (route->count) {
		nexthops = XCALLOC(MTYPE_BPF_PATH,
				   route->count * sizeof(*nexthops));
		memcpy(nexthops, route->nexthops,
		       route->count * sizeof(*nexthops));
	}
	path->route = *route;
	path->route.nexthops = nexthops;
	path->id = path->becomes = id_get();
	by_id[path->id] = path;
	path_table_add(&table, path);
	path_resolve(path, route_word(route), nexthops, route->count);
	return path;
}

static void group_put(uint32_t *group)
{
	if (*group)
		nhgroup_put(*group);
	*group = 0;
}

static void unplaced_mark(struct path *path, bool unplaced)
{
	if (path->unplaced != unplaced)
		unplaced_paths(unplaced ? 1 : -1);
	path->unplaced = unplaced;
}

void path_release(struct path *path)
{
	group_put(&path->before);
}

void path_become(struct path *path, uint32_t becomes)
{
	uint32_t before = path->becomes;

	path->becomes = becomes;
	if (before != path->id)
		path_put(before);
}

static void path_free(struct path *path)
{
	struct nexthop_key *nexthops = (void *)path->route.nexthops;

	XFREE(MTYPE_BPF_PATH, nexthops);
	XFREE(MTYPE_BPF_PATH, path->nexthops);
	XFREE(MTYPE_BPF_PATH, path);
}

uint32_t path_get(const struct kernel_route *route, bool *made)
{
	struct path search = { .route = *route }, *path;

	path = path_table_find(&table, &search);
	*made = !path;
	if (!path)
		path = path_make(route);
	path->references++;
	return path->id;
}

bool path_known(uint32_t id)
{
	return id <= PATH_UNSURE || (id < size && by_id[id]);
}

struct path *path_at(uint32_t id)
{
	return by_id[id];
}

void path_hold(uint32_t id)
{
	if (id > PATH_UNSURE)
		by_id[id]->references++;
}

void path_put(uint32_t id)
{
	struct path *path;

	if (id <= PATH_UNSURE)
		return;
	path = by_id[id];
	if (--path->references)
		return;
	path_table_del(&table, path);
	by_id[id] = NULL;
	if (id < unused)
		unused = id;
	unplaced_mark(path, false);
	group_put(&path->group);
	path_release(path);
	path_become(path, id);
	path_free(path);
}

struct path *path_next(struct path *path)
{
	uint32_t id = path ? path->id + 1 : PATH_UNSURE + 1;

	for (; id < size; id++)
		if (by_id[id])
			return by_id[id];
	return NULL;
}

bool path_resolve(struct path *path, uint32_t word,
		  const struct nexthop_key *nexthops, uint32_t count)
{
	struct nexthop_key *sorted = NULL;

	if (fib_word_action(word) != FIB_FORWARD)
		count = 0;
	if (count) {
		sorted = XCALLOC(MTYPE_BPF_PATH, count * sizeof(*sorted));
		memcpy(sorted, nexthops, count * sizeof(*sorted));
		count = nexthop_keys_sort(sorted, count);
	}
	if (word == path->word && count == path->count &&
	    (!count ||
	     !memcmp(sorted, path->nexthops, count * sizeof(*sorted)))) {
		XFREE(MTYPE_BPF_PATH, sorted);
		return false;
	}
	XFREE(MTYPE_BPF_PATH, path->nexthops);
	unplaced_mark(path, false);
	/* Records are of the old group until they are looked at again. */
	path_release(path);
	path->before = path->group;
	path->group = 0;
	path->word = word;
	path->count = count;
	path->nexthops = sorted;
	return true;
}

static uint32_t path_forward(struct path *path, uint32_t word)
{
	uint32_t group = fib_word_argument(word);

	if (fib_word_action(path->word) != FIB_FORWARD || !path->count ||
	    !nhgroup_word_known(word))
		return DIFFERS;
	if (nhgroup_is(group, path->nexthops, path->count))
		return word;
	if (!nhgroup_has(group, path->nexthops, path->count))
		return DIFFERS;
	if (!path->group &&
	    nhgroup_get(path->nexthops, path->count, group, &path->group)) {
		unplaced_mark(path, true);
		return fib_word(FIB_PUNT, VERDICT_PUNT_DEGRADED);
	}
	unplaced_mark(path, false);
	return fib_word(FIB_FORWARD, path->group);
}

uint32_t path_agree(uint32_t id, uint32_t word)
{
	struct path *path;

	if (id == PATH_NONE)
		return DIFFERS;
	if (id == PATH_UNSURE || !path_known(id) ||
	    by_id[id]->word == UNSUPPORTED)
		return UNSUPPORTED;
	path = by_id[id];
	switch (fib_word_action(word)) {
	case FIB_PUNT:
		return word;
	case FIB_DROP:
		return path->word == word ? word : DIFFERS;
	case FIB_FORWARD:
		return path_forward(path, word);
	}
	return DIFFERS;
}

void path_place(void)
{
	struct path *path = NULL;

	while ((path = path_next(path)))
		if (path->unplaced && !nhgroup_get(path->nexthops, path->count,
						   0, &path->group)) {
			unplaced_mark(path, false);
			path->changed = true;
		}
}

void path_fini(void)
{
	struct path *path;

	while ((path = path_table_pop(&table)))
		path_free(path);
	path_table_fini(&table);
	path_table_init(&table);
	XFREE(MTYPE_BPF_PATH, by_id);
	size = unused = 0;
}
