// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/offload.h"

#include <pthread.h>

#include "plugin/compat.h"
#include "lib/memory.h"
#include "lib/srcdest_table.h"
#include "lib/typesafe.h"
#include "zebra/rib.h"
#include "zebra/zapi_msg.h"
#include "zebra/zebra_router.h"
#include "zebra/zebra_vrf.h"

#include "plugin/fib.h"

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

/* So many reports in one go, before zebra's main thread does other work. */
#define DRAIN_MAX 1000

static struct route_node *report_node(const struct offload_report *report)
{
	afi_t afi = report->key.family == AF_INET ? AFI_IP : AFI_IP6;
	struct prefix prefix = {
		.family = report->key.family,
		.prefixlen = report->key.len,
	};
	struct route_table *table = zebra_vrf_lookup_table_with_table_id(
		afi, SAFI_UNICAST, report->vrf_id, report->key.table);

	memcpy(&prefix.u, report->key.addr, family_bytes(report->key.family));
	return table ? srcdest_rnode_lookup(table, &prefix, NULL) : NULL;
}

static void entry_report(struct route_node *node, struct route_entry *entry,
			 const struct offload_report *report)
{
	afi_t afi = report->key.family == AF_INET ? AFI_IP : AFI_IP6;

	if (report->offloaded)
		SET_FLAG(entry->flags, ZEBRA_FLAG_OFFLOADED);
	else
		UNSET_FLAG(entry->flags, ZEBRA_FLAG_OFFLOADED);
	if (!report->recovered)
		return;
	UNSET_FLAG(entry->status, ROUTE_ENTRY_FAILED);
	SET_FLAG(entry->status, ROUTE_ENTRY_INSTALLED);
	zsend_route_notify_owner(node, entry, ZAPI_ROUTE_INSTALLED, afi,
				 SAFI_UNICAST);
}

static void offload_carry_out(const struct offload_report *report)
{
	struct route_node *node = report_node(report);
	struct route_entry *entry;
	rib_dest_t *dest;

	if (!node)
		return;
	dest = rib_dest_from_rnode(node);
	entry = dest ? dest->selected_fib : NULL;
	/* Another route may have been selected since: its report follows. */
	if (entry && entry->type == report->protocol &&
	    entry->instance == report->instance)
		entry_report(node, entry, report);
	route_unlock_node(node);
}

static void offload_drain(struct event *event)
{
	struct offload *offload;
	bool more;

	(void)event;
	for (int i = 0; i < DRAIN_MAX; i++) {
		pthread_mutex_lock(&queue_lock);
		offload = offload_queue_pop(&queue);
		pthread_mutex_unlock(&queue_lock);
		if (!offload)
			return;
		offload_carry_out(&offload->report);
		XFREE(MTYPE_BPF_OFFLOAD, offload);
	}
	pthread_mutex_lock(&queue_lock);
	more = offload_queue_count(&queue);
	pthread_mutex_unlock(&queue_lock);
	if (more)
		event_add_event(zrouter.master, offload_drain, NULL, 0,
				&drain_event);
}

void offload_report(const struct offload_report *report)
{
	struct offload *offload = XCALLOC(MTYPE_BPF_OFFLOAD, sizeof(*offload));
	bool first;

	offload->report = *report;
	pthread_mutex_lock(&queue_lock);
	first = !offload_queue_count(&queue);
	offload_queue_add_tail(&queue, offload);
	pthread_mutex_unlock(&queue_lock);
	/* One event at a time; the drain takes whatever is queued by then. */
	if (first)
		event_add_event(zrouter.master, offload_drain, NULL, 0,
				&drain_event);
}

void offload_fini(void)
{
	struct offload *offload;

	event_cancel(&drain_event);
	while ((offload = offload_queue_pop(&queue)))
		XFREE(MTYPE_BPF_OFFLOAD, offload);
}
