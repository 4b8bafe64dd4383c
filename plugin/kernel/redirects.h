/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * redirects.h - what becomes of ICMP redirects, as far as rtnetlink does not tell:
 * from /proc. Reader's thread, without the fib lock.
 */
#ifndef FRR_BPF_REDIRECTS_H
#define FRR_BPF_REDIRECTS_H

#include "plugin/kernel/sink.h"

/* Look, and tell sink->redirects(). What cannot be read counts as accepted. */
void redirects_read(const struct kernel_sink *sink);

#endif /* FRR_BPF_REDIRECTS_H */
