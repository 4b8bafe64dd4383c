// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/ui/model.h"

#include <linux/rtnetlink.h>

#include "lib/log.h"

#include "plugin/base/repair.h"
#include "plugin/fib/agreement.h"
#include "plugin/fib/path.h"
#include "plugin/fib/record.h"
#include "plugin/zebra/rib_route.h"

struct json_object *model_audit(void)
{
	struct json_object *object = json_object_new_object();
	struct audit_status status = audit_status();

	json_object_object_add(object, "running",
			       json_object_new_boolean(status.running));
	model_number(object, "passes", status.passes);
	if (status.passes) {
		model_age(object, "age", status.ended);
		model_number(object, "duration", status.took);
		model_number(object, "prefixes", status.count.prefixes);
		model_number(object, "differences", status.count.differences);
	}
	model_number(object, "repaired", repair_count());
	return object;
}

struct json_object *model_repair(const struct repair *repair)
{
	struct json_object *object = json_object_new_object();

	model_string(object, "object", repair->object);
	model_string(object, "fault", fault_name(repair->fault));
	model_string(object, "meaning", fault_text(repair->fault));
	model_age(object, "age", repair->when);
	model_number(object, "times", repair->times);
	return object;
}

static void add_nexthops(struct json_object *object,
			 const struct nexthop_key *nexthops, uint32_t count)
{
	struct json_object *array = json_object_new_array();

	for (uint32_t i = 0; i < count; i++)
		json_object_array_add(array, model_nexthop_key(&nexthops[i]));
	json_object_object_add(object, "nexthops", array);
}

static void add_outcome(struct json_object *object, enum fib_action action,
			enum verdict verdict,
			const struct nexthop_key *nexthops, uint32_t count)
{
	model_string(object, "action", action_name(action));
	if (action == FIB_FORWARD)
		add_nexthops(object, nexthops, count);
	else
		model_string(object, "verdict", verdict_name(verdict));
}

static struct json_object *difference_rib(const struct prefix_key *key)
{
	struct json_object *object;
	struct route_spec spec;

	if (!rib_route(key, &spec))
		return NULL;
	object = json_object_new_object();
	model_string(object, "protocol", zebra_route_string(spec.protocol));
	model_number(object, "distance", spec.distance);
	model_number(object, "metric", spec.metric);
	add_outcome(object, spec.action, spec.verdict, spec.nexthops,
		    spec.count);
	return object;
}

/* As iproute2 names them, without reading its files. */
static const char *kernel_protocol(uint8_t protocol, char *text, size_t size)
{
	static const struct {
		uint8_t protocol;
		const char *name;
	} names[] = {
		{ RTPROT_KERNEL, "kernel" }, { RTPROT_BOOT, "boot" },
		{ RTPROT_STATIC, "static" }, { RTPROT_RA, "ra" },
		{ RTPROT_ZEBRA, "zebra" },   { RTPROT_BIRD, "bird" },
		{ RTPROT_DHCP, "dhcp" },     { RTPROT_BGP, "bgp" },
		{ RTPROT_ISIS, "isis" },     { RTPROT_OSPF, "ospf" },
		{ RTPROT_RIP, "rip" },	     { RTPROT_EIGRP, "eigrp" },
	};

	for (size_t i = 0; i < array_size(names); i++)
		if (names[i].protocol == protocol)
			return names[i].name;
	snprintf(text, size, "%u", protocol);
	return text;
}

static struct json_object *difference_kernel(uint32_t id)
{
	struct json_object *object;
	const struct path *path;
	char number[8];

	if (id == PATH_NONE)
		return NULL;
	object = json_object_new_object();
	json_object_object_add(object, "unsure",
			       json_object_new_boolean(id == PATH_UNSURE));
	if (id == PATH_UNSURE)
		return object;
	path = path_at(id);
	model_string(object, "protocol",
		     kernel_protocol(path->route.protocol, number,
				     sizeof(number)));
	model_number(object, "metric", path->route.priority);
	if (path->route.object)
		model_number(object, "nexthopObject", path->route.object);
	add_outcome(object, fib_word_action(path->word),
		    fib_word_argument(path->word), path->nexthops, path->count);
	return object;
}

static struct json_object *difference_bpf(const struct prefix_key *key)
{
	struct json_object *object;
	struct fib_route route;
	uint32_t id = record_find(key), word;

	if (!id || !record_read(id, &route, &word))
		return NULL;
	object = json_object_new_object();
	model_action(object, word);
	return object;
}

static const char *agreement_name(enum agreement agreement)
{
	switch (agreement) {
	case AGREEMENT_SAME:
		return "none";
	case AGREEMENT_KERNEL_ONLY:
		return "kernel-only";
	case AGREEMENT_RIB_ONLY:
		return "rib-only";
	case AGREEMENT_DIFFERENT:
		return "different";
	case AGREEMENT_UNSURE:
		return "unsure";
	}
	return "invalid";
}

static void add_side(struct json_object *object, const char *name,
		     struct json_object *side)
{
	if (side)
		json_object_object_add(object, name, side);
}

struct json_object *model_difference(const struct prefix_key *key)
{
	struct fib_route intent = record_load(key);
	enum agreement agreement = agreement_of(&intent);
	struct json_object *object;

	if (agreement == AGREEMENT_SAME)
		return NULL;
	object = json_object_new_object();
	model_prefix(object, key);
	model_string(object, "difference", agreement_name(agreement));
	model_age(object, "age", intent.updated);
	add_side(object, "rib", difference_rib(key));
	add_side(object, "kernel", difference_kernel(intent.path));
	add_side(object, "bpf", difference_bpf(key));
	return object;
}
