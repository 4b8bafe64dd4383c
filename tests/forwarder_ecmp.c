/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * forwarder_ecmp.c - which nexthop a flow takes: stable, by the buckets, with
 * the fields of the hash that abi.h promises and no others.
 */
#include <arpa/inet.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>

#include "frame.h"
#include "router.h"
#include "router_require.h"
#include "router_standard.h"

#define MEMBERS 4
#define FLOWS 4000

/* Nexthops and adjacencies of the group's members, and groups of this test. */
enum {
	ID_MEMBER = 20, /* 20 .. 23 */
	ID_GROUP_WIDE = 30,
	ID_GROUP_NARROW,
};

#define WIDE_BUCKETS 256
#define WIDE_FIRST 37 /* not the first slot of an element of bucket */
#define NARROW_FIRST 600

static struct router router;
static struct frame frame;
static struct router_result result;
static __u64 random_state;

/*
 * Wide: weights 1:1:2:4, spread so that every bit of the bucket's number counts.
 * Narrow: two buckets, members 0 and 1.
 */
static __u32 wide_member(__u32 bucket)
{
	bucket = bucket * 37 % WIDE_BUCKETS;
	return bucket < 32 ? 0 : bucket < 64 ? 1 : bucket < 128 ? 2 : 3;
}

static int group_setup(void **state)
{
	__u32 i;

	(void)state;
	random_state = frame_random_seed("forwarder_ecmp");
	router_namespace();
	router_open(&router, FIB_COUNTERS_ROUTE);
	if (!router_pin(router_cpu()))
		return -1;
	for (i = 0; i < MEMBERS; i++) {
		router_adjacency(&router, ID_MEMBER + i,
				 i & 1 ? ROUTER_OUT2 : ROUTER_OUT1, 1500, 1500);
		router_nexthop(&router, ID_MEMBER + i,
			       i & 1 ? ROUTER_OUT2 : ROUTER_OUT1, AF_INET,
			       FIB_NEXTHOP_EGRESS, ID_MEMBER + i);
	}
	for (i = 0; i < WIDE_BUCKETS; i++)
		router_bucket(&router, WIDE_FIRST + i,
			      ID_MEMBER + wide_member(i));
	router_group(&router, ID_GROUP_WIDE, WIDE_BUCKETS, WIDE_FIRST);
	router_bucket(&router, NARROW_FIRST, ID_MEMBER);
	router_bucket(&router, NARROW_FIRST + 1, ID_MEMBER + 1);
	router_group(&router, ID_GROUP_NARROW, 2, NARROW_FIRST);
	router_route(&router, ROUTER_TABLE, "10.0.0.0/8",
		     fib_word(FIB_FORWARD, ID_GROUP_WIDE));
	router_route(&router, ROUTER_TABLE, "10.9.0.0/16",
		     fib_word(FIB_FORWARD, ID_GROUP_NARROW));
	router_route(&router, ROUTER_TABLE, "2001:db8::/32",
		     fib_word(FIB_FORWARD, ID_GROUP_WIDE));
	return 0;
}

static int group_teardown(void **state)
{
	(void)state;
	router_close(&router);
	return 0;
}

/* Sends the frame and tells which member it left by, from the frame itself. */
static __u32 member_of(const struct frame_spec *spec)
{
	__u32 member;

	frame_build(&frame, spec);
	router_run(&router, ROUTER_IN, &frame, &result);
	require(result.action == XDP_REDIRECT, "%s",
		router_verdict_name(result.verdict));
	member = result.out.data[5] - ID_MEMBER;
	require(member < MEMBERS, "member %u", member);
	router_require_forwarded(&router, &frame, &result, ID_MEMBER + member);
	return member;
}

/* The member that abi.h's hash gives, for what the hash is said to contain. */
static __u32 hash4_member(const char *saddr, const char *daddr, __u8 protocol,
			  __u16 sport, __u16 dport)
{
	__be32 ports, source, destination;
	__u8 wire[4] = { sport >> 8, sport & 0xff, dport >> 8, dport & 0xff };

	memcpy(&ports, wire, sizeof(ports));
	inet_pton(AF_INET, saddr, &source);
	inet_pton(AF_INET, daddr, &destination);
	return wide_member(fib_hash4(router.config.hash_seed, source,
				     destination, protocol, ports) &
			   (WIDE_BUCKETS - 1));
}

static __u32 hash6_member(const char *saddr, const char *daddr, __u32 label,
			  __u8 protocol, __u16 sport, __u16 dport)
{
	__be32 ports, source[4], destination[4];
	__u8 wire[4] = { sport >> 8, sport & 0xff, dport >> 8, dport & 0xff };

	memcpy(&ports, wire, sizeof(ports));
	inet_pton(AF_INET6, saddr, source);
	inet_pton(AF_INET6, daddr, destination);
	return wide_member(fib_hash6(router.config.hash_seed, source,
				     destination, htonl(label), protocol,
				     ports) &
			   (WIDE_BUCKETS - 1));
}

