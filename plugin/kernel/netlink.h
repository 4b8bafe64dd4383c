/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * netlink.h - the module's own rtnetlink socket: links, neighbours, own
 * addresses, forwarding sysctls, policy rules. What it reads goes to a sink.
 *
 * Callers hold the fib lock.
 */
#ifndef FRR_BPF_NETLINK_H
#define FRR_BPF_NETLINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plugin/kernel/sink.h"

/*
 * Open the sockets, subscribe, and learn what is there now; what could not be
 * read is tried again (netlink_resync()). The sink must stay valid until
 * netlink_close().
 * Result: 0, or -errno with health set when there is no socket.
 */
int netlink_open(const struct kernel_sink *to);
void netlink_close(void);

/* Descriptor to watch for reading, -1 when closed. */
int netlink_fd(void);

/*
 * Handle what has arrived; a full resynchronisation after an overrun. Result:
 * there may be more.
 */
bool netlink_read(void);

/* Everything again, if the last attempt to read it failed. */
void netlink_resync(void);

/* Read one link again: not every change of it is announced (IPv6's MTU). */
void netlink_link_get(uint32_t ifindex);

/* Learn the forwarding sysctls of one link. */
void netlink_netconf_get(uint32_t ifindex);

#endif /* FRR_BPF_NETLINK_H */
