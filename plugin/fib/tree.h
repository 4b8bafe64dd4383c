/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tree.h - the prefixes of one table and family in order, each with a value.
 *
 * A B+ tree: prefixes lie in leaves of up to 64, in the order of
 * prefix_key_cmp(): a cover before all that lies within it. 12 bytes an IPv4
 * prefix and 28 an IPv6 one in full leaves, and no more than four times that in
 * any. All calls take time logarithmic in the number of prefixes; tree_cover()
 * that many times the distinct lengths it passes over.
 *
 * Keys' table and family are the caller's to choose the tree by; here they are
 * neither looked at nor changed. Nothing is kept between two calls: a walk that
 * stops goes on from the prefix it saw last, whatever came or went meanwhile.
 * Callers hold the fib lock.
 */
#ifndef FRR_BPF_TREE_H
#define FRR_BPF_TREE_H

#include "plugin/fib/tree_node.h"

/* An empty tree of the family. */
void tree_init(struct tree *tree, uint8_t family);

/* Free all nodes. The tree is empty then. */
void tree_fini(struct tree *tree);

/* The prefix's value, or 0. */
uint32_t tree_get(struct tree *tree, const struct prefix_key *key);

/* Give the prefix the value, which is not 0. Result: what it had, or 0. */
uint32_t tree_set(struct tree *tree, const struct prefix_key *key,
		  uint32_t value);

/* Result: its value, or 0 when it was not there. */
uint32_t tree_remove(struct tree *tree, const struct prefix_key *key);

/*
 * The longest prefix that covers key and is shorter. Result: its value, *key
 * becomes the cover; or 0, *key as it was.
 */
uint32_t tree_cover(struct tree *tree, struct prefix_key *key);

/*
 * The first prefix at or behind key (tree_from), or behind it (tree_after), in
 * the tree's order. Result: its value, *key becomes that prefix; or 0 at the
 * end, *key as it was.
 */
uint32_t tree_from(struct tree *tree, struct prefix_key *key);
uint32_t tree_after(struct tree *tree, struct prefix_key *key);

#endif /* FRR_BPF_TREE_H */
