// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * unit_kernel_audit.c - the audit of the kernel's routes while they change: parts of a
 * dump that are old, a kernel that loses its place in it, events that wait. It must find
 * all that was not told, and nothing else.
 */
#include "agree_lab.h"

#include <stdlib.h>

#include "plugin/base/lock.h"
#include "plugin/base/repair.h"
#include "plugin/control/agree.h"
#include "plugin/control/kernel_audit.h"
#include "plugin/fib/intent.h"
#include "plugin/fib/path.h"
#include "plugin/fib/route.h"
#include "plugin/kernel/netlink.h"
#include "plugin/kernel/netlink_walk.h"

#define PREFIXES 24
#define EVENTS 4096
#define PART 3 /* routes */

/* The kernel: at each prefix the interface of its nexthop, or 0. */
static struct {
	struct prefix_key key;
	uint32_t hop;
	bool lost; /* an event about it was not told */
} kernel[PREFIXES];

/* What it has told and we have not heard. */
static struct event_told {
	uint32_t prefix, hop, before;
} told[EVENTS];
static uint32_t first, last;

/* The dump: a place among the routes that there are, and the part that waits. */
static uint32_t place, nwaiting;
static struct {
	uint32_t prefix, hop;
} waiting[PART];

/* Percent of steps at which the kernel changes; of events that get lost. */
static int busy, deaf;

static unsigned int seed = 1;

static uint32_t any(uint32_t n)
{
	return (uint32_t)rand_r(&seed) % n;
}

static struct kernel_route route_of(uint32_t prefix, uint32_t hop)
{
	static struct nexthop_key nexthop;

	nexthop = (struct nexthop_key){ .ifindex = hop, .weight = 1 };
	return (struct kernel_route){
		.key = kernel[prefix].key,
		.type = RTN_UNICAST,
		.protocol = RTPROT_BOOT,
		/* IPv6: a nexthop object, see netlink_walk_get(). */
		.object = family == AF_INET6 ? hop : 0,
		.count = family == AF_INET,
		.nexthops = &nexthop,
	};
}

static uint32_t hop_of(const struct kernel_route *route)
{
	return family == AF_INET6 ? route->object : route->nexthops->ifindex;
}

/* Nested ones: /8, /16 and /24, and a host. */
static void kernel_init(void)
{
	static const uint8_t lens[] = { 8, 16, 24, 32 };

	memset(kernel, 0, sizeof(kernel));
	for (uint32_t i = 0; i < PREFIXES; i++) {
		kernel[i].key = (struct prefix_key){
			.table = RT_TABLE_MAIN,
			.family = family,
			.len = lens[i % 4],
			.addr = { (uint8_t)(10 + i / 4), 1, 1, 1 },
		};
		if (family == AF_INET6 && kernel[i].key.len == 32)
			kernel[i].key.len = 128;
		prefix_key_mask(&kernel[i].key);
	}
	first = last = 0;
}

static void become(uint32_t prefix, uint32_t hop)
{
	uint32_t before = kernel[prefix].hop;

	kernel[prefix].hop = hop;
	if (hop == before)
		return;
	if (any(100) < (uint32_t)deaf) {
		kernel[prefix].lost = true;
		return;
	}
	told[last++ % EVENTS] = (struct event_told){ prefix, hop, before };
	assert_true(last - first < EVENTS);
}

static void live(void)
{
	while (any(100) < (uint32_t)busy)
		become(any(PREFIXES), any(4));
}

static void hear(void)
{
	const struct event_told *one = &told[first++ % EVENTS];
	struct kernel_route route;

	if (one->hop) {
		route = route_of(one->prefix, one->hop);
		agree_add(&route, one->before ? KERNEL_REPLACE : KERNEL_ALONE);
	} else {
		route = route_of(one->prefix, one->before);
		agree_delete(&route);
	}
}

bool netlink_read(void)
{
	bool any_heard = first != last;

	fib_lock();
	while (first != last)
		hear();
	fib_unlock();
	live();
	return any_heard;
}

void netlink_distrust(void)
{
	fail_msg("so much cannot differ");
}

/* As fib6_dump_table(): so many routes were told, whichever they were. */
static void part_fill(void)
{
	uint32_t skip = place;

	nwaiting = 0;
	for (uint32_t i = 0; i < PREFIXES && nwaiting < PART; i++) {
		if (!kernel[i].hop || (skip && skip--))
			continue;
		waiting[nwaiting].prefix = i;
		waiting[nwaiting++].hop = kernel[i].hop;
	}
	place += nwaiting;
}

int netlink_walk_begin(uint8_t of)
{
	(void)of;
	place = 0;
	part_fill();
	return 0;
}

int netlink_walk_part(const struct kernel_sink *to)
{
	uint32_t count = nwaiting;

	live();
	fib_lock();
	for (uint32_t i = 0; i < count; i++) {
		struct kernel_route route =
			route_of(waiting[i].prefix, waiting[i].hop);

		to->route(&route, KERNEL_LAST);
	}
	fib_unlock();
	part_fill();
	return count == PART;
}

void netlink_walk_close(void)
{
}

/*
 * IPv6 routes of the same nexthop object share a cache of answers: the kernel says any of
 * them, or that there is none, when the one whose answer was kept has gone.
 */
static int cached(int prefix)
{
	uint32_t other = any(PREFIXES);

	if (any(4) == 0)
		return -1;
	return kernel[other].hop == kernel[prefix].hop ? (int)other : prefix;
}

