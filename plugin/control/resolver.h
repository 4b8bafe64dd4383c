/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * resolver.h - requests about neighbours, carried out without the fib lock.
 *
 * The kernel's answer to each is waited for. A request that is made with the
 * fib lock held is therefore queued, and carried out in order by an event.
 */
#ifndef FRR_BPF_RESOLVER_H
#define FRR_BPF_RESOLVER_H

#include "plugin/base/compat.h"

/* Become neighbour.h's resolver, with events on the dataplane thread's loop. */
void resolver_start(struct event_loop *loop);

/*
 * The loop and its thread are gone: what is queued is carried out, and from now
 * on every request at once.
 */
void resolver_stop(void);

#endif /* FRR_BPF_RESOLVER_H */
