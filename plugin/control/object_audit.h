/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * object_audit.h - whether the maps have what they should of all that a route leads
 * to and that is looked at before it: ports, neighbours, nexthops, groups, own
 * addresses; what they do not have, or have for nothing, is mended (repair.h).
 *
 * In the reader's thread, callers hold the fib lock.
 */
#ifndef FRR_BPF_OBJECT_AUDIT_H
#define FRR_BPF_OBJECT_AUDIT_H

#include <stdbool.h>

void object_audit_begin(void);

/* A batch of them. Result: whether there are more. */
bool object_audit_step(void);

#endif /* FRR_BPF_OBJECT_AUDIT_H */
