// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/control/lifecycle.h"

#include "plugin/base/compat.h"
#include "lib/log.h"
#include "lib/privs.h"

#include "plugin/base/lock.h"
#include "plugin/control/agree.h"
#include "plugin/control/local.h"
#include "plugin/control/nexthop_object.h"
#include "plugin/control/resize.h"
#include "plugin/control/settings.h"
#include "plugin/control/sync.h"
#include "plugin/engine/maps.h"
#include "plugin/engine/pin.h"
#include "plugin/engine/program.h"
#include "plugin/fib/adjacency.h"
#include "plugin/fib/neighbour.h"
#include "plugin/fib/nhgroup.h"
#include "plugin/fib/route.h"
#include "plugin/ports/port_attach.h"

extern struct zebra_privs_t zserv_privs;

static bool ready;

bool lifecycle_ready(void)
{
	return ready;
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
	int ret;

	fib_lock();
	ret = settings_start();
	if (!ret)
		ret = pools_init();
	if (!ret) {
		ready = true;
		ret = sync_start();
	}
	fib_unlock();
	if (ret)
		zlog_err(
			"bpf: forwarding in XDP is off: %s (see show bpf status)",
			strerror(-ret));
	return 0;
}

void lifecycle_stop(void)
{
	/* The dataplane thread is gone. */
	sync_stop();
	fib_lock();
	ready = false;
	resize_stop();
	port_fini();
	frr_with_privs (&zserv_privs) {
		pin_remove_all();
	}
	route_fini();
	nhgroup_fini();
	/* Gateways are released: the kernel need not keep them resolved. */
	nexthop_fini();
	neighbour_fini();
	sync_close();
	adjacency_fini();
	local_fini();
	agree_fini();
	nexthop_object_fini();
	program_fini();
	maps_release(&maps, NULL);
	fib_unlock();
}
