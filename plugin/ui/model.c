// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/ui/model.h"

#include <arpa/inet.h>

#include "lib/log.h"

#include "plugin/base/boottime.h"
#include "plugin/engine/counters.h"
#include "plugin/fib/neighbour.h"
#include "plugin/fib/nhgroup.h"
#include "plugin/fib/record.h"
#include "plugin/fib/route.h"
#include "plugin/ports/port_config.h"
#include "plugin/ports/port_filters.h"
#include "plugin/ports/port_tags.h"

/* The action words of FIB_VERDICTS, as shown. */
#define REDIRECT "forward"
#define PUNT "punt"
#define DROP "drop"

static const struct {
	const char *name, *action, *meaning;
} verdicts[VERDICTS] = {
#define V(id, name, action, meaning) { name, action, meaning },
	FIB_VERDICTS(V)
#undef V
};

#undef REDIRECT
#undef PUNT
#undef DROP

const char *verdict_name(enum verdict verdict)
{
	return verdict < VERDICTS ? verdicts[verdict].name : "invalid";
}

const char *verdict_action(enum verdict verdict)
{
	return verdict < VERDICTS ? verdicts[verdict].action : "invalid";
}

const char *action_name(enum fib_action action)
{
	switch (action) {
	case FIB_PUNT:
		return "punt";
	case FIB_FORWARD:
		return "forward";
	case FIB_DROP:
		return "drop";
	}
	return "invalid";
}

void model_string(struct json_object *object, const char *name,
		  const char *value)
{
	json_object_object_add(object, name, json_object_new_string(value));
}

void model_number(struct json_object *object, const char *name, uint64_t value)
{
	json_object_object_add(object, name,
			       json_object_new_int64((int64_t)value));
}

void model_age(struct json_object *object, const char *name, uint32_t since)
{
	model_number(object, name, boottime() - since);
}

void model_prefix(struct json_object *object, const struct prefix_key *key)
{
	char addr[INET6_ADDRSTRLEN] = "?", prefix[INET6_ADDRSTRLEN + 4];

	inet_ntop(key->family, key->addr, addr, sizeof(addr));
	snprintf(prefix, sizeof(prefix), "%s/%u", addr, key->len);
	model_string(object, "prefix", prefix);
}

static void add_counter(struct json_object *object, struct fib_counter counter)
{
	model_number(object, "packets", counter.packets);
	model_number(object, "bytes", counter.bytes);
}

void model_mac(struct json_object *object, const char *name,
	       const uint8_t mac[6])
{
	char text[18];

	snprintf(text, sizeof(text), "%02x:%02x:%02x:%02x:%02x:%02x", mac[0],
		 mac[1], mac[2], mac[3], mac[4], mac[5]);
	model_string(object, name, text);
}

static void add_interface(struct json_object *object, uint32_t ifindex)
{
	const char *name = port_name(ifindex);

	if (name)
		model_string(object, "interfaceName", name);
	model_number(object, "interfaceIndex", ifindex);
}

static void add_ip(struct json_object *object, uint8_t family,
		   const uint8_t *addr)
{
	char text[INET6_ADDRSTRLEN];

	/* A map may say anything. */
	if (!inet_ntop(family, addr, text, sizeof(text)))
		return;
	model_string(object, "ip", text);
	model_string(object, "afi", family == AF_INET ? "ipv4" : "ipv6");
}

struct json_object *model_verdict(enum verdict verdict)
{
	struct json_object *object = json_object_new_object();

	model_string(object, "name", verdicts[verdict].name);
	model_string(object, "action", verdicts[verdict].action);
	model_string(object, "meaning", verdicts[verdict].meaning);
	add_counter(object, counters_verdict(-1, verdict));
	return object;
}

