// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * unit_neighbour.c - from the kernel's neighbour to what packets are sent with.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "fake_kernel.h"

#include "plugin/base/health.h"
#include "plugin/engine/maps.h"
#include "plugin/fib/adjacency.h"
#include "plugin/fib/neighbour.h"
#include "plugin/fib/nexthop.h"

static void told_as(const uint8_t *addr, uint16_t state, bool managed,
		    const uint8_t *mac)
{
	neighbour_update(&(struct kernel_neighbour){
		.ifindex = 1,
		.family = AF_INET,
		.addr = addr,
		.state = state,
		.managed = managed,
		.mac = mac,
	});
}

static void told(const uint8_t *addr, uint16_t state, const uint8_t *mac)
{
	told_as(addr, state, false, mac);
}

static void test_neighbour(void **state)
{
	const uint8_t gateway[4] = { 10, 0, 0, 7 },
		      mac[6] = { 2, 1, 1, 1, 1, 1 };
	const uint8_t new_mac[6] = { 2, 1, 1, 1, 1, 2 };
	struct nexthop_key key = {
		.ifindex = 1,
		.family = AF_INET,
		.weight = 1,
		.gateway = { 10, 0, 0, 7 },
	};
	uint32_t id;
	struct fib_nexthop *nexthop;
	unsigned int managed = fake_managed;

	(void)state;
	fake_fib_open(10, 10);
	assert_int_equal(nexthop_get(&key, &id), 0);
	nexthop = &maps.nexthop[id];
	assert_int_equal(nexthop->adjacency, 0);
	assert_int_equal(fake_managed, managed + 1);
	told(gateway, 0x01 /* INCOMPLETE */, NULL);
	assert_int_equal(nexthop->adjacency, 0);
	told(gateway, 0x02 /* REACHABLE */, mac);
	assert_int_not_equal(nexthop->adjacency, 0);
	assert_memory_equal(maps.adjacency[nexthop->adjacency].dmac, mac, 6);
	told(gateway, 0x04 /* STALE */, new_mac);
	assert_memory_equal(maps.adjacency[nexthop->adjacency].dmac, new_mac,
			    6);
	fake_port(1, false);
	neighbour_port_changed(1);
	nexthop_port_changed(1);
	assert_int_equal(nexthop->adjacency, 0);
	assert_false(nexthop->flags & FIB_NEXTHOP_EGRESS);
	fake_port(1, true);
	neighbour_port_changed(1);
	nexthop_port_changed(1);
	assert_memory_equal(maps.adjacency[nexthop->adjacency].dmac, new_mac,
			    6);
	fake_redirects(1);
	nexthop_port_changed(1);
	assert_int_equal(nexthop->adjacency, 0);
	assert_true(nexthop->flags & FIB_NEXTHOP_REDIRECTS);
	told(gateway, 0x02 /* REACHABLE */, mac);
	assert_int_equal(nexthop->adjacency, 0);
	fake_redirects(0);
	nexthop_port_changed(1);
	assert_memory_equal(maps.adjacency[nexthop->adjacency].dmac, mac, 6);
	told(gateway, 0x20 /* FAILED */, NULL);
	assert_int_equal(nexthop->adjacency, 0);
	neighbour_delete(1, AF_INET, gateway);
	nexthop_put(id);
	assert_int_equal(nexthop_count(), 0);
	assert_int_equal(adjacency_count(), 0);
	fake_fib_close();
}

/* Forwarded to while stale: the kernel is asked to confirm it, once a look. */
static void test_stale_is_probed(void **state)
{
	const uint8_t host[4] = { 10, 0, 0, 9 }, mac[6] = { 2, 1, 1, 1, 1, 9 };
	unsigned int probed = fake_probed;

	(void)state;
	fake_fib_open(10, 10);
	told(host, 0x02 /* REACHABLE */, mac);
	neighbour_tick();
	assert_int_equal(fake_probed, probed);
	told(host, 0x04 /* STALE */, mac);
	neighbour_tick();
	assert_int_equal(fake_probed, probed + 1);
	neighbour_delete(1, AF_INET, host);
	assert_int_equal(adjacency_count(), 0);
	fake_fib_close();
}

