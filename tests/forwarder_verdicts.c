/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * forwarder_verdicts.c - every way out of the forwarder, by a table of frames:
 * what is punted or dropped is not changed by one byte, what is forwarded is
 * exactly the frame of a router.
 */
#include <arpa/inet.h>
#include <netinet/in.h>

#include "frame.h"
#include "router.h"
#include "router_require.h"
#include "router_standard.h"

/* Ids of this test's own groups, nexthops and adjacencies. */
enum {
	ID_GROUP_FREE = STANDARD_END, /* nbuckets 0 */
	ID_NEXTHOP_FREE,
	ID_ADJACENCY_RANGE, /* a nexthop whose adjacency is out of range */
	ID_GATEWAY_OTHER,   /* the kernel may use another */
	ID_GATEWAY_DOWN,    /* no adjacency, no usable egress */
	ID_CONNECTED_BARE,  /* connected network of an interface without bpf */
	ID_BUCKETS_RANGE,   /* a group whose buckets are out of range */
	ID_NEXTHOP_RANGE,   /* a group of one nexthop out of range */
	ID_RPF_BUCKETS,	    /* 4 buckets, one of them leaves by IN */
	ID_RPF_WIDE,	    /* 256 buckets, IN only behind the scanned ones */
	ID_NO_XMIT,	    /* egress takes no redirected frames */
	ID_NO_XMIT_FRAGS,   /* only those in one buffer */
};

struct verdict_case {
	const char *name;
	enum verdict expected;
	struct frame_spec frame;
	enum router_interface in;
	__u32 flags; /* of the ingress port, toggled against the usual ones */
	__u32 adjacency; /* forwarded through; 0 means STANDARD_ADJ_OUT1 */
};

/* CASE(name, verdict, { frame }, other members ...) */
#define CASE(text, verdict, ...)                                               \
	{ .name = (text), .expected = (verdict), .frame = __VA_ARGS__ },
#define IP(offset, value) FRAME_BYTE(FRAME_IP + (offset), value)
#define TO(address) .destination = (address)
#define FROM(address) .source = (address)
#define TO6 "2001:db8:1::1"

static const struct verdict_case cases[] = {
#include "forwarder_cases.h"
};

#define CASES (sizeof(cases) / sizeof(cases[0]))

static struct router router;
static bool hit[VERDICTS];

static void add(const char *prefix, enum fib_action action, __u32 argument)
{
	router_route(&router, ROUTER_TABLE, prefix, fib_word(action, argument));
}

/* One route a verdict that a route can stand for. */
static void add_verdict_routes(void)
{
	add("10.100.0.0/16", FIB_DROP, VERDICT_DROP_BLACKHOLE);
	add("2001:db8:100::/48", FIB_DROP, VERDICT_DROP_BLACKHOLE);
	add("10.101.0.0/16", FIB_PUNT, VERDICT_PUNT_LOCAL);
	add("2001:db8:101::/48", FIB_PUNT, VERDICT_PUNT_LOCAL);
	add("10.102.0.0/16", FIB_PUNT, VERDICT_PUNT_UNREACHABLE);
	add("10.103.0.0/16", FIB_PUNT, VERDICT_PUNT_PROHIBIT);
	add("10.104.0.0/16", FIB_PUNT, VERDICT_PUNT_UNSUPPORTED);
	add("2001:db8:105::/48", FIB_PUNT, VERDICT_PUNT_SOURCE_ROUTE);
	add("10.106.0.0/16", FIB_PUNT, VERDICT_PUNT_DEGRADED);
	add("10.107.0.0/16", FIB_PUNT, VERDICT_PUNT_DIFFERS);
}

