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
#include "route_model.h"

#include "plugin/base/health.h"
#include "plugin/engine/counters.h"
#include "plugin/engine/maps.h"
#include "plugin/fib/record.h"
#include "plugin/fib/route.h"

/* How often zebra would be told that the /16 waits for room, and that it is in. */
static unsigned int waits, recoveries;

static void changed(const struct fib_route *route, enum record_state state)
{
	if (route->prefixlen != 16)
		return;
	waits += state == RECORD_WAITS;
	recoveries += state == RECORD_AGREED;
}

/* Capacity plus one: the cover punts, and all heals when there is room. */
static void test_full(void **state)
{
	struct prefix_key cover = key4(0x0a000000, 8);
	struct prefix_key inner = key4(0x0a010000, 16);
	struct prefix_key extra = key4(0x0b000000, 8);

	(void)state;
	fake_fib_open(2, 2);
	waits = recoveries = 0;
	record_set_changed(changed);
	both_install(via(cover, 1));
	both_install(via(extra, 2));
	assert_int_equal(both_install(via(inner, 3)), -ENOSPC);
	assert_int_equal(both_install(via(inner, 3)), -ENOSPC);
	assert_int_equal(waits, 2);
	assert_int_equal(recoveries, 0);
	assert_non_null(health_text(HEALTH_ROUTES4));
	assert_int_equal(forward4(0x0a010203),
			 fib_word(FIB_PUNT, VERDICT_PUNT_DEGRADED));
	assert_int_equal(gateway_of(forward4(0x0b000001)), 2);
	both_withdraw(&extra, 9, 0);
	assert_int_equal(gateway_of(forward4(0x0a010203)), 3);
	assert_int_equal(gateway_of(forward4(0x0a990203)), 1);
	assert_int_equal(recoveries, 1);
	assert_null(health_text(HEALTH_ROUTES4));
	record_set_changed(NULL);
	fake_fib_close();
}

/* A map that refuses an entry for want of memory is not a table that is full. */
static void test_no_memory(void **state)
{
	const char *text;

	(void)state;
	fake_fib_open(9, 9);
	both_install(via(key4(0x0a000000, 8), 1));
	fake_lpm_fail(1);
	assert_int_equal(both_install(via(key4(0x0a010000, 16), 3)), -ENOMEM);
	text = health_text(HEALTH_ROUTES4);
	assert_non_null(text);
	assert_non_null(strstr(
		text,
		"1 IPv4 routes cannot be written to the map now: Cannot allocate memory"));
	assert_int_equal(forward4(0x0a010203),
			 fib_word(FIB_PUNT, VERDICT_PUNT_DEGRADED));
	assert_false(record_retry());
	assert_non_null(health_text(HEALTH_ROUTES4));
	fake_lpm_fail(0);
	record_retry();
	assert_int_equal(gateway_of(forward4(0x0a010203)), 3);
	assert_int_equal(gateway_of(forward4(0x0a990203)), 1);
	assert_null(health_text(HEALTH_ROUTES4));
	fake_fib_close();
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
		both_withdraw(&model[i].key, 9, 0);
		model_check();
	}
	for (int i = 0; i < (int)capacity && i < MODEL; i++, wanted++) {
		model[i].gateway = (uint8_t)(1 + i % 40);
		both_install(via(model[i].key, model[i].gateway));
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_no_memory),
		cmocka_unit_test(test_model_roomy),
		cmocka_unit_test(test_model_full),
		cmocka_unit_test(test_model_failing_calls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
