/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * table_audit.h - the kernel's links, settings, nexthop objects, own addresses,
 * neighbours and rules once more: what is news of them is an event that was missed
 * (repair.h).
 *
 * In the reader's thread, without the fib lock.
 */
#ifndef FRR_BPF_TABLE_AUDIT_H
#define FRR_BPF_TABLE_AUDIT_H

#include "plugin/kernel/sink.h"

/* To whom events are told. */
void table_audit_begin(const struct kernel_sink *to);

/*
 * The next table. One that keeps changing is left to the next pass. Result: 1 when
 * there are more, 0 at the end, -errno.
 */
int table_audit_step(void);

#endif /* FRR_BPF_TABLE_AUDIT_H */
