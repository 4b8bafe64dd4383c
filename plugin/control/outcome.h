/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * outcome.h - what the kernel's paths come to: resolved through nexthop objects,
 * dead nexthops left out. The reader only (sync.h), with the fib lock.
 */
#ifndef FRR_BPF_OUTCOME_H
#define FRR_BPF_OUTCOME_H

#include "plugin/fib/path.h"

/* path->changed says afterwards whether it is something else than before. */
void outcome_resolve(struct path *path);
void outcome_resolve_all(void);

/* Is the link of a nexthop up? On one that is not, nexthops are dead. */
bool outcome_link_up(uint32_t ifindex);

#endif /* FRR_BPF_OUTCOME_H */
