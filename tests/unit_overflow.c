// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * unit_overflow.c - more routes than there is room for, against a naive model:
 * whatever order routes come and go in and however few fit, no address is
 * forwarded along a wrong route.
 */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fake_kernel.h"
#include "fake_route.h"

#include "plugin/base/health.h"
#include "plugin/engine/counters.h"
#include "plugin/engine/maps.h"
#include "plugin/fib/record.h"
#include "plugin/fib/route.h"

static unsigned int recoveries;

static void recovered(const struct fib_route *route)
{
	(void)route;
	recoveries++;
}

/* Capacity plus one: the cover punts, and all heals when there is room. */
static void test_full(void **state)
{
	struct prefix_key cover = key4(0x0a000000, 8);
	struct prefix_key inner = key4(0x0a010000, 16);
	struct prefix_key extra = key4(0x0b000000, 8);

	(void)state;
	fake_fib_open(2, 2);
	recoveries = 0;
	record_set_changed(recovered);
	route_install(via(cover, 1));
	route_install(via(extra, 2));
	assert_int_equal(route_install(via(inner, 3)), -ENOSPC);
	assert_int_equal(route_install(via(inner, 3)), -ENOSPC);
	assert_non_null(health_text(HEALTH_ROUTES4));
	assert_int_equal(forward4(0x0a010203),
			 fib_word(FIB_PUNT, VERDICT_PUNT_DEGRADED));
	assert_int_equal(gateway_of(forward4(0x0b000001)), 2);
	route_withdraw(&extra, 9, 0);
	assert_int_equal(gateway_of(forward4(0x0a010203)), 3);
	assert_int_equal(gateway_of(forward4(0x0a990203)), 1);
	assert_int_equal(recoveries, 1);
	assert_null(health_text(HEALTH_ROUTES4));
	fake_fib_close();
}

static uint32_t address(const struct prefix_key *key)
{
	uint32_t addr;

	memcpy(&addr, key->addr, sizeof(addr));
	return ntohl(addr);
}

/* The naive model of what zebra wants. */
#define MODEL 200

static struct {
	struct prefix_key key;
	uint8_t gateway; /* 0: not there */
} model[MODEL];

/* The longest of the model's prefixes that covers key, or -1; fib: in the FIB. */
static int model_cover(const struct prefix_key *key, bool fib)
{
	int best = -1;

	for (int i = 0; i < MODEL; i++)
		if (model[i].gateway && prefix_key_covers(&model[i].key, key) &&
		    (!fib || record_find(&model[i].key)) &&
		    (best < 0 || model[i].key.len > model[best].key.len))
			best = i;
	return best;
}

/* Does prefix i catch packets of another one, which did not fit? */
static bool model_catches(int i)
{
	for (int w = 0; w < MODEL; w++)
		if (model[w].gateway && !record_find(&model[w].key) &&
		    prefix_key_covers(&model[i].key, &model[w].key) &&
		    model_cover(&model[w].key, true) == i)
			return true;
	return false;
}

/* 0: no route of the model, or it or what it should catch is not in the FIB. */
static uint8_t model_gateway(uint32_t addr)
{
	struct prefix_key host = key4(addr, 32);
	int best = model_cover(&host, false);

	if (best < 0 || !record_find(&model[best].key) || model_catches(best))
		return 0;
	return model[best].gateway;
}

/* Nested prefixes in 10.0.0.0/8, all different. */
static void model_init(void)
{
	memset(model, 0, sizeof(model));
	for (int i = 0; i < MODEL; i++) {
		int twin;

		do {
			model[i].key = key4(0x0a000000 | (random() & 0xffffff),
					    (uint8_t)(random() % 25 + 8));
			for (twin = 0; twin < i; twin++)
				if (prefix_key_same(&model[twin].key,
						    &model[i].key))
					break;
		} while (twin < i);
	}
}

static void model_step(void)
{
	int i = (int)(random() % MODEL);

	if (model[i].gateway && random() % 2) {
		model[i].gateway = 0;
		route_withdraw(&model[i].key, 9, 0);
	} else {
		model[i].gateway = (uint8_t)(1 + random() % 40);
		route_install(via(model[i].key, model[i].gateway));
	}
}

/*
 * Forwarded along the right route, and punted only where a route is missing.
 * Result: how many were forwarded.
 */
