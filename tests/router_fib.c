/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * router_fib.c - records written into the router's maps.
 */
#include "router.h"

#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "router_require.h"

static void map_set(struct router *router, const char *map, const void *key,
		    const void *value)
{
	require(bpf_map_update_elem(router_fd(router, map), key, value,
				    BPF_ANY) == 0,
		"%s: %s", map, strerror(errno));
}

void router_port(struct router *router, enum router_interface port, __u32 flags)
{
	struct fib_port record = {
		.slot = port + 1,
		.table = ROUTER_TABLE,
		.flags = flags,
	};

	memcpy(record.mac, router->mac[port], sizeof(record.mac));
	map_set(router, "port", &router->ifindex[port], &record);
}

/* Splits "address/length"; returns the length. */
static __u32 parse_prefix(const char *prefix, int *family, __u8 addr[16])
{
	char text[64];
	char *slash;

	snprintf(text, sizeof(text), "%s", prefix);
	slash = strchr(text, '/');
	require(slash, "%s: no prefix length", prefix);
	*slash = '\0';
	*family = strchr(text, ':') ? AF_INET6 : AF_INET;
	require(inet_pton(*family, text, addr) == 1, "%s: no prefix", prefix);
	return strtoul(slash + 1, NULL, 10);
}

void router_route_id(struct router *router, __u32 table, const char *prefix,
		     __u32 id)
{
	struct fib4_key key4 = { .table = table };
	struct fib6_key key6 = { .table = table };
	__u8 addr[16] = { 0 };
	__u32 length;
	int family;

	length = parse_prefix(prefix, &family, addr);
	if (family == AF_INET) {
		key4.prefixlen = FIB_KEY_TABLE_BITS + length;
		memcpy(&key4.addr, addr, sizeof(key4.addr));
		map_set(router, "fib4_lpm", &key4, &id);
	} else {
		key6.prefixlen = FIB_KEY_TABLE_BITS + length;
		memcpy(key6.addr, addr, sizeof(key6.addr));
		map_set(router, "fib6_lpm", &key6, &id);
	}
}

void router_route_word(struct router *router, __u32 id, __u32 word)
{
	__u32 cpu;

	for (cpu = 0; cpu < router->config.ncpus; cpu++)
		router_route_hot(router, cpu, id)->word = word;
}

__u32 router_route(struct router *router, __u32 table, const char *prefix,
		   __u32 word)
{
	__u32 id = ++router->routes;

	require(id < ROUTER_ROUTES, "out of route ids");
	router_route_word(router, id, word);
	router_route_id(router, table, prefix, id);
	return id;
}

void router_group(struct router *router, __u32 id, __u32 nbuckets, __u32 first)
{
	router->nhgroup[id] = (struct fib_nhgroup){
		.nbuckets = nbuckets,
		.first = first,
	};
}

void router_bucket(struct router *router, __u32 slot, __u32 nexthop)
{
	router->bucket[slot >> FIB_BUCKET_SHIFT]
		.nexthop[slot & FIB_BUCKET_MASK] = nexthop;
}

void router_nexthop(struct router *router, __u32 id,
		    enum router_interface egress, __u8 family, __u16 flags,
		    __u32 adjacency)
{
	router->nexthop[id] = (struct fib_nexthop){
		.adjacency = adjacency,
		.ifindex = router->ifindex[egress],
		.flags = flags,
		.family = family,
		.weight = 1,
	};
}

void router_adjacency(struct router *router, __u32 id,
		      enum router_interface egress, __u32 mtu4, __u32 mtu6)
{
	struct fib_adjacency *record = &router->adjacency[id];

	*record = (struct fib_adjacency){
		.dmac = { 0x02, 0, 0, 0, 0xad, id },
		.ifindex = router->ifindex[egress],
		.mtu4 = mtu4,
		.mtu6 = mtu6,
	};
	memcpy(record->smac, router->mac[egress], sizeof(record->smac));
}

/* The key of addr in neigh4 or neigh6; returns the map's name. */
static const char *neigh_key(struct router *router,
			     enum router_interface egress, const char *addr,
			     struct fib_neigh4_key *key4,
			     struct fib_neigh6_key *key6)
{
	key4->ifindex = router->ifindex[egress];
	key6->ifindex = router->ifindex[egress];
	if (inet_pton(AF_INET, addr, &key4->addr) == 1)
		return "neigh4";
	require(inet_pton(AF_INET6, addr, key6->addr) == 1, "%s: no address",
		addr);
	return "neigh6";
}

void router_neigh(struct router *router, enum router_interface egress,
		  const char *addr, __u32 adjacency)
{
	struct fib_neigh value = { .adjacency = adjacency };
	struct fib_neigh4_key key4 = { 0 };
	struct fib_neigh6_key key6 = { 0 };
	const char *map = neigh_key(router, egress, addr, &key4, &key6);

	map_set(router, map,
		strcmp(map, "neigh4") ? (void *)&key6 : (void *)&key4, &value);
}

bool router_neigh_used(struct router *router, enum router_interface egress,
		       const char *addr)
{
	struct fib_neigh value = { 0 };
	struct fib_neigh4_key key4 = { 0 };
	struct fib_neigh6_key key6 = { 0 };
	const char *map = neigh_key(router, egress, addr, &key4, &key6);

	require(bpf_map_lookup_elem(router_fd(router, map),
				    strcmp(map, "neigh4") ? (void *)&key6
							  : (void *)&key4,
				    &value) == 0,
		"%s: no neighbour %s", map, addr);
	return value.used != 0;
}

void router_local4(struct router *router, __u32 table, const char *addr)
{
	struct fib_local4_key key = { .table = table };
	__u8 value = 1;

	require(inet_pton(AF_INET, addr, &key.addr) == 1, "%s: no address",
		addr);
	map_set(router, "local4", &key, &value);
}

struct fib_counter *router_verdict(struct router *router, __u32 cpu, __u32 slot,
				   enum verdict verdict)
{
	return &router->verdict_cnt[(cpu * FIB_PORTS_MAX + slot) * VERDICTS +
				    verdict];
}

struct fib_counter *router_nexthop_count(struct router *router, __u32 cpu,
					 __u32 id)
{
	return &router->nexthop_cnt[cpu * router->config.max_nexthops + id];
}

struct fib_route_hot *router_route_hot(struct router *router, __u32 cpu,
				       __u32 id)
{
	return &router->route_hot[cpu * router->config.max_routes + id];
}

__u64 router_verdict_total(struct router *router)
{
	__u32 count = (router->config.ncpus + 1) * FIB_PORTS_MAX * VERDICTS;
	__u64 total = 0;
	__u32 i;

	for (i = 0; i < count; i++)
		total += router->verdict_cnt[i].packets;
	return total;
}