/* The port's packets by action, from its row of verdict counters. */
static void add_port_counters(struct json_object *object,
			      const struct port *port)
{
	static const struct {
		const char *action, *packets, *bytes;
	} kinds[] = {
		{ "forward", "forwardedPackets", "forwardedBytes" },
		{ "punt", "puntedPackets", "puntedBytes" },
		{ "drop", "droppedPackets", "droppedBytes" },
	};

	for (size_t kind = 0; kind < array_size(kinds); kind++) {
		struct fib_counter sum = { 0 }, one;

		for (int v = 0; port->slot && v < VERDICTS; v++) {
			if (strcmp(verdicts[v].action, kinds[kind].action))
				continue;
			one = counters_verdict(port->slot, v);
			sum.packets += one.packets;
			sum.bytes += one.bytes;
		}
		model_number(object, kinds[kind].packets, sum.packets);
		model_number(object, kinds[kind].bytes, sum.bytes);
	}
}

/* Does XDP see VLAN tags, and what was done about the driver's offload? */
static void add_tags(struct json_object *object, const struct port *port)
{
	const char *reason = port_tags_reason(port);

	model_string(object, "vlanTags", reason ? "hidden" : "seen");
	if (reason)
		model_string(object, "vlanTagsReason", reason);
	if (port->tags.known)
		model_string(object, "vlanOffload",
			     port->tags.offloaded    ? "on"
			     : port->tags.turned_off ? "turned-off"
						     : "off");
}

struct json_object *model_interface(const struct port *port)
{
	struct json_object *object = json_object_new_object();
	enum port_mode configured = port_configured(port->link.name);

	model_string(object, "name", port->link.name);
	model_number(object, "ifindex", port->link.ifindex);
	model_string(object, "configured",
		     configured == PORT_OFF	  ? "off"
		     : configured == PORT_NATIVE  ? "native"
		     : configured == PORT_GENERIC ? "generic"
						  : "auto");
	model_string(object, "mode",
		     port->link_fd < 0 ? "off"
		     : port->generic   ? "generic"
				       : "native");
	json_object_object_add(object, "up",
			       json_object_new_boolean(port->link.running));
	json_object_object_add(object, "redirectTarget",
			       json_object_new_boolean(port->xmit));
	json_object_object_add(
		object, "icmpRedirects",
		json_object_new_boolean(port->redirects4.in_force ||
					port->redirects6.in_force));
	if (port->link_fd >= 0)
		add_tags(object, port);
	if (port->link_fd >= 0 && port_filters_in(port))
		model_string(object, "filtersIn", port_filters_in(port));
	if (port->link_fd >= 0 && port_filters_out(port))
		model_string(object, "filtersOut", port_filters_out(port));
	if (port->error[0])
		model_string(object, "error", port->error);
	if (port->link.ethernet)
		model_mac(object, "mac", port->link.mac);
	model_number(object, "mtu", port->link.mtu);
	add_port_counters(object, port);
	return object;
}

struct json_object *model_nexthop_key(const struct nexthop_key *key)
{
	struct json_object *object = json_object_new_object();

	if (key->family)
		add_ip(object, key->family, key->gateway);
	else
		json_object_object_add(object, "directlyConnected",
				       json_object_new_boolean(true));
	add_interface(object, key->ifindex);
	model_number(object, "weight", key->weight);
	return object;
}

struct json_object *model_nexthop(uint32_t id)
{
	struct fib_nexthop nexthop;
	struct json_object *object;

	if (!id || id >= maps.config.max_nexthops)
		return NULL;
	nexthop = maps.nexthop[id];
	if (!nexthop.ifindex)
		return NULL;
	object = json_object_new_object();
	model_number(object, "id", id);
	if (nexthop.family)
		add_ip(object, nexthop.family, nexthop.gateway);
	else
		json_object_object_add(object, "directlyConnected",
				       json_object_new_boolean(true));
	add_interface(object, nexthop.ifindex);
	model_number(object, "weight", nexthop.weight);
	json_object_object_add(object, "egress",
			       json_object_new_boolean(nexthop.flags &
						       FIB_NEXTHOP_EGRESS));
	if (nexthop.family)
		json_object_object_add(
			object, "resolved",
			json_object_new_boolean(nexthop.adjacency));
	if (nexthop.adjacency &&
	    nexthop.adjacency < maps.config.max_adjacencies) {
		model_number(object, "adjacency", nexthop.adjacency);
		model_mac(object, "mac",
			  maps.adjacency[nexthop.adjacency].dmac);
	}
	if (maps.config.counters != FIB_COUNTERS_NONE)
		add_counter(object, counters_nexthop(id));
	return object;
}

