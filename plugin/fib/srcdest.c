// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/fib/srcdest.h"

#include "plugin/base/compat.h"
#include "lib/typesafe.h"

#include "plugin/base/memory.h"

DEFINE_MTYPE_STATIC(BPF, BPF_SRCDEST, "BPF source-specific route");

PREDECL_RBTREE_UNIQ(srcdest_table);

struct srcdest {
	struct srcdest_table_item item;
	struct prefix_key key;
	struct prefix_key source;
};

static int srcdest_cmp(const struct srcdest *a, const struct srcdest *b)
{
	int order = prefix_key_cmp(&a->key, &b->key);

	return order ? order : prefix_key_cmp(&a->source, &b->source);
}

DECLARE_RBTREE_UNIQ(srcdest_table, struct srcdest, item, srcdest_cmp);

static struct srcdest_table_head table = INIT_RBTREE_UNIQ(table);

void srcdest_add(const struct prefix_key *key, const struct prefix_key *source)
{
	struct srcdest *srcdest = XCALLOC(MTYPE_BPF_SRCDEST, sizeof(*srcdest));

	srcdest->key = *key;
	srcdest->source = *source;
	/* Contexts repeat: the second is not added. */
	if (srcdest_table_add(&table, srcdest))
		XFREE(MTYPE_BPF_SRCDEST, srcdest);
}

bool srcdest_has(const struct prefix_key *key)
{
	struct srcdest search = { .key = *key };
	const struct srcdest *next = srcdest_table_find_gteq(&table, &search);

	return next && prefix_key_same(&next->key, key);
}

bool srcdest_delete(const struct prefix_key *key,
		    const struct prefix_key *source)
{
	struct srcdest search = { .key = *key, .source = *source }, *srcdest;

	srcdest = srcdest_table_find(&table, &search);
	if (srcdest) {
		srcdest_table_del(&table, srcdest);
		XFREE(MTYPE_BPF_SRCDEST, srcdest);
	}
	return srcdest_has(key);
}

void srcdest_fini(void)
{
	struct srcdest *srcdest;

	while ((srcdest = srcdest_table_pop(&table)))
		XFREE(MTYPE_BPF_SRCDEST, srcdest);
}
