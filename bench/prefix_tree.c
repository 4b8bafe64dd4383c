// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * prefix_tree.c - the module's prefix tree beside what libfrr has: bytes a
 * prefix, and nanoseconds of finding, walking, adding and removing one, with a
 * million IPv4 prefixes of Internet-like lengths.
 *
 *	make bench/prefix_tree && bench/prefix_tree
 */
#include <arpa/inet.h>
#include <inttypes.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "plugin/base/compat.h"
#include "lib/memory.h"
#include "lib/prefix.h"
#include "lib/table.h"
#include "lib/typesafe.h"

#include "plugin/fib/tree.h"

#define PREFIXES 1000000U

static struct prefix_key *keys;

/* libfrr's red-black tree, keyed as the module's own trees were. */
PREDECL_RBTREE_UNIQ(redblack);

struct red {
	struct redblack_item item;
	struct prefix_key key;
	uint32_t value;
};

static inline int red_cmp(const struct red *a, const struct red *b)
{
	return prefix_key_cmp(&a->key, &b->key);
}

DECLARE_RBTREE_UNIQ(redblack, struct red, item, red_cmp);

static struct redblack_head redblack = INIT_RBTREE_UNIQ(redblack);
static struct route_table *table;
static struct tree tree;

static void red_set(uint32_t i)
{
	struct red *entry = calloc(1, sizeof(*entry));

	entry->key = keys[i];
	entry->value = i + 1;
	redblack_add(&redblack, entry);
}

static uint32_t red_get(uint32_t i)
{
	struct red search = { .key = keys[i] };

	return redblack_find(&redblack, &search)->value;
}

static uint32_t red_walk(void)
{
	struct red *entry;
	uint32_t sum = 0;

	frr_each (redblack, &redblack, entry)
		sum += entry->value;
	return sum;
}

static void red_drop(uint32_t i)
{
	struct red search = { .key = keys[i] };
	struct red *entry = redblack_find(&redblack, &search);

	redblack_del(&redblack, entry);
	free(entry);
}

static struct prefix_ipv4 prefix4(uint32_t i)
{
	struct prefix_ipv4 prefix = { .family = AF_INET,
				      .prefixlen = keys[i].len };

	memcpy(&prefix.prefix, keys[i].addr, 4);
	return prefix;
}

static void table_set(uint32_t i)
{
	struct prefix_ipv4 prefix = prefix4(i);

	route_node_get(table, (struct prefix *)&prefix)->info =
		(void *)(uintptr_t)(i + 1);
}

static uint32_t table_get(uint32_t i)
{
	struct prefix_ipv4 prefix = prefix4(i);
	struct route_node *node =
		route_node_lookup(table, (struct prefix *)&prefix);
	uint32_t value = (uint32_t)(uintptr_t)node->info;

	route_unlock_node(node);
	return value;
}

static uint32_t table_walk(void)
{
	uint32_t sum = 0;

	for (struct route_node *node = route_top(table); node;
	     node = route_next(node))
		sum += (uint32_t)(uintptr_t)node->info;
	return sum;
}

static void table_drop(uint32_t i)
{
	struct prefix_ipv4 prefix = prefix4(i);
	struct route_node *node =
		route_node_lookup(table, (struct prefix *)&prefix);

	node->info = NULL;
	route_unlock_node(node);
	route_unlock_node(node);
}

static void ours_set(uint32_t i)
{
	tree_set(&tree, &keys[i], i + 1);
}

static uint32_t ours_get(uint32_t i)
{
	return tree_get(&tree, &keys[i]);
}

/* One call a step, as the show commands do. */
static uint32_t ours_walk(void)
{
	struct prefix_key key = { .family = AF_INET };
	uint32_t sum = 0, value = tree_from(&tree, &key);

	for (; value; value = tree_after(&tree, &key))
		sum += value;
	return sum;
}

static void ours_drop(uint32_t i)
{
	tree_remove(&tree, &keys[i]);
}

static const struct subject {
	const char *name;
	void (*set)(uint32_t i);
	uint32_t (*get)(uint32_t i);
	uint32_t (*walk)(void);
	void (*drop)(uint32_t i);
} subjects[] = {
	{ "libfrr route_table", table_set, table_get, table_walk, table_drop },
	{ "libfrr RBTREE", red_set, red_get, red_walk, red_drop },
	{ "fib/tree", ours_set, ours_get, ours_walk, ours_drop },
};

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static size_t heap(void)
{
	struct mallinfo2 info = mallinfo2();

	return info.uordblks + info.hblkhd;
}

/* In the order of i * step: 1 is the order of the list. */
static uint32_t nth(uint32_t i, uint32_t step)
{
	return (uint32_t)((uint64_t)i * step % PREFIXES);
}

static void run(const struct subject *subject, const char *order, uint32_t step)
{
	size_t before = heap(), bytes;
	double start, set, get, walk, drop;
	volatile uint32_t sum = 0;

	start = now();
	for (uint32_t i = 0; i < PREFIXES; i++)
		subject->set(nth(i, step));
	set = now() - start;
	bytes = heap() - before;
	start = now();
	for (uint32_t i = 0; i < PREFIXES; i++)
		sum += subject->get(nth(i, 777767777));
	get = now() - start;
	start = now();
	sum += subject->walk();
	walk = now() - start;
	start = now();
	for (uint32_t i = 0; i < PREFIXES; i++)
		subject->drop(nth(i, 777767777));
	drop = now() - start;
	printf("%-20s %-8s %8.1f %8.0f %8.0f %8.0f %8.0f\n", subject->name,
	       order, (double)bytes / PREFIXES, set / PREFIXES, get / PREFIXES,
	       walk / PREFIXES, drop / PREFIXES);
}

static int key_order(const void *a, const void *b)
{
	return prefix_key_cmp(a, b);
}

/* Percent of the Internet's IPv4 prefixes that are no longer than a length. */
static const struct {
	uint8_t len;
	unsigned int percent;
} lengths[] = { { 16, 2 },  { 19, 6 },	{ 20, 11 }, { 21, 17 },
		{ 22, 29 }, { 23, 39 }, { 24, 100 } };

static struct prefix_key random_key(void)
{
	struct prefix_key key = { .family = AF_INET };
	unsigned int percent = (unsigned int)random() % 100, i = 0;
	uint32_t addr = htonl((1U + (unsigned int)random() % 223) << 24 |
			      ((unsigned int)random() & 0xffffff));

	while (percent >= lengths[i].percent)
		i++;
	key.len = lengths[i].len;
	memcpy(key.addr, &addr, sizeof(addr));
	prefix_key_mask(&key);
	return key;
}

/* All different, in order. */
static void keys_make(void)
{
	uint32_t count = 0, kept;

	srandom(1);
	keys = calloc(PREFIXES, sizeof(*keys));
	while (count < PREFIXES) {
		while (count < PREFIXES)
			keys[count++] = random_key();
		qsort(keys, PREFIXES, sizeof(*keys), key_order);
		count = 1;
		for (kept = 1; kept < PREFIXES; kept++)
			if (key_order(&keys[count - 1], &keys[kept]))
				keys[count++] = keys[kept];
	}
}

int main(void)
{
	table = route_table_init();
	tree_init(&tree, AF_INET);
	keys_make();
	printf("%-20s %-8s %8s %8s %8s %8s %8s\n", "", "added", "bytes", "add",
	       "find", "walk", "remove");
	for (unsigned int i = 0; i < 3; i++) {
		run(&subjects[i], "sorted", 1);
		run(&subjects[i], "random", 777767777);
	}
	return 0;
}
