// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * unit_route.c - the FIB's routes by their owners, one situation each.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "fake_kernel.h"
#include "fake_route.h"

#include "plugin/base/health.h"
#include "plugin/control/local.h"
#include "plugin/engine/counters.h"
#include "plugin/engine/maps.h"
#include "plugin/fib/nhgroup.h"
#include "plugin/fib/record.h"
#include "plugin/fib/route.h"

/* A weight is 16 bits wide: the low eight of these are all the same. */
static void test_wide_weights(void **state)
{
	struct route_spec *spec = via(key4(0x0a010000, 16), 7);
	struct prefix_key key = spec->key;
	struct nexthop_key nexthops[2];
	uint32_t group, bucket, wide = 0;

	(void)state;
	fake_fib_open(10, 10);
	nexthops[0] = nexthops[1] = spec->nexthops[0];
	nexthops[1].gateway[3] = 8;
	nexthops[0].weight = 0x0100;
	nexthops[1].weight = 0x0300;
	spec->nexthops = nexthops;
	spec->count = 2;
	assert_int_equal(both_install(spec), 0);
	group = fib_word_argument(forward4(0x0a010203));
	for (uint32_t hash = 0; hash < 256; hash++) {
		const struct fib_nexthop *nexthop =
			&maps.nexthop[nhgroup_select(group, hash * 0x01010101,
						     &bucket)];

		wide += nexthop->weight == 0x0300;
		assert_int_equal(nexthop->weight,
				 nexthop->gateway[3] == 8 ? 0x0300 : 0x0100);
	}
	assert_int_equal(wide, 192);
	assert_int_equal(both_withdraw(&key, 9, 0), 0);
	fake_fib_close();
}

static void test_install_withdraw(void **state)
{
	struct prefix_key key = key4(0x0a010000, 16);

	(void)state;
	fake_fib_open(10, 10);
	assert_int_equal(both_install(via(key, 7)), 0);
	assert_int_equal(gateway_of(forward4(0x0a010203)), 7);
	assert_int_equal(nhgroup_count(), 1);
	/* Contexts repeat. */
	assert_int_equal(both_install(via(key, 7)), 0);
	assert_int_equal(record_count(AF_INET), 1);
	/* A withdrawal of what another protocol replaced is not ours. */
	assert_int_equal(both_withdraw(&key, 3, 0), 0);
	assert_int_equal(gateway_of(forward4(0x0a010203)), 7);
	assert_int_equal(both_withdraw(&key, 9, 0), 0);
	assert_int_equal(both_withdraw(&key, 9, 0), 0);
	assert_int_equal(forward4(0x0a010203),
			 fib_word(FIB_PUNT, VERDICT_PUNT_NO_ROUTE));
	assert_int_equal(nhgroup_count(), 0);
	assert_int_equal(nexthop_count(), 0);
	fake_fib_close();
}

/* An update keeps the counters, a new route starts at zero. */
static void test_counters_survive_update(void **state)
{
	struct prefix_key key = key4(0x0a010000, 16);
	uint32_t id, clear = 0;

	(void)state;
	fake_fib_open(10, 10);
	both_install(via(key, 7));
	id = record_find(&key);
	maps.route_hot[id].packets = 5;
	maps.route_hot[maps.config.max_routes + id].packets = 6;
	both_install(via(key, 8));
	assert_int_equal(record_find(&key), id);
	assert_int_equal(counters_route(id).packets, 11);
	while (counters_clear_routes(&clear, 4))
		;
	assert_int_equal(counters_route(id).packets, 0);
	maps.route_hot[id].packets++;
	assert_int_equal(counters_route(id).packets, 1);
	fake_fib_close();
}

