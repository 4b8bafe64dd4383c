// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * unit_agree.c - rtnetlink messages on one side, zebra's routes on the other: a
 * prefix is forwarded where both say the same, and never goes to its cover while
 * the kernel has a route.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "fake_kernel.h"
#include "fake_route.h"
#include "rtnetlink_messages.h"

#include "plugin/control/agree.h"
#include "plugin/control/departure.h"
#include "plugin/control/local.h"
#include "plugin/control/nexthop_object.h"
#include "plugin/fib/path.h"
#include "plugin/fib/record.h"

static void local_gone(const struct kernel_local *local)
{
	local_delete(local);
	departure_local_gone(local);
}

static const struct kernel_sink sink = {
	.local = local_add,
	.local_gone = local_gone,
	.route = agree_add,
	.route_gone = agree_delete,
	.object = nexthop_object_set,
	.object_gone = nexthop_object_delete,
};

#define ADD(...)                                                               \
	message_route(&sink, &(struct message){ .type = RTM_NEWROUTE,          \
						.flags = NLM_F_EXCL,           \
						__VA_ARGS__ })
#define ADD_AS(how, ...)                                                       \
	message_route(&sink, &(struct message){ .type = RTM_NEWROUTE,          \
						.flags = (how),                \
						__VA_ARGS__ })
#define DEL(...)                                                               \
	message_route(&sink,                                                   \
		      &(struct message){ .type = RTM_DELROUTE, __VA_ARGS__ })

/* Nexthops: interface and last byte of the gateway. */
#define B                                                                      \
	{                                                                      \
		1, 7                                                           \
	}
#define C                                                                      \
	{                                                                      \
		2, 8                                                           \
	}
#define D                                                                      \
	{                                                                      \
		3, 9                                                           \
	}

static uint8_t family;

static struct prefix_key prefix(void)
{
	struct prefix_key key = { .table = TABLE, .family = family, .len = 16 };

	message_prefix(family, key.addr);
	return key;
}

/* A route of zebra through these nexthops. */
static int install(uint8_t protocol, const struct hop *hops, uint32_t count)
{
	struct route_spec *spec = via(prefix(), 0);

	spec->protocol = protocol;
	spec->count = count;
	for (uint32_t i = 0; i < count; i++)
		spec->nexthops[i] = message_nexthop(family, &hops[i]);
	return route_install(spec);
}

#define INSTALL(protocol, ...)                                                 \
	install(protocol, (const struct hop[]){ __VA_ARGS__ },                 \
		sizeof((const struct hop[]){ __VA_ARGS__ }) /                  \
			sizeof(struct hop))

static void withdraw(uint8_t protocol)
{
	struct prefix_key key = prefix();

	route_withdraw(&key, protocol, 0);
}

static uint32_t word(void)
{
	struct prefix_key key = prefix();

	return fake_forward(TABLE, family, key.addr);
}

static void assert_forward(void)
{
	assert_int_equal(fib_word_action(word()), FIB_FORWARD);
}

static void assert_verdict(enum verdict verdict)
{
	assert_int_equal(word(), fib_word(FIB_PUNT, verdict));
}

static void assert_differs(void)
{
	assert_verdict(VERDICT_PUNT_DIFFERS);
}

static unsigned int changes;

static void changed(const struct fib_route *route)
{
	(void)route;
	changes++;
}

static void begin(uint8_t of)
{
	family = of;
	changes = 0;
	fake_fib_open(10, 10);
	record_set_changed(changed);
}

/* Everything was taken back: nothing is left. */
static void end(void)
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

/* Each test for both families. */
static void test_either_order(void **state)
{
	for (int i = 0; i < 2; i++) {
		begin(i ? AF_INET6 : AF_INET);
		assert_int_equal(INSTALL(ZEBRA_ROUTE_STATIC, B), -EAGAIN);
		assert_differs();
		ADD(.family = family, .hops = { B });
		assert_forward();
		assert_int_equal(changes, 1);
		/* Another nexthop, the kernel's word first, then zebra's. */
		ADD_AS(NLM_F_REPLACE, .family = family, .hops = { C });
		assert_differs();
		assert_int_equal(changes, 2);
		assert_int_equal(INSTALL(ZEBRA_ROUTE_STATIC, C), 0);
		assert_forward();
		/* And the other way round. */
		assert_int_equal(INSTALL(ZEBRA_ROUTE_STATIC, B, C), -EAGAIN);
		assert_differs();
		assert_int_equal(changes, 3);
		ADD_AS(NLM_F_REPLACE, .family = family, .hops = { C, B });
		assert_forward();
		assert_int_equal(changes, 4);
		withdraw(ZEBRA_ROUTE_STATIC);
		assert_differs();
		DEL(.family = family, .hops = { B, C });
		end();
	}
	(void)state;
}

