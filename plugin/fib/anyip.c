// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/fib/anyip.h"

#include "plugin/base/memory.h"
#include "lib/typesafe.h"

DEFINE_MTYPE_STATIC(BPF, BPF_ANYIP, "BPF local prefix");

PREDECL_RBTREE_UNIQ(anyip_table);

struct anyip {
	struct anyip_table_item item;
	struct prefix_key key;
};

static int anyip_cmp(const struct anyip *a, const struct anyip *b)
{
	return prefix_key_cmp(&a->key, &b->key);
}

DECLARE_RBTREE_UNIQ(anyip_table, struct anyip, item, anyip_cmp);

static struct anyip_table_head table = INIT_RBTREE_UNIQ(table);

/* How many, by IPv6 or not and length: few lengths are in use. */
static unsigned int lengths[2][129];

static unsigned int *length_count(const struct prefix_key *key)
{
	return &lengths[key->family == AF_INET6][key->len];
}

static struct anyip *anyip_find(const struct prefix_key *key)
{
	struct anyip search = { .key = *key };

	return anyip_table_find(&table, &search);
}

void anyip_set(const struct prefix_key *key, bool present)
{
	struct anyip *anyip = anyip_find(key);

	if (present == !!anyip)
		return;
	if (present) {
		anyip = XCALLOC(MTYPE_BPF_ANYIP, sizeof(*anyip));
		anyip->key = *key;
		anyip_table_add(&table, anyip);
		++*length_count(key);
	} else {
		anyip_table_del(&table, anyip);
		XFREE(MTYPE_BPF_ANYIP, anyip);
		--*length_count(key);
	}
}

bool anyip_covers(const struct prefix_key *key)
{
	struct prefix_key cover = *key;

	for (uint8_t len = 0; len < key->len; len++) {
		cover.len = len;
		if (!*length_count(&cover))
			continue;
		memcpy(cover.addr, key->addr, sizeof(cover.addr));
		prefix_key_mask(&cover);
		if (anyip_find(&cover))
			return true;
	}
	return false;
}

void anyip_fini(void)
{
	struct anyip *anyip;

	while ((anyip = anyip_table_pop(&table)))
		XFREE(MTYPE_BPF_ANYIP, anyip);
	memset(lengths, 0, sizeof(lengths));
}
