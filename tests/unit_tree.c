// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * unit_tree.c - the prefix tree against a list that is looked through from one
 * end to the other, by random operations.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "plugin/fib/tables.h"
#include "tests/prefix_list.h"

/* More than one full inner node of half full leaves: three levels. */
#define PREFIXES 3000
#define STEPS 40000

static struct prefix_list list;
static struct tree tree;
static __u64 seed;

static void start(uint8_t family)
{
	memset(&list, 0, sizeof(list));
	list.bits = family_bits(family);
	tree_init(&tree, family);
	seed = family;
}

static struct prefix_key entry_key(const struct prefix_entry *entry)
{
	struct prefix_key key = {
		.table = 7,
		.family = list.bits == 32 ? AF_INET : AF_INET6,
		.len = (uint8_t)entry->length,
	};

	memcpy(key.addr, entry->addr, sizeof(key.addr));
	return key;
}

/* The list's answer: the best of those that are wanted, or NULL. */
static const struct prefix_entry *
naive(const struct prefix_key *key,
      bool (*wanted)(const struct prefix_key *own,
		     const struct prefix_key *key),
      bool last)
{
	const struct prefix_entry *best = NULL;
	struct prefix_key best_key = { 0 };

	for (__u32 i = 0; i < list.count; i++) {
		struct prefix_key own = entry_key(&list.entry[i]);
		int order = best ? prefix_key_cmp(&own, &best_key) : 0;

		if (!wanted(&own, key) || (best && (order > 0) != last))
			continue;
		best = &list.entry[i];
		best_key = own;
	}
	return best;
}

static bool is_cover(const struct prefix_key *own, const struct prefix_key *key)
{
	return own->len < key->len && prefix_key_covers(own, key);
}

static bool is_at(const struct prefix_key *own, const struct prefix_key *key)
{
	return prefix_key_cmp(own, key) >= 0;
}

static bool is_after(const struct prefix_key *own, const struct prefix_key *key)
{
	return prefix_key_cmp(own, key) > 0;
}

static void check(uint32_t (*ask)(struct tree *tree, struct prefix_key *key),
		  const struct prefix_key *key,
		  const struct prefix_entry *expected)
{
	struct prefix_key got = *key,
			  want = expected ? entry_key(expected) : *key;

	assert_int_equal(ask(&tree, &got), expected ? expected->id : 0);
	assert_memory_equal(&got, &want, sizeof(got));
}

/* All questions about one prefix, in the tree or not. */
static void check_prefix(const struct prefix_entry *entry)
{
	const struct prefix_entry *own = prefix_list_find(&list, entry);
	struct prefix_key key = entry_key(entry);

	assert_int_equal(tree_get(&tree, &key), own ? own->id : 0);
	/* The longest cover sorts last. */
	check(tree_cover, &key, naive(&key, is_cover, true));
	check(tree_from, &key, naive(&key, is_at, false));
	check(tree_after, &key, naive(&key, is_after, false));
}

/* From one end to the other: each once, in order. */
static void check_walk(void)
{
	struct prefix_key key = { .table = 7,
				  .family = list.bits == 32 ? AF_INET
							    : AF_INET6 };
	struct prefix_key before = key;
	uint32_t count = 0, value;

	for (value = tree_from(&tree, &key); value;
	     value = tree_after(&tree, &key)) {
		assert_true(!count || prefix_key_cmp(&before, &key) < 0);
		assert_int_equal(tree_get(&tree, &key), value);
		before = key;
		count++;
	}
	assert_int_equal(count, list.count);
	assert_int_equal(tree.count, list.count);
}

/* Nodes are a quarter full on average, inner ones come on top. */
static void check_memory(void)
{
	size_t entry = list.bits == 32 ? 12 : 28;

	assert_true(tree.memory <= 4096 + list.count * entry * 5);
	assert_true(list.count || !tree.memory);
}