struct json_object *model_nhgroup(uint32_t id)
{
	uint32_t ids[ROUTE_NEXTHOPS_MAX], count;
	struct json_object *object, *members;

	if (!id || id >= maps.config.max_groups || !maps.nhgroup[id].nbuckets)
		return NULL;
	object = json_object_new_object();
	members = json_object_new_array();
	model_number(object, "id", id);
	model_number(object, "buckets", maps.nhgroup[id].nbuckets);
	count = nhgroup_members(id, ids, ROUTE_NEXTHOPS_MAX);
	for (uint32_t i = 0; i < count; i++) {
		struct json_object *member = json_object_new_object();

		model_number(member, "nexthop", ids[i]);
		model_number(member, "weight", maps.nexthop[ids[i]].weight);
		model_number(member, "buckets", nhgroup_share(id, ids[i]));
		json_object_array_add(members, member);
	}
	json_object_object_add(object, "members", members);
	return object;
}

struct json_object *model_adjacency(const struct neighbour *neighbour)
{
	const struct fib_adjacency *adjacency;
	struct json_object *object;

	if (!neighbour->adjacency)
		return NULL;
	adjacency = &maps.adjacency[neighbour->adjacency];
	object = json_object_new_object();
	model_number(object, "id", neighbour->adjacency);
	add_ip(object, neighbour->family, neighbour->addr);
	add_interface(object, adjacency->ifindex);
	model_mac(object, "mac", adjacency->dmac);
	model_mac(object, "sourceMac", adjacency->smac);
	model_number(object, "mtuIpv4", adjacency->mtu4);
	model_number(object, "mtuIpv6", adjacency->mtu6);
	return object;
}

static struct json_object *group_nexthops(uint32_t group)
{
	uint32_t ids[ROUTE_NEXTHOPS_MAX], count;
	struct json_object *array = json_object_new_array(), *nexthop;

	count = nhgroup_members(group, ids, ROUTE_NEXTHOPS_MAX);
	for (uint32_t i = 0; i < count; i++) {
		nexthop = model_nexthop(ids[i]);
		if (!nexthop)
			continue;
		json_object_object_del(nexthop, "packets");
		json_object_object_del(nexthop, "bytes");
		json_object_array_add(array, nexthop);
	}
	return array;
}

/* Protocol as "show ip route" names it; local prefixes come from the kernel. */
static const char *route_protocol(const struct fib_route *route)
{
	if (route->owners & FIB_OWNER_ZEBRA)
		return zebra_route_string(route->protocol);
	if (route->owners & FIB_OWNER_LOCAL)
		return "local";
	return route->owners & FIB_OWNER_SRCDEST ? "source-specific" : "kernel";
}

void model_action(struct json_object *object, uint32_t word)
{
	uint32_t argument = fib_word_argument(word);

	model_string(object, "action", action_name(fib_word_action(word)));
	if (fib_word_action(word) == FIB_FORWARD) {
		model_number(object, "nexthopGroupId", argument);
		json_object_object_add(object, "nexthops",
				       group_nexthops(argument));
	} else {
		model_string(object, "verdict", verdict_name(argument));
	}
}

struct json_object *model_route(uint32_t id)
{
	struct json_object *object;
	struct fib_route route;
	struct prefix_key key;
	uint32_t word;

	if (!id || id >= maps.config.max_routes ||
	    !record_read(id, &route, &word))
		return NULL;
	object = json_object_new_object();
	key = route_key(&route);
	model_prefix(object, &key);
	model_number(object, "table", route.table);
	model_number(object, "id", id);
	model_string(object, "protocol", route_protocol(&route));
	if (route.owners & FIB_OWNER_ZEBRA) {
		model_number(object, "distance", route.distance);
		model_number(object, "metric", route.metric);
	}
	model_action(object, word);
	model_age(object, "age", route.updated);
	if (maps.config.counters == FIB_COUNTERS_ROUTE)
		add_counter(object, counters_route(id));
	return object;
}
