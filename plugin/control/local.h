/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * local.h - routes that the kernel has and zebra does not tell us.
 *
 * Its local table: own addresses, broadcast and anycast addresses. The kernel
 * looks there before any other table, so its prefixes are punted whatever
 * zebra's routes say. And routes of main that zebra ignores or simplifies
 * (throw, a TOS, encapsulation): their prefixes are punted too.
 * Callers hold the fib lock.
 */
#ifndef FRR_BPF_LOCAL_H
#define FRR_BPF_LOCAL_H

#include <stdint.h>

#include "plugin/kernel/sink.h"

void local_add(const struct kernel_route *local);
void local_delete(const struct kernel_route *local);
void local_dump_begin(void);
void local_dump_end(void);

/* Tell the interface's port, which is new, of the addresses it has already. */
void local_port_appeared(uint32_t ifindex);

void local_fini(void);

#endif /* FRR_BPF_LOCAL_H */
