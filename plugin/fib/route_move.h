/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * route_move.h - all routes into maps of another size, without losing a count.
 * Callers hold the fib lock.
 */
#ifndef FRR_BPF_ROUTE_MOVE_H
#define FRR_BPF_ROUTE_MOVE_H

#include "plugin/base/idpool.h"
#include "plugin/engine/maps.h"
#include "plugin/fib/tables.h"

/*
 * Copy the records, words and counters of from into to, under ids from 1 on, fill
 * to's tries, and make the pool and the tables of prefixes that belong to them;
 * ids of intents stay. from stays in use. Result: 0; -ENOSPC when to is too
 * small; -errno. On failure pool and moved are empty and to's contents are void.
 */
int route_move_copy(const struct maps *from, const struct tables *prefixes,
		    struct maps *to, struct idpool *pool, struct tables *moved);

/*
 * No program uses from any more: add to to's records what was counted in from
 * since they were copied.
 */
void route_move_settle(const struct maps *from, const struct tables *prefixes,
		       struct maps *to, const struct tables *moved);

#endif /* FRR_BPF_ROUTE_MOVE_H */