/* What is static stays the operator's; what is swept is forgotten. */
static void test_static_and_swept(void **state)
{
	const uint8_t host[4] = { 10, 0, 0, 9 }, mac[6] = { 2, 1, 1, 1, 1, 9 };
	struct nexthop_key key = {
		.ifindex = 1,
		.family = AF_INET,
		.weight = 1,
		.gateway = { 10, 0, 0, 9 },
	};
	unsigned int managed = fake_managed;
	uint32_t id;

	(void)state;
	fake_fib_open(10, 10);
	told(host, 0x80 /* PERMANENT */, mac);
	assert_int_equal(nexthop_get(&key, &id), 0);
	assert_int_equal(fake_managed, managed);
	assert_int_not_equal(maps.nexthop[id].adjacency, 0);
	neighbour_dump_begin();
	neighbour_dump_end();
	assert_int_equal(maps.nexthop[id].adjacency, 0);
	assert_int_equal(fake_managed, managed + 1);
	nexthop_put(id);
	fake_fib_close();
}

/* Replaced by hand: the kernel is asked again, once, and a stale one is probed. */
static void test_replaced(void **state)
{
	const uint8_t host[4] = { 10, 0, 0, 9 }, mac[6] = { 2, 1, 1, 1, 1, 9 };
	struct nexthop_key key = {
		.ifindex = 1,
		.family = AF_INET,
		.weight = 1,
		.gateway = { 10, 0, 0, 9 },
	};
	unsigned int managed = fake_managed, probed = fake_probed;
	uint32_t id;

	(void)state;
	fake_fib_open(10, 10);
	assert_int_equal(nexthop_get(&key, &id), 0);
	assert_int_equal(fake_managed, managed + 1);
	/* From before we asked. */
	told(host, 0x02 /* REACHABLE */, mac);
	assert_int_equal(fake_managed, managed + 1);
	told_as(host, 0x02 /* REACHABLE */, true, mac);
	assert_int_equal(fake_managed, managed + 1);
	told(host, 0x02 /* REACHABLE */, mac);
	assert_int_equal(fake_managed, managed + 2);
	told(host, 0x04 /* STALE */, mac);
	assert_int_equal(fake_managed, managed + 2);
	neighbour_tick();
	assert_int_equal(fake_probed, probed + 1);
	told_as(host, 0x04 /* STALE */, true, mac);
	neighbour_tick();
	assert_int_equal(fake_probed, probed + 1);
	nexthop_put(id);
	fake_fib_close();
}

static void host_up(uint8_t number)
{
	const uint8_t host[4] = { 10, 0, 0, number },
		      mac[6] = { 2, 1, 1, 1, 1, number };

	told(host, 0x02 /* REACHABLE */, mac);
}

static bool host_sendable(uint8_t number)
{
	const uint8_t host[4] = { 10, 0, 0, number };

	return neighbour_has_adjacency(1, AF_INET, host);
}

static void host_down(uint8_t number)
{
	const uint8_t host[4] = { 10, 0, 0, number };

	neighbour_delete(1, AF_INET, host);
}

/* More neighbours than adjacencies: a gateway is the first to get one that is freed. */
static void test_adjacencies_full(void **state)
{
	struct nexthop_key key = {
		.ifindex = 1,
		.family = AF_INET,
		.weight = 1,
		.gateway = { 10, 0, 0, 66 },
	};
	uint32_t id;

	(void)state;
	fake_fib_open(10, 10);
	for (uint8_t i = 1; i < 67; i++)
		host_up(i);
	assert_true(host_sendable(63));
	assert_false(host_sendable(64));
	assert_non_null(strstr(health_text(HEALTH_ADJACENCIES),
			       "packets to 3 more neighbours"));
	assert_int_equal(nexthop_get(&key, &id), 0);
	host_down(1);
	neighbour_tick();
	assert_true(host_sendable(66));
	assert_int_not_equal(maps.nexthop[id].adjacency, 0);
	assert_false(host_sendable(64));
	assert_non_null(health_text(HEALTH_ADJACENCIES));
	/* One that waited has gone. */
	host_down(65);
	host_down(2);
	neighbour_tick();
	assert_true(host_sendable(64));
	assert_null(health_text(HEALTH_ADJACENCIES));
	nexthop_put(id);
	fake_fib_close();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_neighbour),
		cmocka_unit_test(test_stale_is_probed),
		cmocka_unit_test(test_static_and_swept),
		cmocka_unit_test(test_replaced),
		cmocka_unit_test(test_adjacencies_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
