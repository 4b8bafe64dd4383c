/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * route_move.h - all routes into maps of another size, one after the other while
 * they change, without losing a count. One move at a time. Callers hold the fib
 * lock, and may give it up between two calls.
 */
#ifndef FRR_BPF_ROUTE_MOVE_H
#define FRR_BPF_ROUTE_MOVE_H

#include "plugin/base/idpool.h"
#include "plugin/engine/maps.h"
#include "plugin/fib/tables.h"

/*
 * Begin: from the records of prefixes, in maps, to the empty tries of to. Both
 * stay the caller's. Result: 0 or -errno.
 */
int route_move_begin(const struct tables *prefixes, struct maps *to);

/* What maps have of the prefix has changed, or will in this hold of the lock. */
void route_move_touch(const struct prefix_key *key);

/*
 * Bring one prefix over. Result: 1; 0 when to has everything that maps have;
 * -ENOSPC when to is too small; -errno.
 */
int route_move_step(void);

/*
 * End: the pool and the prefixes of to, ids of intents unchanged, and by new id
 * the old one (to->config.max_routes of them, of memory type TMP).
 */
void route_move_end(struct idpool *pool, struct tables *prefixes,
		    uint32_t **old_ids);

/* Give up, if one is under way: the prefixes that are in the tries of to. */
void route_move_abort(struct tables *moved);

#endif /* FRR_BPF_ROUTE_MOVE_H */