/* zebra learned these from the kernel: it need not tell that they went. */
static void test_of_the_kernel(void **state)
{
	static const uint8_t protocols[] = { ZEBRA_ROUTE_KERNEL,
					     ZEBRA_ROUTE_CONNECT };

	(void)state;
	for (size_t i = 0; i < sizeof(protocols); i++) {
		begin(AF_INET);
		assert_int_equal(INSTALL(protocols[i], B), -EAGAIN);
		assert_int_equal(record_count(AF_INET), 0);
		ADD(.hops = { B });
		assert_forward();
		DEL(.hops = { B });
		assert_int_equal(record_count(AF_INET), 0);
		ADD(.hops = { C });
		assert_differs();
		assert_int_equal(INSTALL(protocols[i], C), 0);
		DEL(.hops = { C });
		withdraw(protocols[i]);
		end();
	}
}

/* Whatever protocol a route is of, also one that zebra takes for its own. */
static void test_every_protocol(void **state)
{
	(void)state;
	for (unsigned int protocol = 0; protocol < 256; protocol++) {
		begin(AF_INET);
		INSTALL(ZEBRA_ROUTE_STATIC, B);
		ADD(.protocol = (uint8_t)protocol, .hops = { B });
		assert_forward();
		ADD(.protocol = (uint8_t)protocol, .hops = { C });
		assert_differs();
		withdraw(ZEBRA_ROUTE_STATIC);
		DEL(.protocol = (uint8_t)protocol, .hops = { C });
		end();
	}
}

/* Linux takes the first of the lowest metric. */
static void test_order4(void **state)
{
	(void)state;
	begin(AF_INET);
	INSTALL(ZEBRA_ROUTE_STATIC, B);
	ADD(.hops = { B });
	ADD_AS(NLM_F_APPEND, .hops = { C });
	assert_forward();
	ADD_AS(0, .hops = { D });
	assert_differs();
	DEL(.hops = { D });
	assert_forward();
	DEL(.hops = { C });
	/* A higher metric waits, a lower one is used. */
	ADD(.priority = 100, .hops = { C });
	assert_forward();
	DEL(.hops = { B });
	assert_differs();
	ADD(.priority = 50, .hops = { B });
	assert_forward();
	/* The first of its metric is replaced, not the others. */
	ADD_AS(NLM_F_APPEND, .priority = 50, .hops = { C });
	ADD_AS(NLM_F_REPLACE, .priority = 50, .hops = { D });
	DEL(.priority = 50, .hops = { D });
	assert_differs();
	INSTALL(ZEBRA_ROUTE_STATIC, C);
	assert_forward();
	/* For some packets only: no single answer. */
	ADD(.tos = 16, .hops = { C });
	assert_verdict(VERDICT_PUNT_UNSUPPORTED);
	DEL(.tos = 16, .hops = { C });
	assert_forward();
	DEL(.priority = 50, .hops = { C });
	DEL(.priority = 100, .hops = { C });
	withdraw(ZEBRA_ROUTE_STATIC);
	end();
}

/* A message tells the whole of what has joined, and one member that goes. */
static void test_joined6(void **state)
{
	(void)state;
	begin(AF_INET6);
	INSTALL(ZEBRA_ROUTE_STATIC, B, C);
	ADD_AS(NLM_F_CREATE, .family = AF_INET6, .hops = { B });
	assert_differs();
	ADD_AS(NLM_F_APPEND, .family = AF_INET6, .protocol = RTPROT_BOOT,
	       .hops = { C, B });
	assert_forward();
	/* Events older than a dump. */
	ADD_AS(NLM_F_CREATE, .family = AF_INET6, .hops = { B });
	ADD_AS(NLM_F_APPEND, .family = AF_INET6, .protocol = RTPROT_BOOT,
	       .hops = { C, B });
	assert_forward();
	DEL(.family = AF_INET6, .hops = { B });
	assert_differs();
	INSTALL(ZEBRA_ROUTE_STATIC, C);
	assert_forward();
	/* Without gateway it does not join: which one is used is not told. */
	ADD_AS(NLM_F_CREATE, .family = AF_INET6, .hops = { { 1, 0 } });
	assert_verdict(VERDICT_PUNT_UNSUPPORTED);
	DEL(.family = AF_INET6, .hops = { { 1, 0 } });
	assert_forward();
	/* Of a higher metric it does not matter. */
	ADD_AS(NLM_F_CREATE, .family = AF_INET6, .priority = 100,
	       .hops = { B, D });
	assert_forward();
	/* A replacement takes all that had joined. */
	ADD_AS(NLM_F_APPEND, .family = AF_INET6, .hops = { D, C });
	ADD_AS(NLM_F_REPLACE, .family = AF_INET6, .hops = { B });
	INSTALL(ZEBRA_ROUTE_STATIC, B);
	assert_forward();
	DEL(.family = AF_INET6, .hops = { B });
	DEL(.family = AF_INET6, .priority = 100, .hops = { B, D });
	withdraw(ZEBRA_ROUTE_STATIC);
	end();
}