/* Maps that contradict themselves: the kernel decides, nothing crashes. */
static void add_broken_routes(void)
{
	/* One past this CPU's row is route 0 of the next one: it would forward. */
	router_route_word(&router, 0,
			  fib_word(FIB_FORWARD, STANDARD_GATEWAY_OUT1));
	router_route_id(&router, ROUTER_TABLE, "10.120.0.0/16", ROUTER_ROUTES);
	router_route_id(&router, ROUTER_TABLE, "10.121.0.0/16", 0xffffffff);
	router_route_id(&router, ROUTER_TABLE, "2001:db8:121::/48", 0xffffffff);
	add("10.122.0.0/16", FIB_PUNT, VERDICT_DROP_BLACKHOLE);
	add("10.123.0.0/16", FIB_PUNT, VERDICTS);
	add("10.124.0.0/16", FIB_DROP, VERDICT_FORWARD_IPV4);
	add("10.125.0.0/16", (enum fib_action)7, VERDICT_PUNT_LOCAL);
	add("10.126.0.0/16", FIB_PUNT, 0);
	add("10.127.0.0/16", FIB_FORWARD, ID_GROUP_FREE);
	add("10.128.0.0/16", FIB_FORWARD, ROUTER_GROUPS);
	add("10.129.0.0/16", FIB_FORWARD, ID_NEXTHOP_FREE);
	add("10.130.0.0/16", FIB_FORWARD, ID_ADJACENCY_RANGE);
	add("10.131.0.0/16", FIB_FORWARD, ID_BUCKETS_RANGE);
	add("10.132.0.0/16", FIB_FORWARD, ID_NEXTHOP_RANGE);
	add("2001:db8:132::/48", FIB_FORWARD, ID_NEXTHOP_RANGE);

	router_group(&router, ID_NEXTHOP_FREE, 1, ID_NEXTHOP_FREE);
	router_group(&router, ID_ADJACENCY_RANGE, 1, ID_ADJACENCY_RANGE);
	router_nexthop(&router, ID_ADJACENCY_RANGE, ROUTER_OUT1, AF_INET,
		       FIB_NEXTHOP_EGRESS, ROUTER_ADJACENCIES);
	router_group(&router, ID_BUCKETS_RANGE, 16, 0xfffffff0);
	router_group(&router, ID_NEXTHOP_RANGE, 1, ROUTER_NEXTHOPS);
	router_neigh(&router, ROUTER_OUT1, "10.5.0.66", 0xffffffff);
	router_neigh(&router, ROUTER_OUT1, "2001:db8:5::66", 0xffffffff);
}

static void add_egress_routes(void)
{
	add("10.140.0.0/16", FIB_FORWARD, ID_GATEWAY_DOWN);
	router_group(&router, ID_GATEWAY_DOWN, 1, ID_GATEWAY_DOWN);
	router_nexthop(&router, ID_GATEWAY_DOWN, ROUTER_OUT2, AF_INET, 0, 0);

	add("10.144.0.0/16", FIB_FORWARD, ID_GATEWAY_OTHER);
	add("2001:db8:144::/48", FIB_FORWARD, ID_GATEWAY_OTHER);
	router_group(&router, ID_GATEWAY_OTHER, 1, ID_GATEWAY_OTHER);
	router_nexthop(&router, ID_GATEWAY_OTHER, ROUTER_OUT2, AF_INET,
		       FIB_NEXTHOP_EGRESS | FIB_NEXTHOP_REDIRECTS, 0);

	add("10.141.0.0/16", FIB_FORWARD, ID_CONNECTED_BARE);
	add("2001:db8:141::/48", FIB_FORWARD, ID_CONNECTED_BARE);
	router_group(&router, ID_CONNECTED_BARE, 1, ID_CONNECTED_BARE);
	router_nexthop(&router, ID_CONNECTED_BARE, ROUTER_BARE, 0, 0, 0);

	for (__u32 id = ID_NO_XMIT; id <= ID_NO_XMIT_FRAGS; id++) {
		add(id == ID_NO_XMIT ? "10.142.0.0/16" : "10.143.0.0/16",
		    FIB_FORWARD, id);
		router_group(&router, id, 1, id);
		router_nexthop(&router, id, ROUTER_OUT1, AF_INET,
			       FIB_NEXTHOP_EGRESS, id);
		router_adjacency(&router, id, ROUTER_OUT1, 9000, 9000);
	}
	router.adjacency[ID_NO_XMIT].flags = FIB_ADJACENCY_NO_XMIT |
					     FIB_ADJACENCY_NO_XMIT_FRAGS;
	router.adjacency[ID_NO_XMIT_FRAGS].flags = FIB_ADJACENCY_NO_XMIT_FRAGS;
}

