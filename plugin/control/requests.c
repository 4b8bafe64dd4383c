// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/control/requests.h"

#include <net/if.h>
#include <pthread.h>

#include "lib/typesafe.h"

#include "plugin/base/memory.h"
#include "plugin/base/prefix_key.h"
#include "plugin/ports/port.h"

DEFINE_MTYPE_STATIC(BPF, BPF_REQUEST, "BPF request to the kernel");

PREDECL_DLIST(request_queue);

struct request {
	struct request_queue_item item;
	request_link_t about_link; /* or, when that is NULL, */
	request_neighbour_t about_neighbour;
	char ifname[IFNAMSIZ];
	uint32_t ifindex;
	uint8_t family;
	uint8_t addr[16];
};

DECLARE_DLIST(request_queue, struct request, item);

/* So many requests in one go, before events are handled again. */
#define DRAIN_MAX 64

static struct request_queue_head queue = INIT_DLIST(queue);
static pthread_mutex_t queue_lock = PTHREAD_MUTEX_INITIALIZER;
static struct event_loop *events;
static struct event *drain_event;

static struct request *request_take(void)
{
	struct request *request;

	pthread_mutex_lock(&queue_lock);
	request = request_queue_pop(&queue);
	pthread_mutex_unlock(&queue_lock);
	return request;
}

/* Result: false when the queue is empty. */
static bool request_carry_out(void)
{
	struct request *request = request_take();

	if (!request)
		return false;
	if (request->about_link)
		request->about_link(request->ifindex);
	else
		request->about_neighbour(request->ifname, request->ifindex,
					 request->family, request->addr);
	XFREE(MTYPE_BPF_REQUEST, request);
	return true;
}

static void requests_drain(struct event *event)
{
	int left = DRAIN_MAX;

	(void)event;
	while (left && request_carry_out())
		left--;
	if (!left)
		event_add_event(events, requests_drain, NULL, 0, &drain_event);
}

static void request_add(struct request *request)
{
	pthread_mutex_lock(&queue_lock);
	request_queue_add_tail(&queue, request);
	pthread_mutex_unlock(&queue_lock);
	if (events)
		event_add_event(events, requests_drain, NULL, 0, &drain_event);
	else
		request_carry_out();
}

void request_link(request_link_t ask, uint32_t ifindex)
{
	struct request *request = XCALLOC(MTYPE_BPF_REQUEST, sizeof(*request));

	request->about_link = ask;
	request->ifindex = ifindex;
	request_add(request);
}

void request_neighbour(request_neighbour_t ask, uint32_t ifindex,
		       uint8_t family, const uint8_t *addr)
{
	struct request *request = XCALLOC(MTYPE_BPF_REQUEST, sizeof(*request));
	const char *ifname = port_name(ifindex);

	request->about_neighbour = ask;
	strlcpy(request->ifname, ifname ? ifname : "a lost link",
		sizeof(request->ifname));
	request->ifindex = ifindex;
	request->family = family;
	memcpy(request->addr, addr, family_bytes(family));
	request_add(request);
}

void requests_start(struct event_loop *loop)
{
	events = loop;
}

void requests_stop(void)
{
	events = NULL;
	while (request_carry_out())
		;
}
