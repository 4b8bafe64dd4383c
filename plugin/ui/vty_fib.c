// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/ui/vty.h"

#include <arpa/inet.h>
#include <linux/rtnetlink.h>

#include "lib/log.h"
#include "lib/vty.h"

#include "plugin/base/lock.h"
#include "plugin/control/lifecycle.h"
#include "plugin/fib/record.h"
#include "plugin/fib/route.h"
#include "plugin/ui/model.h"

/* The letter of "show ip route"; L for the kernel's local prefixes. */
static char protocol_char(const char *protocol)
{
	if (!strcmp(protocol, "local"))
		return 'L';
	for (int type = 0; type < ZEBRA_ROUTE_MAX; type++)
		if (!strcmp(zebra_route_string((unsigned int)type), protocol))
			return zebra_route_char((unsigned int)type);
	return '?';
}

static void age_text(uint64_t seconds, char *text, size_t size)
{
	uint64_t days = seconds / 86400;

	if (days >= 7)
		snprintf(text, size, "%02" PRIu64 "w%" PRIu64 "d%02" PRIu64 "h",
			 days / 7, days % 7, seconds / 3600 % 24);
	else if (days)
		snprintf(text, size, "%" PRIu64 "d%02" PRIu64 "h%02" PRIu64 "m",
			 days, seconds / 3600 % 24, seconds / 60 % 60);
	else
		snprintf(text, size, "%02" PRIu64 ":%02" PRIu64 ":%02" PRIu64,
			 seconds / 3600, seconds / 60 % 60, seconds % 60);
}

/* One nexthop: " via G, IF, weight W" or " is directly connected, IF". */
static void nexthop_print(struct vty *vty, struct json_object *nexthop)
{
	if (json_true(nexthop, "directlyConnected"))
		vty_out(vty, " is directly connected, %s",
			json_text(nexthop, "interfaceName"));
	else
		vty_out(vty, " via %s, %s", json_text(nexthop, "ip"),
			json_text(nexthop, "interfaceName"));
	if (json_number(nexthop, "weight") > 1)
		vty_out(vty, ", weight %s", json_text(nexthop, "weight"));
	if (!json_true(nexthop, "egress"))
		vty_out(vty, " (no bpf forwarding)");
	else if (!json_true(nexthop, "directlyConnected") &&
		 !json_true(nexthop, "resolved"))
		vty_out(vty, " (unresolved)");
}

static void route_tail(struct vty *vty, struct json_object *route)
{
	char age[32];

	age_text(json_number(route, "age"), age, sizeof(age));
	vty_out(vty, ", %s", age);
	if (json_number(route, "packets") ||
	    maps.config.counters == FIB_COUNTERS_ROUTE)
		vty_out(vty, ", %s packets, %s bytes",
			json_text(route, "packets"), json_text(route, "bytes"));
	vty_out(vty, "\n");
}

static void route_print(struct vty *vty, struct json_object *route)
{
	struct json_object *nexthops;
	int indent;

	indent = vty_out(vty, "%c %s",
			 protocol_char(json_text(route, "protocol")),
			 json_text(route, "prefix"));
	if (json_number(route, "table") != RT_TABLE_MAIN)
		indent += vty_out(vty, " table %s", json_text(route, "table"));
	if (json_number(route, "distance") || json_number(route, "metric"))
		indent += vty_out(vty, " [%s/%s]", json_text(route, "distance"),
				  json_text(route, "metric"));
	if (!json_object_object_get_ex(route, "nexthops", &nexthops)) {
		vty_out(vty, " %s (%s)", json_text(route, "action"),
			json_text(route, "verdict"));
		route_tail(vty, route);
		return;
	}
	for (size_t i = 0; i < json_object_array_length(nexthops); i++) {
		if (i)
			vty_out(vty, "%*s", indent, "");
		nexthop_print(vty, json_object_array_get_idx(nexthops, i));
		if (i)
			vty_out(vty, "\n");
		else
			route_tail(vty, route);
	}
}

struct fib_filter {
	bool all; /* no prefix typed */
	bool longer;
	struct prefix_key key;
};

static bool filter_matches(const struct fib_filter *filter,
			   const struct prefix_key *key)
{
	struct prefix_key wanted = filter->key;

	if (filter->all)
		return true;
	wanted.table = key->table;
	return filter->longer ? prefix_key_covers(&wanted, key)
			      : prefix_key_same(&wanted, key);
}

/* As "show ip route json": a list for each prefix. */
static void route_collect(struct json_object *json, struct json_object *route)
{
	const char *prefix = json_text(route, "prefix");
	struct json_object *same;

	if (!json_object_object_get_ex(json, prefix, &same)) {
		same = json_object_new_array();
		json_object_object_add(json, prefix, same);
	}
	json_object_array_add(same, route);
}