static void test_local_wins(void **state)
{
	struct prefix_key host = key4(0x0a010203, 32),
			  net = key4(0x0a010000, 16);
	struct kernel_local local = { .key = host, .type = 2, .ifindex = 1 };
	struct kernel_local twin = { .key = host, .type = 2, .ifindex = 2 };
	struct kernel_local any = { .key = net, .type = 2, .ifindex = 1 };

	(void)state;
	fake_fib_open(10, 10);
	both_install(via(host, 7));
	local_add(&local, false);
	local_add(&twin, false);
	assert_int_equal(forward4(0x0a010203),
			 fib_word(FIB_PUNT, VERDICT_PUNT_LOCAL));
	local_delete(&local);
	assert_int_equal(forward4(0x0a010203),
			 fib_word(FIB_PUNT, VERDICT_PUNT_LOCAL));
	local_delete(&twin);
	assert_int_equal(gateway_of(forward4(0x0a010203)), 7);
	/* AnyIP: a local network hides even longer prefixes of other tables. */
	local_add(&any, false);
	assert_int_equal(forward4(0x0a010203),
			 fib_word(FIB_PUNT, VERDICT_PUNT_LOCAL));
	local_delete(&any);
	assert_int_equal(gateway_of(forward4(0x0a010203)), 7);
	fake_fib_close();
}

static void test_source_specific(void **state)
{
	struct prefix_key key = { .table = TABLE,
				  .family = AF_INET6,
				  .len = 32,
				  .addr = { 0x20, 1 } };
	struct prefix_key source = key, other = key;
	uint8_t addr[16] = { 0x20, 1, 0, 0, 1 };

	(void)state;
	source.addr[0] = 0xfc;
	other.addr[0] = 0xfd;
	fake_fib_open(10, 10);
	both_install(via(key, 7));
	route_srcdest_add(&key, &source);
	route_srcdest_add(&key, &source);
	route_srcdest_add(&key, &other);
	assert_int_equal(fake_forward(TABLE, AF_INET6, addr),
			 fib_word(FIB_PUNT, VERDICT_PUNT_SOURCE_ROUTE));
	route_srcdest_delete(&key, &source);
	assert_int_equal(fake_forward(TABLE, AF_INET6, addr),
			 fib_word(FIB_PUNT, VERDICT_PUNT_SOURCE_ROUTE));
	route_srcdest_delete(&key, &other);
	assert_int_equal(gateway_of(fake_forward(TABLE, AF_INET6, addr)), 7);
	fake_fib_close();
}

static struct prefix_key slash8(uint8_t i)
{
	return key4((uint32_t)i << 24, 8);
}

static uint8_t gateway_at(uint8_t i)
{
	return gateway_of(forward4(((uint32_t)i << 24) + 1));
}

static void assert_lacks(const char *what)
{
	const char *text = health_text(HEALTH_NEXTHOPS);

	assert_non_null(text);
	assert_non_null(strstr(text, what));
}

/* More nexthops than records: the route is there, as PUNT, until there is room. */
static void test_nexthops_full(void **state)
{
	struct prefix_key key;

	(void)state;
	fake_fib_open(100, 10);
	for (uint8_t i = 1; i < 70; i++) {
		int ret = both_install(via(slash8(i), i));

		assert_int_equal(ret, i < 64 ? 0 : 1);
		assert_int_equal(gateway_at(i), i < 64 ? i : 0);
	}
	assert_lacks("nexthops of 6 routes: all nexthops are in use");
	route_place();
	assert_int_equal(gateway_at(64), 0);
	/* One wants another nexthop now, one has gone. */
	assert_int_equal(both_install(via(slash8(65), 1)), 0);
	assert_int_equal(gateway_at(65), 1);
	key = slash8(66);
	both_withdraw(&key, 9, 0);
	assert_lacks("nexthops of 4 routes");
	for (uint8_t i = 2; i < 5; i++) {
		key = slash8(i);
		both_withdraw(&key, 9, 0);
		route_place();
	}
	assert_int_equal(gateway_at(64), 64);
	assert_int_equal(gateway_at(67), 67);
	assert_int_equal(gateway_at(68), 68);
	assert_int_equal(gateway_at(69), 0);
	assert_lacks("nexthops of 1 routes");
	key = slash8(5);
	both_withdraw(&key, 9, 0);
	route_place();
	assert_int_equal(gateway_at(69), 69);
	assert_null(health_text(HEALTH_NEXTHOPS));
	fake_fib_close();
}

