/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * netlink_features.h - which links take frames redirected from native XDP.
 *
 * A redirect to a driver that cannot transmit it is a lost packet without a
 * trace; a veth can only while its peer has GRO on or a program of its own.
 * The kernel tells since 6.3 over the generic netlink family "netdev"; before
 * that every link is assumed able.
 *
 * In the reader's thread (sync.h), without the fib lock, or when that has ended.
 */
#ifndef FRR_BPF_NETLINK_FEATURES_H
#define FRR_BPF_NETLINK_FEATURES_H

#include <stdint.h>

#include "plugin/kernel/sink.h"

/*
 * Open the socket, subscribe, learn every link; the sink is told.
 * Result: 0; -EOPNOTSUPP when the kernel does not tell; -errno.
 */
int netlink_features_open(const struct kernel_sink *to);
void netlink_features_close(void);

/* Ask about one link, as when it appears: the event came before the link. */
void netlink_features_get(uint32_t ifindex);

/* After lost events: learn every link again. */
void netlink_features_resync(void);

/* Descriptor to watch for reading, -1 when closed. */
int netlink_features_fd(void);

/* Handle what has arrived. */
void netlink_features_read(void);

#endif /* FRR_BPF_NETLINK_FEATURES_H */
