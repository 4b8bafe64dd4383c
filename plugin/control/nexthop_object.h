/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nexthop_object.h - the kernel's nexthop objects ("ip nexthop"). One that changes
 * or goes changes every route through it, without a word about the routes, and
 * leaves without a word itself when its link goes down or loses its carrier.
 * Paths of objects that go are marked (path->becomes); agree.h carries it out.
 * The reader only (sync.h), with the fib lock.
 */
#ifndef FRR_BPF_NEXTHOP_OBJECT_H
#define FRR_BPF_NEXTHOP_OBJECT_H

#include <stdbool.h>

#include "plugin/kernel/sink.h"

/* RTM_NEWNEXTHOP. */
void nexthop_object_set(const struct kernel_object *object);

/* RTM_DELNEXTHOP: the others of a group remain. */
void nexthop_object_delete(uint32_t id);

/* A link went down, lost its carrier, or is gone. */
void nexthop_object_link_gone(uint32_t ifindex);

void nexthop_object_dump_begin(void);
void nexthop_object_dump_end(void);

/* Has any changed or gone since this was asked last? */
bool nexthop_object_changed(void);

/*
 * What a route through it comes to: a forwarding word, and if that is FORWARD
 * *count nexthops, at most KERNEL_NEXTHOPS_MAX.
 */
uint32_t nexthop_object_word(uint32_t id, struct nexthop_key *nexthops,
			     uint32_t *count);

void nexthop_object_fini(void);

#endif /* FRR_BPF_NEXTHOP_OBJECT_H */
