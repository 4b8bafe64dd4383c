// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/zebra/offload.h"

#include <pthread.h>

#include "plugin/base/compat.h"
#include "lib/memory.h"
#include "lib/typesafe.h"
#include "zebra/rib.h"
#include "zebra/zapi_msg.h"
#include "zebra/zebra_router.h"

#include "plugin/base/memory.h"
#include "plugin/zebra/rib_route.h"

DEFINE_MTYPE_STATIC(BPF, BPF_OFFLOAD, "BPF offload report");

PREDECL_DLIST(offload_queue);

struct offload {
	struct offload_queue_item item;
	struct offload_report report;
};

DECLARE_DLIST(offload_queue, struct offload, item);

static struct offload_queue_head queue = INIT_DLIST(queue);
static pthread_mutex_t queue_lock = PTHREAD_MUTEX_INITIALIZER;
static struct event *drain_event;
static bool scheduled; /* is drain_event */

/* So many reports in one go, before zebra's main thread does other work. */
#define DRAIN_MAX 1000

/*
 * In milliseconds: reports are carried out together, for each round of zebra's
 * events costs more than many of them; and the kernel's answer, which bgpd is told
 * first, has come by then.
 */
#define DRAIN_MS 100

/*
 * bgpd decides by it what it advertises ("bgp suppress-fib-pending"). staticd would
 * take it for a route that does not work.
 *
 * Result: false when it is still to be told that the kernel has the route: our
 * word comes after that.
 */
static bool entry_report(struct route_node *node, struct route_entry *entry,
			 const struct offload_report *report)
{
	bool failed = report->state == RECORD_WAITS;

	if (report->state == RECORD_AGREED)
		SET_FLAG(entry->flags, ZEBRA_FLAG_OFFLOADED);
	else
		UNSET_FLAG(entry->flags, ZEBRA_FLAG_OFFLOADED);
	if (failed == !!CHECK_FLAG(entry->flags, ZEBRA_FLAG_OFFLOAD_FAILED))
		return true;
	if (CHECK_FLAG(entry->status, ROUTE_ENTRY_QUEUED))
		return false;
	if (failed)
		SET_FLAG(entry->flags, ZEBRA_FLAG_OFFLOAD_FAILED);
	else
		UNSET_FLAG(entry->flags, ZEBRA_FLAG_OFFLOAD_FAILED);
	if (entry->type == ZEBRA_ROUTE_BGP)
		zsend_route_notify_owner(
			node, entry,
			failed ? ZAPI_ROUTE_FAIL_INSTALL : ZAPI_ROUTE_INSTALLED,
			report->key.family == AF_INET ? AFI_IP : AFI_IP6,
			SAFI_UNICAST);
	return true;
}

/* Result: false when it must be tried again. */
static bool offload_carry_out(const struct offload_report *report)
{
	struct route_node *node = rib_route_node(&report->key);
	struct route_entry *entry;
	bool done = true;

	if (!node)
		return true;
	entry = rib_route_selected(node);
	/* Another route may have been selected since: its report follows. */
	if (entry && entry->type == report->protocol &&
	    entry->instance == report->instance)
		done = entry_report(node, entry, report);
	route_unlock_node(node);
	return done;
}

static struct offload *offload_take(void)
{
	struct offload *offload;

	pthread_mutex_lock(&queue_lock);
	offload = offload_queue_pop(&queue);
	pthread_mutex_unlock(&queue_lock);
	return offload;
}

static void offload_drain(struct event *event)
{
	struct offload *offload;
	int left = DRAIN_MAX;
	bool wait = false;

	(void)event;
	while (left-- && !wait && (offload = offload_take())) {
		if (!offload_carry_out(&offload->report)) {
			offload_report(&offload->report);
			wait = true;
		}
		XFREE(MTYPE_BPF_OFFLOAD, offload);
	}
	pthread_mutex_lock(&queue_lock);
	scheduled = offload_queue_count(&queue);
	if (scheduled)
		event_add_timer_msec(zrouter.master, offload_drain, NULL,
				     wait ? DRAIN_MS : 0, &drain_event);
	pthread_mutex_unlock(&queue_lock);
}

void offload_report(const struct offload_report *report)
{
	struct offload *offload = XCALLOC(MTYPE_BPF_OFFLOAD, sizeof(*offload));

	offload->report = *report;
	pthread_mutex_lock(&queue_lock);
	offload_queue_add_tail(&queue, offload);
	/* A drain that is scheduled takes whatever is queued by then. */
	if (!scheduled)
		event_add_timer_msec(zrouter.master, offload_drain, NULL,
				     DRAIN_MS, &drain_event);
	scheduled = true;
	pthread_mutex_unlock(&queue_lock);
}

void offload_fini(void)
{
	struct offload *offload;

	event_cancel(&drain_event);
	while ((offload = offload_queue_pop(&queue)))
		XFREE(MTYPE_BPF_OFFLOAD, offload);
}
