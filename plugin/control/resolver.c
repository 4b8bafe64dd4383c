// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/control/resolver.h"

#include <net/if.h>
#include <pthread.h>

#include "lib/typesafe.h"

#include "plugin/base/memory.h"
#include "plugin/base/prefix_key.h"
#include "plugin/fib/neighbour.h"
#include "plugin/kernel/netlink_neighbour.h"
#include "plugin/ports/port.h"

DEFINE_MTYPE_STATIC(BPF, BPF_RESOLVER, "BPF neighbour request");

typedef void (*ask_t)(const char *ifname, uint32_t ifindex, uint8_t family,
		      const uint8_t *addr);

PREDECL_DLIST(resolver_queue);

struct request {
	struct resolver_queue_item item;
	ask_t ask;
	char ifname[IFNAMSIZ];
	uint32_t ifindex;
	uint8_t family;
	uint8_t addr[16];
};

DECLARE_DLIST(resolver_queue, struct request, item);

/* So many requests in one go, before routes are handled again. */
#define DRAIN_MAX 64

static struct resolver_queue_head queue = INIT_DLIST(queue);
static pthread_mutex_t queue_lock = PTHREAD_MUTEX_INITIALIZER;
static struct event_loop *events;
static struct event *drain_event;

static struct request *request_take(void)
{
	struct request *request;

	pthread_mutex_lock(&queue_lock);
	request = resolver_queue_pop(&queue);
	pthread_mutex_unlock(&queue_lock);
	return request;
}

/* Result: false when the queue is empty. */
static bool request_carry_out(void)
{
	struct request *request = request_take();

	if (!request)
		return false;
	request->ask(request->ifname, request->ifindex, request->family,
		     request->addr);
	XFREE(MTYPE_BPF_RESOLVER, request);
	return true;
}

static void resolver_drain(struct event *event)
{
	int left = DRAIN_MAX;

	(void)event;
	while (left && request_carry_out())
		left--;
	if (!left)
		event_add_event(events, resolver_drain, NULL, 0, &drain_event);
}

static void request_queue(ask_t ask, uint32_t ifindex, uint8_t family,
			  const uint8_t *addr)
{
	struct request *request = XCALLOC(MTYPE_BPF_RESOLVER, sizeof(*request));
	const char *ifname = port_name(ifindex);

	request->ask = ask;
	strlcpy(request->ifname, ifname ? ifname : "a lost link",
		sizeof(request->ifname));
	request->ifindex = ifindex;
	request->family = family;
	memcpy(request->addr, addr, family_bytes(family));
	pthread_mutex_lock(&queue_lock);
	resolver_queue_add_tail(&queue, request);
	pthread_mutex_unlock(&queue_lock);
	if (events)
		event_add_event(events, resolver_drain, NULL, 0, &drain_event);
	else
		request_carry_out();
}

static void manage(uint32_t ifindex, uint8_t family, const uint8_t *addr)
{
	request_queue(netlink_neighbour_manage, ifindex, family, addr);
}

static void release(uint32_t ifindex, uint8_t family, const uint8_t *addr)
{
	request_queue(netlink_neighbour_release, ifindex, family, addr);
}

static void probe(uint32_t ifindex, uint8_t family, const uint8_t *addr)
{
	request_queue(netlink_neighbour_probe, ifindex, family, addr);
}

void resolver_start(struct event_loop *loop)
{
	static const struct resolver_ops ops = {
		.manage = manage,
		.release = release,
		.probe = probe,
		.can_manage = netlink_can_manage,
	};

	events = loop;
	neighbour_set_resolver(&ops);
}

void resolver_stop(void)
{
	events = NULL;
	while (request_carry_out())
		;
}