static void step(bool grow)
{
	struct prefix_entry entry = prefix_list_random(&list, 1, &seed);
	struct prefix_entry *there;
	struct prefix_key key;

	/* Mostly one that is there, when they shall become fewer. */
	if (!grow && list.count && random() % 4)
		entry = list.entry[(__u32)random() % list.count];
	key = entry_key(&entry);
	there = prefix_list_find(&list, &entry);
	if (there && !grow) {
		assert_int_equal(tree_remove(&tree, &key), there->id);
		prefix_list_remove(&list, there);
	} else if (!grow) {
		assert_int_equal(tree_remove(&tree, &key), 0);
	} else if (there || list.count < PREFIXES) {
		entry.id = 1 + (__u32)random();
		prefix_list_set(&list, &entry);
		tree_set(&tree, &key, entry.id);
	}
}

static void run_random(uint8_t family)
{
	srandom(family);
	start(family);
	for (int i = 0; i < STEPS; i++) {
		/* Full and empty in turn. */
		step(i / (STEPS / 4) % 2 ? random() % 16 == 0
					 : random() % 16 != 0);
		if (i % 16 == 0) {
			struct prefix_entry entry =
				prefix_list_random(&list, 1, &seed);

			check_prefix(&entry);
		}
		if (i % 1000 == 0) {
			check_walk();
			check_memory();
		}
	}
	while (list.count) {
		struct prefix_entry *last = &list.entry[list.count - 1];
		struct prefix_key key = entry_key(last);

		assert_int_equal(tree_remove(&tree, &key), last->id);
		prefix_list_remove(&list, last);
		check_memory();
	}
	assert_int_equal(tree.count, 0);
	tree_fini(&tree);
}

static void test_random_ipv4(void **state)
{
	(void)state;
	run_random(AF_INET);
}

static void test_random_ipv6(void **state)
{
	(void)state;
	run_random(AF_INET6);
}

static struct prefix_key host(uint32_t i)
{
	struct prefix_key key = { .family = AF_INET, .len = 32 };

	for (int byte = 0; byte < 4; byte++)
		key.addr[byte] = (uint8_t)(i >> (24 - 8 * byte));
	return key;
}

/* Four levels; in order they fill their nodes; what is left holds together. */
static void test_many(void **state)
{
	struct prefix_key key = { .family = AF_INET };
	uint32_t n = 300000, seen = 0;

	(void)state;
	start(AF_INET);
	for (uint32_t i = 0; i < n; i++) {
		key = host(i);
		tree_set(&tree, &key, i + 1);
	}
	assert_int_equal(tree.count, n);
	assert_true(tree.memory < n * 13UL);
	/* All but every hundredth go, in an order of their own. */
	for (uint32_t i = 0; i < n; i++) {
		uint32_t other = (uint32_t)(i * 100003UL % n);

		key = host(other);
		if (other % 100)
			assert_int_equal(tree_remove(&tree, &key), other + 1);
	}
	assert_true(tree.memory < n / 100 * 12UL * 5);
	memset(&key, 0, sizeof(key));
	for (uint32_t value = tree_from(&tree, &key); value;
	     value = tree_after(&tree, &key))
		assert_int_equal(value, 1 + 100 * seen++);
	assert_int_equal(seen, n / 100);
	tree_fini(&tree);
	assert_int_equal(tree.memory, 0);
}

/* A walk that stops goes on where it was, whatever came and went. */
static void test_walk_goes_on(void **state)
{
	struct prefix_key key, other;
	uint32_t seen = 0;

	(void)state;
	start(AF_INET);
	for (uint32_t i = 0; i < 10000; i++) {
		key = host(2 * i);
		tree_set(&tree, &key, 1);
	}
	memset(&key, 0, sizeof(key));
	key.family = AF_INET;
	for (uint32_t value = tree_from(&tree, &key); value;
	     value = tree_after(&tree, &key)) {
		other = host(2 * seen);
		assert_memory_equal(&key, &other, sizeof(key));
		/* Behind it one comes, it and its neighbour go. */
		other.addr[3] |= 1;
		assert_int_equal(tree_remove(&tree, &key), 1);
		other = host(2 * seen + 1);
		other.len = 31;
		other.addr[3] &= 0xfe;
		tree_set(&tree, &other, 2);
		assert_int_equal(tree_remove(&tree, &other), 2);
		seen++;
	}
	assert_int_equal(seen, 10000);
	assert_int_equal(tree.count, 0);
	tree_fini(&tree);
}

