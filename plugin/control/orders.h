/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * orders.h - zebra's orders to install and withdraw routes. Its dataplane thread
 * takes no fib lock and waits for nobody: it hands them over, and the reader
 * carries them out, in their order, among what the kernel tells.
 */
#ifndef FRR_BPF_ORDERS_H
#define FRR_BPF_ORDERS_H

#include <stdint.h>

#include "plugin/base/compat.h"
#include "plugin/fib/route.h"

enum order_kind {
	ORDER_INSTALL,
	ORDER_WITHDRAW, /* of the route: key, protocol, instance */
};

struct order {
	enum order_kind kind;
	struct prefix_key source; /* of a source-specific route; else len 0 */
	struct route_spec route;
};

/* Keep a copy. Dataplane thread. */
void orders_add(const struct order *order);

/* What was added is to be carried out, soon. Dataplane thread. */
void orders_hand_over(void);

/* Are there any that were handed over and not carried out? Any thread. */
bool orders_pending(void);

/* Carry them out on that loop, whose thread does not hold the lock. */
void orders_start(struct event_loop *loop);

/* The loop and the dataplane thread are gone: what is left is dropped. */
void orders_stop(void);

/* Orders carried out since start. Any thread. */
struct orders_statistics {
	uint64_t installs;
	uint64_t withdrawals;
	uint64_t punted;   /* installed as PUNT for want of room */
	uint64_t failures; /* did not fit */
};

struct orders_statistics orders_statistics(void);

#endif /* FRR_BPF_ORDERS_H */
