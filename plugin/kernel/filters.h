/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * filters.h - netfilter's rules and IPsec policies that forwarded packets pass: looks,
 * and listens for changes where they are told (nftables, IPsec).
 *
 * In the reader's thread (sync.h), without the fib lock.
 */
#ifndef FRR_BPF_FILTERS_H
#define FRR_BPF_FILTERS_H

#include "plugin/kernel/sink.h"

/* Open the sockets, look at all; the sink's filters() is told. */
void filters_open(const struct kernel_sink *to);
void filters_close(void);

/* Descriptor to watch for reading; -1: the kernel does not tell of that kind. */
int filters_fd(enum kernel_filters kind);

/* Something has arrived on it. */
void filters_read(enum kernel_filters kind);

/* Look at what nothing tells of, and at what was put off. */
void filters_tick(void);

#endif /* FRR_BPF_FILTERS_H */
