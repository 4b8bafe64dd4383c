// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * unit_kernel_route.c - zebra's word for a route of the kernel holds as long as
 * the kernel has one: rtnetlink messages on one side, the FIB on the other.
 */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>

#include "fake_kernel.h"
#include "fake_route.h"

#include "plugin/control/departure.h"
#include "plugin/control/local.h"
#include "plugin/fib/record.h"
#include "plugin/fib/route.h"
#include "plugin/kernel/netlink_parse.h"

#define NET 0x0a010000 /* 10.1.0.0/16 */

static void gone(const struct kernel_route *route)
{
	local_delete(route);
	departure_local_gone(route);
}

static const struct kernel_sink sink = {
	.route = local_add,
	.route_gone = gone,
};

struct hop {
	uint32_t ifindex;
	uint32_t gateway;
};

/* A message about 10.1.0.0/16; several hops as RTA_MULTIPATH. */
static void tell(uint16_t type, uint16_t flags, uint8_t protocol,
		 const struct hop *hops, int count, uint32_t source)
{
	char buffer[1024] = { 0 };
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	struct rtmsg *header;
	struct nlattr *nest;

	message->nlmsg_type = type;
	message->nlmsg_flags = flags;
	header = mnl_nlmsg_put_extra_header(message, sizeof(*header));
	header->rtm_family = AF_INET;
	header->rtm_dst_len = 16;
	header->rtm_table = RT_TABLE_MAIN;
	header->rtm_protocol = protocol;
	header->rtm_type = RTN_UNICAST;
	mnl_attr_put_u32(message, RTA_DST, htonl(NET));
	if (source)
		mnl_attr_put_u32(message, RTA_PREFSRC, htonl(source));
	if (count == 1) {
		mnl_attr_put_u32(message, RTA_OIF, hops->ifindex);
		mnl_attr_put_u32(message, RTA_GATEWAY, htonl(hops->gateway));
		netlink_parse_route(message, &sink);
		return;
	}
	nest = mnl_attr_nest_start(message, RTA_MULTIPATH);
	for (int i = 0; i < count; i++) {
		struct rtnexthop *hop = (void *)(buffer + message->nlmsg_len);

		message->nlmsg_len += sizeof(*hop);
		hop->rtnh_ifindex = (int)hops[i].ifindex;
		mnl_attr_put_u32(message, RTA_GATEWAY, htonl(hops[i].gateway));
		hop->rtnh_len = (unsigned short)(buffer + message->nlmsg_len -
						 (char *)hop);
	}
	mnl_attr_nest_end(message, nest);
	netlink_parse_route(message, &sink);
}

static int install(uint8_t protocol, uint8_t gateway)
{
	struct route_spec *spec = via(key4(NET, 16), gateway);

	spec->protocol = protocol;
	return route_install(spec);
}

static int withdraw(uint8_t protocol)
{
	struct prefix_key key = key4(NET, 16);

	return route_withdraw(&key, protocol, 0);
}

/* Last byte of the gateway that 10.1.0.1 is forwarded to, 0 for none. */
static uint8_t gateway(void)
{
	return gateway_of(forward4(NET + 1));
}

/* The kernel has a route that zebra does not: never its cover's business. */
static void assert_differs(void)
{
	struct prefix_key key = key4(NET, 16);

	assert_int_equal(record_count(AF_INET), 1);
	assert_int_equal(fake_forward(TABLE, AF_INET, key.addr),
			 fib_word(FIB_PUNT, VERDICT_PUNT_DIFFERS));
}

static unsigned int changes;

static void changed(const struct fib_route *route)
{
	(void)route;
	changes++;
}

static void begin(void)
{
	changes = 0;
	fake_fib_open(10, 10);
	record_set_changed(changed);
}

static void end(void)
{
	assert_int_equal(record_count(AF_INET), 0);
	record_set_changed(NULL);
	local_fini();
	fake_fib_close();
}

static const struct hop one = { 1, 0x0a000007 };
static const struct hop two[] = { { 1, 0x0a000007 }, { 2, 0x0a000107 } };

/* Whoever tells first, and whoever takes it back first. */
static void test_both_sides(void **state)
{
	static const uint8_t protocols[] = { ZEBRA_ROUTE_KERNEL,
					     ZEBRA_ROUTE_CONNECT };

	(void)state;
	for (size_t i = 0; i < sizeof(protocols); i++) {
		uint8_t protocol = protocols[i];

		begin();
		assert_int_equal(install(protocol, 7), -ENOENT);
		assert_int_equal(record_count(AF_INET), 0);
		tell(RTM_NEWROUTE, 0, RTPROT_BOOT, &one, 1, 0);
		assert_int_equal(gateway(), 7);
		assert_int_equal(changes, 1);
		assert_int_equal(withdraw(protocol), 0);
		assert_differs();
		assert_int_equal(install(protocol, 8), 0);
		assert_int_equal(gateway(), 8);
		tell(RTM_DELROUTE, 0, RTPROT_BOOT, &one, 1, 0);
		assert_int_equal(record_count(AF_INET), 0);
		assert_int_equal(changes, 2);
		end();
	}
}

