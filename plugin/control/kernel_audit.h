/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kernel_audit.h - the audit's part that has the kernel tell its routes again, a
 * part at a time, while they change: is what we took it to have what it has?
 *
 * A part of a long dump is older than events that were handled, and newer than some
 * that were not; and the kernel loses its place in a dump when routes change. So a
 * prefix that differs is only a suspect, until the kernel was asked what it does for
 * an address there, and nothing happened meanwhile.
 * In the reader's thread.
 */
#ifndef FRR_BPF_KERNEL_AUDIT_H
#define FRR_BPF_KERNEL_AUDIT_H

#include <stdbool.h>
#include <stdint.h>

#include "bpf/abi.h"
#include "plugin/base/prefix_key.h"

/* Lock held. */
void kernel_audit_begin(void);
void kernel_audit_end(void);

/*
 * A part of the family's routes, IPv4 first. Without the lock. Result: 1 when there
 * are more, 0 at the end, -errno when it must begin anew.
 */
int kernel_audit_dump(uint8_t family);

/* After both: of each prefix, in the maps or not, by id. Lock held. */
void kernel_audit_unseen(uint32_t id, const struct fib_route *intent);

/* Look at the suspects, and mend. Without the lock. */
void kernel_audit_settle(void);

#endif /* FRR_BPF_KERNEL_AUDIT_H */
