/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * intent.h - what prefixes should be in the FIB and are not, in prefix order.
 * Trees belong to their users. Callers hold the fib lock.
 */
#ifndef FRR_BPF_INTENT_H
#define FRR_BPF_INTENT_H

#include "plugin/base/compat.h"
#include "lib/typesafe.h"

#include "bpf/abi.h"
#include "plugin/base/prefix_key.h"

PREDECL_RBTREE_UNIQ(intent_tree);

struct intent {
	struct intent_tree_item item;
	struct prefix_key key;
	struct fib_route route;
};

static inline int intent_cmp(const struct intent *a, const struct intent *b)
{
	return prefix_key_cmp(&a->key, &b->key);
}

DECLARE_RBTREE_UNIQ(intent_tree, struct intent, item, intent_cmp);

/* Remember route (copied) in place of what key had. Result: key is new. */
bool intent_put(struct intent_tree_head *tree, const struct prefix_key *key,
		const struct fib_route *route);

/* What key has, valid until the tree changes, or NULL. */
const struct fib_route *intent_get(struct intent_tree_head *tree,
				   const struct prefix_key *key);

/* Result: key was there. */
bool intent_remove(struct intent_tree_head *tree, const struct prefix_key *key);

void intent_fini(struct intent_tree_head *tree);

#endif /* FRR_BPF_INTENT_H */
