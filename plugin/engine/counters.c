// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/engine/counters.h"

#include "plugin/base/compat.h"
#include "lib/memory.h"

#include "plugin/base/lock.h"

static uint64_t read_once(const uint64_t *counter)
{
	return __atomic_load_n(counter, __ATOMIC_RELAXED);
}

static void counter_add(struct fib_counter *sum, const struct fib_counter *row)
{
	sum->packets += read_once((const uint64_t *)&row->packets);
	sum->bytes += read_once((const uint64_t *)&row->bytes);
}

static void counter_subtract(struct fib_counter *sum,
			     const struct fib_counter *base)
{
	sum->packets -= base->packets;
	sum->bytes -= base->bytes;
}

/* Raw sum over the rows of m, base not subtracted. */
static struct fib_counter route_sum(const struct maps *m, uint32_t id)
{
	struct fib_counter sum = { 0 };

	for (uint32_t cpu = 0; cpu < m->config.ncpus; cpu++) {
		const struct fib_route_hot *hot =
			&m->route_hot[(size_t)cpu * m->config.max_routes + id];

		sum.packets += read_once((const uint64_t *)&hot->packets);
		sum.bytes += read_once((const uint64_t *)&hot->bytes);
	}
	return sum;
}

static struct fib_counter route_counted(const struct maps *m, uint32_t id)
{
	struct fib_counter sum = route_sum(m, id);

	sum.packets -= m->route[id].base_packets;
	sum.bytes -= m->route[id].base_bytes;
	return sum;
}

/* Maps that were replaced, with counts that were not carried over yet. */
static struct {
	const struct maps *from; /* NULL: none */
	uint32_t *old_ids;	 /* by id; 0: nothing to carry */
	uint32_t id;		 /* up to where they were */
} carry;

static uint32_t carry_id(uint32_t id)
{
	return carry.from ? carry.old_ids[id] : 0;
}

struct fib_counter counters_route(uint32_t id)
{
	struct fib_counter sum = route_counted(&maps, id), before;

	if (carry_id(id)) {
		before = route_counted(carry.from, carry_id(id));
		sum.packets += before.packets;
		sum.bytes += before.bytes;
	}
	return sum;
}

void counters_route_reset(uint32_t id)
{
	struct fib_counter sum = route_sum(&maps, id);

	maps.route[id].base_packets = sum.packets;
	maps.route[id].base_bytes = sum.bytes;
	if (carry.from)
		carry.old_ids[id] = 0;
}

void counters_carry_begin(const struct maps *from, uint32_t *old_ids)
{
	carry.from = from;
	carry.old_ids = old_ids;
	carry.id = 0;
}

static void route_carry(uint32_t id)
{
	struct fib_counter before = route_counted(carry.from, carry_id(id));

	fib_lock_count();
	maps.route[id].base_packets -= before.packets;
	maps.route[id].base_bytes -= before.bytes;
	carry.old_ids[id] = 0;
}

/* Ids looked at in a batch, of which most may be free. */
#define CARRY_IDS 16384

bool counters_carry(void)
{
	int left = FIB_LOCK_BATCH;

	for (int i = 0; i < CARRY_IDS && left; i++, carry.id++) {
		if (carry.id == maps.config.max_routes) {
			counters_carry_end();
			return false;
		}
		if (!carry_id(carry.id))
			continue;
		route_carry(carry.id);
		left--;
	}
	return true;
}

void counters_carry_end(void)
{
	XFREE(MTYPE_TMP, carry.old_ids);
	carry.from = NULL;
}

/* Element of a counter map's row; row ncpus is the base. */
static struct fib_counter *nexthop_row(uint32_t row, uint32_t id)
{
	return &maps.nexthop_cnt[(size_t)row * maps.config.max_nexthops + id];
}

static struct fib_counter *verdict_row(uint32_t row, uint32_t slot,
				       enum verdict verdict)
{
	return &maps.verdict_cnt[((size_t)row * FIB_PORTS_MAX + slot) * VERDICTS +
				 verdict];
}

static struct fib_counter nexthop_sum(uint32_t id)
{
	struct fib_counter sum = { 0 };

	for (uint32_t cpu = 0; cpu < maps.config.ncpus; cpu++)
		counter_add(&sum, nexthop_row(cpu, id));
	return sum;
}

static struct fib_counter verdict_sum(uint32_t slot, enum verdict verdict)
{
	struct fib_counter sum = { 0 };

	for (uint32_t cpu = 0; cpu < maps.config.ncpus; cpu++)
		counter_add(&sum, verdict_row(cpu, slot, verdict));
	return sum;
}

struct fib_counter counters_nexthop(uint32_t id)
{
	struct fib_counter sum = nexthop_sum(id);

	counter_subtract(&sum, nexthop_row(maps.config.ncpus, id));
	return sum;
}

void counters_nexthop_reset(uint32_t id)
{
	*nexthop_row(maps.config.ncpus, id) = nexthop_sum(id);
}

struct fib_counter counters_verdict(int slot, enum verdict verdict)
{
	struct fib_counter sum = { 0 }, one;
	uint32_t first = slot < 0 ? 0 : (uint32_t)slot;
	uint32_t last = slot < 0 ? FIB_PORTS_MAX - 1 : (uint32_t)slot;

	for (uint32_t s = first; s <= last; s++) {
		one = verdict_sum(s, verdict);
		counter_subtract(&one,
				 verdict_row(maps.config.ncpus, s, verdict));
		sum.packets += one.packets;
		sum.bytes += one.bytes;
	}
	return sum;
}

void counters_slot_reset(uint32_t slot)
{
	struct fib_counter *rest, *base, counted;

	for (int verdict = 0; verdict < VERDICTS; verdict++) {
		rest = verdict_row(maps.config.ncpus, 0, verdict);
		base = verdict_row(maps.config.ncpus, slot, verdict);
		counted = verdict_sum(slot, verdict);
		/* Totals must not shrink: slot 0 inherits (modulo 2^64). */
		rest->packets -= counted.packets - base->packets;
		rest->bytes -= counted.bytes - base->bytes;
		*base = counted;
	}
}

bool counters_clear_routes(uint32_t *id, uint32_t count)
{
	for (; count && *id < maps.config.max_routes; count--, ++*id) {
		if (!maps.route[*id].family)
			continue;
		counters_route_reset(*id);
		fib_lock_count();
		fib_lock_pause();
	}
	return *id < maps.config.max_routes;
}

void counters_clear_rest(void)
{
	for (uint32_t id = 1; id < maps.config.max_nexthops; id++)
		if (maps.nexthop[id].ifindex)
			counters_nexthop_reset(id);
	for (uint32_t slot = 0; slot < FIB_PORTS_MAX; slot++)
		for (int verdict = 0; verdict < VERDICTS; verdict++)
			*verdict_row(maps.config.ncpus, slot, verdict) =
				verdict_sum(slot, verdict);
}