/* Every length of one address: each covers the next. */
static void test_chain(void **state)
{
	struct prefix_key key = { .family = AF_INET6 }, cover;

	(void)state;
	start(AF_INET6);
	for (int len = 128; len >= 0; len--) {
		memset(key.addr, 0xa5, sizeof(key.addr));
		key.len = (uint8_t)len;
		prefix_key_mask(&key);
		tree_set(&tree, &key, (uint32_t)len + 1);
	}
	memset(key.addr, 0xa5, sizeof(key.addr));
	key.len = 128;
	for (int len = 128; len > 0; len--) {
		cover = key;
		assert_int_equal(tree_cover(&tree, &cover), len);
		assert_int_equal(cover.len, len - 1);
		assert_int_equal(tree_remove(&tree, &cover), len);
	}
	assert_int_equal(tree_cover(&tree, &key), 0);
	tree_fini(&tree);
}

/* Prefixes of other tables and of the other family are not met. */
static void test_tables(void **state)
{
	static const uint32_t order[] = { 300, 7, 255, 254, 1000, 8 };
	struct tables tables = { 0 };
	struct tables_walk walk = { 0 };
	struct prefix_key key, before = { 0 };
	uint32_t count = 0, value;

	(void)state;
	for (uint32_t i = 0; i < 12; i++) {
		key = (struct prefix_key){
			.table = order[i % 6],
			.family = i < 6 ? AF_INET6 : AF_INET,
		};
		tables_set(&tables, &key, i + 1);
		key.len = 8;
		key.addr[0] = 10;
		tables_set(&tables, &key, 100 * (i + 1));
	}
	for (uint32_t i = 0; i < 12; i++) {
		key = (struct prefix_key){
			.table = order[i % 6],
			.family = i < 6 ? AF_INET6 : AF_INET,
			.len = 8,
			.addr = { 10 },
		};
		assert_int_equal(tables_get(&tables, &key), 100 * (i + 1));
		assert_int_equal(tables_after(&tables, &key), 0);
		assert_int_equal(tables_cover(&tables, &key), i + 1);
		assert_int_equal(tables_from(&tables, &key), i + 1);
	}
	for (; (value = tables_next(&tables, &walk)); count++) {
		assert_true(!count || prefix_key_cmp(&before, &walk.at) < 0);
		before = walk.at;
		assert_int_equal(tables_get(&tables, &before), value);
	}
	assert_int_equal(count, 24);
	assert_int_equal(tables_next(&tables, &walk), 0);
	key.table = 9;
	assert_int_equal(tables_get(&tables, &key), 0);
	assert_int_equal(tables_remove(&tables, &key), 0);
	assert_int_equal(tables_from(&tables, &key), 0);
	/* The first that is there, of the tables that are empty now as well. */
	key = (struct prefix_key){ .table = 7, .family = AF_INET6 };
	assert_int_equal(tables_remove(&tables, &key), 2);
	key = (struct prefix_key){ .table = 7, .family = AF_INET6, .len = 8 };
	key.addr[0] = 10;
	assert_int_equal(tables_remove(&tables, &key), 200);
	assert_int_equal(tables_any(&tables, AF_INET6, &key), 6);
	assert_int_equal(key.table, 8);
	tables_fini(&tables);
	assert_int_equal(tables_any(&tables, AF_INET6, &key), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_ipv4),
		cmocka_unit_test(test_random_ipv6),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_walk_goes_on),
		cmocka_unit_test(test_chain),
		cmocka_unit_test(test_tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
