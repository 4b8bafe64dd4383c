/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * xtables.h - iptables and ip6tables as they were before nftables: chains that
 * forwarded packets pass and that do something. Nothing tells of their changes.
 */
#ifndef FRR_BPF_XTABLES_H
#define FRR_BPF_XTABLES_H

#include "plugin/kernel/sink.h"

/*
 * For module load, while zebra is still root: only root may open the lists of
 * tables, and asking for a table that is not in use would make it.
 */
void xtables_open(void);

/* In the reader's thread, without the fib lock. Result: 0 or -errno. */
int xtables_look(struct kernel_filter_list *list);

#endif /* FRR_BPF_XTABLES_H */
