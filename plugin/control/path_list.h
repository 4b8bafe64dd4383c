/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * path_list.h - the paths of one prefix, in the kernel's order. Nearly all
 * prefixes have one: then the list is its id. 0: an empty list. Each entry has a
 * reference to its path. Callers hold the fib lock.
 */
#ifndef FRR_BPF_PATH_LIST_H
#define FRR_BPF_PATH_LIST_H

#include <stdint.h>

uint32_t path_list_count(uint32_t list);

/* The id of a path. */
uint32_t path_list_at(uint32_t list, uint32_t index);

/*
 * path, with its reference, becomes the entry at index; that entry goes. Result:
 * the list, in place of the one that was given.
 */
uint32_t path_list_insert(uint32_t list, uint32_t index, uint32_t path);
uint32_t path_list_remove(uint32_t list, uint32_t index);

/* All entries go. */
void path_list_free(uint32_t list);

void path_list_fini(void);

#endif /* FRR_BPF_PATH_LIST_H */
