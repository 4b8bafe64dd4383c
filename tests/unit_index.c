// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * unit_index.c - ids and prefixes.
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pool_hands_out_all),
		cmocka_unit_test(test_pool_quarantine),
		cmocka_unit_test(test_pool_empty_range),
		cmocka_unit_test(test_prefix_every_length),
		cmocka_unit_test(test_prefix_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
