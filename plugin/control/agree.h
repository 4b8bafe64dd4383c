/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * agree.h - the kernel's side of the agreement: which of its routes of table main
 * Linux uses at each prefix, of whatever protocol. A prefix is forwarded in XDP
 * where zebra wants the same (path_agree()).
 * The reader only (sync.h), with the fib lock, which walks over all prefixes hand
 * over on the way.
 */
#ifndef FRR_BPF_AGREE_H
#define FRR_BPF_AGREE_H

#include "plugin/base/compat.h"

#include "plugin/kernel/sink.h"

/* The path, with a reference, of the nexthops of route that stay, or PATH_NONE. */
uint32_t agree_path_without(const struct kernel_route *route,
			    bool (*leaves)(const struct nexthop_key *nexthop,
					   const void *arg),
			    const void *arg);

/* RTM_NEWROUTE, RTM_DELROUTE. Between begin and end of a dump, what it has. */
void agree_add(const struct kernel_route *route, enum kernel_order order);
void agree_delete(const struct kernel_route *route);

void agree_dump_begin(void);
void agree_dump_end(void);

/*
 * For who knows of changes without a message. Of all paths: path->becomes says
 * by which path it is replaced (itself: by none; PATH_NONE: its routes have
 * gone), path->changed that it comes to something else now. Both are reset.
 */
void agree_paths_changed(void);

/*
 * For the audit. A list is one of path_list.h. The one of a prefix, whose record has
 * that path, stays where it is; agree_set() puts another one, which is given away,
 * in its place.
 */
uint32_t agree_list(const struct prefix_key *key, uint32_t path);
void agree_set(const struct prefix_key *key, uint32_t list);

/* The list with another route, told in that way. */
uint32_t agree_list_add(uint32_t list, const struct kernel_route *route,
			enum kernel_order order);

/* Linux's choice among them: a path, PATH_NONE or PATH_UNSURE. */
uint32_t agree_choice(uint8_t family, uint32_t list);

/* Grows with every change that the kernel told. */
uint64_t agree_changes(void);

void agree_fini(void);

#endif /* FRR_BPF_AGREE_H */
