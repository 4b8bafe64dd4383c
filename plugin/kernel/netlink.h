/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * netlink.h - listens to rtnetlink: links, neighbours, own addresses, routes,
 * nexthop objects, forwarding sysctls, policy rules. What it hears goes to a sink.
 *
 * All but netlink_open() in the reader's thread (sync.h), without the fib lock,
 * or when that thread has ended.
 */
#ifndef FRR_BPF_NETLINK_H
#define FRR_BPF_NETLINK_H

#include <stdbool.h>

#include "plugin/base/compat.h"
#include "plugin/kernel/sink.h"

/*
 * Open the socket and subscribe; nothing is read yet. The sink must stay valid
 * until netlink_close(). Lock held.
 * Result: 0, or -errno with health set when there is no socket.
 */
int netlink_open(const struct kernel_sink *to);
void netlink_close(void);

/*
 * So many events came: about neighbours, or about all but these and routes of
 * table main. Everything read again is one of both.
 */
uint64_t netlink_heard(bool neighbours);

/* Handle what has arrived. Result: false when it is so much that there is more. */
bool netlink_drain(void);

/* Descriptor to watch for reading, -1 when closed. */
int netlink_fd(void);

/*
 * Handle what has arrived: all, or so much that others have their turn. After
 * lost events everything is read again. Result: whether there was any.
 */
bool netlink_read(void);

/*
 * Read everything, at first and when the last attempt failed, and believe it when
 * all has been handled that arrived meanwhile: to be called now and then.
 */
void netlink_resync(void);

/* Read everything now, for it is not known any more. */
void netlink_distrust(void);

#endif /* FRR_BPF_NETLINK_H */
