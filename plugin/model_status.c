// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/fib.h"

#include "lib/version.h"

#include "plugin/adjacency.h"
#include "plugin/health.h"
#include "plugin/model.h"
#include "plugin/nexthop.h"
#include "plugin/nhgroup.h"
#include "plugin/pin.h"
#include "plugin/program.h"
#include "plugin/provider.h"
#include "plugin/route.h"
#include "plugin/settings.h"

static void number(struct json_object *object, const char *name, uint64_t value)
{
	json_object_object_add(object, name,
			       json_object_new_int64((int64_t)value));
}

static void string(struct json_object *object, const char *name,
		   const char *value)
{
	json_object_object_add(object, name, json_object_new_string(value));
}

static struct json_object *status_reasons(void)
{
	struct json_object *reasons = json_object_new_array();

	for (int reason = 0; reason < HEALTH_REASONS; reason++)
		if (health_text(reason))
			json_object_array_add(
				reasons,
				json_object_new_string(health_text(reason)));
	return reasons;
}

const char *counters_name(enum fib_counters counters)
{
	switch (counters) {
	case FIB_COUNTERS_NONE:
		return "none";
	case FIB_COUNTERS_NEXTHOP:
		return "nexthop";
	case FIB_COUNTERS_ROUTE:
		return "route";
	}
	return "invalid";
}

static struct json_object *status_parameters(void)
{
	struct json_object *object = json_object_new_object();

	number(object, "maxRoutesIpv4", settings.max_routes4);
	number(object, "maxRoutesIpv6", settings.max_routes6);
	string(object, "counters", counters_name(settings.counters));
	number(object, "hashSeed", settings.hash_seed);
	return object;
}

static struct json_object *status_counts(void)
{
	struct json_object *object = json_object_new_object();

	number(object, "routesIpv4", route_count(AF_INET));
	number(object, "routesIpv6", route_count(AF_INET6));
	number(object, "overflowIpv4", route_overflow_count(AF_INET));
	number(object, "overflowIpv6", route_overflow_count(AF_INET6));
	number(object, "nexthopGroups", nhgroup_count());
	number(object, "nexthops", nexthop_count());
	number(object, "adjacencies", adjacency_count());
	number(object, "interfaces", port_count());
	return object;
}

static struct json_object *status_contexts(void)
{
	struct provider_statistics statistics = provider_statistics();
	struct json_object *object = json_object_new_object();

	number(object, "installs", statistics.installs);
	number(object, "withdrawals", statistics.withdrawals);
	number(object, "punted", statistics.punted);
	number(object, "failures", statistics.failures);
	number(object, "ignored", statistics.ignored);
	return object;
}

static struct json_object *status_programs(void)
{
	struct json_object *array = json_object_new_array();
	struct json_object *object;

	if (program_id()) {
		object = json_object_new_object();
		string(object, "name", "xdp_forwarder");
		number(object, "id", program_id());
		json_object_array_add(array, object);
	}
	return array;
}

static struct json_object *status_maps(void)
{
	struct json_object *array = json_object_new_array();

	for (int id = 0; id < MAPS; id++) {
		struct json_object *object;

		if (maps.fd[id] < 0)
			continue;
		object = json_object_new_object();
		string(object, "name", map_name(id));
		number(object, "id", map_kernel_id(&maps, id));
		number(object, "maxEntries", map_max_entries(&maps, id));
		number(object, "memory", map_memory(&maps, id));
		json_object_array_add(array, object);
	}
	return array;
}

struct json_object *model_status(void)
{
	struct json_object *object = json_object_new_object();

	string(object, "moduleVersion", MODULE_VERSION);
	string(object, "frrVersion", FRR_VER_SHORT);
	number(object, "abiVersion", FIB_ABI_VERSION);
	string(object, "health", health_ok() ? "ok" : "degraded");
	json_object_object_add(object, "reasons", status_reasons());
	if (pin_directory())
		string(object, "pinDirectory", pin_directory());
	json_object_object_add(object, "parameters", status_parameters());
	json_object_object_add(object, "counts", status_counts());
	json_object_object_add(object, "contexts", status_contexts());
	json_object_object_add(object, "programs", status_programs());
	json_object_object_add(object, "maps", status_maps());
	return object;
}
