/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * netlink_xfrm.h - IPsec policies that forwarded packets have to pass.
 *
 * In the reader's thread, without the fib lock.
 */
#ifndef FRR_BPF_NETLINK_XFRM_H
#define FRR_BPF_NETLINK_XFRM_H

#include "plugin/kernel/sink.h"

/* Result: 0; -errno: it cannot be told. A kernel without IPsec has none. */
int netlink_xfrm_look(struct kernel_filter_list *list);
void netlink_xfrm_close(void);

#endif /* FRR_BPF_NETLINK_XFRM_H */
