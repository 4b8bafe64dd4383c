// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/control/settings.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>

#include "plugin/base/compat.h"
#include "lib/privs.h"

#include "plugin/base/health.h"
#include "plugin/base/idpool.h"
#include "plugin/engine/maps.h"
#include "plugin/engine/pin.h"
#include "plugin/engine/program.h"
#include "plugin/fib/record.h"
#include "plugin/fib/route.h"
#include "plugin/ports/port_attach.h"

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
	};
}

static void settings_pin(void)
{
	frr_with_privs (&zserv_privs) {
		pin_maps(&maps);
	}
}

int settings_start(void)
{
	char error[256];
	int ret;

	maps_init(&maps);
	settings_config(&settings, &maps);
	ret = program_load(&maps, error, sizeof(error));
	if (ret) {
		health_set(HEALTH_PROGRAM, "%s; the kernel forwards everything",
			   error);
		return ret;
	}
	program_use();
	settings_pin();
	return 0;
}

/* Same maps, another program. */
static int program_swap(const struct settings *wanted, char *error, size_t size)
{
	struct fib_config before = maps.config;
	int ret;

	settings_config(wanted, &maps);
	ret = program_load(&maps, error, size);
	if (ret) {
		maps.config = before;
		return ret;
	}
	program_use();
	port_replace_programs();
	return 0;
}

/* Everything but the route maps is shared by both sets. */
static void maps_share(struct maps *to, const struct maps *from)
{
	static const enum map_id resized[] = { MAP_FIB4_LPM, MAP_FIB6_LPM,
					       MAP_ROUTE, MAP_ROUTE_HOT };

	maps_init(to);
	memcpy(to->fd, from->fd, sizeof(to->fd));
	for (size_t i = 0; i < array_size(resized); i++)
		to->fd[resized[i]] = -1;
}

/* Route maps of another size, filled beside the old ones, then switched. */
static int routes_resize(const struct settings *wanted, char *error,
			 size_t size)
{
	struct maps from = maps, to;
	int ret;

	maps_share(&to, &from);
	settings_config(wanted, &to);
	ret = program_load(&to, error, size);
	if (!ret) {
		ret = record_move_begin(&to);
		if (ret)
			snprintf(error, size, "cannot move the routes: %s",
				 ret == -ENOSPC
					 ? "more routes than that are in use"
					 : strerror(-ret));
	}
	if (ret) {
		program_discard();
		maps_release(&to, &from);
		return ret;
	}
	maps = to;
	program_use();
	port_replace_programs();
	grace_period_wait();
	record_move_end(&from);
	maps_release(&from, &maps);
	settings_pin();
	return 0;
}

/* One row of route_hot for each possible CPU: the index is 32 bits wide. */
static bool routes_too_many(const struct settings *wanted)
{
	uint64_t routes = (uint64_t)wanted->max_routes4 + wanted->max_routes6;

	return (routes + 1) * (uint64_t)libbpf_num_possible_cpus() > UINT32_MAX;
}

int settings_apply(const struct settings *wanted, char *error, size_t size)
{
	bool resize = wanted->max_routes4 != settings.max_routes4 ||
		      wanted->max_routes6 != settings.max_routes6;
	int ret = 0;

	error[0] = '\0';
	if (routes_too_many(wanted)) {
		snprintf(
			error, size,
			"so many routes on so many CPUs are more than a BPF map can hold");
		return -E2BIG;
	}
	if (program_id() && resize)
		ret = routes_resize(wanted, error, size);
	else if (program_id() && (wanted->hash_seed != settings.hash_seed ||
				  wanted->counters != settings.counters))
		ret = program_swap(wanted, error, size);
	if (!ret)
		settings = *wanted;
	return ret;
}
