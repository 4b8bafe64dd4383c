/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * forwarder_counters.c - routes, nexthops and verdicts are counted exactly, on
 * every CPU, and not at all where the configuration says so.
 */
#include <arpa/inet.h>
#include <linux/bpf.h>
#include <pthread.h>
#include <string.h>

#include "frame.h"
#include "router.h"
#include "router_require.h"
#include "router_standard.h"

#define CPUS_MAX 64
#define THREAD_RUNS 200000

/* A gateway with the ingress port's MAC: test runs with a repeat count re-enter. */
#define ID_LOOP STANDARD_END

static struct router router;
static struct frame frame;
static struct router_result result;
static __u32 cpus[CPUS_MAX], cpu_count;

struct sum {
	__u64 packets;
	__u64 bytes;
};

/* The same frames for every mode; 3 forwarded, one through another nexthop. */
struct load {
	struct frame_spec frame;
	enum verdict verdict;
	__u32 route;   /* index in route_ids of the route that counts it */
	__u32 nexthop; /* 0: none */
};

enum { ROUTE_OUT1, ROUTE_OUT2, ROUTE_IPV6, ROUTE_PUNT, ROUTE_DROP, ROUTES };

static const char *const route_prefixes[ROUTES] = {
	"10.201.0.0/16", "10.202.0.0/16", "2001:db8:201::/48",
	"10.203.0.0/16", "10.204.0.0/16",
};

static const struct load loads[] = {
	{ { .destination = "10.201.0.1" },
	  VERDICT_FORWARD_IPV4,
	  ROUTE_OUT1,
	  STANDARD_GATEWAY_OUT1 },
	/* Padding counts: bytes are those of the frame that came in. */
	{ { .destination = "10.201.9.9", .payload = 7, .padding = 100 },
	  VERDICT_FORWARD_IPV4,
	  ROUTE_OUT1,
	  STANDARD_GATEWAY_OUT1 },
	{ { .destination = "10.202.0.1", .payload = 1000 },
	  VERDICT_FORWARD_IPV4,
	  ROUTE_OUT2,
	  STANDARD_GATEWAY_OUT2 },
	/* Too big: the route counts it, no nexthop does. */
	{ { .destination = "10.202.0.1", .payload = 1450 },
	  VERDICT_PUNT_TOO_BIG,
	  ROUTE_OUT2,
	  0 },
	{ { .destination = "2001:db8:201::1", .payload = 55 },
	  VERDICT_FORWARD_IPV6,
	  ROUTE_IPV6,
	  STANDARD_GATEWAY_OUT1 },
	{ { .destination = "10.203.0.1" },
	  VERDICT_PUNT_UNREACHABLE,
	  ROUTE_PUNT,
	  0 },
	{ { .destination = "10.204.0.1" },
	  VERDICT_DROP_BLACKHOLE,
	  ROUTE_DROP,
	  0 },
	/* Not looked up: no route counts it. */
	{ { .destination = "10.201.0.1", .ttl = 1 },
	  VERDICT_PUNT_IPV4_TTL,
	  ROUTES,
	  0 },
	{ { .destination = "192.0.2.1" }, VERDICT_PUNT_NO_ROUTE, ROUTES, 0 },
	/* A multi-buffer frame counts with its fragments. */
	{ { .destination = "10.203.0.1", .payload = 6000, .padding = 50 },
	  VERDICT_PUNT_UNREACHABLE,
	  ROUTE_PUNT,
	  0 },
};

#define LOADS (sizeof(loads) / sizeof(loads[0]))

static __u32 route_ids[ROUTES];

static void open_router(enum fib_counters counters)
{
	static const __u32 groups[] = { STANDARD_GATEWAY_OUT1,
					STANDARD_GATEWAY_OUT2,
					STANDARD_GATEWAY_OUT1 };
	__u32 i, word;

	router_open(&router, counters);
	router_standard(&router);
	for (i = 0; i < ROUTES; i++) {
		word = i < ROUTE_PUNT ? fib_word(FIB_FORWARD, groups[i])
		       : i == ROUTE_PUNT
			       ? fib_word(FIB_PUNT, VERDICT_PUNT_UNREACHABLE)
			       : fib_word(FIB_DROP, VERDICT_DROP_BLACKHOLE);
		route_ids[i] = router_route(&router, ROUTER_TABLE,
					    route_prefixes[i], word);
	}
}

