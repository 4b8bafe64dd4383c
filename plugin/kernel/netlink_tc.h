/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * netlink_tc.h - what traffic control does to packets that come in by a link, or
 * leave by it: filters, and queueing that shapes or sorts them.
 *
 * In the reader's thread, without the fib lock.
 */
#ifndef FRR_BPF_NETLINK_TC_H
#define FRR_BPF_NETLINK_TC_H

#include "plugin/kernel/sink.h"

void netlink_tc_open(const struct kernel_sink *to);
void netlink_tc_close(void);

/* Look, and tell the sink's link_filters(). What cannot be read may be there. */
void netlink_tc_look(uint32_t ifindex);

#endif /* FRR_BPF_NETLINK_TC_H */
