// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/fib/tree.h"

#include <assert.h>

/* Levels: nodes are a quarter full on average at the least. */
#define TREE_DEPTH 16

void tree_init(struct tree *tree, uint8_t family)
{
	memset(tree, 0, sizeof(*tree));
	tree->words = family == AF_INET ? 1 : 3;
}

static void subtree_free(struct tree *tree, struct tree_node *node)
{
	if (!node->leaf)
		for (unsigned int i = 0; i < node->count; i++)
			subtree_free(tree, tree_node_children(tree, node)[i]);
	tree_node_free(tree, node);
}

void tree_fini(struct tree *tree)
{
	if (tree->root)
		subtree_free(tree, tree->root);
	tree->root = tree->near = NULL;
	tree->count = 0;
}

static bool is_near(const struct tree *tree, const struct tree_key *key)
{
	return tree->near &&
	       !tree_key_less(tree, key->word, tree->first.word) &&
	       (tree->endless ||
		tree_key_less(tree, key->word, tree->behind.word));
}

static void key_copy(const struct tree *tree, struct tree_key *to,
		     const tree_word *from)
{
	memcpy(to->word, from, tree->words * sizeof(*from));
}

/* The leaf that key belongs to, which is near then. */
static struct tree_node *leaf_find(struct tree *tree,
				   const struct tree_key *key)
{
	struct tree_node *node = tree->root;

	if (is_near(tree, key))
		return tree->near;
	memset(&tree->first, 0, sizeof(tree->first));
	tree->endless = true;
	while (!node->leaf) {
		unsigned int i = tree_node_branch(tree, node, key);

		if (i)
			key_copy(tree, &tree->first,
				 tree_node_key(tree, node, i));
		if (i + 1 < node->count) {
			key_copy(tree, &tree->behind,
				 tree_node_key(tree, node, i + 1));
			tree->endless = false;
		}
		node = tree_node_children(tree, node)[i];
	}
	return tree->near = node;
}

uint32_t tree_get(struct tree *tree, const struct prefix_key *key)
{
	struct tree_key own = tree_key_encode(tree, key);
	struct tree_node *leaf;
	unsigned int rank;

	if (!tree->root)
		return 0;
	leaf = leaf_find(tree, &own);
	rank = tree_node_rank(tree, leaf, 0, &own);
	return tree_node_has(tree, leaf, rank, &own)
		       ? tree_node_values(tree, leaf)[rank - 1]
		       : 0;
}

/* The leaf that key belongs to; no node on the way to it is full. */
static struct tree_node *leaf_make(struct tree *tree,
				   const struct tree_key *key)
{
	struct tree_node *node = tree->root, *root;

	if (is_near(tree, key) && tree->near->count < TREE_FANOUT)
		return tree->near;
	tree->near = NULL;
	if (!node)
		return tree->root = tree_node_new(tree, true);
	if (node->count == TREE_FANOUT) {
		root = tree_node_new(tree, false);
		root->count = 1;
		tree_node_children(tree, root)[0] = node;
		tree_node_split(tree, root, 0, key);
		tree->root = node = root;
	}
	while (!node->leaf) {
		unsigned int i = tree_node_branch(tree, node, key);

		if (tree_node_children(tree, node)[i]->count == TREE_FANOUT) {
			tree_node_split(tree, node, i, key);
			i = tree_node_branch(tree, node, key);
		}
		node = tree_node_children(tree, node)[i];
	}
	return node;
}

uint32_t tree_set(struct tree *tree, const struct prefix_key *key,
		  uint32_t value)
{
	struct tree_key own = tree_key_encode(tree, key);
	struct tree_node *leaf = leaf_make(tree, &own);
	unsigned int rank = tree_node_rank(tree, leaf, 0, &own);
	uint32_t *there, before;

	if (!tree_node_has(tree, leaf, rank, &own)) {
		tree_node_insert(tree, leaf, rank, &own, value);
		tree->count++;
		return 0;
	}
	there = tree_node_values(tree, leaf) + rank - 1;
	before = *there;
	*there = value;
	return before;
}

static void root_shrink(struct tree *tree)
{
	struct tree_node *root = tree->root;

	while (!root->leaf && root->count == 1) {
		tree->root = tree_node_children(tree, root)[0];
		tree_node_free(tree, root);
		root = tree->root;
	}
	if (root->count)
		return;
	tree_node_free(tree, root);
	tree->root = NULL;
}

