/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * netlink_replay.h - a table of the kernel's, told only when no event came while it
 * was read. Then it is newer than all that was heard and older than all that will
 * be, so that telling it never brings back what was, and what is news in it was
 * missed.
 *
 * In the reader's thread, without the fib lock.
 */
#ifndef FRR_BPF_NETLINK_REPLAY_H
#define FRR_BPF_NETLINK_REPLAY_H

#include "plugin/kernel/sink.h"

/*
 * Tell the table; not KERNEL_ROUTES. Result: 0; -EAGAIN: events keep coming;
 * -errno.
 */
int netlink_replay(enum kernel_table table, const struct kernel_sink *to);

#endif /* FRR_BPF_NETLINK_REPLAY_H */