/* Of few nexthops more sets than there are groups. */
static void test_groups_full(void **state)
{
	struct prefix_key key;
	uint8_t i = 1;

	(void)state;
	fake_fib_open(100, 10);
	for (uint8_t a = 1; a < 13; a++)
		for (uint8_t b = a + 1; b < 13; b++, i++) {
			struct route_spec *spec = via(slash8(i), a);
			struct nexthop_key two[2];

			two[0] = two[1] = spec->nexthops[0];
			two[1].gateway[3] = b;
			spec->nexthops = two;
			spec->count = 2;
			assert_int_equal(both_install(spec), i < 64 ? 0 : 1);
		}
	assert_int_equal(i, 67);
	assert_lacks("all nexthop groups are in use");
	for (i = 1; i < 4; i++) {
		assert_int_equal(gateway_at((uint8_t)(63 + i)), 0);
		key = slash8(i);
		both_withdraw(&key, 9, 0);
		route_place();
		assert_int_not_equal(gateway_at((uint8_t)(63 + i)), 0);
	}
	assert_null(health_text(HEALTH_NEXTHOPS));
	fake_fib_close();
}

/* A write was cut short: readers end, and the next write makes it whole. */
static void test_half_written(void **state)
{
	struct prefix_key key = key4(0x0a000000, 8);
	struct fib_route route;
	uint32_t id, word;

	(void)state;
	fake_fib_open(6, 4);
	both_install(via(key, 7));
	id = record_find(&key);
	assert_true(record_read(id, &route, &word));
	maps.route[id].seq++;
	assert_false(record_read(id, &route, &word));
	both_install(via(key, 8));
	assert_true(record_read(id, &route, &word));
	assert_int_equal(gateway_of(word), 8);
	fake_fib_close();
}

/* All of them, or what is within: each once, in order, and only what is in the FIB. */
static void test_walk(void **state)
{
	static const struct {
		uint32_t addr;
		uint8_t len;
	} nested[] = {
		{ 0x0a000000, 8 },  { 0x0a010000, 16 }, { 0x0a010200, 24 },
		{ 0x0a020000, 16 }, { 0x0b000000, 8 },	{ 0x0b000001, 32 },
	};
	struct record_walk walk = { .within = key4(0x0a010000, 16) };
	struct record_walk all = { .within = key4(0, 0) };
	struct prefix_key key, missing = key4(0x0a010300, 24);

	(void)state;
	fake_fib_open(6, 4);
	for (size_t i = 6; i--;)
		both_install(via(key4(nested[i].addr, nested[i].len), 7));
	assert_int_equal(both_install(via(missing, 8)), -ENOSPC);
	walk.at = walk.within;
	for (size_t i = 1; i < 3; i++) {
		key = key4(nested[i].addr, nested[i].len);
		assert_int_equal(record_next(&walk), record_find(&key));
	}
	assert_int_equal(record_next(&walk), 0);
	assert_int_equal(record_next(&walk), 0);
	all.at = all.within;
	for (size_t i = 0; i < 6; i++) {
		key = key4(nested[i].addr, nested[i].len);
		assert_int_not_equal(record_find(&key), 0);
		assert_int_equal(record_next(&all), record_find(&key));
		/* What was shown may go: the one that waited comes behind it. */
		if (i == 0) {
			both_withdraw(&key, 9, 0);
			continue;
		}
		if (i != 2)
			continue;
		assert_int_equal(record_next(&all), record_find(&missing));
		assert_int_not_equal(record_find(&missing), 0);
	}
	assert_int_equal(record_next(&all), 0);
	fake_fib_close();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_install_withdraw),
		cmocka_unit_test(test_wide_weights),
		cmocka_unit_test(test_counters_survive_update),
		cmocka_unit_test(test_local_wins),
		cmocka_unit_test(test_source_specific),
		cmocka_unit_test(test_nexthops_full),
		cmocka_unit_test(test_groups_full),
		cmocka_unit_test(test_half_written),
		cmocka_unit_test(test_walk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
