/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * router.h - a router for the program tests: the forwarder loaded in a network
 * namespace of its own, with real interfaces, its maps filled by hand, frames
 * sent through it with BPF_PROG_TEST_RUN.
 *
 * Every function stops the program with a message when the kernel refuses.
 */
#ifndef FRR_BPF_TESTS_ROUTER_H
#define FRR_BPF_TESTS_ROUTER_H

#include <linux/types.h>
#include <stdbool.h>

#include "bpf/abi.h"
#include "frame.h"

/* Interfaces; all but BARE are ports. The slot of port i is i + 1. */
enum router_interface {
	ROUTER_IN,
	ROUTER_OUT1,
	ROUTER_OUT2,
	ROUTER_BARE, /* no bpf forwarding: neither port nor redirect target */
	ROUTER_INTERFACES
};

#define ROUTER_TABLE 254
#define ROUTER_ROUTES 4096
#define ROUTER_GROUPS 64
#define ROUTER_BUCKETS 2048
#define ROUTER_NEXTHOPS 64
#define ROUTER_ADJACENCIES 64
#define ROUTER_PORT_FLAGS (FIB_PORT_UP | FIB_PORT_FORWARD4 | FIB_PORT_FORWARD6)

struct router {
	struct forwarder *skeleton;
	int program;
	struct fib_config config;
	__u32 ifindex[ROUTER_INTERFACES];
	__u8 mac[ROUTER_INTERFACES][6]; /* 02:00:00:00:00:01 and up */
	struct fib_route_hot *route_hot;
	struct fib_nhgroup *nhgroup;
	struct fib_bucket *bucket;
	struct fib_nexthop *nexthop;
	struct fib_adjacency *adjacency;
	struct fib_counter *nexthop_cnt;
	struct fib_counter *verdict_cnt;
	__u32 routes; /* ids handed out so far; the first is 1 */
	__u64 runs;   /* frames sent with router_run() */
};

/* What became of one frame. */
struct router_result {
	int action; /* XDP_PASS, XDP_DROP, XDP_REDIRECT */
	enum verdict verdict;
	__u32 slot; /* where it was counted */
	struct frame out;
};

/* Moves the process into a new network namespace with the interfaces. */
void router_namespace(void);

/* Loads the forwarder with the counter mode and sets up the ports. */
void router_open(struct router *router, enum fib_counters counters);
void router_close(struct router *router);

/* Overwrites a port's record with these flags (ROUTER_PORT_FLAGS at first). */
void router_port(struct router *router, enum router_interface port,
		 __u32 flags);

/*
 * Adds "10.0.0.0/8" or "2001:db8::/32" to the table with the given forwarding
 * word; returns the new route id. router_route_id() sets a prefix to an id.
 */
__u32 router_route(struct router *router, __u32 table, const char *prefix,
		   __u32 word);
void router_route_id(struct router *router, __u32 table, const char *prefix,
		     __u32 id);
void router_route_word(struct router *router, __u32 id, __u32 word);

/* A nexthop group: one nexthop, or buckets slots first .. first + nbuckets - 1. */
void router_group(struct router *router, __u32 id, __u32 nbuckets, __u32 first);
void router_bucket(struct router *router, __u32 slot, __u32 nexthop);
void router_nexthop(struct router *router, __u32 id,
		    enum router_interface egress, __u8 family, __u16 flags,
		    __u32 adjacency);

/* The adjacency's destination MAC is 02:00:00:00:ad:<id>. */
void router_adjacency(struct router *router, __u32 id,
		      enum router_interface egress, __u32 mtu4, __u32 mtu6);
void router_neigh(struct router *router, enum router_interface egress,
		  const char *addr, __u32 adjacency);
bool router_neigh_used(struct router *router, enum router_interface egress,
		       const char *addr);
void router_local4(struct router *router, __u32 table, const char *addr);

/*
 * Sends one frame in by the interface. Requires that exactly one verdict of the
 * port's row (row 0 for an interface that is no port) counted exactly this
 * frame on this CPU, and that the action is the verdict's.
 */
void router_run(struct router *router, enum router_interface in,
		const struct frame *frame, struct router_result *result);

/*
 * The bare test run: repeat times on the same buffer, linear bytes in the linear
 * part (0: as the kernel likes). Returns 0 or a negative errno.
 */
int router_test_run(struct router *router, enum router_interface in,
		    const struct frame *frame, __u32 repeat, __u32 linear,
		    struct router_result *result);

/* Requires the frame that a router makes of in, through this adjacency. */
void router_require_forwarded(struct router *router, const struct frame *in,
			      const struct router_result *result,
			      __u32 adjacency);

/* Requires that not one byte has changed. */
void router_require_untouched(const struct frame *in,
			      const struct router_result *result);

/* Counters of one CPU, and the sum of all verdicts over CPUs and ports. */
struct fib_counter *router_verdict(struct router *router, __u32 cpu, __u32 slot,
				   enum verdict verdict);
struct fib_counter *router_nexthop_count(struct router *router, __u32 cpu,
					 __u32 id);
struct fib_route_hot *router_route_hot(struct router *router, __u32 cpu,
				       __u32 id);
__u64 router_verdict_total(struct router *router);

/* Pins the calling thread; false when it may not run on that CPU. */
bool router_pin(__u32 cpu);
__u32 router_cpu(void);

const char *router_verdict_name(enum verdict verdict);

int router_fd(struct router *router, const char *map);

#endif /* FRR_BPF_TESTS_ROUTER_H */
