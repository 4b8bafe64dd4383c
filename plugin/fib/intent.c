// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/fib/intent.h"

#include "plugin/base/memory.h"

DEFINE_MTYPE_STATIC(BPF, BPF_INTENT, "BPF route outside of the maps");

static struct intent *intent_find(struct intent_tree_head *tree,
				  const struct prefix_key *key)
{
	struct intent search = { .key = *key };

	return intent_tree_find(tree, &search);
}

bool intent_put(struct intent_tree_head *tree, const struct prefix_key *key,
		const struct fib_route *route)
{
	struct intent *intent = intent_find(tree, key);
	bool is_new = !intent;

	if (is_new) {
		intent = XCALLOC(MTYPE_BPF_INTENT, sizeof(*intent));
		intent->key = *key;
		intent_tree_add(tree, intent);
	}
	intent->route = *route;
	return is_new;
}

const struct fib_route *intent_get(struct intent_tree_head *tree,
				   const struct prefix_key *key)
{
	struct intent *intent;

	/* The rule, for a table that is full of routes. */
	if (!intent_tree_count(tree))
		return NULL;
	intent = intent_find(tree, key);
	return intent ? &intent->route : NULL;
}

bool intent_remove(struct intent_tree_head *tree, const struct prefix_key *key)
{
	struct intent *intent = intent_find(tree, key);

	if (!intent)
		return false;
	intent_tree_del(tree, intent);
	XFREE(MTYPE_BPF_INTENT, intent);
	return true;
}

void intent_fini(struct intent_tree_head *tree)
{
	struct intent *intent;

	while ((intent = intent_tree_pop(tree)))
		XFREE(MTYPE_BPF_INTENT, intent);
}