uint32_t tree_remove(struct tree *tree, const struct prefix_key *key)
{
	struct tree_key own = tree_key_encode(tree, key);
	struct tree_node *node = tree->root, *path[TREE_DEPTH];
	unsigned int branch[TREE_DEPTH], depth = 0, rank;
	uint32_t value;

	if (!node)
		return 0;
	for (; !node->leaf;
	     node = tree_node_children(tree, node)[branch[depth++]]) {
		assert(depth < TREE_DEPTH);
		path[depth] = node;
		branch[depth] = tree_node_branch(tree, node, &own);
	}
	rank = tree_node_rank(tree, node, 0, &own);
	if (!tree_node_has(tree, node, rank, &own))
		return 0;
	value = tree_node_values(tree, node)[rank - 1];
	tree->near = NULL;
	tree_node_delete(tree, node, rank - 1);
	tree->count--;
	while (depth &&
	       tree_node_shrink(tree, path[depth - 1], branch[depth - 1]))
		depth--;
	root_shrink(tree);
	return value;
}

/* The first entry at or behind key, or the first one behind it. */
static uint32_t entry_next(struct tree *tree, struct prefix_key *key, bool at)
{
	struct tree_key own = tree_key_encode(tree, key);
	struct tree_node *leaf;
	unsigned int rank;

	if (!tree->root)
		return 0;
	leaf = leaf_find(tree, &own);
	rank = tree_node_rank(tree, leaf, 0, &own);
	if (at && tree_node_has(tree, leaf, rank, &own))
		rank--;
	if (rank == leaf->count) {
		if (tree->endless)
			return 0;
		own = tree->behind;
		leaf = leaf_find(tree, &own);
		rank = 0;
	}
	tree_key_decode(tree, tree_node_key(tree, leaf, rank), key);
	return tree_node_values(tree, leaf)[rank];
}

uint32_t tree_from(struct tree *tree, struct prefix_key *key)
{
	return entry_next(tree, key, true);
}

uint32_t tree_after(struct tree *tree, struct prefix_key *key)
{
	return entry_next(tree, key, false);
}

/* The last entry at or before key. */
static uint32_t entry_last(const struct tree *tree, struct prefix_key *key)
{
	struct tree_key own = tree_key_encode(tree, key);
	struct tree_node *node = tree->root, *previous = NULL;
	unsigned int rank;

	if (!node)
		return 0;
	while (!node->leaf) {
		unsigned int i = tree_node_branch(tree, node, &own);

		if (i)
			previous = tree_node_children(tree, node)[i - 1];
		node = tree_node_children(tree, node)[i];
	}
	rank = tree_node_rank(tree, node, 0, &own);
	if (!rank) {
		if (!previous)
			return 0;
		for (node = previous; !node->leaf;)
			node = tree_node_children(tree, node)[node->count - 1];
		rank = node->count;
	}
	tree_key_decode(tree, tree_node_key(tree, node, rank - 1), key);
	return tree_node_values(tree, node)[rank - 1];
}

/* Bits that a and b have in common at their beginning, at most max. */
static uint8_t common_bits(const uint8_t *a, const uint8_t *b, uint8_t max)
{
	unsigned int bits = 0;

	while (bits < max && a[bits / 8] == b[bits / 8])
		bits += 8;
	if (bits < max)
		bits += (unsigned int)__builtin_clz(
				(unsigned int)(a[bits / 8] ^ b[bits / 8])) -
			24;
	return bits < max ? (uint8_t)bits : max;
}

uint32_t tree_cover(struct tree *tree, struct prefix_key *key)
{
	struct prefix_key bound = *key, found;
	uint32_t value;
	uint8_t common;

	if (!key->len)
		return 0;
	bound.len--;
	/*
	 * All covers sort before key, the longest last. What sorts between it
	 * and key parts from key at some bit; a cover that sorts before that
	 * is no longer than what both have in common.
	 */
	while (true) {
		found = bound;
		value = entry_last(tree, &found);
		if (!value)
			return 0;
		common = common_bits(found.addr, key->addr, found.len);
		if (common == found.len)
			break;
		bound.len = common;
		memcpy(bound.addr, key->addr, sizeof(bound.addr));
		prefix_key_mask(&bound);
	}
	*key = found;
	return value;
}
