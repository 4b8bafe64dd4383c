// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/control/sync.h"

#include "lib/frr_pthread.h"
#include "lib/log.h"

#include "bpf/abi.h"
#include "plugin/base/health.h"
#include "plugin/base/lock.h"
#include "plugin/control/agree.h"
#include "plugin/control/audit.h"
#include "plugin/control/departure.h"
#include "plugin/control/local.h"
#include "plugin/control/nexthop_object.h"
#include "plugin/control/orders.h"
#include "plugin/control/outcome.h"
#include "plugin/control/requests.h"
#include "plugin/engine/maps.h"
#include "plugin/engine/pin.h"
#include "plugin/fib/neighbour.h"
#include "plugin/fib/nexthop.h"
#include "plugin/fib/nhgroup.h"
#include "plugin/fib/record.h"
#include "plugin/fib/route.h"
#include "plugin/fib/unplaced.h"
#include "plugin/kernel/bpf_hooks.h"
#include "plugin/kernel/filters.h"
#include "plugin/kernel/netlink.h"
#include "plugin/kernel/netlink_ethtool.h"
#include "plugin/kernel/netlink_features.h"
#include "plugin/kernel/netlink_neighbour.h"
#include "plugin/kernel/netlink_table.h"
#include "plugin/kernel/netlink_tc.h"
#include "plugin/kernel/netlink_walk.h"
#include "plugin/kernel/proc.h"
#include "plugin/ports/port_attach.h"
#include "plugin/ports/port_filters.h"
#include "plugin/ports/port_redirects.h"
#include "plugin/ports/port_tags.h"

/* Seconds between looks at what nobody announces. */
#define TICK 5

/* The same for iptables and tcx: rules bind packets as soon as they are there. */
#define FILTERS_TICK 1

/*
 * Milliseconds in which events gather after some: one by one, a table's worth of
 * them would cost a wakeup each.
 */
#define GATHER 5

static struct frr_pthread *reader;
static struct event *start_event, *read_event, *features_event, *tick_event,
	*egress_event, *filters_event[KERNEL_FILTERS], *filters_tick_event;

static void dump_begin(enum kernel_table table)
{
	switch (table) {
	case KERNEL_LINKS:
		port_dump_begin();
		return;
	case KERNEL_OBJECTS:
		nexthop_object_dump_begin();
		return;
	case KERNEL_LOCALS:
		local_dump_begin();
		return;
	case KERNEL_ROUTES:
		agree_dump_begin();
		return;
	case KERNEL_NEIGHBOURS:
		neighbour_dump_begin();
		return;
	}
}

static void dump_end(enum kernel_table table)
{
	switch (table) {
	case KERNEL_LINKS:
		port_dump_end();
		return;
	case KERNEL_OBJECTS:
		nexthop_object_dump_end();
		departure_settle();
		return;
	case KERNEL_LOCALS:
		local_dump_end();
		return;
	case KERNEL_ROUTES:
		agree_dump_end();
		return;
	case KERNEL_NEIGHBOURS:
		neighbour_dump_end();
		return;
	}
}

static void link_update(const struct kernel_link *link)
{
	bool was_up = outcome_link_up(link->ifindex);
	bool changed = port_link_update(link);

	port_redirects_refresh(link->ifindex);
	/* What comes while it is down stays, whatever else changes of it. */
	if (changed && (was_up != link->up || link->lost))
		departure_link(link);
}

static void link_gone(uint32_t ifindex)
{
	port_link_delete(ifindex);
	departure_link_gone(ifindex);
}

static void local_gone(const struct kernel_local *local)
{
	local_delete(local);
	departure_local_gone(local);
}

static void netconf(const struct kernel_netconf *told)
{
	port_netconf(told);
	port_redirects_refresh((uint32_t)told->ifindex);
}

static const struct kernel_sink sink = {
	.link = link_update,
	.link_gone = link_gone,
	.link_transmits = port_xmit,
	.link_tags = port_tags_told,
	.filters = port_filters_told,
	.link_filters_changed = port_filters_changed,
	.link_filters = port_link_filters_told,
	.link_programs = port_link_programs_told,
	.neighbour = neighbour_update,
	.neighbour_gone = neighbour_delete,
	.local = local_add,
	.local_gone = local_gone,
	.route = agree_add,
	.route_gone = agree_delete,
	.object = nexthop_object_set,
	.object_gone = departure_object_gone,
	.netconf = netconf,
	.redirects = port_redirects_heard,
	.use_pmtu = port_use_pmtu,
	.rules = port_policy_rules,
	.dump_begin = dump_begin,
	.dump_end = dump_end,
	.settled = departure_settle,
	.unknown = port_suspend,
};

/* The kernel, and local.c, told of these before the link itself came. */
static void port_appeared(uint32_t ifindex)
{
	request_link(netlink_table_netconf, ifindex);
	request_link(netlink_features_get, ifindex);
	local_port_appeared(ifindex);
}

/* zebra is told of routes that are forwarded, or no longer are. */
static void handle_egress(struct event *event)
{
	(void)event;
	fib_lock();
	record_refresh_all();
	fib_unlock();
}

/* Adjacencies that leave by the port appear, change or go. */
static void port_egress_changed(uint32_t ifindex)
{
	neighbour_port_changed(ifindex);
	nexthop_port_changed(ifindex);
	if (nhgroup_port_changed() && reader)
		event_add_event(reader->master, handle_egress, NULL, 0,
				&egress_event);
}

static void port_show_tags(uint32_t ifindex)
{
	request_link(netlink_ethtool_show_tags, ifindex);
}