static unsigned int model_check(void)
{
	unsigned int forwarded = 0;

	for (int i = 0; i < MODEL; i++) {
		uint32_t addr = address(&model[i].key);
		uint8_t got = gateway_of(forward4(addr));

		assert_int_equal(got, model_gateway(addr));
		forwarded += got != 0;
	}
	return forwarded;
}

/* In the middle of a change of the trie: no packet goes a wrong way. */
static void model_watch(const struct prefix_key *key)
{
	for (int i = 0; i < MODEL; i++) {
		struct prefix_key host = key4(address(&model[i].key), 32);
		uint8_t got;
		int best;

		if (!prefix_key_covers(key, &model[i].key))
			continue;
		got = gateway_of(forward4(address(&model[i].key)));
		best = model_cover(&host, false);
		assert_true(!got || (best >= 0 && got == model[best].gateway));
	}
}

/* How many of the model's routes are in the FIB. */
static unsigned int model_in_fib(void)
{
	unsigned int count = 0;

	for (int i = 0; i < MODEL; i++)
		count += record_find(&model[i].key) != 0;
	return count;
}

static void run_model(uint32_t capacity, unsigned int fail_every)
{
	unsigned int wanted = 0, forwarded = 0;

	srandom(capacity);
	fake_fib_open(capacity, 4);
	fake_lpm_fail(fail_every);
	fake_lpm_watch(model_watch);
	model_init();
	for (int step = 0; step < 5000; step++) {
		model_step();
		if (step % 10 == 0)
			forwarded += model_check();
	}
	assert_true(forwarded > 500);
	fake_lpm_fail(0);
	/* Room again, step by step: in the end everything is as wanted. */
	for (int i = 0; i < MODEL; i++) {
		model[i].gateway = 0;
		route_withdraw(&model[i].key, 9, 0);
		model_check();
	}
	for (int i = 0; i < (int)capacity && i < MODEL; i++, wanted++) {
		model[i].gateway = (uint8_t)(1 + i % 40);
		route_install(via(model[i].key, model[i].gateway));
	}
	model_check();
	fake_lpm_watch(NULL);
	assert_int_equal(model_in_fib(), wanted);
	assert_true(health_ok());
	fake_fib_close();
}

static void test_model_roomy(void **state)
{
	(void)state;
	run_model(MODEL, 0);
}

static void test_model_full(void **state)
{
	(void)state;
	run_model(40, 0);
}

static void test_model_failing_calls(void **state)
{
	(void)state;
	run_model(MODEL, 7);
}

/* Other sizes of the maps: the same routes, counts and nothing lost. */
static void test_move(void **state)
{
	struct maps old, new;
	uint64_t before = 0, after = 0;

	(void)state;
	srandom(5);
	fake_fib_open(MODEL, 4);
	model_init();
	for (int i = 0; i < MODEL; i++) {
		model[i].gateway = (uint8_t)(1 + i % 40);
		route_install(via(model[i].key, model[i].gateway));
		maps.route_hot[record_find(&model[i].key)].packets = 1000 + i;
	}
	fake_maps_create(&new, MODEL / 2, 4);
	assert_int_equal(record_move_begin(&new), -ENOSPC);
	fake_maps_free(&new);
	fake_maps_create(&new, 2 * MODEL, 4);
	/* The nexthop side is shared by both sets. */
	free(new.nexthop);
	free(new.nhgroup);
	free(new.bucket);
	new.nexthop = maps.nexthop;
	new.nhgroup = maps.nhgroup;
	new.bucket = maps.bucket;
	assert_int_equal(record_move_begin(&new), 0);
	/* Counted in the old rows while the new ones were filled. */
	maps.route_hot[record_find(&model[3].key)].packets += 50;
	for (int i = 0; i < MODEL; i++)
		before += counters_route(record_find(&model[i].key)).packets;
	old = maps;
	maps = new;
	record_move_end(&old);
	model_check();
	for (int i = 0; i < MODEL; i++)
		after += counters_route(record_find(&model[i].key)).packets;
	assert_int_equal(after, before);
	old.nexthop = NULL;
	old.nhgroup = NULL;
	old.bucket = NULL;
	fake_maps_free(&old);
	fake_fib_close();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_model_roomy),
		cmocka_unit_test(test_model_full),
		cmocka_unit_test(test_model_failing_calls),
		cmocka_unit_test(test_move),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