static void require_member(const struct frame_spec *spec, __u32 expected)
{
	__u32 member = member_of(spec);

	require(member == expected,
		"%s -> %s protocol %u ports %u, %u fragment 0x%x label 0x%x: "
		"member %u, expected %u",
		spec->source, spec->destination, spec->protocol, spec->sport,
		spec->dport, spec->fragment, spec->flow_label, member,
		expected);
}

/* A random IPv4 or IPv6 flow; the texts live until the next call. */
static struct frame_spec random_flow(bool ipv6)
{
	static const __u8 protocols[] = { 6, 17, 33, 132, 136 };
	static char source[64], destination[64];
	__u64 bits = frame_random(&random_state);
	const char *format = ipv6 ? "2001:db8:%x:%x::%x" : "10.%u.%u.%u";
	__u32 top = ipv6 ? 1 : 10; /* past the narrow group's 10.9.0.0/16 */

	snprintf(destination, sizeof(destination), format,
		 top + (__u32)(bits & 0x7f), (__u32)(bits >> 8 & 0xff),
		 (__u32)(bits >> 16 & 0xff));
	snprintf(source, sizeof(source), ipv6 ? format : "172.%u.%u.%u",
		 (__u32)(bits >> 24 & 0xff), (__u32)(bits >> 32 & 0xff),
		 (__u32)(bits >> 40 & 0xff));
	bits = frame_random(&random_state);
	return (struct frame_spec){
		.source = source,
		.destination = destination,
		.sport = 1 + (bits & 0x7fff),
		.dport = 1 + (bits >> 16 & 0x7fff),
		.protocol = protocols[(bits >> 40) % 5],
	};
}

/* Shares follow the buckets 1:1:2:4, within 30 % of the smallest share. */
static void require_shares(const __u32 *count, const char *what)
{
	static const __u32 weight[MEMBERS] = { 1, 1, 2, 4 };
	__u32 i;

	for (i = 0; i < MEMBERS; i++) {
		__u32 share = FLOWS * weight[i] / 8;
		__u32 slack = FLOWS / 8 * 3 / 10;

		require(count[i] > share - slack && count[i] < share + slack,
			"%s: member %u has %u of %u flows, expected about %u",
			what, i, count[i], FLOWS, share);
	}
}

static void test_ipv4_flows(void **state)
{
	struct fib_counter before[MEMBERS];
	__u32 count[MEMBERS] = { 0 };
	__u32 i, member;

	(void)state;
	memcpy(before, router_nexthop_count(&router, router_cpu(), ID_MEMBER),
	       sizeof(before));
	for (i = 0; i < FLOWS; i++) {
		struct frame_spec flow = random_flow(false);

		member = hash4_member(flow.source, flow.destination,
				      flow.protocol, flow.sport, flow.dport);
		require_member(&flow, member);
		count[member]++;
		/* Nothing else of the packet decides. */
		flow.id = 1 + i;
		flow.ttl = 2 + i % 200;
		flow.tos = i;
		flow.payload = 1 + i % 500;
		flow.padding = i % 7;
		flow.fragment = i & 1 ? 0x4000 : 0;
		require_member(&flow, member);
	}
	require_shares(count, "IPv4");
	for (i = 0; i < MEMBERS; i++)
		require(router_nexthop_count(&router, router_cpu(),
					     ID_MEMBER + i)
						->packets -
					before[i].packets ==
				2 * count[i],
			"member %u is counted wrongly", i);
}

static void test_ipv6_flows(void **state)
{
	__u32 count[MEMBERS] = { 0 };
	__u32 i, member;

	(void)state;
	for (i = 0; i < FLOWS; i++) {
		struct frame_spec flow = random_flow(true);

		member = hash6_member(flow.source, flow.destination, 0,
				      flow.protocol, flow.sport, flow.dport);
		require_member(&flow, member);
		count[member]++;
		/* The traffic class shares bytes with the flow label. */
		flow.tos = i;
		flow.ttl = 2 + i % 200;
		flow.payload = 1 + i % 500;
		require_member(&flow, member);
	}
	require_shares(count, "IPv6");
}

/* RFC 6438: a flow label stands for the ports. */
static void test_flow_label(void **state)
{
	__u32 count[MEMBERS] = { 0 };
	__u32 i, member;

	(void)state;
	for (i = 0; i < FLOWS; i++) {
		struct frame_spec flow = random_flow(true);

		flow.source = "2001:db8:f::7";
		flow.destination = "2001:db8:1::1";
		flow.flow_label = 1 + frame_random(&random_state) % 0xfffff;
		member = hash6_member(flow.source, flow.destination,
				      flow.flow_label, 0, 0, 0);
		require_member(&flow, member);
		count[member]++;
		flow.sport ^= 0x1234;
		flow.protocol = 58;
		flow.tos = i;
		require_member(&flow, member);
	}
	require_shares(count, "flow label");
}

