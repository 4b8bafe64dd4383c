/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * router.c - the forwarder loaded with real interfaces: set-up and tear-down.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "router.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bpf/forwarder.skel.h"
#include "router_require.h"

static const char *const interface_name[ROUTER_INTERFACES] = {
	"in",
	"out1",
	"out2",
	"bare",
};

void router_namespace(void)
{
	char command[128];
	int i;

	require(unshare(CLONE_NEWNET) == 0, "unshare: %s", strerror(errno));
	for (i = 0; i < ROUTER_INTERFACES; i++) {
		snprintf(command, sizeof(command),
			 "ip link add %s type veth peer name peer%d",
			 interface_name[i], i);
		require(system(command) == 0, "%s", command);
	}
}

static size_t map_bytes(const struct bpf_map *map)
{
	size_t stride = (bpf_map__value_size(map) + 7) & ~7UL;
	size_t page = sysconf(_SC_PAGESIZE);
	size_t bytes = stride * bpf_map__max_entries(map);

	return (bytes + page - 1) & ~(page - 1);
}

static void *map_memory(const struct bpf_map *map)
{
	void *memory = mmap(NULL, map_bytes(map), PROT_READ | PROT_WRITE,
			    MAP_SHARED, bpf_map__fd(map), 0);

	require(memory != MAP_FAILED, "mmap of %s: %s", bpf_map__name(map),
		strerror(errno));
	return memory;
}

static void set_sizes(struct router *router)
{
	const struct fib_config *config = &router->config;
	__u32 rows = config->ncpus + 1;
	struct forwarder *skel = router->skeleton;

	bpf_map__set_max_entries(skel->maps.fib4_lpm, ROUTER_ROUTES);
	bpf_map__set_max_entries(skel->maps.fib6_lpm, ROUTER_ROUTES);
	bpf_map__set_max_entries(skel->maps.route_hot,
				 config->ncpus * config->max_routes);
	bpf_map__set_max_entries(skel->maps.route, config->max_routes);
	bpf_map__set_max_entries(skel->maps.nhgroup, config->max_groups);
	bpf_map__set_max_entries(skel->maps.bucket,
				 config->max_buckets >> FIB_BUCKET_SHIFT);
	bpf_map__set_max_entries(skel->maps.nexthop, config->max_nexthops);
	bpf_map__set_max_entries(skel->maps.adjacency, config->max_adjacencies);
	bpf_map__set_max_entries(skel->maps.nexthop_cnt,
				 rows * config->max_nexthops);
	bpf_map__set_max_entries(skel->maps.verdict_cnt,
				 rows * FIB_PORTS_MAX * VERDICTS);
	bpf_map__set_max_entries(skel->maps.neigh4, 64);
	bpf_map__set_max_entries(skel->maps.neigh6, 64);
	bpf_map__set_max_entries(skel->maps.local4, 64);
}

static void open_ports(struct router *router)
{
	__u32 i, ifindex;

	for (i = 0; i < ROUTER_INTERFACES; i++) {
		ifindex = if_nametoindex(interface_name[i]);
		require(ifindex, "%s: no such interface", interface_name[i]);
		router->ifindex[i] = ifindex;
		router->mac[i][0] = 0x02;
		router->mac[i][5] = i + 1;
		if (i == ROUTER_BARE)
			continue;
		router_port(router, i, ROUTER_PORT_FLAGS);
		require(bpf_map_update_elem(router_fd(router, "devmap"),
					    &ifindex, &ifindex, BPF_ANY) == 0,
			"devmap: %s", strerror(errno));
	}
}

void router_open(struct router *router, enum fib_counters counters)
{
	struct forwarder *skel;

	memset(router, 0, sizeof(*router));
	router->config = (struct fib_config){
		.ncpus = libbpf_num_possible_cpus(),
		.max_routes = ROUTER_ROUTES,
		.max_nexthops = ROUTER_NEXTHOPS,
		.max_groups = ROUTER_GROUPS,
		.max_buckets = ROUTER_BUCKETS,
		.max_adjacencies = ROUTER_ADJACENCIES,
		.hash_seed = 0x5eed1234,
		.counters = counters,
	};
	skel = forwarder__open();
	require(skel, "cannot open the BPF object: %s", strerror(errno));
	router->skeleton = skel;
	set_sizes(router);
	skel->rodata->config = router->config;
	require(forwarder__load(skel) == 0, "cannot load the forwarder: %s",
		strerror(errno));
	router->program = bpf_program__fd(skel->progs.xdp_forwarder);
	router->route_hot = map_memory(skel->maps.route_hot);
	router->nhgroup = map_memory(skel->maps.nhgroup);
	router->bucket = map_memory(skel->maps.bucket);
	router->nexthop = map_memory(skel->maps.nexthop);
	router->adjacency = map_memory(skel->maps.adjacency);
	router->nexthop_cnt = map_memory(skel->maps.nexthop_cnt);
	router->verdict_cnt = map_memory(skel->maps.verdict_cnt);
	open_ports(router);
	/*
	 * Test runs with a repeat count patch the kernel's XDP dispatcher, with
	 * two RCU grace periods each, unless the program is attached somewhere.
	 */
	skel->links.xdp_forwarder = bpf_program__attach_xdp(
		skel->progs.xdp_forwarder, router->ifindex[ROUTER_IN]);
	require(skel->links.xdp_forwarder, "cannot attach the forwarder: %s",
		strerror(errno));
}

void router_close(struct router *router)
{
	struct forwarder *skel = router->skeleton;

	munmap(router->route_hot, map_bytes(skel->maps.route_hot));
	munmap(router->nhgroup, map_bytes(skel->maps.nhgroup));
	munmap(router->bucket, map_bytes(skel->maps.bucket));
	munmap(router->nexthop, map_bytes(skel->maps.nexthop));
	munmap(router->adjacency, map_bytes(skel->maps.adjacency));
	munmap(router->nexthop_cnt, map_bytes(skel->maps.nexthop_cnt));
	munmap(router->verdict_cnt, map_bytes(skel->maps.verdict_cnt));
	forwarder__destroy(skel);
	memset(router, 0, sizeof(*router));
}

int router_fd(struct router *router, const char *map)
{
	int fd = bpf_object__find_map_fd_by_name(router->skeleton->obj, map);

	require(fd >= 0, "no map %s", map);
	return fd;
}

bool router_pin(__u32 cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return sched_setaffinity(0, sizeof(set), &set) == 0;
}

__u32 router_cpu(void)
{
	return sched_getcpu();
}
