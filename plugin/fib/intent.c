// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/fib/intent.h"

#include <string.h>

#include "plugin/base/memory.h"

DEFINE_MTYPE_STATIC(BPF, BPF_INTENT, "BPF routes outside of the maps");

static struct fib_route *intents;
static uint32_t size;
/* The first free one, and in the word of each the next; size: none. */
static uint32_t first_free;
static uint32_t used;

static void intents_grow(void)
{
	uint32_t larger = size ? 2 * size : 64;

	intents = XREALLOC(MTYPE_BPF_INTENT, intents,
			   (size_t)larger * sizeof(*intents));
	memset(intents + size, 0, (larger - size) * sizeof(*intents));
	for (uint32_t i = size; i < larger; i++)
		intents[i].word = i + 1;
	size = larger;
}

uint32_t intent_new(const struct fib_route *route)
{
	uint32_t i;

	if (first_free == size)
		intents_grow();
	i = first_free;
	first_free = intents[i].word;
	intents[i] = *route;
	used++;
	return i | INTENT_ID;
}

struct fib_route *intent_at(uint32_t id)
{
	return &intents[id & ~INTENT_ID];
}

void intent_free(uint32_t id)
{
	used--;
	intent_at(id)->family = 0;
	intent_at(id)->word = first_free;
	first_free = id & ~INTENT_ID;
}

uint32_t intent_indexes(void)
{
	return size;
}

uint32_t intent_count(void)
{
	return used;
}

uint32_t intent_next(uint32_t id)
{
	uint32_t i = id ? (id & ~INTENT_ID) + 1 : 0;

	for (; i < size; i++)
		if (intents[i].family)
			return i | INTENT_ID;
	return 0;
}

void intent_fini(void)
{
	XFREE(MTYPE_BPF_INTENT, intents);
	size = first_free = used = 0;
}
