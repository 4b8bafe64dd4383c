// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/control/settings.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>

#include "plugin/base/compat.h"
#include "lib/log.h"
#include "lib/privs.h"

#include "plugin/base/health.h"
#include "plugin/base/idpool.h"
#include "plugin/base/lock.h"
#include "plugin/control/resize.h"
#include "plugin/engine/maps.h"
#include "plugin/engine/pin.h"
#include "plugin/engine/program.h"
#include "plugin/engine/veth_layout.h"
#include "plugin/fib/record.h"
#include "plugin/fib/route.h"
#include "plugin/ports/port_attach.h"
#include "plugin/ports/port_filters.h"

/* Shared by many routes, so far fewer than routes; memory is charged at once. */
#define MAX_NEXTHOPS 16384
#define MAX_GROUPS 32768
#define MAX_BUCKETS (5 * 262144)
#define MAX_ADJACENCIES 32768
#define MAX_NEIGHBOURS 65536

extern struct zebra_privs_t zserv_privs;

struct settings settings = {
	.max_routes4 = MAX_ROUTES4_DEFAULT,
	.max_routes6 = MAX_ROUTES6_DEFAULT,
	.counters = FIB_COUNTERS_ROUTE,
};

static void settings_config(const struct settings *from, struct maps *m)
{
	m->max_routes4 = from->max_routes4;
	m->max_routes6 = from->max_routes6;
	m->max_neighbours = MAX_NEIGHBOURS;
	m->config = (struct fib_config){
		.ncpus = (uint32_t)libbpf_num_possible_cpus(),
		/* Id 0 is never a route. */
		.max_routes = from->max_routes4 + from->max_routes6 + 1,
		.max_nexthops = MAX_NEXTHOPS,
		.max_groups = MAX_GROUPS,
		.max_buckets = MAX_BUCKETS,
		.max_adjacencies = MAX_ADJACENCIES,
		.hash_seed = from->hash_seed,
		.counters = from->counters,
		.veth = veth_layout(),
	};
}

static void grace_period_prepare(void)
{
	int ret = 0;

	if (grace_period_offered())
		return;
	frr_with_privs (&zserv_privs) {
		ret = maps_grace_period_prepare();
	}
	if (ret)
		zlog_warn(
			"bpf: this kernel refuses membarrier(2) and maps of maps (%s): records are reused after 50 ms",
			strerror(-ret));
	else
		grace_period_substitute(maps_grace_period);
}

int settings_start(void)
{
	char error[256];
	int ret;

	grace_period_prepare();
	maps_init(&maps);
	settings_config(&settings, &maps);
	ret = program_load(&maps, error, sizeof(error));
	if (ret) {
		health_set(HEALTH_PROGRAM, "%s; the kernel forwards everything",
			   error);
		return ret;
	}
	program_use();
	pin_maps(&maps);
	return 0;
}

/* Same maps, another program. */
static int program_swap(const struct settings *wanted, char *error, size_t size)
{
	struct maps with = maps;
	int ret;

	settings_config(wanted, &with);
	ret = program_load(&with, error, size);
	if (ret)
		return ret;
	fib_lock();
	maps.config = with.config;
	program_use();
	port_replace_programs();
	fib_unlock();
	return 0;
}

/* One row of route_hot for each possible CPU: the index is 32 bits wide. */
static bool routes_too_many(const struct settings *wanted)
{
	uint64_t routes = (uint64_t)wanted->max_routes4 + wanted->max_routes6;

	return (routes + 1) * (uint64_t)libbpf_num_possible_cpus() > UINT32_MAX;
}

/* Fewer than there are: said at once, not after half of them were moved. */
static bool routes_too_few(const struct settings *wanted)
{
	bool few;

	fib_lock();
	few = (wanted->max_routes4 < maps.max_routes4 &&
	       record_count(AF_INET) > wanted->max_routes4) ||
	      (wanted->max_routes6 < maps.max_routes6 &&
	       record_count(AF_INET6) > wanted->max_routes6);
	fib_unlock();
	return few;
}

static int check(const struct settings *wanted, char *error, size_t size)
{
	if (routes_too_many(wanted)) {
		snprintf(
			error, size,
			"so many routes on so many CPUs are more than a BPF map can hold");
		return -E2BIG;
	}
	if (program_id() && routes_too_few(wanted)) {
		snprintf(error, size, "cannot move the routes: %s",
			 resize_reason(-ENOSPC));
		return -ENOSPC;
	}
	return 0;
}

/* What the maps are moved for. */
static struct settings resizing;

static void resized(int result);

/* Make the forwarder what is wanted. */
static int enforce(const struct settings *wanted, char *error, size_t size)
{
	struct maps to;

	if (wanted->max_routes4 != maps.max_routes4 ||
	    wanted->max_routes6 != maps.max_routes6) {
		maps_init(&to);
		settings_config(wanted, &to);
		resizing = *wanted;
		return resize_begin(&to, resized, error, size);
	}
	if (wanted->hash_seed != maps.config.hash_seed ||
	    wanted->counters != maps.config.counters)
		return program_swap(wanted, error, size);
	return 0;
}

/* A move that the command did not wait for has ended. */
static void resized(int result)
{
	char error[256];

	if (result) {
		/* Unless other sizes were configured meanwhile. */
		if (settings.max_routes4 == resizing.max_routes4 &&
		    settings.max_routes6 == resizing.max_routes6) {
			settings.max_routes4 = maps.max_routes4;
			settings.max_routes6 = maps.max_routes6;
		}
		zlog_err(
			"bpf: max-routes remain %u for IPv4 and %u for IPv6: cannot move the routes: %s",
			maps.max_routes4, maps.max_routes6,
			resize_reason(result));
	} else {
		zlog_info(
			"bpf: all routes are in maps for %u IPv4 and %u IPv6 routes",
			maps.max_routes4, maps.max_routes6);
	}
	/* What was configured meanwhile. */
	if (enforce(&settings, error, sizeof(error)))
		zlog_err("bpf: the configuration is not in force: %s", error);
}

int settings_apply(const struct settings *wanted, char *error, size_t size)
{
	int ret = check(wanted, error, size);

	if (!ret && program_id() && !resize_running())
		ret = enforce(wanted, error, size);
	if (ret)
		return ret;
	settings = *wanted;
	fib_lock();
	port_ignore_tags(settings.ignore_vlan_offload);
	port_filters_ignore(settings.ignore_netfilter);
	fib_unlock();
	return 0;
}
