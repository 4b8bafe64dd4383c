/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bpf_hooks.h - BPF programs of others in the kernel's way of forwarded packets: at
 * netfilter's hooks (Linux 6.4), and at a link without tc's knowledge (tcx, 6.6).
 * Nothing tells of their changes. Raises privileges inside; any thread.
 */
#ifndef FRR_BPF_BPF_HOOKS_H
#define FRR_BPF_BPF_HOOKS_H

#include "plugin/kernel/sink.h"

/* At netfilter's, whatever the network namespace. Result: 0 or -errno. */
int bpf_hooks_look(struct kernel_filter_list *list);

/* Those of a link, to the sink's link_programs(). Without the fib lock. */
void bpf_hooks_open(const struct kernel_sink *to);
void bpf_hooks_link(uint32_t ifindex);

#endif /* FRR_BPF_BPF_HOOKS_H */
