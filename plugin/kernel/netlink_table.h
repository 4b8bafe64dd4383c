/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * netlink_table.h - asks the kernel for its tables of links, neighbours, own
 * addresses, settings and rules, or for one entry. The answers go to the sink.
 *
 * In the reader's thread, without the fib lock: each call waits for its answer.
 */
#ifndef FRR_BPF_NETLINK_TABLE_H
#define FRR_BPF_NETLINK_TABLE_H

#include <libmnl/libmnl.h>
#include <stdint.h>

#include "plugin/kernel/sink.h"

/* The sink must stay valid until netlink_table_close(). */
void netlink_table_open(const struct kernel_sink *to);
void netlink_table_close(void);

/* All of them. Result: 0 or -errno of the first that could not be read. */
int netlink_table_read(void);

/*
 * One of them, as messages: KERNEL_LINKS with the settings. Lock held in callback.
 * One of a table that changes meanwhile may come more than once, the latest last.
 * Result: 0 or -errno.
 */
int netlink_table_dump(enum kernel_table table, mnl_cb_t callback, void *data);

/* The policy rules of both families. Result: 0 or -errno. */
int netlink_table_rules(void);

/* Read one link again: not every change of it is announced (IPv6's MTU). */
void netlink_table_link(uint32_t ifindex);

/* Learn the forwarding sysctls of one link. */
void netlink_table_netconf(uint32_t ifindex);

#endif /* FRR_BPF_NETLINK_TABLE_H */
