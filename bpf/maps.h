/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * maps.h - the forwarder's maps and its configuration.
 *
 * The keys and values are described in abi.h. The module sets max_entries of
 * every map of size 1 before the object is loaded.
 */
#ifndef FRR_BPF_MAPS_H
#define FRR_BPF_MAPS_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "abi.h"

/* Read-only once loaded: the verifier sees constants, what is off costs nothing. */
const volatile struct fib_config config = {};

/* An array that the module reads and writes through mmap. */
#define ARRAY_MAP(name, value_type)                                            \
	struct {                                                               \
		__uint(type, BPF_MAP_TYPE_ARRAY);                              \
		__uint(map_flags, BPF_F_MMAPABLE);                             \
		__uint(max_entries, 1);                                        \
		__type(key, __u32);                                            \
		__type(value, value_type);                                     \
	} name SEC(".maps")

/* A map whose elements are allocated one by one. */
#define DYNAMIC_MAP(name, kind, key_type, value_type)                          \
	struct {                                                               \
		__uint(type, kind);                                            \
		__uint(map_flags, BPF_F_NO_PREALLOC);                          \
		__uint(max_entries, 1);                                        \
		__type(key, key_type);                                         \
		__type(value, value_type);                                     \
	} name SEC(".maps")

DYNAMIC_MAP(fib4_lpm, BPF_MAP_TYPE_LPM_TRIE, struct fib4_key, __u32);
DYNAMIC_MAP(fib6_lpm, BPF_MAP_TYPE_LPM_TRIE, struct fib6_key, __u32);

ARRAY_MAP(route_hot, struct fib_route_hot);
ARRAY_MAP(route, struct fib_route); /* for people and the module only */
ARRAY_MAP(nhgroup, struct fib_nhgroup);
ARRAY_MAP(bucket, struct fib_bucket);
ARRAY_MAP(nexthop, struct fib_nexthop);
ARRAY_MAP(adjacency, struct fib_adjacency);
ARRAY_MAP(nexthop_cnt, struct fib_counter);
ARRAY_MAP(verdict_cnt, struct fib_counter);

DYNAMIC_MAP(neigh4, BPF_MAP_TYPE_HASH, struct fib_neigh4_key, struct fib_neigh);
DYNAMIC_MAP(neigh6, BPF_MAP_TYPE_HASH, struct fib_neigh6_key, struct fib_neigh);
DYNAMIC_MAP(local4, BPF_MAP_TYPE_HASH, struct fib_local4_key, __u8);

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, FIB_PORTS_MAX);
	__type(key, __u32);
	__type(value, struct fib_port);
} port SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_DEVMAP_HASH);
	__uint(max_entries, FIB_PORTS_MAX);
	__type(key, __u32);
	__type(value, __u32);
} devmap SEC(".maps");

#endif /* FRR_BPF_MAPS_H */
