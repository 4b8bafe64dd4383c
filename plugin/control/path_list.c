// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/control/path_list.h"

#include <stdbool.h>
#include <string.h>

#include "plugin/base/memory.h"
#include "plugin/fib/path.h"

DEFINE_MTYPE_STATIC(BPF, BPF_PATH_LIST, "BPF path list");

/* The id of a list of several; below it, of a path. */
#define SEVERAL 0x80000000U

struct several {
	uint32_t count; /* 0: free */
	uint32_t next;	/* of the free ones */
	uint32_t *paths;
};

static struct several *lists;
static uint32_t size, first_free; /* size: none */

static struct several *several(uint32_t list)
{
	return &lists[list & ~SEVERAL];
}

static uint32_t several_new(void)
{
	uint32_t i, larger = size ? 2 * size : 16;

	if (first_free == size) {
		lists = XREALLOC(MTYPE_BPF_PATH_LIST, lists,
				 larger * sizeof(*lists));
		memset(lists + size, 0, (larger - size) * sizeof(*lists));
		for (i = size; i < larger; i++)
			lists[i].next = i + 1;
		size = larger;
	}
	i = first_free;
	first_free = lists[i].next;
	return i | SEVERAL;
}

static void several_free(uint32_t list)
{
	struct several *s = several(list);

	XFREE(MTYPE_BPF_PATH_LIST, s->paths);
	s->count = 0;
	s->next = first_free;
	first_free = list & ~SEVERAL;
}

uint32_t path_list_count(uint32_t list)
{
	return list & SEVERAL ? several(list)->count : list != 0;
}

uint32_t path_list_at(uint32_t list, uint32_t index)
{
	return list & SEVERAL ? several(list)->paths[index] : list;
}

uint32_t path_list_insert(uint32_t list, uint32_t index, uint32_t path)
{
	uint32_t only = list;
	struct several *s;

	if (!list)
		return path;
	if (!(list & SEVERAL)) {
		list = several_new();
		s = several(list);
		s->paths = XMALLOC(MTYPE_BPF_PATH_LIST, sizeof(*s->paths));
		s->paths[0] = only;
		s->count = 1;
	}
	s = several(list);
	s->paths = XREALLOC(MTYPE_BPF_PATH_LIST, s->paths,
			    (s->count + 1) * sizeof(*s->paths));
	memmove(s->paths + index + 1, s->paths + index,
		(s->count - index) * sizeof(*s->paths));
	s->paths[index] = path;
	s->count++;
	return list;
}

uint32_t path_list_remove(uint32_t list, uint32_t index)
{
	struct several *s;
	uint32_t only;

	path_put(path_list_at(list, index));
	if (!(list & SEVERAL))
		return 0;
	s = several(list);
	s->count--;
	memmove(s->paths + index, s->paths + index + 1,
		(s->count - index) * sizeof(*s->paths));
	if (s->count > 1)
		return list;
	only = s->paths[0];
	several_free(list);
	return only;
}

void path_list_free(uint32_t list)
{
	while (list)
		list = path_list_remove(list, path_list_count(list) - 1);
}

void path_list_fini(void)
{
	for (uint32_t i = 0; i < size; i++)
		if (lists[i].count)
			XFREE(MTYPE_BPF_PATH_LIST, lists[i].paths);
	XFREE(MTYPE_BPF_PATH_LIST, lists);
	size = first_free = 0;
}
