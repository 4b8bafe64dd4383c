// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake_kernel.h"

#include "plugin/base/health.h"
#include "plugin/base/lock.h"
#include "plugin/control/local.h"
#include "plugin/fib/adjacency.h"
#include "plugin/fib/nhgroup.h"
#include "plugin/fib/route.h"

static bool locked; /* a test that failed left it so */

void fake_fib_open(uint32_t max_routes4, uint32_t max_routes6)
{
	if (!locked)
		fib_lock();
	locked = true;
	fake_maps_open(max_routes4, max_routes6);
	neighbour_set_resolver(&fake_resolver);
	assert_int_equal(adjacency_init(), 0);
	assert_int_equal(nexthop_init(), 0);
	assert_int_equal(nhgroup_init(), 0);
	assert_int_equal(route_init(), 0);
}

void fake_fib_close(void)
{
	local_fini();
	route_fini();
	nhgroup_fini();
	nexthop_fini();
	neighbour_fini();
	adjacency_fini();
	for (int reason = 0; reason < HEALTH_REASONS; reason++)
		health_clear(reason);
	fake_maps_close();
	fib_unlock();
	locked = false;
}
