/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * netlink_nft.h - nftables chains that forwarded packets pass and that do something:
 * those of iptables-nft are among them.
 *
 * In the reader's thread, without the fib lock.
 */
#ifndef FRR_BPF_NETLINK_NFT_H
#define FRR_BPF_NETLINK_NFT_H

#include "plugin/kernel/sink.h"

/* Result: 0; -errno: it cannot be told. A kernel without nftables has none. */
int netlink_nft_look(struct kernel_filter_list *list);
void netlink_nft_close(void);

#endif /* FRR_BPF_NETLINK_NFT_H */
