// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * unit_departure.c - routes that change and go without a word: with nexthop objects,
 * links and addresses.
 */
#include "agree_lab.h"

#include "plugin/base/health.h"
#include "plugin/control/agree.h"
#include "plugin/control/departure.h"
#include "plugin/control/local.h"
#include "plugin/fib/nhgroup.h"
#include "plugin/fib/path.h"

static void object(uint32_t id, const struct hop *hop)
{
	message_object(&agree_sink, id, AF_INET, hop, NULL, 0);
	departure_settle();
}

static void group(uint32_t id, const uint32_t *members, uint32_t count)
{
	message_object(&agree_sink, id, AF_INET, NULL, members, count);
	departure_settle();
}

/* Objects change what routes through them do, without a word about these. */
static void test_objects(void **state)
{
	static const struct hop b = B, c = C, d = D;
	static const uint32_t two[] = { 1, 2 };

	(void)state;
	begin(AF_INET);
	INSTALL(ZEBRA_ROUTE_STATIC, B, C);
	object(1, &b);
	object(2, &c);
	group(3, two, 2);
	ADD(.object = 3);
	assert_through("BC");
	object(2, &d);
	assert_differs();
	object(2, &c);
	assert_through("BC");
	group(3, two, 1);
	assert_through("B");
	INSTALL(ZEBRA_ROUTE_STATIC, B);
	assert_through("B");
	group(3, two, 2);
	assert_differs();
	/* A member goes: the other remains. */
	departure_object_gone(2);
	assert_through("B");
	/* The last one takes group and routes along. */
	departure_object_gone(1);
	assert_differs();
	withdraw(ZEBRA_ROUTE_STATIC);
	assert_int_equal(record_count(AF_INET), 0);
	end();
}

/* Objects leave with their link and its carrier; unknown ones are not guessed. */
static void test_objects_and_links(void **state)
{
	static const struct hop b = B, c = C;
	static const uint32_t two[] = { 1, 2 };
	struct kernel_link link = { .ifindex = 2, .up = true, .lost = true };

	(void)state;
	begin(AF_INET);
	INSTALL(ZEBRA_ROUTE_STATIC, B, C);
	object(1, &b);
	ADD(.object = 3);
	assert_verdict(VERDICT_PUNT_UNSUPPORTED);
	object(2, &c);
	group(3, two, 2);
	assert_through("BC");
	departure_link(&link);
	assert_through("B");
	/* Back again: the kernel has forgotten it, zebra has not. */
	link.lost = false;
	departure_link(&link);
	assert_through("B");
	object(2, &c);
	assert_through("B");
	group(3, two, 2);
	assert_through("BC");
	fake_port(1, false);
	departure_link_gone(1);
	assert_through("C");
	fake_port(2, false);
	departure_link_gone(2);
	assert_differs();
	DEL(.object = 3);
	withdraw(ZEBRA_ROUTE_STATIC);
	end();
}

/* A nexthop that is dead lives again with its link; the last one takes all along. */
static void test_silent_links(void **state)
{
	struct kernel_link link = { .ifindex = 1 };

	(void)state;
	begin(AF_INET);
	INSTALL(ZEBRA_ROUTE_KERNEL, B, C);
	ADD(.hops = { B, C });
	fake_port(1, false);
	departure_link(&link);
	/* zebra may have learned of it, or not. */
	assert_through("C");
	INSTALL(ZEBRA_ROUTE_KERNEL, C);
	assert_through("C");
	fake_port(1, true);
	link.up = true;
	departure_link(&link);
	assert_differs();
	INSTALL(ZEBRA_ROUTE_KERNEL, B, C);
	link.up = false;
	fake_port(2, false);
	link.ifindex = 2;
	departure_link(&link);
	assert_through("B");
	fake_port(1, false);
	link.ifindex = 1;
	departure_link(&link);
	assert_int_equal(record_count(AF_INET), 0);
	fake_port(1, true);
	fake_port(2, true);
	ADD(.hops = { B, C });
	assert_through("BC");
	/* One that is deleted takes all of IPv4 along. */
	departure_link_gone(2);
	withdraw(ZEBRA_ROUTE_KERNEL);
	end();
	begin(AF_INET6);
	INSTALL(ZEBRA_ROUTE_STATIC, C);
	ADD(.family = AF_INET6, .hops = { B, C });
	fake_port(1, false);
	departure_link(&link);
	departure_link_gone(1);
	assert_through("C");
	/* The member has left, told or not: a link of this number is another one. */
	fake_port(1, true);
	link.up = true;
	departure_link(&link);
	assert_through("C");
	DEL(.family = AF_INET6, .hops = { B });
	assert_through("C");
	DEL(.family = AF_INET6, .hops = { C });
	withdraw(ZEBRA_ROUTE_STATIC);
	end();
}

