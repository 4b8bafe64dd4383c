// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/fib/tree_node.h"

#include <endian.h>

#include "plugin/base/memory.h"

DEFINE_MTYPE_STATIC(BPF, BPF_TREE, "BPF prefix tree node");

static size_t keys_size(const struct tree *tree)
{
	return sizeof(tree_word) * TREE_FANOUT * tree->words;
}

static size_t node_size(const struct tree *tree, bool leaf)
{
	return sizeof(struct tree_node) + keys_size(tree) +
	       TREE_FANOUT *
		       (leaf ? sizeof(uint32_t) : sizeof(struct tree_node *));
}

struct tree_node *tree_node_new(struct tree *tree, bool leaf)
{
	size_t size = node_size(tree, leaf);
	struct tree_node *node = XMALLOC(MTYPE_BPF_TREE, size);

	node->count = 0;
	node->leaf = leaf;
	tree->memory += size;
	return node;
}

void tree_node_free(struct tree *tree, struct tree_node *node)
{
	tree->memory -= node_size(tree, node->leaf);
	XFREE(MTYPE_BPF_TREE, node);
}

struct tree_key tree_key_encode(const struct tree *tree,
				const struct prefix_key *key)
{
	struct tree_key encoded;
	uint32_t addr;

	if (tree->words == 1) {
		memcpy(&addr, key->addr, sizeof(addr));
		encoded.word[0] = (tree_word)be32toh(addr) << 8 | key->len;
		return encoded;
	}
	memcpy(encoded.word, key->addr, sizeof(key->addr));
	encoded.word[0] = be64toh(encoded.word[0]);
	encoded.word[1] = be64toh(encoded.word[1]);
	encoded.word[2] = key->len;
	return encoded;
}

void tree_key_decode(const struct tree *tree, const tree_word *word,
		     struct prefix_key *key)
{
	tree_word wide[2];
	uint32_t addr;

	if (tree->words == 1) {
		addr = htobe32((uint32_t)(*word >> 8));
		memset(key->addr, 0, sizeof(key->addr));
		memcpy(key->addr, &addr, sizeof(addr));
		key->len = (uint8_t)*word;
		return;
	}
	wide[0] = htobe64(word[0]);
	wide[1] = htobe64(word[1]);
	memcpy(key->addr, wide, sizeof(wide));
	key->len = (uint8_t)word[2];
}

bool tree_key_less(const struct tree *tree, const tree_word *a,
		   const tree_word *b)
{
	for (unsigned int i = 0; i + 1 < tree->words; i++)
		if (a[i] != b[i])
			return a[i] < b[i];
	return a[tree->words - 1] < b[tree->words - 1];
}

unsigned int tree_node_rank(const struct tree *tree, struct tree_node *node,
			    unsigned int first, const struct tree_key *key)
{
	unsigned int end = node->count;

	while (first < end) {
		unsigned int middle = (first + end) / 2;

		if (tree_key_less(tree, key->word,
				  tree_node_key(tree, node, middle)))
			end = middle;
		else
			first = middle + 1;
	}
	return first;
}

unsigned int tree_node_branch(const struct tree *tree, struct tree_node *node,
			      const struct tree_key *key)
{
	return tree_node_rank(tree, node, 1, key) - 1;
}

bool tree_node_has(const struct tree *tree, struct tree_node *leaf,
		   unsigned int rank, const struct tree_key *key)
{
	return rank && !tree_key_less(tree, tree_node_key(tree, leaf, rank - 1),
				      key->word);
}

/* Open (by > 0) or close a gap in front of entry i, or of what follows it. */
static void node_shift(const struct tree *tree, struct tree_node *node,
		       unsigned int i, int by)
{
	size_t n = node->count - i;
	uint32_t *value = tree_node_values(tree, node) + i;
	struct tree_node **child = tree_node_children(tree, node) + i;

	memmove(tree_node_key(tree, node, i) + by * tree->words,
		tree_node_key(tree, node, i),
		n * tree->words * sizeof(tree_word));
	if (node->leaf)
		memmove(value + by, value, n * sizeof(*value));
	else
		memmove(child + by, child, n * sizeof(*child));
	node->count = (uint16_t)(node->count + by);
}

