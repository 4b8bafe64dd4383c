// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * unit_move.c - all routes into maps of another size while they change, packets
 * are counted, and counters are cleared: nothing is misrouted, lost or counted
 * twice.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <errno.h>

#include "fake_kernel.h"
#include "route_model.h"

#include "plugin/engine/counters.h"
#include "plugin/fib/record.h"

/* What was counted for each of the model's routes while it was in the FIB. */
static uint64_t counted[MODEL];

/* m: what the program uses, now or until a moment ago. */
static void packet(const struct maps *m, uint32_t id, int i)
{
	m->route_hot[id].packets++;
	counted[i]++;
}

static void packets(void)
{
	for (int n = 0; n < 20; n++) {
		int i = (int)(random() % MODEL);
		uint32_t id = record_find(&model[i].key);

		if (id)
			packet(&maps, id, i);
	}
}

/* zebra and the operator go on. */
static void meanwhile(void)
{
	model_step();
	for (int i = 0; i < MODEL; i++)
		if (!record_find(&model[i].key))
			counted[i] = 0;
	packets();
	if (random() % 50 == 0) {
		uint32_t id = 0;

		while (counters_clear_routes(&id, 7))
			;
		memset(counted, 0, sizeof(counted));
	}
}

static void counters_check(void)
{
	for (int i = 0; i < MODEL; i++) {
		uint32_t id = record_find(&model[i].key);

		if (id)
			assert_int_equal(counters_route(id).packets,
					 counted[i]);
	}
}

static void check(void)
{
	model_check();
	counters_check();
}

static void begin(uint32_t capacity)
{
	memset(counted, 0, sizeof(counted));
	fake_fib_open(capacity, 4);
	fake_lpm_watch(model_watch);
	model_init();
	for (int step = 0; step < 500; step++)
		meanwhile();
	check();
}

static void end(void)
{
	fake_lpm_watch(NULL);
	fake_fib_close();
}

/* Bring over a batch, let others have the lock, until nothing is left. */
static int move(unsigned int batch)
{
	int ret = 1;

	while (ret > 0) {
		for (unsigned int i = 0; ret > 0 && i < batch; i++)
			ret = record_move_step();
		if (ret > 0)
			meanwhile();
		check();
	}
	return ret;
}

/* The ids that packets on their way have found in the old maps. */
static void old_ids(uint32_t ids[MODEL])
{
	for (int i = 0; i < MODEL; i++)
		ids[i] = record_find(&model[i].key);
}

static void test_while_all_goes_on(void **state)
{
	static const unsigned int batches[] = { 3, 7, 20, 1000 };
	uint32_t ids[MODEL], capacity = 90;

	(void)state;
	srandom(11);
	begin(capacity);
	for (size_t n = 0; n < 12; n++) {
		struct maps from, to;
		struct tables old;

		/* Larger, smaller, the same. */
		capacity = n % 3 == 0 ? MODEL : n % 3 == 1 ? 120 : capacity;
		fake_maps_beside(&to, capacity, 4);
		assert_int_equal(record_move_begin(&to), 0);
		if (move(batches[n % 4]) < 0) {
			record_move_abort(&old);
			tables_fini(&old);
			fake_maps_retire(&to);
			check();
			continue;
		}
		old_ids(ids);
		from = maps;
		maps = to;
		record_move_end(&from, &old);
		for (int i = 0; i < MODEL; i++)
			if (ids[i])
				packet(&from, ids[i], i);
		check();
		while (counters_carry()) {
			meanwhile();
			check();
		}
		check();
		while (record_retry())
			meanwhile();
		fake_maps_retire(&from);
		tables_fini(&old);
		for (int step = 0; step < 100; step++)
			meanwhile();
		check();
	}
	end();
}

static void test_too_small(void **state)
{
	struct tables moved;
	struct maps to;

	(void)state;
	srandom(12);
	begin(MODEL);
	fake_maps_beside(&to, 10, 4);
	assert_int_equal(record_move_begin(&to), 0);
	assert_int_equal(move(1000), -ENOSPC);
	record_move_abort(&moved);
	assert_int_equal(moved.count, 1);
	tables_fini(&moved);
	fake_maps_retire(&to);
	for (int step = 0; step < 100; step++)
		meanwhile();
	check();
	end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_while_all_goes_on),
		cmocka_unit_test(test_too_small),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
