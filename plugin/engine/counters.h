/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * counters.h - sums over the CPUs' rows, and "clear" without losing a packet.
 *
 * The forwarder only ever adds to its own CPU's row. Clearing stores the sums of
 * that moment as a base, in the maps, and shows differences. Any thread may
 * read; the reset functions need the fib lock.
 */
#ifndef FRR_BPF_COUNTERS_H
#define FRR_BPF_COUNTERS_H

#include <stdbool.h>

#include "plugin/engine/maps.h"

struct fib_counter counters_route(uint32_t id);
struct fib_counter counters_nexthop(uint32_t id);

/* Verdict of one port slot, or of all slots with slot < 0. */
struct fib_counter counters_verdict(int slot, enum verdict verdict);

/*
 * The program has other maps than from now, with other route ids: what was
 * counted there is added until it was carried over. from must stay until then;
 * old_ids, of memory type TMP, by id the one there or 0, is freed here.
 */
void counters_carry_begin(const struct maps *from, uint32_t *old_ids);

/*
 * No program uses from any more: carry over a batch. Result: whether there are
 * more.
 */
bool counters_carry(void);

/* End it, whatever is left. */
void counters_carry_end(void);

/* Start from zero: a new route, nexthop or port has this id or slot now. */
void counters_route_reset(uint32_t id);
void counters_nexthop_reset(uint32_t id);
/* The slot's counts so far stay in the totals. */
void counters_slot_reset(uint32_t slot);

/*
 * Clear those of so many route ids from *id on, which is moved behind them. The
 * lock is handed over on the way. Result: whether there are more.
 */
bool counters_clear_routes(uint32_t *id, uint32_t count);

/* Clear all but the routes'. */
void counters_clear_rest(void);

#endif /* FRR_BPF_COUNTERS_H */
