/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * prefix_key.h - a prefix in a table: the key of a route everywhere in the
 * module. addr is in wire order, masked to len; IPv4 uses the first four bytes.
 */
#ifndef FRR_BPF_PREFIX_KEY_H
#define FRR_BPF_PREFIX_KEY_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

struct prefix_key {
	uint32_t table;
	uint8_t family; /* AF_INET or AF_INET6 */
	uint8_t len;
	uint8_t addr[16];
};

/* Bits of an address of the family: 32 or 128. */
static inline unsigned int family_bits(uint8_t family)
{
	return family == AF_INET ? 32 : 128;
}

/* Bytes of an address of the family: 4 or 16. */
static inline unsigned int family_bytes(uint8_t family)
{
	return family_bits(family) / 8;
}

/* Clear the bits of addr behind len. */
static inline void prefix_key_mask(struct prefix_key *key)
{
	unsigned int byte = key->len / 8;

	if (byte < sizeof(key->addr) && key->len % 8)
		key->addr[byte++] &= (uint8_t)(0xff00 >> key->len % 8);
	if (byte < sizeof(key->addr))
		memset(key->addr + byte, 0, sizeof(key->addr) - byte);
}

static inline bool prefix_key_same(const struct prefix_key *a,
				   const struct prefix_key *b)
{
	return a->table == b->table && a->family == b->family &&
	       a->len == b->len && !memcmp(a->addr, b->addr, sizeof(a->addr));
}

/* Table and family equal, and b's prefix lies within a's (or equals it). */
static inline bool prefix_key_covers(const struct prefix_key *a,
				     const struct prefix_key *b)
{
	struct prefix_key cut = *b;

	if (a->len > b->len)
		return false;
	cut.len = a->len;
	prefix_key_mask(&cut);
	return prefix_key_same(a, &cut);
}

/* Order by table, family, address, length: a cover sorts before its routes. */
static inline int prefix_key_cmp(const struct prefix_key *a,
				 const struct prefix_key *b)
{
	int order;

	if (a->table != b->table)
		return a->table < b->table ? -1 : 1;
	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	order = memcmp(a->addr, b->addr, sizeof(a->addr));
	return order ? order : (int)a->len - (int)b->len;
}

#endif /* FRR_BPF_PREFIX_KEY_H */