/* Only the same kind of route is the same. */
static void test_types(void **state)
{
	static const uint8_t types[] = { RTN_UNREACHABLE, RTN_PROHIBIT,
					 RTN_BLACKHOLE };
	struct route_spec *spec;

	(void)state;
	begin(AF_INET);
	spec = via(prefix(), 0);
	spec->action = FIB_DROP;
	spec->verdict = VERDICT_DROP_BLACKHOLE;
	assert_int_equal(route_install(spec), -EAGAIN);
	for (size_t i = 0; i < sizeof(types); i++) {
		ADD(.route_type = types[i]);
		if (types[i] != RTN_BLACKHOLE)
			assert_differs();
	}
	assert_int_equal(fib_word_action(word()), FIB_DROP);
	ADD(.hops = { B });
	assert_differs();
	INSTALL(9, B);
	assert_forward();
	ADD(.route_type = RTN_THROW);
	assert_verdict(VERDICT_PUNT_UNSUPPORTED);
	ADD(.mtu = 1400, .hops = { B });
	assert_verdict(VERDICT_PUNT_UNSUPPORTED);
	/* A gateway of the other family is one. */
	ADD(.via6 = true, .hops = { B });
	assert_differs();
	DEL(.via6 = true, .hops = { B });
	withdraw(9);
	end();
}

static void object(uint32_t id, const struct hop *hop)
{
	message_object(&sink, id, AF_INET, hop, NULL, 0);
	nexthop_object_settle();
}

static void group(uint32_t id, const uint32_t *members, uint32_t count)
{
	message_object(&sink, id, AF_INET, NULL, members, count);
	nexthop_object_settle();
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
	assert_forward();
	object(2, &d);
	assert_differs();
	object(2, &c);
	assert_forward();
	group(3, two, 1);
	assert_differs();
	INSTALL(ZEBRA_ROUTE_STATIC, B);
	assert_forward();
	group(3, two, 2);
	assert_differs();
	/* A member goes: the other remains. */
	nexthop_object_delete(2);
	assert_forward();
	/* The last one takes group and routes along. */
	nexthop_object_delete(1);
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
	assert_forward();
	departure_link(&link);
	assert_differs();
	/* Back again: the kernel has forgotten it. */
	link.lost = false;
	departure_link(&link);
	assert_differs();
	object(2, &c);
	assert_differs();
	group(3, two, 2);
	assert_forward();
	fake_port(1, false);
	departure_link_gone(1);
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
	assert_forward();
	INSTALL(ZEBRA_ROUTE_KERNEL, C);
	assert_forward();
	fake_port(1, true);
	link.up = true;
	departure_link(&link);
	assert_differs();
	INSTALL(ZEBRA_ROUTE_KERNEL, B, C);
	link.up = false;
	fake_port(2, false);
	link.ifindex = 2;
	departure_link(&link);
	assert_forward();
	fake_port(1, false);
	link.ifindex = 1;
	departure_link(&link);
	assert_int_equal(record_count(AF_INET), 0);
	fake_port(1, true);
	fake_port(2, true);
	ADD(.hops = { B, C });
	assert_forward();
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
	assert_differs();
	DEL(.family = AF_INET6, .hops = { B });
	assert_forward();
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
	assert_forward();
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
	assert_forward();
	local_gone(&one);
	assert_verdict(VERDICT_PUNT_UNSUPPORTED);
	DEL(.hops = { B, C });
	withdraw(ZEBRA_ROUTE_STATIC);
	end();
}

/* What a dump does not have is gone, the rest as it says. */
static void test_dump(void **state)
{
	(void)state;
	begin(AF_INET);
	INSTALL(ZEBRA_ROUTE_STATIC, C);
	ADD(.hops = { B });
	ADD_AS(NLM_F_APPEND, .hops = { C });
	/* One that ends half way, and is begun again. */
	for (int i = 0; i < 2; i++) {
		agree_dump_begin();
		ADD_AS(NLM_F_MULTI, .hops = { C });
		ADD_AS(NLM_F_MULTI, .hops = { B });
		assert_forward();
	}
	agree_dump_end();
	assert_forward();
	DEL(.hops = { B });
	assert_forward();
	agree_dump_begin();
	agree_dump_end();
	assert_differs();
	withdraw(ZEBRA_ROUTE_STATIC);
	end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_either_order),
		cmocka_unit_test(test_of_the_kernel),
		cmocka_unit_test(test_every_protocol),
		cmocka_unit_test(test_order4),
		cmocka_unit_test(test_joined6),
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_objects),
		cmocka_unit_test(test_objects_and_links),
		cmocka_unit_test(test_silent_links),
		cmocka_unit_test(test_silent_addresses),
		cmocka_unit_test(test_dump),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
