/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * prefix_list.h - longest-prefix match the naive way: a list, looked through from
 * one end to the other. The reference that every lookup engine is tested against.
 */
#ifndef FRR_BPF_TESTS_PREFIX_LIST_H
#define FRR_BPF_TESTS_PREFIX_LIST_H

#include <linux/types.h>
#include <stdbool.h>

/* addr: IPv4 in the first four bytes; bits past length are 0. */
struct prefix_entry {
	__u32 table;
	__u32 length;
	__u8 addr[16];
	__u32 id;
};

#define PREFIX_LIST_MAX 4096

struct prefix_list {
	__u32 bits; /* 32 or 128 */
	__u32 count;
	struct prefix_entry entry[PREFIX_LIST_MAX];
};

/* Whether the first length bits are the same. */
bool prefix_same_bits(const __u8 *a, const __u8 *b, __u32 length);

/* Clears all bits past length. */
void prefix_mask(__u8 *addr, __u32 bits, __u32 length);

/* The entry with exactly this table, address and length, or NULL. */
struct prefix_entry *prefix_list_find(struct prefix_list *list,
				      const struct prefix_entry *entry);

/* Adds the entry, or replaces the id of the one that is there. */
void prefix_list_set(struct prefix_list *list,
		     const struct prefix_entry *entry);
void prefix_list_remove(struct prefix_list *list, struct prefix_entry *entry);

/* The longest match in the table, or NULL. */
const struct prefix_entry *prefix_list_lookup(const struct prefix_list *list,
					      __u32 table, const __u8 *addr);

/*
 * A random prefix, every length equally likely; mostly below or above one that
 * is in the list already, so that prefixes nest. id is 0.
 */
struct prefix_entry prefix_list_random(const struct prefix_list *list,
				       __u32 tables, __u64 *random);

/*
 * A random address: mostly in a prefix of the list, its first or last address, or
 * the one before or behind it. Also gives a table.
 */
void prefix_list_random_address(const struct prefix_list *list, __u32 tables,
				__u64 *random, __u32 *table, __u8 *addr);

#endif /* FRR_BPF_TESTS_PREFIX_LIST_H */
