/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * netlink_walk.h - asks the kernel for its table main once more, a part at a time,
 * and which of its routes it would use for an address. For the audit.
 *
 * In the reader's thread, without the fib lock; the sink is called with it. Only
 * its route() is, and local() by netlink_walk_get().
 */
#ifndef FRR_BPF_NETLINK_WALK_H
#define FRR_BPF_NETLINK_WALK_H

#include "plugin/kernel/sink.h"

/* Begin. Result: 0 or -errno. */
int netlink_walk_begin(uint8_t family);

/*
 * A part, some hundred routes. What is told was so when the part before was read.
 * Result: 1 when there is more, 0 at the end, -errno.
 */
int netlink_walk_part(const struct kernel_sink *to);

/*
 * The route, of whatever table, that is used for addr (wire order), to the sink.
 * Result: 0; -errno: as Linux answers a packet for it, or because it cannot be
 * asked.
 */
int netlink_walk_get(uint8_t family, const uint8_t *addr,
		     const struct kernel_sink *to);

void netlink_walk_close(void);

#endif /* FRR_BPF_NETLINK_WALK_H */
