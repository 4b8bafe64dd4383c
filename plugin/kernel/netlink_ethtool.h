/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * netlink_ethtool.h - receive VLAN offload. A driver that has it on takes the tag
 * out of the frame before XDP sees it.
 *
 * In the reader's thread (sync.h), without the fib lock, or when that has ended.
 */
#ifndef FRR_BPF_NETLINK_ETHTOOL_H
#define FRR_BPF_NETLINK_ETHTOOL_H

#include "plugin/kernel/sink.h"

void netlink_ethtool_open(const struct kernel_sink *to);
void netlink_ethtool_close(void);

/*
 * Turn it off if that can be done and it is on, for C-tags (802.1Q) and S-tags
 * (802.1ad); the sink's link_tags() is told what came of it.
 */
void netlink_ethtool_show_tags(uint32_t ifindex);

/* Turn it on again, for C-tags or for S-tags. */
void netlink_ethtool_hide_ctags(uint32_t ifindex);
void netlink_ethtool_hide_stags(uint32_t ifindex);

#endif /* FRR_BPF_NETLINK_ETHTOOL_H */
