/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tree_node.h - nodes of the prefix tree. The functions are for tree.c alone.
 *
 * A leaf has count keys and values. An inner node has count children; key i is
 * no greater than any key below child i, and greater than all below child
 * i - 1. Its key 0 is not used.
 */
#ifndef FRR_BPF_TREE_NODE_H
#define FRR_BPF_TREE_NODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plugin/base/prefix_key.h"

#define TREE_FANOUT 64

/* FRR's headers redefine uint64_t. */
typedef uint64_t tree_word;

/* IPv4: address << 8 | length. IPv6: the address in two words, the length. */
struct tree_key {
	tree_word word[3];
};

struct tree {
	struct tree_node *root; /* NULL: empty */
	uint32_t count;		/* prefixes */
	size_t memory;		/* bytes of its nodes */
	uint8_t words;		/* 64-bit words of a key */

	/*
	 * The leaf of keys from first to those before behind (to the last one
	 * when endless), or NULL: a prefix is asked for, and then changed.
	 */
	struct tree_node *near;
	struct tree_key first, behind;
	bool endless;
};

struct tree_node {
	uint16_t count;
	bool leaf;
	tree_word key[]; /* TREE_FANOUT keys, then as many values or children */
};

static inline tree_word *tree_node_key(const struct tree *tree,
				       struct tree_node *node, unsigned int i)
{
	return node->key + (size_t)i * tree->words;
}

static inline uint32_t *tree_node_values(const struct tree *tree,
					 struct tree_node *leaf)
{
	return (uint32_t *)tree_node_key(tree, leaf, TREE_FANOUT);
}

static inline struct tree_node **tree_node_children(const struct tree *tree,
						    struct tree_node *node)
{
	return (struct tree_node **)tree_node_key(tree, node, TREE_FANOUT);
}

struct tree_node *tree_node_new(struct tree *tree, bool leaf);
void tree_node_free(struct tree *tree, struct tree_node *node);

struct tree_key tree_key_encode(const struct tree *tree,
				const struct prefix_key *key);

bool tree_key_less(const struct tree *tree, const tree_word *a,
		   const tree_word *b);

/* Sets address and length of key. */
void tree_key_decode(const struct tree *tree, const tree_word *word,
		     struct prefix_key *key);

/* How many of the node's keys, from key first on, are not greater than key. */
unsigned int tree_node_rank(const struct tree *tree, struct tree_node *node,
			    unsigned int first, const struct tree_key *key);

/* The child of an inner node that key belongs to. */
unsigned int tree_node_branch(const struct tree *tree, struct tree_node *node,
			      const struct tree_key *key);

/* Is key the leaf's at rank - 1? rank is tree_node_rank() of key. */
bool tree_node_has(const struct tree *tree, struct tree_node *leaf,
		   unsigned int rank, const struct tree_key *key);

/* Entry i of a leaf that is not full; entry i of any node away. */
void tree_node_insert(const struct tree *tree, struct tree_node *leaf,
		      unsigned int i, const struct tree_key *key,
		      uint32_t value);
void tree_node_delete(const struct tree *tree, struct tree_node *node,
		      unsigned int i);

/*
 * Make room for key below child i of parent, which is full: a half of it goes
 * to a new child i + 1. Where key comes behind all of it, it stays full:
 * prefixes that come in order fill their nodes.
 */
void tree_node_split(struct tree *tree, struct tree_node *parent,
		     unsigned int i, const struct tree_key *key);

/* Child i of node has lost an entry. Result: so has node. */
bool tree_node_shrink(struct tree *tree, struct tree_node *node,
		      unsigned int i);

#endif /* FRR_BPF_TREE_NODE_H */
