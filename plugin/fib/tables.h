/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tables.h - a prefix tree for every table and family, made when the first
 * prefix comes. What the functions do is said in tree.h. Callers hold the fib
 * lock.
 */
#ifndef FRR_BPF_TABLES_H
#define FRR_BPF_TABLES_H

#include "plugin/fib/tree.h"

struct tables_tree {
	uint32_t table;
	uint8_t family;
	struct tree tree;
};

/* All zero: no prefix. */
struct tables {
	struct tables_tree *trees; /* in the order of table, family */
	uint32_t count;
};

uint32_t tables_get(const struct tables *tables, const struct prefix_key *key);
uint32_t tables_set(struct tables *tables, const struct prefix_key *key,
		    uint32_t value);
uint32_t tables_remove(struct tables *tables, const struct prefix_key *key);
uint32_t tables_cover(const struct tables *tables, struct prefix_key *key);

/* Within the table and family of key. */
uint32_t tables_from(const struct tables *tables, struct prefix_key *key);
uint32_t tables_after(const struct tables *tables, struct prefix_key *key);

/* Any prefix of the family. Result: its value, *key is the prefix; or 0. */
uint32_t tables_any(const struct tables *tables, uint8_t family,
		    struct prefix_key *key);

/*
 * A walk over all trees, at first all zero. What comes or goes between two steps
 * is met or not, all others are met once, in the order of prefix_key_cmp().
 */
struct tables_walk {
	bool started;
	struct prefix_key at;
};

/* The next prefix, in walk->at. Result: its value, or 0 at the end. */
uint32_t tables_next(const struct tables *tables, struct tables_walk *walk);

void tables_fini(struct tables *tables);

#endif /* FRR_BPF_TABLES_H */
