// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * unit_route.c - the FIB's core against a naive model: whatever order routes come
 * and go in and however few fit, no address is forwarded along a wrong route.
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

#include "plugin/base/health.h"
#include "plugin/control/local.h"
#include "plugin/engine/counters.h"
#include "plugin/engine/maps.h"
#include "plugin/fib/nhgroup.h"
#include "plugin/fib/record.h"
#include "plugin/fib/route.h"

#define TABLE 254

static struct prefix_key key4(uint32_t addr, uint8_t len)
{
	struct prefix_key key = { .table = TABLE,
				  .family = AF_INET,
				  .len = len };

	addr = htonl(addr);
	memcpy(key.addr, &addr, sizeof(addr));
	prefix_key_mask(&key);
	return key;
}

static uint32_t address(const struct prefix_key *key)
{
	uint32_t addr;

	memcpy(&addr, key->addr, sizeof(addr));
	return ntohl(addr);
}

/* A route through gateway 10.0.0.GATEWAY on interface 1. */
static struct route_spec *via(struct prefix_key key, uint8_t gateway)
{
	static struct route_spec spec;

	memset(&spec, 0, sizeof(spec));
	spec.key = key;
	spec.protocol = 9;
	spec.action = FIB_FORWARD;
	spec.count = 1;
	spec.nexthops[0] = (struct nexthop_key){
		.ifindex = 1,
		.family = AF_INET,
		.weight = 1,
		.gateway = { 10, 0, 0, gateway },
	};
	return &spec;
}

static uint32_t forward4(uint32_t addr)
{
	struct prefix_key key = key4(addr, 32);

	return fake_forward(TABLE, AF_INET, key.addr);
}

/* Gateway's last byte of a forwarding word; 0 for punt or drop. */
static uint8_t gateway_of(uint32_t word)
{
	uint32_t bucket;

	if (fib_word_action(word) != FIB_FORWARD)
		return 0;
	return maps.nexthop[nhgroup_select(fib_word_argument(word), 0, &bucket)]
		.gateway[3];
}

/* A weight is 16 bits wide: the low eight of these are all the same. */
static void test_wide_weights(void **state)
{
	struct route_spec *spec = via(key4(0x0a010000, 16), 7);
	struct prefix_key key = spec->key;
	uint32_t group, bucket, wide = 0;

	(void)state;
	fake_fib_open(10, 10);
	spec->nexthops[1] = spec->nexthops[0];
	spec->nexthops[1].gateway[3] = 8;
	spec->nexthops[0].weight = 0x0100;
	spec->nexthops[1].weight = 0x0300;
	spec->count = 2;
	assert_int_equal(route_install(spec), 0);
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
	assert_int_equal(route_withdraw(&key, 9, 0), 0);
	fake_fib_close();
}

static void test_install_withdraw(void **state)
{
	struct prefix_key key = key4(0x0a010000, 16);

	(void)state;
	fake_fib_open(10, 10);
	assert_int_equal(route_install(via(key, 7)), 0);
	assert_int_equal(gateway_of(forward4(0x0a010203)), 7);
	assert_int_equal(nhgroup_count(), 1);
	/* Contexts repeat. */
	assert_int_equal(route_install(via(key, 7)), 0);
	assert_int_equal(record_count(AF_INET), 1);
	/* A withdrawal of what another protocol replaced is not ours. */
	assert_int_equal(route_withdraw(&key, 3, 0), 0);
	assert_int_equal(gateway_of(forward4(0x0a010203)), 7);
	assert_int_equal(route_withdraw(&key, 9, 0), 0);
	assert_int_equal(route_withdraw(&key, 9, 0), 0);
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
	uint32_t id;

	(void)state;
	fake_fib_open(10, 10);
	route_install(via(key, 7));
	id = record_find(&key);
	maps.route_hot[id].packets = 5;
	maps.route_hot[maps.config.max_routes + id].packets = 6;
	route_install(via(key, 8));
	assert_int_equal(record_find(&key), id);
	assert_int_equal(counters_route(id).packets, 11);
	counters_clear();
	assert_int_equal(counters_route(id).packets, 0);
	maps.route_hot[id].packets++;
	assert_int_equal(counters_route(id).packets, 1);
	fake_fib_close();
}

static void test_local_wins(void **state)
{
	struct prefix_key host = key4(0x0a010203, 32),
			  net = key4(0x0a010000, 16);
	struct kernel_route local = { .key = host, .type = 2, .ifindex = 1 };
	struct kernel_route twin = { .key = host, .type = 2, .ifindex = 2 };
	struct kernel_route any = { .key = net, .type = 2, .ifindex = 1 };

	(void)state;
	fake_fib_open(10, 10);
	route_install(via(host, 7));
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
	route_install(via(key, 7));
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

/* A route of the kernel that zebra does not know hides zebra's cover. */
static void test_special(void **state)
{
	struct prefix_key net = key4(0x0a010000, 16);
	struct prefix_key inner = key4(0x0a010200, 24);
	struct kernel_route special = { .key = inner,
					.type = 9,
					.kind = KERNEL_ROUTE_SPECIAL };
	struct kernel_route tos = {
		.key = net, .type = 1, .tos = 16, .kind = KERNEL_ROUTE_SPECIAL
	};

	(void)state;
	fake_fib_open(10, 10);
	route_install(via(net, 7));
	local_add(&special, false);
	assert_int_equal(forward4(0x0a010203),
			 fib_word(FIB_PUNT, VERDICT_PUNT_UNSUPPORTED));
	assert_int_equal(gateway_of(forward4(0x0a010303)), 7);
	local_add(&tos, false);
	assert_int_equal(forward4(0x0a010303),
			 fib_word(FIB_PUNT, VERDICT_PUNT_UNSUPPORTED));
	local_delete(&special);
	local_delete(&tos);
	assert_int_equal(gateway_of(forward4(0x0a010203)), 7);
	assert_int_equal(record_count(AF_INET), 1);
	fake_fib_close();
}

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

/* More nexthops than records: the route is there, as PUNT. */
static void test_nexthops_full(void **state)
{
	(void)state;
	fake_fib_open(100, 10);
	for (uint8_t i = 1; i < 70; i++) {
		struct prefix_key key = key4((uint32_t)i << 24, 8);
		int ret = route_install(via(key, i));

		assert_int_equal(ret, i < 64 ? 0 : 1);
		assert_int_equal(gateway_of(forward4(((uint32_t)i << 24) + 1)),
				 i < 64 ? i : 0);
	}
	assert_non_null(health_text(HEALTH_NEXTHOPS));
	fake_fib_close();
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
		route_install(via(key4(nested[i].addr, nested[i].len), 7));
	assert_int_equal(route_install(via(missing, 8)), -ENOSPC);
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
			route_withdraw(&key, 9, 0);
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
		cmocka_unit_test(test_install_withdraw),
		cmocka_unit_test(test_wide_weights),
		cmocka_unit_test(test_counters_survive_update),
		cmocka_unit_test(test_local_wins),
		cmocka_unit_test(test_source_specific),
		cmocka_unit_test(test_special),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_nexthops_full),
		cmocka_unit_test(test_model_roomy),
		cmocka_unit_test(test_model_full),
		cmocka_unit_test(test_model_failing_calls),
		cmocka_unit_test(test_walk),
		cmocka_unit_test(test_move),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
