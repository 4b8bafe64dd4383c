// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/control/lifecycle.h"

#include "plugin/base/compat.h"
#include "lib/log.h"
#include "lib/privs.h"
#include "zebra/zebra_dplane.h"
#include "zebra/zebra_router.h"

#include "plugin/base/health.h"
#include "plugin/base/lock.h"
#include "plugin/control/local.h"
#include "plugin/control/settings.h"
#include "plugin/engine/maps.h"
#include "plugin/engine/pin.h"
#include "plugin/engine/program.h"
#include "plugin/fib/adjacency.h"
#include "plugin/fib/neighbour.h"
#include "plugin/fib/nhgroup.h"
#include "plugin/fib/route.h"
#include "plugin/kernel/netlink.h"
#include "plugin/kernel/netlink_features.h"
#include "plugin/ports/port.h"
#include "plugin/zebra/offload.h"

extern struct zebra_privs_t zserv_privs;

/* Seconds between looks at stale neighbours and ports that failed. */
#define TICK 5

static struct event *read_event, *features_event, *tick_event;
static bool ready;

bool lifecycle_ready(void)
{
	return ready;
}

static void handle_readable(struct event *event)
{
	(void)event;
	fib_lock();
	netlink_read();
	fib_unlock();
	event_add_read(dplane_get_thread_master(), handle_readable, NULL,
		       netlink_fd(), &read_event);
}

static void handle_features(struct event *event)
{
	(void)event;
	fib_lock();
	netlink_features_read();
	fib_unlock();
	if (netlink_features_fd() >= 0)
		event_add_read(dplane_get_thread_master(), handle_features,
			       NULL, netlink_features_fd(), &features_event);
}

static void handle_tick(struct event *event)
{
	(void)event;
	fib_lock();
	netlink_resync();
	netlink_features_resync();
	neighbour_tick();
	port_refresh();
	port_retry();
	fib_unlock();
	event_add_timer(dplane_get_thread_master(), handle_tick, NULL, TICK,
			&tick_event);
}

/* A route that did not fit went in: zebra had been told of a failure. */
static void route_recovered(const struct fib_route *route)
{
	struct offload_report report = {
		.key = route_key(route),
		.vrf_id = VRF_DEFAULT,
		.protocol = route->protocol,
		.instance = route->instance,
		.offloaded = fib_word_action(route->word) != FIB_PUNT,
		.recovered = true,
	};

	offload_report(&report);
}

static int pools_init(void)
{
	int ret = adjacency_init();

	if (!ret)
		ret = nexthop_init();
	if (!ret)
		ret = nhgroup_init();
	if (!ret)
		ret = route_init();
	if (!ret)
		ret = port_init();
	return ret;
}

int lifecycle_start(void)
{
	struct event_loop *loop = dplane_get_thread_master();
	int ret;

	fib_lock();
	ret = settings_start();
	if (!ret)
		ret = pools_init();
	if (!ret) {
		ready = true;
		route_set_recovered(route_recovered);
		ret = netlink_open();
	}
	if (!ret && netlink_features_open())
		zlog_info(
			"bpf: this kernel does not tell which drivers take redirected frames: all are assumed to");
	fib_unlock();
	if (ret) {
		zlog_err(
			"bpf: forwarding in XDP is off: %s (see show bpf status)",
			strerror(-ret));
		return 0;
	}
	event_add_read(loop, handle_readable, NULL, netlink_fd(), &read_event);
	if (netlink_features_fd() >= 0)
		event_add_read(loop, handle_features, NULL,
			       netlink_features_fd(), &features_event);
	event_add_timer(loop, handle_tick, NULL, TICK, &tick_event);
	return 0;
}

void lifecycle_stop(void)
{
	/* The dataplane thread and its event loop, with our events, are gone. */
	fib_lock();
	ready = false;
	port_fini();
	frr_with_privs (&zserv_privs) {
		pin_remove_all();
	}
	route_fini();
	nhgroup_fini();
	/* Gateways are released: the kernel need not keep them resolved. */
	nexthop_fini();
	neighbour_fini();
	netlink_close();
	netlink_features_close();
	adjacency_fini();
	local_fini();
	program_fini();
	maps_release(&maps, NULL);
	fib_unlock();
	offload_fini();
}