/* Result: whether the route was one to show. */
static bool show_route(struct vty *vty, uint32_t id,
		       const struct fib_filter *filter,
		       struct json_object *json)
{
	struct prefix_key key = route_key(&maps.route[id]);
	struct json_object *route;

	if (!key.family || !filter_matches(filter, &key))
		return false;
	route = model_route(id);
	if (route && json) {
		route_collect(json, route);
	} else if (route) {
		route_print(vty, route);
		json_object_put(route);
	}
	return route;
}

/* Routes shown before the dataplane thread may write again. */
#define SHOW_CHUNK 256

/*
 * Print or collect the family's routes. json: NULL for text.
 * Result: how many there were.
 */
static uint32_t show_family(struct vty *vty, uint8_t family,
			    const struct fib_filter *filter,
			    struct json_object *json)
{
	uint32_t *ids, count, shown = 0;

	fib_lock();
	ids = model_route_ids(family, &count);
	for (uint32_t i = 0; i < count; i++) {
		if (i % SHOW_CHUNK == SHOW_CHUNK - 1) {
			fib_unlock();
			fib_lock();
		}
		/* The maps may have been rebuilt smaller meanwhile. */
		if (ids[i] < maps.config.max_routes)
			shown += show_route(vty, ids[i], filter, json);
	}
	fib_unlock();
	XFREE(MTYPE_TMP, ids);
	return shown;
}

static bool filter_parse(int argc, struct cmd_token *argv[],
			 struct fib_filter *filter)
{
	struct prefix prefix;

	memset(filter, 0, sizeof(*filter));
	filter->all = true;
	filter->longer = vty_has(argc, argv, "longer-prefixes");
	for (int i = 0; i < argc; i++) {
		if (argv[i]->type != IPV4_PREFIX_TKN &&
		    argv[i]->type != IPV6_PREFIX_TKN)
			continue;
		if (!str2prefix(argv[i]->arg, &prefix))
			return false;
		filter->all = false;
		filter->key.family = prefix.family;
		filter->key.len = (uint8_t)prefix.prefixlen;
		memcpy(filter->key.addr, &prefix.u,
		       family_bytes(prefix.family));
		prefix_key_mask(&filter->key);
	}
	return true;
}

HANDLER(show_bpf_fib)
{
	bool json = vty_has(argc, argv, "json");
	bool only4 = vty_has(argc, argv, "ipv4");
	bool only6 = vty_has(argc, argv, "ipv6");
	struct json_object *object;
	struct fib_filter filter;
	uint32_t shown = 0;

	UNUSED_ARGUMENTS;
	if (vty_not_ready(vty))
		return CMD_WARNING;
	if (!filter_parse(argc, argv, &filter)) {
		vty_out(vty, "%% Malformed prefix\n");
		return CMD_WARNING;
	}
	object = json ? json_object_new_object() : NULL;
	if (!only6 && (filter.all || filter.key.family == AF_INET))
		shown += show_family(vty, AF_INET, &filter, object);
	if (!only4 && (filter.all || filter.key.family == AF_INET6))
		shown += show_family(vty, AF_INET6, &filter, object);
	if (json)
		return vty_show_json(vty, object);
	if (!shown && !filter.all)
		vty_out(vty, "%% Network not in table\n");
	return CMD_SUCCESS;
}

/* Routes of a family by protocol and by action. */
static struct json_object *summary(uint8_t family)
{
	struct json_object *object = json_object_new_object();
	struct json_object *protocols = json_object_new_object();
	uint32_t by_protocol[ZEBRA_ROUTE_MAX + 1] = { 0 },
					       by_action[16] = { 0 };
	struct fib_route route;
	uint32_t total = 0, word;

	for (uint32_t id = 1; id < maps.config.max_routes; id++) {
		if (maps.route[id].family != family ||
		    !record_read(id, &route, &word))
			continue;
		total++;
		by_action[fib_word_action(word)]++;
		/* Prefixes of the kernel's local table and zebra's of them. */
		if (!(route.owners & FIB_OWNER_ZEBRA))
			by_protocol[ZEBRA_ROUTE_LOCAL]++;
		else if (route.protocol < ZEBRA_ROUTE_MAX)
			by_protocol[route.protocol]++;
	}
	for (unsigned int type = 0; type <= ZEBRA_ROUTE_MAX; type++)
		if (by_protocol[type])
			json_object_object_add(
				protocols,
				type == ZEBRA_ROUTE_LOCAL
					? "local"
					: zebra_route_string(type),
				json_object_new_int64(by_protocol[type]));
	json_object_object_add(object, "routes", json_object_new_int64(total));
	json_object_object_add(object, "protocols", protocols);
	json_object_object_add(object, "forward",
			       json_object_new_int64(by_action[FIB_FORWARD]));
	json_object_object_add(object, "punt",
			       json_object_new_int64(by_action[FIB_PUNT]));
	json_object_object_add(object, "drop",
			       json_object_new_int64(by_action[FIB_DROP]));
	json_object_object_add(
		object, "didNotFit",
		json_object_new_int64(route_overflow_count(family)));
	return object;
}

