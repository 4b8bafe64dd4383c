/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * proc.h - what rtnetlink does not tell: what becomes of ICMP redirects, and whether
 * learned path MTUs bind forwarded packets. Reader's thread, without the fib lock.
 */
#ifndef FRR_BPF_PROC_H
#define FRR_BPF_PROC_H

#include "plugin/kernel/sink.h"

/*
 * Look, and tell sink->redirects() (what cannot be read counts as accepted) and
 * sink->use_pmtu() (a kernel without it does not).
 */
void proc_read(const struct kernel_sink *sink);

#endif /* FRR_BPF_PROC_H */
