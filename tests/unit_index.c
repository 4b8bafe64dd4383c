// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * unit_index.c - ids, prefixes and the index of routes.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "bpf/abi.h"
#include "plugin/base/idpool.h"
#include "plugin/base/prefix_key.h"
#include "plugin/fib/route_index.h"

static void test_pool_hands_out_all(void **state)
{
	struct idpool pool;
	uint8_t seen[101] = { 0 };

	(void)state;
	assert_int_equal(idpool_init(&pool, 1, 101), 0);
	for (int i = 0; i < 100; i++) {
		uint32_t id = idpool_get(&pool);

		assert_true(id >= 1 && id <= 100);
		assert_int_equal(seen[id]++, 0);
	}
	assert_true(idpool_full(&pool));
	assert_int_equal(idpool_get(&pool), UINT32_MAX);
	idpool_fini(&pool);
}

/* A freed id comes back last, and only after all fresh ones. */
static void test_pool_quarantine(void **state)
{
	struct idpool pool;

	(void)state;
	assert_int_equal(idpool_init(&pool, 1, 4), 0);
	assert_int_equal(idpool_get(&pool), 1);
	idpool_put(&pool, 1);
	assert_int_equal(idpool_get(&pool), 2);
	assert_int_equal(idpool_get(&pool), 3);
	assert_int_equal(idpool_get(&pool), 1);
	assert_int_equal(idpool_get(&pool), UINT32_MAX);
	assert_int_equal(pool.used, 3);
	idpool_fini(&pool);
}

static void test_pool_empty_range(void **state)
{
	struct idpool pool;

	(void)state;
	assert_int_equal(idpool_init(&pool, 5, 5), -EINVAL);
}

static struct prefix_key key6(const uint8_t *addr, uint8_t len)
{
	struct prefix_key key = { .table = 254,
				  .family = AF_INET6,
				  .len = len };

	memcpy(key.addr, addr, sizeof(key.addr));
	prefix_key_mask(&key);
	return key;
}

/* Masking and covering bit by bit, for every length. */
static void test_prefix_every_length(void **state)
{
	uint8_t ones[16];

	(void)state;
	memset(ones, 0xff, sizeof(ones));
	for (int len = 0; len <= 128; len++) {
		struct prefix_key key = key6(ones, (uint8_t)len), host, other;

		for (int bit = 0; bit < 128; bit++)
			assert_int_equal(key.addr[bit / 8] >> (7 - bit % 8) & 1,
					 bit < len);
		host = key6(ones, 128);
		assert_true(prefix_key_covers(&key, &host));
		assert_int_equal(prefix_key_covers(&host, &key), len == 128);
		if (!len)
			continue;
		/* Differs in its last bit only. */
		other = key;
		other.addr[(len - 1) / 8] ^= (uint8_t)(0x80 >> (len - 1) % 8);
		assert_false(prefix_key_covers(&other, &host));
	}
}

static void test_prefix_order(void **state)
{
	const uint8_t addr[16] = { 10, 1 };
	struct prefix_key cover = key6(addr, 8), inner = key6(addr, 16);
	struct prefix_key other_table = inner;

	(void)state;
	other_table.table = 255;
	assert_true(prefix_key_cmp(&cover, &inner) < 0);
	assert_true(prefix_key_cmp(&inner, &cover) > 0);
	assert_int_equal(prefix_key_cmp(&inner, &inner), 0);
	assert_true(prefix_key_cmp(&inner, &other_table) < 0);
	assert_false(prefix_key_covers(&cover, &other_table));
}

#define RECORDS 3000

static struct fib_route records[RECORDS];

static void random_record(struct fib_route *record)
{
	struct prefix_key key = { .len = (uint8_t)(random() % 33) };
	uint32_t addr = (uint32_t)random();

	key.family = AF_INET;
	memcpy(key.addr, &addr, sizeof(addr));
	/* Few distinct addresses, so that covers and twins are common. */
	key.addr[2] = 0;
	prefix_key_mask(&key);
	memset(record, 0, sizeof(*record));
	record->table = 254 + (uint32_t)random() % 2;
	record->family = AF_INET;
	record->prefixlen = key.len;
	memcpy(record->addr, key.addr, sizeof(record->addr));
}

static struct prefix_key record_key(const struct fib_route *record)
{
	struct prefix_key key = {
		.table = record->table,
		.family = record->family,
		.len = record->prefixlen,
	};

	memcpy(key.addr, record->addr, sizeof(key.addr));
	return key;
}

static uint32_t naive_find(const uint8_t *in_use, const struct prefix_key *key)
{
	for (uint32_t id = 1; id < RECORDS; id++) {
		struct prefix_key own = record_key(&records[id]);

		if (in_use[id] && prefix_key_same(&own, key))
			return id;
	}
	return 0;
}

/* Against a linear search, with removals in any order. */
static void test_index_random(void **state)
{
	struct route_index index;
	static uint8_t in_use[RECORDS];

	(void)state;
	srandom(2);
	assert_int_equal(route_index_init(&index, RECORDS), 0);
	for (int step = 0; step < 60000; step++) {
		uint32_t id = 1 + (uint32_t)random() % (RECORDS - 1);
		struct fib_route candidate;
		struct prefix_key key;

		if (in_use[id]) {
			route_index_remove(&index, records, id);
			in_use[id] = 0;
			continue;
		}
		random_record(&candidate);
		key = record_key(&candidate);
		if (step % 10 == 0)
			assert_int_equal(route_index_find(&index, records,
							  &key),
					 naive_find(in_use, &key));
		if (route_index_find(&index, records, &key))
			continue;
		records[id] = candidate;
		route_index_add(&index, records, id);
		in_use[id] = 1;
	}
	for (uint32_t id = 1; id < RECORDS; id++) {
		struct prefix_key key = record_key(&records[id]);

		if (in_use[id])
			assert_int_equal(
				route_index_find(&index, records, &key), id);
	}
	route_index_fini(&index);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pool_hands_out_all),
		cmocka_unit_test(test_pool_quarantine),
		cmocka_unit_test(test_pool_empty_range),
		cmocka_unit_test(test_prefix_every_length),
		cmocka_unit_test(test_prefix_order),
		cmocka_unit_test(test_index_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
