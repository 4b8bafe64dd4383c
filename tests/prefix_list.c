/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * prefix_list.c - longest-prefix match the naive way.
 */
#include "prefix_list.h"

#include <stdlib.h>
#include <string.h>

#include "frame.h"

static bool bit(const __u8 *addr, __u32 index)
{
	return addr[index / 8] >> (7 - index % 8) & 1;
}

bool prefix_same_bits(const __u8 *a, const __u8 *b, __u32 length)
{
	__u32 i;

	for (i = 0; i < length; i++) {
		if (bit(a, i) != bit(b, i))
			return false;
	}
	return true;
}

void prefix_mask(__u8 *addr, __u32 bits, __u32 length)
{
	__u32 i;

	for (i = length; i < bits; i++)
		addr[i / 8] &= ~(0x80 >> i % 8);
}

struct prefix_entry *prefix_list_find(struct prefix_list *list,
				      const struct prefix_entry *entry)
{
	__u32 i;

	for (i = 0; i < list->count; i++) {
		struct prefix_entry *other = &list->entry[i];

		if (other->table == entry->table &&
		    other->length == entry->length &&
		    prefix_same_bits(other->addr, entry->addr, entry->length))
			return other;
	}
	return NULL;
}

void prefix_list_set(struct prefix_list *list, const struct prefix_entry *entry)
{
	struct prefix_entry *there = prefix_list_find(list, entry);

	if (!there) {
		if (list->count == PREFIX_LIST_MAX)
			abort();
		there = &list->entry[list->count++];
	}
	*there = *entry;
}

void prefix_list_remove(struct prefix_list *list, struct prefix_entry *entry)
{
	*entry = list->entry[--list->count];
}

const struct prefix_entry *prefix_list_lookup(const struct prefix_list *list,
					      __u32 table, const __u8 *addr)
{
	const struct prefix_entry *best = NULL;
	__u32 i;

	for (i = 0; i < list->count; i++) {
		const struct prefix_entry *entry = &list->entry[i];

		if (entry->table == table &&
		    prefix_same_bits(entry->addr, addr, entry->length) &&
		    (!best || entry->length > best->length))
			best = entry;
	}
	return best;
}

static void random_bits(__u8 *addr, __u32 bits, __u32 from, __u64 *random)
{
	__u32 i;

	for (i = from; i < bits; i++) {
		addr[i / 8] &= ~(0x80 >> i % 8);
		if (frame_random(random) & 1)
			addr[i / 8] |= 0x80 >> i % 8;
	}
}

struct prefix_entry prefix_list_random(const struct prefix_list *list,
				       __u32 tables, __u64 *random)
{
	struct prefix_entry entry = {
		.table = frame_random(random) % tables,
		.length = frame_random(random) % (list->bits + 1),
	};
	const struct prefix_entry *near;

	random_bits(entry.addr, list->bits, 0, random);
	if (list->count && frame_random(random) % 8) {
		near = &list->entry[frame_random(random) % list->count];
		memcpy(entry.addr, near->addr, sizeof(entry.addr));
		entry.table = near->table;
		random_bits(entry.addr, list->bits, near->length, random);
	}
	prefix_mask(entry.addr, list->bits, entry.length);
	return entry;
}

/* Adds 1 or, with step -1, subtracts it; wraps around. */
static void address_step(__u8 *addr, __u32 bits, int step)
{
	int i;

	for (i = bits / 8 - 1; i >= 0; i--) {
		addr[i] += step;
		if (addr[i] != (step > 0 ? 0x00 : 0xff))
			return;
	}
}

void prefix_list_random_address(const struct prefix_list *list, __u32 tables,
				__u64 *random, __u32 *table, __u8 *addr)
{
	const struct prefix_entry *near;
	__u32 i;

	*table = frame_random(random) % tables;
	random_bits(addr, list->bits, 0, random);
	if (!list->count || frame_random(random) % 16 == 0)
		return;
	near = &list->entry[frame_random(random) % list->count];
	if (frame_random(random) % 8)
		*table = near->table;
	for (i = 0; i < near->length; i++) {
		addr[i / 8] &= ~(0x80 >> i % 8);
		addr[i / 8] |= near->addr[i / 8] & 0x80 >> i % 8;
	}
	switch (frame_random(random) % 5) {
	case 0: /* the first address, or the one before it */
		prefix_mask(addr, list->bits, near->length);
		if (frame_random(random) & 1)
			address_step(addr, list->bits, -1);
		break;
	case 1: /* the last address, or the one behind it */
		for (i = near->length; i < list->bits; i++)
			addr[i / 8] |= 0x80 >> i % 8;
		if (frame_random(random) & 1)
			address_step(addr, list->bits, 1);
		break;
	default: /* anywhere in it */
		break;
	}
}