int netlink_walk_get(uint8_t of, const uint8_t *addr,
		     const struct kernel_sink *to)
{
	struct prefix_key host = { .table = RT_TABLE_MAIN,
				   .family = of,
				   .len = of == AF_INET ? 32 : 128 };
	int best = -1;
	struct kernel_route route;

	live();
	memcpy(host.addr, addr, host.len / 8);
	for (int i = 0; i < PREFIXES; i++)
		if (kernel[i].hop && prefix_key_covers(&kernel[i].key, &host) &&
		    (best < 0 || kernel[i].key.len > kernel[best].key.len))
			best = i;
	if (best >= 0 && of == AF_INET6)
		best = cached(best);
	if (best < 0)
		return -ENETUNREACH;
	fib_lock();
	route = route_of((uint32_t)best, kernel[best].hop);
	to->route(&route, KERNEL_FIRST);
	fib_unlock();
	live();
	return 0;
}

/* In place of repair_prefix() (see local.mk). */
void __wrap_repair_prefix(enum fault fault, const struct prefix_key *key);
void __wrap_repair_prefix(enum fault fault, const struct prefix_key *key)
{
	assert_int_equal(fault, FAULT_KERNEL);
	for (int i = 0; i < PREFIXES; i++) {
		if (!prefix_key_same(&kernel[i].key, key))
			continue;
		/* Nothing is mended that nobody missed. */
		assert_true(kernel[i].lost);
		return;
	}
	fail_msg("no such prefix");
}

static void pass(void)
{
	struct record_walk walk = { .within = { .table = RT_TABLE_MAIN,
						.family = family } };
	struct fib_route intent;
	uint32_t id;

	fib_lock();
	kernel_audit_begin();
	fib_unlock();
	while (kernel_audit_dump(family) > 0)
		if (any(2))
			netlink_read();
	fib_lock();
	walk.at = walk.within;
	while ((id = record_next_any(&walk))) {
		intent = record_load(&walk.at);
		kernel_audit_unseen(id, &intent);
	}
	fib_unlock();
	kernel_audit_settle();
	fib_lock();
	kernel_audit_end();
	fib_unlock();
}

/* Do we take the kernel to have what it has? */
static void assert_known(void)
{
	for (uint32_t i = 0; i < PREFIXES; i++) {
		uint32_t path = route_kernel_get(&kernel[i].key);

		if (!kernel[i].hop) {
			assert_int_equal(path, PATH_NONE);
			continue;
		}
		assert_true(path > PATH_UNSURE);
		assert_int_equal(hop_of(&path_at(path)->route), kernel[i].hop);
	}
}

static void forget_losses(void)
{
	for (uint32_t i = 0; i < PREFIXES; i++)
		kernel[i].lost = false;
}

static void start(const uint8_t *of, int change_percent, int deaf_percent)
{
	begin(*of);
	/* The audit takes the lock itself. */
	fib_unlock();
	kernel_init();
	busy = change_percent;
	deaf = deaf_percent;
}

static void finish(void)
{
	busy = deaf = 0;
	for (uint32_t i = 0; i < PREFIXES; i++)
		become(i, 0);
	netlink_read();
	fib_lock();
	end();
}

/* While everything changes and all is told, nothing is mended. */
static void test_nothing_is_wrong(void **state)
{
	start(*state, 60, 0);
	for (int i = 0; i < 4000; i++) {
		busy = (int)any(80);
		pass();
	}
	busy = 0;
	netlink_read();
	assert_known();
	finish();
}

/* What was not told is found in a quiet pass; whether or not all is quiet, nothing else. */
static void test_lost_events(void **state)
{
	start(*state, 0, 0);
	for (int i = 0; i < 1500; i++) {
		busy = 60;
		deaf = 20;
		live();
		netlink_read();
		deaf = 0;
		/* Lost ones may be found in it, or not. */
		busy = (int)any(60);
		pass();
		busy = 0;
		netlink_read();
		pass();
		assert_known();
		forget_losses();
	}
	finish();
}

/* And while others change, if not in the first pass. */
static void test_lost_while_others_change(void **state)
{
	uint32_t passes = 0;

	start(*state, 0, 0);
	for (int i = 0; i < 300; i++) {
		uint32_t hop = kernel[3].hop ? 0 : 1 + any(3);

		/* A host route, so that an address of it can be asked about. */
		kernel[3].hop = hop;
		kernel[3].lost = true;
		busy = 20;
		for (;; passes++) {
			uint32_t path = route_kernel_get(&kernel[3].key);

			if (hop != kernel[3].hop ||
			    (path > PATH_UNSURE ? hop_of(&path_at(path)->route)
						: 0) == hop)
				break;
			pass();
		}
		busy = 0;
		netlink_read();
		pass();
		assert_known();
		forget_losses();
	}
	/* Most at once. */
	assert_true(passes < 600);
	finish();
}

static uint8_t ipv4 = AF_INET, ipv6 = AF_INET6;

int main(void)
{
	const struct CMUnitTest tests[] = {
		{ "test_nothing_is_wrong", test_nothing_is_wrong, NULL, NULL,
		  &ipv4 },
		{ "test_nothing_is_wrong_ipv6", test_nothing_is_wrong, NULL,
		  NULL, &ipv6 },
		{ "test_lost_events", test_lost_events, NULL, NULL, &ipv4 },
		{ "test_lost_events_ipv6", test_lost_events, NULL, NULL,
		  &ipv6 },
		{ "test_lost_while_others_change",
		  test_lost_while_others_change, NULL, NULL, &ipv4 },
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
