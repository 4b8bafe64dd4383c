/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nexthop_object.h - the kernel's nexthop objects ("ip nexthop"). One that changes
 * or goes changes every route through it, without a word about the routes, and
 * leaves without a word itself when its link goes down or loses its carrier.
 * The reader only (sync.h), with the fib lock, which is handed over on the way.
 */
#ifndef FRR_BPF_NEXTHOP_OBJECT_H
#define FRR_BPF_NEXTHOP_OBJECT_H

#include "plugin/fib/path.h"
#include "plugin/kernel/sink.h"

/* RTM_NEWNEXTHOP. Routes follow with nexthop_object_settle(). */
void nexthop_object_set(const struct kernel_object *object);
void nexthop_object_settle(void);

/* RTM_DELNEXTHOP: of a group, the others remain. */
void nexthop_object_delete(uint32_t id);

/* A link went down, lost its carrier, or is gone. */
void nexthop_object_link_gone(uint32_t ifindex);

/* What a path with an object comes to. */
void nexthop_object_resolve(struct path *path);

void nexthop_object_dump_begin(void);
void nexthop_object_dump_end(void);

void nexthop_object_fini(void);

#endif /* FRR_BPF_NEXTHOP_OBJECT_H */