/* Requires a counter row's value, and that nobody else's has moved. */
static void require_sum(const char *what, __u32 cpu, __u32 id, __u64 packets,
			__u64 bytes, const struct sum *expected)
{
	require(packets == expected->packets && bytes == expected->bytes,
		"%s %u, CPU %u: %llu packets, %llu bytes, expected %llu, %llu",
		what, id, cpu, packets, bytes, expected->packets,
		expected->bytes);
}

struct expectation {
	struct sum route[ROUTER_ROUTES];
	struct sum nexthop[ROUTER_NEXTHOPS];
	struct sum verdict[FIB_PORTS_MAX][VERDICTS];
};

static struct expectation expected[CPUS_MAX + 1];

static void sum_add(struct sum *sum, __u64 bytes)
{
	sum->packets++;
	sum->bytes += bytes;
}

static void require_expected(void)
{
	__u32 cpu, i, slot;

	/* One row more than CPUs: the sums at the last clear are not ours. */
	for (cpu = 0; cpu <= router.config.ncpus; cpu++) {
		const struct expectation *row = &expected[cpu];

		for (i = 0; i < ROUTER_ROUTES && cpu < router.config.ncpus;
		     i++) {
			const struct fib_route_hot *hot =
				router_route_hot(&router, cpu, i);

			require_sum("route", cpu, i, hot->packets, hot->bytes,
				    &row->route[i]);
		}
		for (i = 0; i < ROUTER_NEXTHOPS; i++) {
			const struct fib_counter *counter =
				router_nexthop_count(&router, cpu, i);

			require_sum("nexthop", cpu, i, counter->packets,
				    counter->bytes, &row->nexthop[i]);
		}
		for (i = 0; i < FIB_PORTS_MAX * VERDICTS; i++) {
			const struct fib_counter *counter;

			slot = i / VERDICTS;
			counter = router_verdict(&router, cpu, slot,
						 i % VERDICTS);
			require_sum("verdict", cpu, i % VERDICTS,
				    counter->packets, counter->bytes,
				    &row->verdict[slot][i % VERDICTS]);
		}
	}
}

static void send_load(const struct load *load, __u32 cpu,
		      enum fib_counters counters)
{
	frame_build(&frame, &load->frame);
	router_run(&router, ROUTER_IN, &frame, &result);
	require(result.verdict == load->verdict, "%s, expected %s",
		router_verdict_name(result.verdict),
		router_verdict_name(load->verdict));
	sum_add(&expected[cpu].verdict[ROUTER_IN + 1][load->verdict],
		frame.length);
	if (counters >= FIB_COUNTERS_NEXTHOP && load->nexthop)
		sum_add(&expected[cpu].nexthop[load->nexthop], frame.length);
	if (counters == FIB_COUNTERS_ROUTE && load->route < ROUTES)
		sum_add(&expected[cpu].route[route_ids[load->route]],
			frame.length);
}

/* Every CPU another number of rounds, so that rows cannot be confused. */
static void count_in_mode(enum fib_counters counters)
{
	__u32 i, load, round;

	open_router(counters);
	memset(expected, 0, sizeof(expected));
	for (i = 0; i < cpu_count; i++) {
		require(router_pin(cpus[i]), "cannot run on CPU %u", cpus[i]);
		for (round = 0; round < 3 + 4 * i; round++) {
			for (load = 0; load < LOADS; load++)
				send_load(&loads[load], cpus[i], counters);
		}
		require_expected();
	}
	router_close(&router);
}

static void test_mode_none(void **state)
{
	(void)state;
	count_in_mode(FIB_COUNTERS_NONE);
}

static void test_mode_nexthop(void **state)
{
	(void)state;
	count_in_mode(FIB_COUNTERS_NEXTHOP);
}

static void test_mode_route(void **state)
{
	(void)state;
	count_in_mode(FIB_COUNTERS_ROUTE);
}

