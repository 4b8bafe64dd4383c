// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/control/sync.h"

#include "lib/log.h"

#include "bpf/abi.h"
#include "plugin/base/lock.h"
#include "plugin/control/departure.h"
#include "plugin/control/local.h"
#include "plugin/control/resolver.h"
#include "plugin/fib/neighbour.h"
#include "plugin/fib/nexthop.h"
#include "plugin/kernel/netlink.h"
#include "plugin/kernel/netlink_features.h"
#include "plugin/kernel/netlink_neighbour.h"
#include "plugin/ports/port_attach.h"

/* Seconds between looks at what nobody announces. */
#define TICK 5

static struct event_loop *events;
static struct event *read_event, *features_event, *tick_event;

static void dump_begin(enum kernel_table table)
{
	switch (table) {
	case KERNEL_LINKS:
		port_dump_begin();
		return;
	case KERNEL_ROUTES:
		local_dump_begin();
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
	case KERNEL_ROUTES:
		local_dump_end();
		return;
	case KERNEL_NEIGHBOURS:
		neighbour_dump_end();
		return;
	}
}

static void link_update(const struct kernel_link *link)
{
	port_link_update(link);
	if (!link->up)
		departure_link_down(link->ifindex);
}

static void link_gone(uint32_t ifindex)
{
	port_link_delete(ifindex);
	departure_link_gone(ifindex);
}

static void route_gone(const struct kernel_route *route)
{
	local_delete(route);
	departure_local_gone(route);
}

static const struct kernel_sink sink = {
	.link = link_update,
	.link_gone = link_gone,
	.link_transmits = port_xmit,
	.neighbour = neighbour_update,
	.neighbour_gone = neighbour_delete,
	.route = local_add,
	.route_gone = route_gone,
	.netconf = port_netconf,
	.rules = port_policy_rules,
	.dump_begin = dump_begin,
	.dump_end = dump_end,
	.unknown = port_suspend,
};

/* The kernel, and local.c, told of these before the link itself came. */
static void port_appeared(uint32_t ifindex)
{
	netlink_netconf_get(ifindex);
	netlink_features_get(ifindex);
	local_port_appeared(ifindex);
}

/* Adjacencies that leave by the port appear, change or go. */
static void port_egress_changed(uint32_t ifindex)
{
	neighbour_port_changed(ifindex);
	nexthop_port_changed(ifindex);
}

static const struct port_watcher watcher = {
	.appeared = port_appeared,
	.egress_changed = port_egress_changed,
};

/* Not every change of a link is announced (IPv6's MTU). */
static void links_refresh(void)
{
	uint32_t indexes[FIB_PORTS_MAX];
	unsigned int count = 0;
	const struct port *port = NULL;

	/* An answer may change the table: collect first. */
	while ((port = port_next(port)))
		if (port->link_fd >= 0 && port->link.up &&
		    count < FIB_PORTS_MAX)
			indexes[count++] = port->link.ifindex;
	while (count)
		netlink_link_get(indexes[--count]);
}

/* So many reads that only an endless storm leaves something. */
#define READS_MAX 64

void sync_read(void)
{
	for (int i = 0; i < READS_MAX && netlink_read(); i++)
		;
}

static void handle_readable(struct event *event)
{
	(void)event;
	fib_lock();
	netlink_read();
	fib_unlock();
	event_add_read(events, handle_readable, NULL, netlink_fd(),
		       &read_event);
}

static void handle_features(struct event *event)
{
	(void)event;
	fib_lock();
	netlink_features_read();
	fib_unlock();
	if (netlink_features_fd() >= 0)
		event_add_read(events, handle_features, NULL,
			       netlink_features_fd(), &features_event);
}

static void handle_tick(struct event *event)
{
	(void)event;
	fib_lock();
	netlink_resync();
	netlink_features_resync();
	neighbour_tick();
	links_refresh();
	port_retry();
	fib_unlock();
	event_add_timer(events, handle_tick, NULL, TICK, &tick_event);
}

int sync_start(struct event_loop *loop)
{
	int ret;

	events = loop;
	port_watch(&watcher);
	resolver_start(loop);
	ret = netlink_open(&sink);
	if (ret)
		return ret;
	event_add_read(loop, handle_readable, NULL, netlink_fd(), &read_event);
	if (netlink_features_open(&sink))
		zlog_info(
			"bpf: this kernel does not tell which drivers take redirected frames: all are assumed to");
	else
		event_add_read(loop, handle_features, NULL,
			       netlink_features_fd(), &features_event);
	event_add_timer(loop, handle_tick, NULL, TICK, &tick_event);
	return 0;
}

void sync_stop(void)
{
	resolver_stop();
}

void sync_close(void)
{
	netlink_close();
	netlink_features_close();
	netlink_neighbour_close();
}
