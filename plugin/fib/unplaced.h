/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * unplaced.h - routes of zebra whose nexthops have no room in the maps: they are
 * punted, and their nexthops kept until there is room. Callers hold the fib lock.
 */
#ifndef FRR_BPF_UNPLACED_H
#define FRR_BPF_UNPLACED_H

#include <stdint.h>

#include "plugin/base/compat.h"
#include "lib/typesafe.h"

#include "plugin/base/nexthop_key.h"
#include "plugin/base/prefix_key.h"

PREDECL_RBTREE_UNIQ(unplaced_table);

struct unplaced {
	struct unplaced_table_item item;
	struct prefix_key key;
	uint32_t count;
	struct nexthop_key nexthops[];
};

/* The route's nexthops, copied, in place of those that were kept of it. */
void unplaced_set(const struct prefix_key *key,
		  const struct nexthop_key *nexthops, uint32_t count);

/* They have room, or are not wanted any more; it may be that none are kept. */
void unplaced_remove(const struct prefix_key *key);

/* The next route behind *at, which becomes its prefix, or NULL at the end. */
const struct unplaced *unplaced_after(struct prefix_key *at);

/* So many sets more, or fewer, that the kernel's routes need have no room. */
void unplaced_paths(int change);

/* Routes and sets. */
uint32_t unplaced_count(void);

void unplaced_fini(void);

#endif /* FRR_BPF_UNPLACED_H */