/* A route keeps its counters when its word changes. */
static void test_route_update_keeps_counters(void **state)
{
	struct fib_route_hot *hot;
	__u32 cpu = cpus[0], id;

	(void)state;
	open_router(FIB_COUNTERS_ROUTE);
	require(router_pin(cpu), "cannot run on CPU %u", cpu);
	id = route_ids[ROUTE_OUT1];
	hot = router_route_hot(&router, cpu, id);
	frame_build(&frame, &loads[0].frame);
	router_run(&router, ROUTER_IN, &frame, &result);
	router_route_word(&router, id,
			  fib_word(FIB_FORWARD, STANDARD_GATEWAY_OUT2));
	router_run(&router, ROUTER_IN, &frame, &result);
	router_require_forwarded(&router, &frame, &result, STANDARD_ADJ_OUT2);
	router_route_word(&router, id,
			  fib_word(FIB_PUNT, VERDICT_PUNT_PROHIBIT));
	router_run(&router, ROUTER_IN, &frame, &result);
	require(result.verdict == VERDICT_PUNT_PROHIBIT, "still forwarded");
	require(hot->packets == 3 && hot->bytes == 3ULL * frame.length,
		"%llu packets, %llu bytes", hot->packets, hot->bytes);
	router_close(&router);
}

/* The source's route serves the reverse path check; it forwards nothing. */
static void test_rpf_counts_no_route(void **state)
{
	struct frame_spec spec = { .destination = "10.201.0.1",
				   .source = "10.3.0.7" };
	__u32 cpu = cpus[0], id, total = 0;

	(void)state;
	open_router(FIB_COUNTERS_ROUTE);
	require(router_pin(cpu), "cannot run on CPU %u", cpu);
	router_port(&router, ROUTER_IN,
		    ROUTER_PORT_FLAGS | FIB_PORT_RPF_STRICT);
	frame_build(&frame, &spec);
	router_run(&router, ROUTER_IN, &frame, &result);
	require(result.verdict == VERDICT_FORWARD_IPV4, "%s",
		router_verdict_name(result.verdict));
	for (id = 0; id < ROUTER_ROUTES; id++)
		total += router_route_hot(&router, cpu, id)->packets;
	require(total == 1 &&
			router_route_hot(&router, cpu, route_ids[ROUTE_OUT1])
					->packets == 1,
		"%u routes counted", total);
	router_close(&router);
}

/* Verdicts are counted in the row of the port; without a port in row 0. */
static void test_rows_of_ports(void **state)
{
	static const enum router_interface in[] = { ROUTER_IN, ROUTER_OUT1,
						    ROUTER_OUT2, ROUTER_BARE };
	__u32 i, cpu = cpus[0];

	(void)state;
	open_router(FIB_COUNTERS_NONE);
	require(router_pin(cpu), "cannot run on CPU %u", cpu);
	memset(expected, 0, sizeof(expected));
	frame_build(&frame, &(struct frame_spec){ .ethertype = 0x0806 });
	for (i = 0; i < 4; i++) {
		__u32 slot = in[i] == ROUTER_BARE ? 0 : in[i] + 1;

		router_run(&router, in[i], &frame, &result);
		sum_add(&expected[cpu]
				 .verdict[slot][in[i] == ROUTER_BARE
							? VERDICT_PUNT_PORT
							: VERDICT_PUNT_NOT_IP],
			frame.length);
	}
	require_expected();
	router_close(&router);
}

