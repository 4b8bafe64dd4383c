// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/ui/model.h"

#include <sys/utsname.h>

#include "plugin/base/health.h"
#include "plugin/base/lock.h"
#include "plugin/control/orders.h"
#include "plugin/control/resize.h"
#include "plugin/control/settings.h"
#include "plugin/engine/pin.h"
#include "plugin/engine/program.h"
#include "plugin/fib/adjacency.h"
#include "plugin/fib/nexthop.h"
#include "plugin/fib/nhgroup.h"
#include "plugin/fib/record.h"
#include "plugin/fib/route.h"
#include "plugin/zebra/provider.h"
#include "plugin/ports/port_attach.h"
#include "plugin/ports/port_filters.h"

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

	model_number(object, "maxRoutesIpv4", settings.max_routes4);
	model_number(object, "maxRoutesIpv6", settings.max_routes6);
	model_string(object, "counters", counters_name(settings.counters));
	model_number(object, "hashSeed", settings.hash_seed);
	model_string(object, "vlanOffload",
		     settings.ignore_vlan_offload ? "ignore" : "punt");
	model_string(object, "netfilter",
		     settings.ignore_netfilter ? "ignore" : "punt");
	return object;
}

static void add_filter(const struct kernel_filter *filter, void *argument)
{
	struct json_object *object = json_object_new_object();

	model_string(object, "name", filter->text);
	model_string(object, "afi",
		     filter->family == AF_INET	  ? "ipv4"
		     : filter->family == AF_INET6 ? "ipv6"
						  : "all");
	json_object_array_add(argument, object);
}

/* What forwarded packets pass in the kernel, for an operator to find there. */
static struct json_object *status_filters(void)
{
	struct json_object *array = json_object_new_array();

	port_filters_walk(add_filter, array);
	return array;
}

static struct json_object *status_counts(void)
{
	struct json_object *object = json_object_new_object();

	model_number(object, "routesIpv4", record_count(AF_INET));
	model_number(object, "routesIpv6", record_count(AF_INET6));
	model_number(object, "overflowIpv4", route_overflow_count(AF_INET));
	model_number(object, "overflowIpv6", route_overflow_count(AF_INET6));
	model_number(object, "nexthopGroups", nhgroup_count());
	model_number(object, "nexthops", nexthop_count());
	model_number(object, "adjacencies", adjacency_count());
	model_number(object, "interfaces", port_count());
	return object;
}

static struct json_object *status_contexts(void)
{
	struct orders_statistics statistics = orders_statistics();
	struct json_object *object = json_object_new_object();

	model_number(object, "installs", statistics.installs);
	model_number(object, "withdrawals", statistics.withdrawals);
	model_number(object, "punted", statistics.punted);
	model_number(object, "failures", statistics.failures);
	model_number(object, "ignored", provider_ignored());
	return object;
}

static struct json_object *status_programs(void)
{
	struct json_object *array = json_object_new_array();
	struct json_object *object;

	if (program_id()) {
		object = json_object_new_object();
		model_string(object, "name", "xdp_forwarder");
		model_number(object, "id", program_id());
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
		model_string(object, "name", map_name(id));
		model_number(object, "id", map_kernel_id(&maps, id));
		model_number(object, "maxEntries", map_max_entries(&maps, id));
		model_number(object, "memory", map_memory(&maps, id));
		json_object_array_add(array, object);
	}
	return array;
}

struct json_object *model_status(void)
{
	struct json_object *object = json_object_new_object();
	struct utsname kernel;

	model_string(object, "moduleVersion", FRR_BPF_VERSION);
	model_string(object, "frrVersion", FRR_VER_SHORT);
	if (!uname(&kernel))
		model_string(object, "kernelVersion", kernel.release);
	model_number(object, "abiVersion", FIB_ABI_VERSION);
	model_string(object, "health", health_ok() ? "ok" : "degraded");
	json_object_object_add(object, "reasons", status_reasons());
	if (pin_directory())
		model_string(object, "pinDirectory", pin_directory());
	json_object_object_add(object, "parameters", status_parameters());
	json_object_object_add(object, "filters", status_filters());
	json_object_object_add(object, "counts", status_counts());
	json_object_object_add(object, "contexts", status_contexts());
	json_object_object_add(object, "audit", model_audit());
	model_number(object, "longestHold", fib_lock_longest());
	json_object_object_add(object, "resizing",
			       json_object_new_boolean(resize_running()));
	json_object_object_add(object, "programs", status_programs());
	json_object_object_add(object, "maps", status_maps());
	return object;
}
