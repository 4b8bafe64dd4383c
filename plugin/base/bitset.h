/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bitset.h - a set of ids, a bit each.
 */
#ifndef FRR_BPF_BITSET_H
#define FRR_BPF_BITSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of a set of the ids below count. */
static inline size_t bitset_size(uint32_t count)
{
	return (size_t)count / 8 + 1;
}

static inline void bitset_set(uint8_t *set, uint32_t id)
{
	set[id / 8] |= (uint8_t)(1 << id % 8);
}

static inline bool bitset_is(const uint8_t *set, uint32_t id)
{
	return set[id / 8] & 1 << id % 8;
}

#endif /* FRR_BPF_BITSET_H */