static void summary_print(struct vty *vty, const char *family,
			  struct json_object *object)
{
	struct json_object *protocols;

	vty_out(vty, "%s routes: %s (forward %s, punt %s, drop %s)\n", family,
		json_text(object, "routes"), json_text(object, "forward"),
		json_text(object, "punt"), json_text(object, "drop"));
	json_object_object_get_ex(object, "protocols", &protocols);
	json_object_object_foreach(protocols, protocol, count) vty_out(
		vty, "  %-12s %s\n", protocol, json_object_get_string(count));
	if (json_number(object, "didNotFit"))
		vty_out(vty, "  did not fit  %s\n",
			json_text(object, "didNotFit"));
}

HANDLER(show_bpf_fib_summary)
{
	struct json_object *object, *ipv4, *ipv6;

	UNUSED_ARGUMENTS;
	if (vty_not_ready(vty))
		return CMD_WARNING;
	fib_lock();
	ipv4 = summary(AF_INET);
	ipv6 = summary(AF_INET6);
	fib_unlock();
	object = json_object_new_object();
	json_object_object_add(object, "ipv4", ipv4);
	json_object_object_add(object, "ipv6", ipv6);
	if (vty_has(argc, argv, "json"))
		return vty_show_json(vty, object);
	summary_print(vty, "IPv4", ipv4);
	summary_print(vty, "IPv6", ipv6);
	json_object_put(object);
	return CMD_SUCCESS;
}

/* Number typed behind a keyword, 0 when it was not typed. */
static unsigned long typed_number(int argc, struct cmd_token *argv[],
				  const char *keyword)
{
	int index = 0;

	if (!argv_find(argv, argc, keyword, &index) || index + 1 >= argc)
		return 0;
	return strtoul(argv[index + 1]->arg, NULL, 10);
}

static bool lookup_parse(struct vty *vty, int argc, struct cmd_token *argv[],
			 struct lookup *lookup)
{
	int index = 0;

	memset(lookup, 0, sizeof(*lookup));
	lookup->family = strchr(argv[3]->arg, ':') ? AF_INET6 : AF_INET;
	inet_pton(lookup->family, argv[3]->arg, lookup->destination);
	if (argv_find(argv, argc, "source", &index) &&
	    inet_pton(lookup->family, argv[index + 1]->arg, lookup->source) !=
		    1) {
		vty_out(vty, "%% Source and destination differ in family\n");
		return false;
	}
	lookup->protocol = (uint8_t)typed_number(argc, argv, "protocol");
	lookup->source_port = (uint16_t)typed_number(argc, argv, "source-port");
	lookup->destination_port =
		(uint16_t)typed_number(argc, argv, "destination-port");
	return true;
}

static void lookup_print(struct vty *vty, struct json_object *object)
{
	struct json_object *route, *nexthop;

	if (json_object_object_get_ex(object, "route", &route)) {
		vty_out(vty, "Route:     ");
		route_print(vty, route);
	}
	if (json_object_object_get_ex(object, "nexthop", &nexthop)) {
		vty_out(vty, "Hash:      %s, bucket %s\n",
			json_text(object, "hash"), json_text(object, "bucket"));
		vty_out(vty, "Nexthop:   %s,", json_text(nexthop, "id"));
		nexthop_print(vty, nexthop);
		vty_out(vty, "\n");
	}
	if (json_number(object, "adjacency"))
		vty_out(vty, "Adjacency: %s, %s on %s\n",
			json_text(object, "adjacency"),
			json_text(object, "mac"),
			json_text(object, "interfaceName"));
	vty_out(vty, "Result:    %s (%s)\n", json_text(object, "action"),
		json_text(object, "verdict"));
}

HANDLER(show_bpf_lookup)
{
	struct json_object *object;
	struct lookup lookup;

	UNUSED_ARGUMENTS;
	if (vty_not_ready(vty) || !lookup_parse(vty, argc, argv, &lookup))
		return CMD_WARNING;
	fib_lock();
	object = model_lookup(&lookup);
	fib_unlock();
	if (vty_has(argc, argv, "json"))
		return vty_show_json(vty, object);
	lookup_print(vty, object);
	json_object_put(object);
	return CMD_SUCCESS;
}