/* The mark by which the module keeps a neighbour confirmed. */
static void test_neighbour_used(void **state)
{
	(void)state;
	open_router(FIB_COUNTERS_NONE);
	router_neigh(&router, ROUTER_OUT1, "10.5.0.10", STANDARD_ADJ_HOST4);
	frame_build(&frame, &(struct frame_spec){ .destination = "10.5.0.9" });
	require(!router_neigh_used(&router, ROUTER_OUT1, "10.5.0.9"),
		"used before a packet");
	router_run(&router, ROUTER_IN, &frame, &result);
	require(router_neigh_used(&router, ROUTER_OUT1, "10.5.0.9"),
		"not used after a packet");
	require(!router_neigh_used(&router, ROUTER_OUT1, "10.5.0.10"),
		"another neighbour used");
	frame_build(&frame,
		    &(struct frame_spec){ .destination = "2001:db8:5::9" });
	require(!router_neigh_used(&router, ROUTER_OUT1, "2001:db8:5::9"),
		"used before a packet");
	router_run(&router, ROUTER_IN, &frame, &result);
	require(router_neigh_used(&router, ROUTER_OUT1, "2001:db8:5::9"),
		"not used after a packet");
	router_close(&router);
}

struct worker {
	pthread_t thread;
	__u32 cpu;
	int error;
};

static void *worker_run(void *argument)
{
	static const struct frame_spec spec = { .destination = "10.210.0.1",
						.ttl = 255 };
	struct worker *worker = argument;
	static __thread struct frame sent;
	static __thread struct router_result got;
	__u32 run;

	frame_build(&sent, &spec);
	worker->error = !router_pin(worker->cpu);
	/* 200 passes leave a TTL of 55: every one of them forwards. */
	for (run = 0; run < THREAD_RUNS / 200 && !worker->error; run++)
		worker->error = router_test_run(&router, ROUTER_IN, &sent, 200,
						0, &got);
	return NULL;
}

/* All CPUs at once through the same route and nexthop. */
static void test_all_cpus_at_once(void **state)
{
	struct worker workers[CPUS_MAX];
	__u32 i, id, length;

	(void)state;
	open_router(FIB_COUNTERS_ROUTE);
	router_adjacency(&router, ID_LOOP, ROUTER_OUT1, 1500, 1500);
	frame_mac(FRAME_DMAC, router.adjacency[ID_LOOP].dmac);
	router_nexthop(&router, ID_LOOP, ROUTER_OUT1, AF_INET,
		       FIB_NEXTHOP_EGRESS, ID_LOOP);
	router_group(&router, ID_LOOP, 1, ID_LOOP);
	id = router_route(&router, ROUTER_TABLE, "10.210.0.0/16",
			  fib_word(FIB_FORWARD, ID_LOOP));
	frame_build(&frame,
		    &(struct frame_spec){ .destination = "10.210.0.1" });
	length = frame.length;

	for (i = 0; i < cpu_count; i++) {
		workers[i] = (struct worker){ .cpu = cpus[i] };
		require(!pthread_create(&workers[i].thread, NULL, worker_run,
					&workers[i]),
			"no thread");
	}
	for (i = 0; i < cpu_count; i++) {
		pthread_join(workers[i].thread, NULL);
		require(!workers[i].error, "CPU %u: error %d", cpus[i],
			workers[i].error);
	}
	memset(expected, 0, sizeof(expected));
	for (i = 0; i < cpu_count; i++) {
		struct expectation *row = &expected[cpus[i]];
		struct sum all = { THREAD_RUNS, (__u64)THREAD_RUNS * length };

		row->route[id] = all;
		row->nexthop[ID_LOOP] = all;
		row->verdict[ROUTER_IN + 1][VERDICT_FORWARD_IPV4] = all;
	}
	require_expected();
	router_close(&router);
}

static int group_setup(void **state)
{
	__u32 cpu;

	(void)state;
	for (cpu = 0; cpu < CPUS_MAX; cpu++) {
		if (router_pin(cpu))
			cpus[cpu_count++] = cpu;
	}
	print_message("# %u CPUs\n", cpu_count);
	router_namespace();
	return cpu_count ? 0 : -1;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mode_none),
		cmocka_unit_test(test_mode_nexthop),
		cmocka_unit_test(test_mode_route),
		cmocka_unit_test(test_route_update_keeps_counters),
		cmocka_unit_test(test_rpf_counts_no_route),
		cmocka_unit_test(test_rows_of_ports),
		cmocka_unit_test(test_neighbour_used),
		cmocka_unit_test(test_all_cpus_at_once),
	};

	return cmocka_run_group_tests_name("forwarder: counters", tests,
					   group_setup, NULL);
}