/* All fragments of a datagram take one path, whatever their first bytes are. */
static void test_ipv4_fragments(void **state)
{
	static const __u16 fragments[] = { 0x2000, 0x2001, 0x3fff, 0x0001,
					   0x1fff };
	__u32 i, j, member;

	(void)state;
	for (i = 0; i < 200; i++) {
		struct frame_spec flow = random_flow(false);

		member = hash4_member(flow.source, flow.destination,
				      flow.protocol, 0, 0);
		for (j = 0; j < 5; j++) {
			flow.fragment = fragments[j];
			flow.sport = 1 + i + j;
			require_member(&flow, member);
		}
	}
}

/* Protocols without ports, and packets too short to have them. */
static void test_no_ports(void **state)
{
	static const __u8 protocols[] = { 1, 2, 4, 41, 47, 50, 89, 112, 253 };
	struct frame_spec flow;
	__u32 i, member;

	(void)state;
	for (i = 0; i < 300; i++) {
		flow = random_flow(false);
		flow.protocol = protocols[i % 9];
		require_member(&flow,
			       hash4_member(flow.source, flow.destination,
					    flow.protocol, 0, 0));
		flow = random_flow(true);
		/* 44 is a fragment header, 43 a routing header. */
		flow.protocol = i & 1 ? 44 : i & 2 ? 43 : 58;
		require_member(&flow,
			       hash6_member(flow.source, flow.destination, 0,
					    flow.protocol, 0, 0));
		/* What lies behind the packet is padding, not ports. */
		flow = random_flow(false);
		flow.empty = true;
		flow.padding = 26;
		flow.protocol = 17;
		member = hash4_member(flow.source, flow.destination, 17, 0, 0);
		require_member(&flow, member);
		flow = random_flow(true);
		flow.empty = true;
		flow.padding = 6;
		flow.protocol = 6;
		member =
			hash6_member(flow.source, flow.destination, 0, 6, 0, 0);
		require_member(&flow, member);
	}
}

/* One store in a bucket or a nexthop moves exactly the flows behind it. */
static void test_bucket_and_nexthop_change(void **state)
{
	struct frame_spec flow = { .source = "172.16.0.1",
				   .destination = "10.9.0.1" };
	__u32 member[64], i, now, second = 0;

	(void)state;
	for (i = 0; i < 64; i++) {
		flow.sport = 1000 + i;
		member[i] = member_of(&flow);
		require(member[i] < 2, "member %u", member[i]);
		second += member[i];
	}
	require(second > 0 && second < 64, "one bucket has all flows");
	router_bucket(&router, NARROW_FIRST, ID_MEMBER + 2);
	for (i = 0; i < 64; i++) {
		flow.sport = 1000 + i;
		now = member_of(&flow);
		require(now == (member[i] ? member[i] : 2), "member %u", now);
	}
	router.nexthop[ID_MEMBER + 2].adjacency = 0;
	for (i = 0; i < 64; i++) {
		flow.sport = 1000 + i;
		frame_build(&frame, &flow);
		router_run(&router, ROUTER_IN, &frame, &result);
		require(result.verdict == (member[i] ? VERDICT_FORWARD_IPV4
						     : VERDICT_PUNT_NEIGHBOUR),
			"%s", router_verdict_name(result.verdict));
	}
	router.nexthop[ID_MEMBER + 2].adjacency = ID_MEMBER + 2;
	router_group(&router, ID_GROUP_NARROW, 1, ID_MEMBER + 3);
	for (i = 0; i < 64; i++) {
		flow.sport = 1000 + i;
		now = member_of(&flow);
		require(now == 3, "member %u", now);
	}
}

/* Another seed distributes the same flows in another way. */
static void test_hash_seed(void **state)
{
	__u32 i, moved = 0;

	(void)state;
	for (i = 0; i < FLOWS; i++) {
		__u32 saddr = frame_random(&random_state);
		__u32 one = fib_hash4(1, saddr, 0x0100000a, 6, i);
		__u32 two = fib_hash4(2, saddr, 0x0100000a, 6, i);

		moved += (one ^ two) & 1;
	}
	require(moved > FLOWS * 4 / 10 && moved < FLOWS * 6 / 10,
		"%u of %u flows moved", moved, FLOWS);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ipv4_flows),
		cmocka_unit_test(test_ipv6_flows),
		cmocka_unit_test(test_flow_label),
		cmocka_unit_test(test_ipv4_fragments),
		cmocka_unit_test(test_no_ports),
		cmocka_unit_test(test_bucket_and_nexthop_change),
		cmocka_unit_test(test_hash_seed),
	};

	return cmocka_run_group_tests_name("forwarder: ECMP", tests,
					   group_setup, group_teardown);
}
