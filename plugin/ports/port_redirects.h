/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * port_redirects.h - links on which the kernel takes ICMP redirects. It then may
 * send to another gateway than the route's, for some destinations, and tells
 * nobody: what leaves to gateways there is its own. Callers hold the fib lock.
 */
#ifndef FRR_BPF_PORT_REDIRECTS_H
#define FRR_BPF_PORT_REDIRECTS_H

#include "plugin/ports/port.h"

/* The look at /proc: now and then, for old redirects are forgotten with time. */
void port_redirects_heard(const struct kernel_redirects *now);

/* A link or its settings changed. */
void port_redirects_refresh(uint32_t ifindex);

#endif /* FRR_BPF_PORT_REDIRECTS_H */