void tree_node_insert(const struct tree *tree, struct tree_node *leaf,
		      unsigned int i, const struct tree_key *key,
		      uint32_t value)
{
	node_shift(tree, leaf, i, 1);
	memcpy(tree_node_key(tree, leaf, i), key->word,
	       tree->words * sizeof(tree_word));
	tree_node_values(tree, leaf)[i] = value;
}

void tree_node_delete(const struct tree *tree, struct tree_node *node,
		      unsigned int i)
{
	node_shift(tree, node, i + 1, -1);
}

/* Append from's entries from first on to node, and cut them off from. */
static void node_move(const struct tree *tree, struct tree_node *node,
		      struct tree_node *from, unsigned int first)
{
	unsigned int n = from->count - first;

	memcpy(tree_node_key(tree, node, node->count),
	       tree_node_key(tree, from, first),
	       n * tree->words * sizeof(tree_word));
	if (node->leaf)
		memcpy(tree_node_values(tree, node) + node->count,
		       tree_node_values(tree, from) + first,
		       n * sizeof(uint32_t));
	else
		memcpy(tree_node_children(tree, node) + node->count,
		       tree_node_children(tree, from) + first,
		       n * sizeof(struct tree_node *));
	node->count = (uint16_t)(node->count + n);
	from->count = (uint16_t)first;
}

void tree_node_split(struct tree *tree, struct tree_node *parent,
		     unsigned int i, const struct tree_key *key)
{
	struct tree_node *full = tree_node_children(tree, parent)[i];
	struct tree_node *right = tree_node_new(tree, full->leaf);
	unsigned int at = TREE_FANOUT / 2;

	if (tree_key_less(tree, tree_node_key(tree, full, TREE_FANOUT - 1),
			  key->word))
		at = full->leaf ? TREE_FANOUT : TREE_FANOUT - 1;
	node_shift(tree, parent, i + 1, 1);
	memcpy(tree_node_key(tree, parent, i + 1),
	       at < TREE_FANOUT ? tree_node_key(tree, full, at) : key->word,
	       tree->words * sizeof(tree_word));
	tree_node_children(tree, parent)[i + 1] = right;
	node_move(tree, right, full, at);
}

/* Child i of node and the one behind it become one. */
static void node_merge(struct tree *tree, struct tree_node *node,
		       unsigned int i)
{
	struct tree_node *left = tree_node_children(tree, node)[i];
	struct tree_node *right = tree_node_children(tree, node)[i + 1];

	/* An inner node's key 0 is not used: it needs the one above it. */
	memcpy(tree_node_key(tree, right, 0),
	       right->leaf ? tree_node_key(tree, right, 0)
			   : tree_node_key(tree, node, i + 1),
	       tree->words * sizeof(tree_word));
	node_move(tree, left, right, 0);
	tree_node_free(tree, right);
	tree_node_delete(tree, node, i + 1);
}

/* Two that fit into one node with room for what comes. */
static bool node_pair_small(const struct tree *tree, struct tree_node *node,
			    unsigned int i)
{
	struct tree_node **child = tree_node_children(tree, node) + i;

	return child[0]->count + child[1]->count <= TREE_FANOUT * 3 / 4;
}

bool tree_node_shrink(struct tree *tree, struct tree_node *node, unsigned int i)
{
	struct tree_node *child = tree_node_children(tree, node)[i];

	if (!child->count) {
		tree_node_free(tree, child);
		tree_node_delete(tree, node, i);
	} else if (i + 1U < node->count && node_pair_small(tree, node, i)) {
		node_merge(tree, node, i);
	} else if (i && node_pair_small(tree, node, i - 1)) {
		node_merge(tree, node, i - 1);
	} else {
		return false;
	}
	return true;
}
