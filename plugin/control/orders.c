// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/control/orders.h"

#include <pthread.h>
#include <stdatomic.h>

#include "lib/typesafe.h"

#include "plugin/base/lock.h"
#include "plugin/base/memory.h"

DEFINE_MTYPE_STATIC(BPF, BPF_ORDERS, "BPF orders of zebra");

PREDECL_DLIST(batch_queue);

#define BATCH_SIZE 16384 /* bytes: some 100 orders */

/* Orders one behind the other, each followed by its nexthops. */
struct batch {
	struct batch_queue_item item;
	size_t used;
	_Alignas(struct order) uint8_t bytes[BATCH_SIZE];
};

DECLARE_DLIST(batch_queue, struct batch, item);

_Static_assert(sizeof(struct nexthop_key) % _Alignof(struct order) == 0,
	       "an order behind nexthops is aligned");
_Static_assert(sizeof(struct order) + ROUTE_NEXTHOPS_MAX *
					      sizeof(struct nexthop_key) <=
		       BATCH_SIZE,
	       "any order fits");

/* So many batches in one go, before the kernel's events are handled again. */
#define DRAIN_MAX 32

/* Milliseconds in which orders gather: one by one each would cost a wakeup. */
#define GATHER 5

static struct batch *filling; /* the dataplane thread's */

static pthread_mutex_t queue_lock = PTHREAD_MUTEX_INITIALIZER;
/* Under it: */
static struct batch_queue_head queue = INIT_DLIST(queue);
static struct event_loop *events;
static struct event *drain_event;
static bool scheduled; /* is drain_event */
static bool draining;

/* Written by the reader only. */
static _Atomic uint64_t installs, withdrawals, punted, failures;

struct orders_statistics orders_statistics(void)
{
	return (struct orders_statistics){
		.installs = installs,
		.withdrawals = withdrawals,
		.punted = punted,
		.failures = failures,
	};
}

static size_t order_size(const struct order *order)
{
	return sizeof(*order) +
	       order->route.count * sizeof(*order->route.nexthops);
}

static void filled(void)
{
	pthread_mutex_lock(&queue_lock);
	if (events)
		batch_queue_add_tail(&queue, filling);
	else
		XFREE(MTYPE_BPF_ORDERS, filling);
	pthread_mutex_unlock(&queue_lock);
	filling = NULL;
}

void orders_add(const struct order *order)
{
	uint8_t *at;

	if (filling && filling->used + order_size(order) > BATCH_SIZE)
		filled();
	if (!filling) {
		filling = XMALLOC(MTYPE_BPF_ORDERS, sizeof(*filling));
		filling->used = 0;
	}
	at = filling->bytes + filling->used;
	memcpy(at, order, sizeof(*order));
	if (order->route.count)
		memcpy(at + sizeof(*order), order->route.nexthops,
		       order_size(order) - sizeof(*order));
	filling->used += order_size(order);
}

static void carry_out(const struct order *order)
{
	const struct route_spec *route = &order->route;
	int ret;

	if (order->kind == ORDER_WITHDRAW) {
		withdrawals++;
		if (order->source.len)
			route_srcdest_delete(&route->key, &order->source);
		else
			route_withdraw(&route->key, route->protocol,
				       route->instance);
		return;
	}
	installs++;
	if (order->source.len) {
		route_srcdest_add(&route->key, &order->source);
		return;
	}
	ret = route_install(route);
	if (ret > 0)
		punted++;
	else if (ret)
		failures++;
}

/* Lock held; hands it over on the way. */
static void batch_carry_out(struct batch *batch)
{
	size_t at = 0;

	while (at < batch->used) {
		struct order *order = (struct order *)(batch->bytes + at);

		order->route.nexthops = (struct nexthop_key *)(order + 1);
		carry_out(order);
		at += order_size(order);
		fib_lock_pause();
	}
}

static struct batch *batch_take(void)
{
	struct batch *batch;

	pthread_mutex_lock(&queue_lock);
	batch = batch_queue_pop(&queue);
	pthread_mutex_unlock(&queue_lock);
	return batch;
}

static void orders_drain(struct event *event);

/* Under queue_lock. */
static void drain_schedule(long milliseconds)
{
	scheduled = events && batch_queue_count(&queue);
	if (scheduled)
		event_add_timer_msec(events, orders_drain, NULL, milliseconds,
				     &drain_event);
}

static void drain_begin(void)
{
	pthread_mutex_lock(&queue_lock);
	draining = true;
	pthread_mutex_unlock(&queue_lock);
}

static void drain_end(void)
{
	pthread_mutex_lock(&queue_lock);
	draining = false;
	drain_schedule(0);
	pthread_mutex_unlock(&queue_lock);
}

static void orders_drain(struct event *event)
{
	struct batch *batch;

	(void)event;
	drain_begin();
	fib_lock();
	for (int i = 0; i < DRAIN_MAX && (batch = batch_take()); i++) {
		batch_carry_out(batch);
		XFREE(MTYPE_BPF_ORDERS, batch);
	}
	fib_unlock();
	drain_end();
}

bool orders_pending(void)
{
	bool pending;

	pthread_mutex_lock(&queue_lock);
	pending = draining || batch_queue_count(&queue);
	pthread_mutex_unlock(&queue_lock);
	return pending;
}

void orders_hand_over(void)
{
	if (!filling)
		return;
	filled();
	pthread_mutex_lock(&queue_lock);
	/* A drain that is scheduled takes whatever is there by then. */
	if (!scheduled)
		drain_schedule(GATHER);
	pthread_mutex_unlock(&queue_lock);
}

void orders_start(struct event_loop *loop)
{
	pthread_mutex_lock(&queue_lock);
	events = loop;
	drain_schedule(0);
	pthread_mutex_unlock(&queue_lock);
}

void orders_stop(void)
{
	struct batch *batch;

	pthread_mutex_lock(&queue_lock);
	events = NULL;
	scheduled = false;
	pthread_mutex_unlock(&queue_lock);
	while ((batch = batch_take()))
		XFREE(MTYPE_BPF_ORDERS, batch);
	XFREE(MTYPE_BPF_ORDERS, filling);
}
