// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * unit_agree.c - a prefix is forwarded where zebra and the kernel say the same, and
 * never goes to its cover while the kernel has a route.
 */
#include "agree_lab.h"

#include "plugin/control/agree.h"
#include "plugin/fib/nhgroup.h"
#include "plugin/fib/route.h"

/* Each test for both families. */
static void test_either_order(void **state)
{
	for (int i = 0; i < 2; i++) {
		begin(i ? AF_INET6 : AF_INET);
		INSTALL(ZEBRA_ROUTE_STATIC, B);
		assert_no_route();
		ADD(.family = family, .hops = { B });
		assert_through("B");
		assert_int_equal(changes, 1);
		/* Another nexthop, the kernel's word first, then zebra's. */
		ADD_AS(NLM_F_REPLACE, .family = family, .hops = { C });
		assert_differs();
		assert_int_equal(changes, 2);
		INSTALL(ZEBRA_ROUTE_STATIC, C);
		assert_through("C");
		assert_int_equal(changes, 3);
		/* And the other way round. */
		INSTALL(ZEBRA_ROUTE_STATIC, D);
		assert_differs();
		assert_int_equal(changes, 4);
		ADD_AS(NLM_F_REPLACE, .family = family, .hops = { D });
		assert_through("D");
		assert_int_equal(changes, 5);
		withdraw(ZEBRA_ROUTE_STATIC);
		assert_differs();
		DEL(.family = family, .hops = { D });
		end();
	}
	(void)state;
}

/* What both want: the kernel's, if zebra wants that and more. */
static void test_several(void **state)
{
	for (int i = 0; i < 2; i++) {
		begin(i ? AF_INET6 : AF_INET);
		INSTALL(ZEBRA_ROUTE_STATIC, B, C);
		ADD(.family = family, .hops = { C, B });
		assert_through("BC");
		ADD_AS(NLM_F_REPLACE, .family = family, .hops = { C });
		assert_through("C");
		INSTALL(ZEBRA_ROUTE_STATIC, D, C, B);
		assert_through("C");
		ADD_AS(NLM_F_REPLACE, .family = family, .hops = { C, B });
		assert_through("BC");
		INSTALL(ZEBRA_ROUTE_STATIC, C);
		assert_differs();
		INSTALL(ZEBRA_ROUTE_STATIC, D, B);
		assert_differs();
		withdraw(ZEBRA_ROUTE_STATIC);
		DEL(.family = family, .hops = { B, C });
		assert_int_equal(nhgroup_count(), 0);
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
		INSTALL(protocols[i], B);
		assert_int_equal(record_count(AF_INET), 0);
		ADD(.hops = { B });
		assert_through("B");
		DEL(.hops = { B });
		assert_int_equal(record_count(AF_INET), 0);
		ADD(.hops = { C });
		assert_differs();
		INSTALL(protocols[i], C);
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
		assert_through("B");
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
	assert_through("B");
	ADD_AS(0, .hops = { D });
	assert_differs();
	DEL(.hops = { D });
	assert_through("B");
	DEL(.hops = { C });
	/* A higher metric waits, a lower one is used. */
	ADD(.priority = 100, .hops = { C });
	assert_through("B");
	DEL(.hops = { B });
	assert_differs();
	ADD(.priority = 50, .hops = { B });
	assert_through("B");
	/* The first of its metric is replaced, not the others. */
	ADD_AS(NLM_F_APPEND, .priority = 50, .hops = { C });
	ADD_AS(NLM_F_REPLACE, .priority = 50, .hops = { D });
	DEL(.priority = 50, .hops = { D });
	assert_differs();
	INSTALL(ZEBRA_ROUTE_STATIC, C);
	assert_through("C");
	/* For some packets only: no single answer. */
	ADD(.tos = 16, .hops = { C });
	assert_verdict(VERDICT_PUNT_UNSUPPORTED);
	DEL(.tos = 16, .hops = { C });
	assert_through("C");
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
	assert_through("B");
	ADD_AS(NLM_F_APPEND, .family = AF_INET6, .protocol = RTPROT_BOOT,
	       .hops = { C, B });
	assert_through("BC");
	/* Events older than a dump. */
	ADD_AS(NLM_F_CREATE, .family = AF_INET6, .hops = { B });
	ADD_AS(NLM_F_APPEND, .family = AF_INET6, .protocol = RTPROT_BOOT,
	       .hops = { C, B });
	assert_through("BC");
	DEL(.family = AF_INET6, .hops = { B });
	assert_through("C");
	INSTALL(ZEBRA_ROUTE_STATIC, C);
	assert_through("C");
	/* Without gateway it does not join: which one is used is not told. */
	ADD_AS(NLM_F_CREATE, .family = AF_INET6, .hops = { { 1, 0 } });
	assert_verdict(VERDICT_PUNT_UNSUPPORTED);
	DEL(.family = AF_INET6, .hops = { { 1, 0 } });
	assert_through("C");
	/* Of a higher metric it does not matter. */
	ADD_AS(NLM_F_CREATE, .family = AF_INET6, .priority = 100,
	       .hops = { B, D });
	assert_through("C");
	/* A replacement takes all that had joined. */
	ADD_AS(NLM_F_APPEND, .family = AF_INET6, .hops = { D, C });
	ADD_AS(NLM_F_REPLACE, .family = AF_INET6, .hops = { B });
	INSTALL(ZEBRA_ROUTE_STATIC, B);
	assert_through("B");
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
	assert_int_equal(route_install(spec), 0);
	for (size_t i = 0; i < sizeof(types); i++) {
		ADD(.route_type = types[i]);
		if (types[i] != RTN_BLACKHOLE)
			assert_differs();
	}
	assert_int_equal(fib_word_action(word()), FIB_DROP);
	ADD(.hops = { B });
	assert_differs();
	INSTALL(9, B);
	assert_through("B");
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
		assert_through("C");
	}
	agree_dump_end();
	assert_through("C");
	DEL(.hops = { B });
	assert_through("C");
	agree_dump_begin();
	agree_dump_end();
	assert_differs();
	withdraw(ZEBRA_ROUTE_STATIC);
	end();
}

/* zebra's routes that the kernel does not get: refused, or missed by us. */
static void test_overdue(void **state)
{
	static const uint8_t protocols[] = { ZEBRA_ROUTE_STATIC,
					     ZEBRA_ROUTE_KERNEL };

	(void)state;
	for (size_t i = 0; i < sizeof(protocols); i++) {
		struct fib_route intent;
		struct prefix_key key;

		begin(AF_INET);
		key = prefix();
		INSTALL(protocols[i], B);
		route_overdue();
		assert_no_route();
		intent = record_load(&key);
		intent.updated -= 10;
		record_store(&key, &intent);
		route_overdue();
		if (protocols[i] == ZEBRA_ROUTE_KERNEL)
			assert_no_route();
		else
			assert_differs();
		ADD(.hops = { B });
		assert_through("B");
		DEL(.hops = { B });
		if (protocols[i] == ZEBRA_ROUTE_KERNEL)
			assert_no_route();
		else
			assert_differs();
		withdraw(protocols[i]);
		assert_no_route();
		end();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_either_order),
		cmocka_unit_test(test_several),
		cmocka_unit_test(test_of_the_kernel),
		cmocka_unit_test(test_every_protocol),
		cmocka_unit_test(test_order4),
		cmocka_unit_test(test_joined6),
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_dump),
		cmocka_unit_test(test_overdue),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
