/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * path.h - what routes of the kernel's main table say, their prefixes left out.
 *
 * Routes that say the same share a path: a full Internet table has a few. A
 * path knows what it comes to: a set of nexthops, or a forwarding word. Callers
 * hold the fib lock; paths are made and changed by the reader only (sync.h).
 */
#ifndef FRR_BPF_PATH_H
#define FRR_BPF_PATH_H

#include <stdbool.h>
#include <stdint.h>

#include "plugin/base/compat.h"
#include "lib/typesafe.h"

#include "plugin/kernel/sink.h"

PREDECL_HASH(path_table);

struct path {
	struct path_table_item item;
	uint32_t id;
	uint32_t references;
	struct kernel_route route; /* key: only the family; nexthops: own ones */

	/* FORWARD 0: to these nexthops, sorted, each once; dead ones left out. */
	uint32_t word;
	uint32_t count;
	struct nexthop_key *nexthops;
	uint32_t group; /* of these, with a reference, where zebra wants more */
	uint32_t before; /* what group was until path_release() */
	bool unplaced;	 /* there was no room for it */

	/* For who goes through all of them (agree.h); becomes is id else. */
	uint32_t becomes;
	bool changed;
};

/* No path: an id that is never used. */
#define PATH_NONE 0
/* Only the kernel can tell where a packet goes. It has no struct path. */
#define PATH_UNSURE 1

/*
 * The path of a route, with a reference. One with an object comes to nothing
 * that the forwarder can do until path_resolve(): *made is set when it is new.
 */
uint32_t path_get(const struct kernel_route *route, bool *made);
void path_hold(uint32_t id);
void path_put(uint32_t id);

/* It is replaced by another one, whose reference is given away, or by none. */
void path_become(struct path *path, uint32_t becomes);

/* Is there a path with that id, or is it PATH_NONE or PATH_UNSURE? */
bool path_known(uint32_t id);

/* Not for PATH_NONE and PATH_UNSURE. */
struct path *path_at(uint32_t id);

/* All of them: next after NULL or path. */
struct path *path_next(struct path *path);

/*
 * What it comes to: word, and if that is FORWARD these nexthops, in any order.
 * Result: whether that is another outcome than before.
 */
bool path_resolve(struct path *path, uint32_t word,
		  const struct nexthop_key *nexthops, uint32_t count);

/* No record is of what it came to before. */
void path_release(struct path *path);

/*
 * The forwarding word where zebra wants word and the kernel has the path: word
 * if both send a packet the same way. If the kernel has some of zebra's nexthops
 * only (its nexthop objects do not come back with their links, zebra's do), those.
 * Otherwise, or where one of them is not known, a punt.
 */
uint32_t path_agree(uint32_t id, uint32_t word);

/* Try those again that had no room; path->changed where there is now. */
void path_place(void);

/* All references are forgotten. */
void path_fini(void);

#endif /* FRR_BPF_PATH_H */
