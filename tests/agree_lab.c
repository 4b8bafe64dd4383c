// SPDX-License-Identifier: GPL-2.0-or-later
#include "agree_lab.h"

#include "plugin/control/agree.h"
#include "plugin/control/departure.h"
#include "plugin/control/local.h"
#include "plugin/control/nexthop_object.h"
#include "plugin/engine/maps.h"
#include "plugin/fib/nhgroup.h"
#include "plugin/fib/path.h"
#include "plugin/fib/route.h"

void local_gone(const struct kernel_local *local)
{
	local_delete(local);
	departure_local_gone(local);
}

const struct kernel_sink agree_sink = {
	.local = local_add,
	.local_gone = local_gone,
	.route = agree_add,
	.route_gone = agree_delete,
	.object = nexthop_object_set,
	.object_gone = departure_object_gone,
};

uint8_t family;

struct prefix_key prefix(void)
{
	struct prefix_key key = { .table = TABLE, .family = family, .len = 16 };

	message_prefix(family, key.addr);
	return key;
}

unsigned int changes;
static enum record_state told;

static void changed(const struct fib_route *route, enum record_state state)
{
	(void)route;
	told = state;
	changes++;
}

void install(uint8_t protocol, const struct hop *hops, uint32_t count)
{
	struct route_spec *spec = via(prefix(), 0);
	struct nexthop_key nexthops[ROUTE_NEXTHOPS_MAX];

	spec->nexthops = nexthops;
	spec->protocol = protocol;
	spec->count = count;
	/* An entry of the RIB that knows of no state, or the same one, which does. */
	if (told != RECORD_KERNEL)
		told = RECORD_UNTOLD;
	for (uint32_t i = 0; i < count; i++)
		nexthops[i] = message_nexthop(family, &hops[i]);
	assert_int_equal(route_install(spec), 0);
}

void withdraw(uint8_t protocol)
{
	struct prefix_key key = prefix();

	route_withdraw(&key, protocol, 0);
}

uint32_t word(void)
{
	struct prefix_key key = prefix();

	return fake_forward(TABLE, family, key.addr);
}

/* zebra, if it has a route, believes what is so. */
static void assert_told(enum record_state state)
{
	struct prefix_key key = prefix();

	if (record_load(&key).owners & FIB_OWNER_ZEBRA)
		assert_int_equal(told, state);
}

void assert_through(const char *hops)
{
	uint32_t ids[8], count;
	char got[9] = "";

	assert_int_equal(fib_word_action(word()), FIB_FORWARD);
	count = nhgroup_members(fib_word_argument(word()), ids, 8);
	for (uint32_t i = 0; i < count; i++)
		got[maps.nexthop[ids[i]].ifindex - 1] = 'x';
	for (uint32_t i = 0; i < 3; i++)
		assert_int_equal(got[i] == 'x', strchr(hops, "BCD"[i]) != NULL);
	assert_told(RECORD_AGREED);
}

void assert_verdict(enum verdict verdict)
{
	assert_int_equal(word(), fib_word(FIB_PUNT, verdict));
	assert_told(RECORD_KERNEL);
}

void assert_differs(void)
{
	assert_verdict(VERDICT_PUNT_DIFFERS);
}

void assert_no_route(void)
{
	assert_verdict(VERDICT_PUNT_NO_ROUTE);
}

void begin(uint8_t of)
{
	family = of;
	changes = 0;
	told = RECORD_KERNEL;
	fake_fib_open(64, 64);
	record_set_changed(changed);
}

void end(void)
{
	assert_int_equal(record_count(family), 0);
	assert_null(path_next(NULL));
	record_set_changed(NULL);
	agree_fini();
	nexthop_object_fini();
	for (uint32_t ifindex = 1; ifindex < 4; ifindex++)
		fake_port(ifindex, true);
	fake_fib_close();
}
