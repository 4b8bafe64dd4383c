// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * unit_bucket.c - shares of an ECMP group and which flows move.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "bpf/abi.h"
#include "plugin/fib/bucket.h"

static uint32_t share(const uint32_t *buckets, uint32_t n, uint32_t nexthop)
{
	uint32_t count = 0;

	for (uint32_t b = 0; b < n; b++)
		count += buckets[b] == nexthop;
	return count;
}

/* Every member within one bucket of its ideal share; no strangers. */
static void check_shares(const uint32_t *buckets, uint32_t n,
			 const struct bucket_member *members, uint32_t count)
{
	uint64_t total = 0;
	uint32_t sum = 0;

	for (uint32_t i = 0; i < count; i++)
		total += members[i].weight;
	for (uint32_t i = 0; i < count; i++) {
		uint32_t got = share(buckets, n, members[i].nexthop);
		uint64_t ideal = (uint64_t)n * members[i].weight / total;

		assert_true(got == ideal || got == ideal + 1);
		sum += got;
	}
	assert_int_equal(sum, n);
}

static void test_count(void **state)
{
	(void)state;
	assert_int_equal(bucket_count(1, 0), 1);
	assert_int_equal(bucket_count(2, 0), 64);
	assert_int_equal(bucket_count(3, 0), 128);
	assert_int_equal(bucket_count(2, 256), 256);
	assert_int_equal(bucket_count(256, 0), FIB_GROUP_BUCKETS_MAX);
}

static void test_weights(void **state)
{
	const struct bucket_member members[] = { { 7, 1 }, { 8, 2 }, { 9, 5 } };
	uint32_t buckets[64];

	(void)state;
	bucket_fill(buckets, 64, members, 3, NULL, 0);
	assert_int_equal(share(buckets, 64, 7), 8);
	assert_int_equal(share(buckets, 64, 8), 16);
	assert_int_equal(share(buckets, 64, 9), 40);
}

/* A member leaves: only its buckets change hands. */
static void test_remove_moves_only_its_own(void **state)
{
	const struct bucket_member all[] = {
		{ 1, 1 }, { 2, 1 }, { 3, 1 }, { 4, 1 }
	};
	const struct bucket_member left[] = { { 1, 1 }, { 2, 1 }, { 4, 1 } };
	uint32_t before[128], after[128];

	(void)state;
	bucket_fill(before, 128, all, 4, NULL, 0);
	bucket_fill(after, 128, left, 3, before, 128);
	check_shares(after, 128, left, 3);
	for (int b = 0; b < 128; b++)
		if (before[b] != 3)
			assert_int_equal(after[b], before[b]);
}

/* A member comes: nobody changes except to the new one. */
static void test_add_moves_only_to_the_new(void **state)
{
	const struct bucket_member old[] = { { 1, 3 }, { 2, 1 } };
	const struct bucket_member new[] = { { 1, 3 }, { 2, 1 }, { 3, 4 } };
	uint32_t before[64], after[128];

	(void)state;
	bucket_fill(before, 64, old, 2, NULL, 0);
	bucket_fill(after, 128, new, 3, before, 64);
	check_shares(after, 128, new, 3);
	for (int b = 0; b < 128; b++)
		if (after[b] != 3)
			assert_int_equal(after[b], before[b & 63]);
}

/* From a single nexthop to two: half of the flows stay. */
static void test_grow_from_single(void **state)
{
	const struct bucket_member new[] = { { 5, 1 }, { 6, 1 } };
	uint32_t single = 5, after[64];

	(void)state;
	bucket_fill(after, 64, new, 2, &single, 1);
	check_shares(after, 64, new, 2);
	for (int b = 0; b < 32; b++)
		assert_int_equal(after[b], 5);
}

static void test_random(void **state)
{
	uint32_t before[FIB_GROUP_BUCKETS_MAX], after[FIB_GROUP_BUCKETS_MAX];
	struct bucket_member members[256];
	uint32_t n_old = 0;
	const unsigned int seed = 1;

	(void)state;
	srandom(seed);
	for (int round = 0; round < 2000; round++) {
		uint32_t count = 2 + (uint32_t)random() % 255;
		uint32_t n = bucket_count(count, n_old);

		for (uint32_t i = 0; i < count; i++) {
			members[i].nexthop = 1 + i * 3;
			members[i].weight =
				1 +
				(uint32_t)random() % (round % 2 ? 255 : 65535);
		}
		bucket_fill(after, n, members, count, n_old ? before : NULL,
			    n_old);
		check_shares(after, n, members, count);
		for (uint32_t b = 0; b < n; b++)
			before[b] = after[b];
		n_old = round % 10 ? n : 0;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_count),
		cmocka_unit_test(test_weights),
		cmocka_unit_test(test_remove_moves_only_its_own),
		cmocka_unit_test(test_add_moves_only_to_the_new),
		cmocka_unit_test(test_grow_from_single),
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