static struct kernel_local address(uint32_t ifindex, uint8_t last)
{
	return (struct kernel_local){
		.key = { .table = TABLE,
			 .family = AF_INET,
			 .len = 32,
			 .addr = { 10, 9, 9, last } },
		.type = RTN_LOCAL,
		.ifindex = ifindex,
	};
}

/* The last address of an interface; before Linux 6.6 a source address. */
static void test_silent_addresses(void **state)
{
	struct kernel_local one = address(1, 9), other = address(2, 9);

	(void)state;
	begin(AF_INET);
	local_add(&one, false);
	local_add(&other, false);
	ADD(.source = 0x0a090909, .hops = { D });
	INSTALL(ZEBRA_ROUTE_STATIC, D);
	local_gone(&one);
	assert_through("D");
	local_gone(&other);
	assert_differs();
	withdraw(ZEBRA_ROUTE_STATIC);
	local_add(&one, false);
	ADD(.hops = { B });
	local_gone(&one);
	assert_int_equal(record_count(AF_INET), 0);
	/* One of two is dead, and nobody tells whether it stays so. */
	local_add(&one, false);
	ADD(.hops = { B, C });
	INSTALL(ZEBRA_ROUTE_STATIC, B, C);
	assert_through("BC");
	local_gone(&one);
	assert_verdict(VERDICT_PUNT_UNSUPPORTED);
	DEL(.hops = { B, C });
	withdraw(ZEBRA_ROUTE_STATIC);
	end();
}

/* Take all groups that are left. Result: how many. */
static uint32_t take_groups(uint32_t *ids)
{
	struct nexthop_key two[2];
	uint32_t count = 0;

	for (uint8_t a = 20; a < 40; a++)
		for (uint8_t b = (uint8_t)(a + 1); b < 40; b++) {
			const struct hop first = { 3, a }, second = { 3, b };

			two[0] = message_nexthop(AF_INET, &first);
			two[1] = message_nexthop(AF_INET, &second);
			if (nhgroup_get(two, 2, 0, &ids[count]))
				return count;
			count++;
		}
	return count;
}

/* The set that is left of zebra's has no room, and then there is. */
static void test_no_room(void **state)
{
	static const struct hop b = B, c = C;
	static const uint32_t two[] = { 1, 2 };
	uint32_t ids[64], count;

	(void)state;
	begin(AF_INET);
	INSTALL(ZEBRA_ROUTE_STATIC, B, C);
	object(1, &b);
	object(2, &c);
	group(3, two, 2);
	ADD(.object = 3);
	assert_through("BC");
	count = take_groups(ids);
	departure_object_gone(2);
	assert_verdict(VERDICT_PUNT_DEGRADED);
	assert_non_null(health_text(HEALTH_NEXTHOPS));
	path_place();
	agree_paths_changed();
	assert_verdict(VERDICT_PUNT_DEGRADED);
	nhgroup_put(ids[--count]);
	path_place();
	agree_paths_changed();
	assert_through("B");
	assert_null(health_text(HEALTH_NEXTHOPS));
	while (count)
		nhgroup_put(ids[--count]);
	withdraw(ZEBRA_ROUTE_STATIC);
	DEL(.object = 3);
	end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_objects),
		cmocka_unit_test(test_objects_and_links),
		cmocka_unit_test(test_silent_links),
		cmocka_unit_test(test_silent_addresses),
		cmocka_unit_test(test_no_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