/* Groups that sources are behind, for the reverse path check. */
static void add_rpf_routes(void)
{
	__u32 i;

	add("10.150.0.0/16", FIB_FORWARD, ID_RPF_BUCKETS);
	router_group(&router, ID_RPF_BUCKETS, 4, 0);
	for (i = 0; i < 4; i++)
		router_bucket(&router, i, STANDARD_GATEWAY_OUT1);
	router_bucket(&router, 3, STANDARD_GATEWAY_IN);

	add("10.151.0.0/16", FIB_FORWARD, ID_RPF_WIDE);
	router_group(&router, ID_RPF_WIDE, 256, 16);
	for (i = 0; i < 256; i++)
		router_bucket(&router, 16 + i, STANDARD_GATEWAY_OUT1);
	router_bucket(&router, 16 + 255, STANDARD_GATEWAY_IN);
}

static int group_setup(void **state)
{
	(void)state;
	router_namespace();
	router_open(&router, FIB_COUNTERS_ROUTE);
	/* The first CPU, where there is one: its rows have others behind them. */
	if (!router_pin(0) && !router_pin(router_cpu()))
		return -1;
	router_standard(&router);
	add_verdict_routes();
	add_broken_routes();
	add_egress_routes();
	add_rpf_routes();
	router_local4(&router, ROUTER_TABLE, "198.51.100.1");
	/* Of another table: nobody's address here. */
	router_local4(&router, ROUTER_TABLE + 1, "198.51.100.2");
	return 0;
}

static int group_teardown(void **state)
{
	(void)state;
	router_close(&router);
	return 0;
}

static void test_case(void **state)
{
	const struct verdict_case *test = *state;
	static struct router_result result;
	static struct frame frame;

	frame_build(&frame, &test->frame);
	if (test->in != ROUTER_BARE)
		router_port(&router, test->in, ROUTER_PORT_FLAGS ^ test->flags);
	router_run(&router, test->in, &frame, &result);
	if (test->in != ROUTER_BARE)
		router_port(&router, test->in, ROUTER_PORT_FLAGS);

	hit[result.verdict] = true;
	require(result.verdict == test->expected, "%s, expected %s",
		router_verdict_name(result.verdict),
		router_verdict_name(test->expected));
	if (test->expected == VERDICT_FORWARD_IPV4 ||
	    test->expected == VERDICT_FORWARD_IPV6)
		router_require_forwarded(&router, &frame, &result,
					 test->adjacency ? test->adjacency
							 : STANDARD_ADJ_OUT1);
	else
		router_require_untouched(&frame, &result);
}

static void test_every_verdict_was_hit(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < VERDICTS; i++)
		require(hit[i], "no frame reached %s", router_verdict_name(i));
}

static void test_every_frame_was_counted_once(void **state)
{
	(void)state;
	require(router_verdict_total(&router) == router.runs,
		"%llu counted, %llu sent", router_verdict_total(&router),
		router.runs);
}

int main(void)
{
	static struct CMUnitTest tests[CASES + 2];
	size_t i;

	for (i = 0; i < CASES; i++)
		tests[i] = (struct CMUnitTest){
			.name = cases[i].name,
			.test_func = test_case,
			.initial_state = (void *)&cases[i],
		};
	tests[i++] =
		(struct CMUnitTest)cmocka_unit_test(test_every_verdict_was_hit);
	tests[i++] = (struct CMUnitTest)cmocka_unit_test(
		test_every_frame_was_counted_once);
	return cmocka_run_group_tests_name("forwarder: verdicts", tests,
					   group_setup, group_teardown);
}