static void port_hide_tags(uint32_t ifindex, uint8_t tags)
{
	if (tags & KERNEL_CTAGS)
		request_link(netlink_ethtool_hide_ctags, ifindex);
	if (tags & KERNEL_STAGS)
		request_link(netlink_ethtool_hide_stags, ifindex);
}

static void port_look_filters(uint32_t ifindex)
{
	/* What comes last says that all is known. */
	request_link(bpf_hooks_link, ifindex);
	request_link(netlink_tc_look, ifindex);
}

static const struct port_watcher watcher = {
	.appeared = port_appeared,
	.egress_changed = port_egress_changed,
	.show_tags = port_show_tags,
	.hide_tags = port_hide_tags,
	.look_filters = port_look_filters,
};

static void manage(uint32_t ifindex, uint8_t family, const uint8_t *addr)
{
	request_neighbour(netlink_neighbour_manage, ifindex, family, addr);
}

static void release(uint32_t ifindex, uint8_t family, const uint8_t *addr)
{
	request_neighbour(netlink_neighbour_release, ifindex, family, addr);
}

static void probe(uint32_t ifindex, uint8_t family, const uint8_t *addr)
{
	request_neighbour(netlink_neighbour_probe, ifindex, family, addr);
}

static const struct resolver_ops resolver = {
	.manage = manage,
	.release = release,
	.probe = probe,
	.can_manage = netlink_can_manage,
};

/* Not every change of a link is announced (IPv6's MTU). */
static void links_refresh(void)
{
	const struct port *port = NULL;

	while ((port = port_next(port)))
		if (port->link_fd >= 0 && port->link.up)
			request_link(netlink_table_link, port->link.ifindex);
}

static void handle_readable(struct event *event)
{
	(void)event;
	if (netlink_read())
		event_add_timer_msec(reader->master, handle_readable, NULL,
				     GATHER, &read_event);
	else
		event_add_read(reader->master, handle_readable, NULL,
			       netlink_fd(), &read_event);
}

static void handle_features(struct event *event)
{
	(void)event;
	netlink_features_read();
	event_add_read(reader->master, handle_features, NULL,
		       netlink_features_fd(), &features_event);
}

static void handle_filters(struct event *event)
{
	void *argument = EVENT_ARG(event);
	int kind = (int)(intptr_t)argument;

	filters_read(kind);
	event_add_read(reader->master, handle_filters, argument,
		       filters_fd(kind), &filters_event[kind]);
}

static void handle_filters_tick(struct event *event)
{
	const struct port *port = NULL;

	(void)event;
	filters_tick();
	fib_lock();
	while ((port = port_next(port)))
		if (port->link_fd >= 0)
			request_link(bpf_hooks_link, port->link.ifindex);
	fib_unlock();
	event_add_timer(reader->master, handle_filters_tick, NULL, FILTERS_TICK,
			&filters_tick_event);
}

static void handle_tick(struct event *event)
{
	(void)event;
	proc_read(&sink);
	netlink_resync();
	netlink_features_resync();
	fib_lock();
	neighbour_tick();
	links_refresh();
	port_retry();
	pin_maps_retry(&maps);
	while (record_retry())
		fib_lock_pause();
	route_overdue();
	if (unplaced_count()) {
		route_place();
		path_place();
		agree_paths_changed();
	}
	fib_unlock();
	event_add_timer(reader->master, handle_tick, NULL, TICK, &tick_event);
}

static void filters_start(void)
{
	filters_open(&sink);
	event_add_timer(reader->master, handle_filters_tick, NULL, FILTERS_TICK,
			&filters_tick_event);
	for (int kind = 0; kind < KERNEL_FILTERS; kind++)
		if (filters_fd(kind) >= 0)
			event_add_read(reader->master, handle_filters,
				       (void *)(intptr_t)kind, filters_fd(kind),
				       &filters_event[kind]);
}

static void handle_start(struct event *event)
{
	proc_read(&sink);
	filters_start();
	netlink_resync();
	if (netlink_features_open(&sink))
		zlog_info(
			"bpf: this kernel does not tell which drivers take redirected frames: all are assumed to");
	else
		handle_features(event);
	handle_readable(event);
	event_add_timer(reader->master, handle_tick, NULL, TICK, &tick_event);
}

/* Lock held: the reader waits for it before it tells anybody anything. */
static int reader_start(void)
{
	int ret;

	reader = frr_pthread_new(NULL, "BPF kernel reader", "zebra_bpf");
	event_add_event(reader->master, handle_start, NULL, 0, &start_event);
	ret = frr_pthread_run(reader, NULL);
	if (ret) {
		health_set(
			HEALTH_NETLINK,
			"cannot start the thread that reads the kernel: %s; the kernel forwards everything",
			strerror(ret));
		frr_pthread_destroy(reader);
		reader = NULL;
		return -ret;
	}
	frr_pthread_wait_running(reader);
	requests_start(reader->master);
	orders_start(reader->master);
	audit_start(reader->master, &sink);
	return 0;
}

int sync_start(void)
{
	int ret;

	port_watch(&watcher);
	neighbour_set_resolver(&resolver);
	port_suspend(true);
	netlink_ethtool_open(&sink);
	netlink_tc_open(&sink);
	bpf_hooks_open(&sink);
	ret = netlink_open(&sink);
	if (ret)
		return ret;
	return reader_start();
}

void sync_stop(void)
{
	if (!reader)
		return;
	frr_pthread_stop(reader, NULL);
	frr_pthread_destroy(reader);
	reader = NULL;
	requests_stop();
	orders_stop();
	audit_stop();
}

void sync_close(void)
{
	netlink_close();
	netlink_walk_close();
	filters_close();
	netlink_tc_close();
	netlink_ethtool_close();
	netlink_features_close();
	netlink_neighbour_close();
}