/* A connected route that comes back is what it was; a kernel's is told anew. */
static void test_comes_back(void **state)
{
	(void)state;
	begin();
	tell(RTM_NEWROUTE, 0, RTPROT_BOOT, &one, 1, 0);
	assert_int_equal(install(ZEBRA_ROUTE_CONNECT, 7), 0);
	tell(RTM_DELROUTE, 0, RTPROT_BOOT, &one, 1, 0);
	tell(RTM_NEWROUTE, 0, RTPROT_BOOT, &one, 1, 0);
	assert_int_equal(gateway(), 7);
	assert_int_equal(install(ZEBRA_ROUTE_KERNEL, 8), 0);
	tell(RTM_DELROUTE, 0, RTPROT_BOOT, &one, 1, 0);
	tell(RTM_NEWROUTE, 0, RTPROT_BOOT, &one, 1, 0);
	assert_differs();
	assert_int_equal(install(ZEBRA_ROUTE_KERNEL, 7), 0);
	assert_int_equal(gateway(), 7);
	tell(RTM_DELROUTE, 0, RTPROT_BOOT, &one, 1, 0);
	end();
}

/* FRR's own routes need nobody's confirmation, and give none. */
static void test_of_frr(void **state)
{
	(void)state;
	begin();
	tell(RTM_NEWROUTE, 0, RTPROT_ZEBRA, &one, 1, 0);
	tell(RTM_NEWROUTE, 0, RTPROT_BABEL, &one, 1, 0);
	tell(RTM_NEWROUTE, 0, 186, &one, 1, 0);
	assert_int_equal(install(ZEBRA_ROUTE_KERNEL, 7), -ENOENT);
	tell(RTM_NEWROUTE, 0, 199, &one, 1, 0);
	assert_int_equal(gateway(), 7);
	assert_int_equal(withdraw(ZEBRA_ROUTE_KERNEL), 0);
	assert_differs();
	tell(RTM_DELROUTE, 0, 199, &one, 1, 0);
	assert_int_equal(install(ZEBRA_ROUTE_BGP, 8), 0);
	assert_int_equal(gateway(), 8);
	assert_int_equal(withdraw(ZEBRA_ROUTE_BGP), 0);
	end();
}

static void test_replaced(void **state)
{
	(void)state;
	begin();
	tell(RTM_NEWROUTE, 0, RTPROT_BOOT, two, 2, 0);
	assert_int_equal(install(ZEBRA_ROUTE_KERNEL, 7), 0);
	tell(RTM_NEWROUTE, NLM_F_REPLACE, RTPROT_STATIC, &two[1], 1, 0);
	/* Never without one: zebra's word would have been dropped. */
	assert_int_equal(gateway(), 7);
	tell(RTM_DELROUTE, 0, RTPROT_STATIC, &two[1], 1, 0);
	assert_int_equal(record_count(AF_INET), 0);
	end();
}

/* Nexthops leave with the last link; one deleted takes all along. */
static void test_silent_links(void **state)
{
	(void)state;
	begin();
	tell(RTM_NEWROUTE, 0, RTPROT_BOOT, two, 2, 0);
	install(ZEBRA_ROUTE_KERNEL, 7);
	fake_port(1, false);
	departure_link_down(1);
	assert_int_equal(gateway(), 7);
	/* The kernel does not tell that a nexthop lives again, either. */
	fake_port(1, true);
	fake_port(2, false);
	departure_link_down(2);
	assert_int_equal(gateway(), 7);
	fake_port(1, false);
	departure_link_down(1);
	assert_int_equal(record_count(AF_INET), 0);
	tell(RTM_NEWROUTE, 0, RTPROT_BOOT, two, 2, 0);
	install(ZEBRA_ROUTE_KERNEL, 7);
	fake_port(1, true);
	fake_port(2, true);
	departure_link_gone(2);
	assert_int_equal(record_count(AF_INET), 0);
	end();
}

/* Before Linux 6.6 these go without a word, too. */
static void test_silent_source(void **state)
{
	struct kernel_route address = {
		.key = { .table = TABLE,
			 .family = AF_INET,
			 .len = 32,
			 .addr = { 10, 9, 9, 9 } },
		.type = RTN_LOCAL,
		.ifindex = 3,
	};
	struct kernel_route other = address;

	(void)state;
	begin();
	other.ifindex = 2;
	local_add(&address, false);
	local_add(&other, false);
	tell(RTM_NEWROUTE, 0, RTPROT_BOOT, &one, 1, 0x0a090909);
	install(ZEBRA_ROUTE_KERNEL, 7);
	gone(&address);
	assert_int_equal(gateway(), 7);
	gone(&other);
	assert_int_equal(record_count(AF_INET), 0);
	end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_both_sides),
		cmocka_unit_test(test_comes_back),
		cmocka_unit_test(test_of_frr),
		cmocka_unit_test(test_replaced),
		cmocka_unit_test(test_silent_links),
		cmocka_unit_test(test_silent_source),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
