// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/fib/tables.h"

#include "plugin/base/memory.h"

DEFINE_MTYPE_STATIC(BPF, BPF_TABLES, "BPF prefix trees");

static bool sorts_before(const struct tables_tree *tree,
			 const struct prefix_key *key)
{
	return tree->table != key->table ? tree->table < key->table
					 : tree->family < key->family;
}

/* Where the tree of key is or would be. */
static uint32_t tables_place(const struct tables *tables,
			     const struct prefix_key *key)
{
	uint32_t first = 0, end = tables->count;

	while (first < end) {
		uint32_t middle = first + (end - first) / 2;

		if (sorts_before(&tables->trees[middle], key))
			first = middle + 1;
		else
			end = middle;
	}
	return first;
}

static struct tree *tables_tree(const struct tables *tables,
				const struct prefix_key *key)
{
	uint32_t i = tables_place(tables, key);

	if (i == tables->count || tables->trees[i].table != key->table ||
	    tables->trees[i].family != key->family)
		return NULL;
	return &tables->trees[i].tree;
}

static struct tree *tables_make(struct tables *tables,
				const struct prefix_key *key)
{
	uint32_t i = tables_place(tables, key);
	struct tables_tree *made;

	tables->trees = XREALLOC(MTYPE_BPF_TABLES, tables->trees,
				 (tables->count + 1) * sizeof(*tables->trees));
	made = &tables->trees[i];
	memmove(made + 1, made, (tables->count - i) * sizeof(*made));
	tables->count++;
	made->table = key->table;
	made->family = key->family;
	tree_init(&made->tree, key->family);
	return &made->tree;
}

uint32_t tables_get(const struct tables *tables, const struct prefix_key *key)
{
	struct tree *tree = tables_tree(tables, key);

	return tree ? tree_get(tree, key) : 0;
}

uint32_t tables_set(struct tables *tables, const struct prefix_key *key,
		    uint32_t value)
{
	struct tree *tree = tables_tree(tables, key);

	return tree_set(tree ? tree : tables_make(tables, key), key, value);
}

uint32_t tables_remove(struct tables *tables, const struct prefix_key *key)
{
	struct tree *tree = tables_tree(tables, key);

	return tree ? tree_remove(tree, key) : 0;
}

uint32_t tables_cover(const struct tables *tables, struct prefix_key *key)
{
	struct tree *tree = tables_tree(tables, key);

	return tree ? tree_cover(tree, key) : 0;
}

uint32_t tables_from(const struct tables *tables, struct prefix_key *key)
{
	struct tree *tree = tables_tree(tables, key);

	return tree ? tree_from(tree, key) : 0;
}

uint32_t tables_after(const struct tables *tables, struct prefix_key *key)
{
	struct tree *tree = tables_tree(tables, key);

	return tree ? tree_after(tree, key) : 0;
}

uint32_t tables_any(const struct tables *tables, uint8_t family,
		    struct prefix_key *key)
{
	for (uint32_t i = 0; i < tables->count; i++) {
		struct prefix_key first = {
			.table = tables->trees[i].table,
			.family = family,
		};
		uint32_t value;

		if (tables->trees[i].family != family)
			continue;
		value = tree_from(&tables->trees[i].tree, &first);
		if (!value)
			continue;
		*key = first;
		return value;
	}
	return 0;
}

/* The first of the trees from i on. */
static uint32_t tables_first(const struct tables *tables, uint32_t i,
			     struct prefix_key *key)
{
	uint32_t value = 0;

	for (; !value && i < tables->count; i++) {
		*key = (struct prefix_key){
			.table = tables->trees[i].table,
			.family = tables->trees[i].family,
		};
		value = tree_from(&tables->trees[i].tree, key);
	}
	return value;
}

uint32_t tables_next(const struct tables *tables, struct tables_walk *walk)
{
	uint32_t i = tables_place(tables, &walk->at);
	uint32_t value = 0;

	if (walk->started) {
		value = tables_after(tables, &walk->at);
		i++;
	}
	walk->started = true;
	return value ? value : tables_first(tables, i, &walk->at);
}

void tables_fini(struct tables *tables)
{
	for (uint32_t i = 0; i < tables->count; i++)
		tree_fini(&tables->trees[i].tree);
	XFREE(MTYPE_BPF_TABLES, tables->trees);
	tables->count = 0;
}
