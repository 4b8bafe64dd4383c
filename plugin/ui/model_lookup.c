// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/ui/model.h"

#include <arpa/inet.h>
#include <linux/rtnetlink.h>

#include "plugin/fib/nhgroup.h"
#include "plugin/fib/record.h"
#include "plugin/fib/route.h"
#include "plugin/ui/lookup_check.h"

/* Protocols whose header begins with two ports, as the forwarder knows them. */
static bool has_ports(uint8_t protocol)
{
	return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP ||
	       protocol == IPPROTO_DCCP || protocol == IPPROTO_SCTP ||
	       protocol == IPPROTO_UDPLITE;
}

/* The forwarder's own hash of the packet; an IPv6 flow label is taken as 0. */
static uint32_t lookup_hash(const struct lookup *lookup)
{
	__be32 source[4], destination[4], ports = 0;
	uint32_t seed = maps.config.hash_seed;

	memcpy(source, lookup->source, sizeof(source));
	memcpy(destination, lookup->destination, sizeof(destination));
	if (has_ports(lookup->protocol))
		ports = htonl((uint32_t)lookup->source_port << 16 |
			      lookup->destination_port);
	if (lookup->family == AF_INET)
		return fib_hash4(seed, source[0], destination[0],
				 lookup->protocol, ports);
	return fib_hash6(seed, source, destination, 0, lookup->protocol, ports);
}

/* The first one is it; what follows tells how it would go on. */
static void result(struct json_object *object, const char *action,
		   enum verdict verdict)
{
	if (json_object_object_get_ex(object, "verdict", NULL))
		return;
	json_object_object_add(object, "action",
			       json_object_new_string(action));
	json_object_object_add(object, "verdict",
			       json_object_new_string(verdict_name(verdict)));
}

/* Unless nothing was decided (VERDICTS). */
static void result_punt(struct json_object *object, enum verdict verdict)
{
	if (verdict != VERDICTS)
		result(object, "punt", verdict);
}

static void add_adjacency(struct json_object *object, uint32_t id)
{
	const struct fib_adjacency *adjacency = &maps.adjacency[id];

	model_number(object, "adjacency", id);
	model_mac(object, "mac", adjacency->dmac);
	if (port_name(adjacency->ifindex))
		json_object_object_add(
			object, "interfaceName",
			json_object_new_string(port_name(adjacency->ifindex)));
}

/* As the forwarder's adjacency_read(). */
static enum verdict no_adjacency(uint16_t flags)
{
	if (!(flags & FIB_NEXTHOP_EGRESS))
		return VERDICT_PUNT_EGRESS;
	return flags & FIB_NEXTHOP_REDIRECTS ? VERDICT_PUNT_REDIRECTS
					     : VERDICT_PUNT_NEIGHBOUR;
}

/* From the nexthop on: resolved, or why not. */
static void lookup_nexthop(const struct lookup *lookup, uint32_t id,
			   struct json_object *object)
{
	struct fib_nexthop nexthop = maps.nexthop[id];
	uint32_t adjacency = nexthop.adjacency;
	struct fib_neigh neigh;

	json_object_object_add(object, "nexthop", model_nexthop(id));
	if (!nexthop.family)
		adjacency = maps_neighbour_get(&maps, nexthop.ifindex,
					       lookup->family,
					       lookup->destination, &neigh)
				    ? 0
				    : neigh.adjacency;
	if (!adjacency || adjacency >= maps.config.max_adjacencies) {
		result(object, "punt", no_adjacency(nexthop.flags));
		return;
	}
	add_adjacency(object, adjacency);
	result_punt(object,
		    lookup_check_egress(lookup, &maps.adjacency[adjacency]));
	result(object, "forward",
	       lookup->family == AF_INET ? VERDICT_FORWARD_IPV4
					 : VERDICT_FORWARD_IPV6);
}

static void lookup_group(const struct lookup *lookup, uint32_t group,
			 struct json_object *object)
{
	uint32_t hash = lookup_hash(lookup), bucket, nexthop;

	nexthop = nhgroup_select(group, hash, &bucket);
	json_object_object_add(object, "hash", json_object_new_int64(hash));
	json_object_object_add(object, "bucket", json_object_new_int64(bucket));
	if (!nexthop || nexthop >= maps.config.max_nexthops)
		result(object, "punt", VERDICT_PUNT_STATE);
	else
		lookup_nexthop(lookup, nexthop, object);
}

struct json_object *model_lookup(const struct lookup *lookup)
{
	struct json_object *object = json_object_new_object();
	char text[INET6_ADDRSTRLEN];
	struct prefix_key key = {
		.table = RT_TABLE_MAIN,
		.family = lookup->family,
		.len = (uint8_t)family_bits(lookup->family),
	};
	struct fib_route route;
	uint32_t id, word;

	memcpy(key.addr, lookup->destination, family_bytes(key.family));
	inet_ntop(key.family, key.addr, text, sizeof(text));
	json_object_object_add(object, "destination",
			       json_object_new_string(text));
	if (lookup->ingress)
		model_string(object, "iif", port_name(lookup->ingress));
	result_punt(object, lookup_check(lookup));
	if (maps.fd[MAP_FIB4_LPM] < 0 || maps_lpm_lookup(&maps, &key, &id) ||
	    id >= maps.config.max_routes || !record_read(id, &route, &word)) {
		result(object, "punt", VERDICT_PUNT_NO_ROUTE);
		return object;
	}
	json_object_object_add(object, "route", model_route(id));
	if (fib_word_action(word) == FIB_FORWARD) {
		result_punt(object, lookup_check_source(lookup));
		lookup_group(lookup, fib_word_argument(word), object);
	} else
		result(object, action_name(fib_word_action(word)),
		       fib_word_argument(word));
	return object;
}
