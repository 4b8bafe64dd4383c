// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/ui/route_text.h"

#include <linux/rtnetlink.h>

#include "plugin/base/compat.h"
#include "lib/log.h"

#include "plugin/engine/maps.h"
#include "plugin/ui/vty.h"

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

void route_text_age(uint64_t seconds, char *text, size_t size)
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

void route_text_gateway(struct printbuf *out, struct json_object *nexthop)
{
	if (json_true(nexthop, "directlyConnected"))
		sprintbuf(out, " is directly connected, %s",
			  json_text(nexthop, "interfaceName"));
	else
		sprintbuf(out, " via %s, %s", json_text(nexthop, "ip"),
			  json_text(nexthop, "interfaceName"));
	if (json_number(nexthop, "weight") > 1)
		sprintbuf(out, ", weight %s", json_text(nexthop, "weight"));
}

void route_text_nexthop(struct printbuf *out, struct json_object *nexthop)
{
	route_text_gateway(out, nexthop);
	if (!json_true(nexthop, "egress"))
		sprintbuf(out, " (no bpf forwarding)");
	else if (!json_true(nexthop, "directlyConnected") &&
		 !json_true(nexthop, "resolved"))
		sprintbuf(out, " (unresolved)");
}

static void route_tail(struct printbuf *out, struct json_object *route)
{
	char age[32];

	route_text_age(json_number(route, "age"), age, sizeof(age));
	sprintbuf(out, ", %s", age);
	if (json_number(route, "packets") ||
	    maps.config.counters == FIB_COUNTERS_ROUTE)
		sprintbuf(out, ", %s packets, %s bytes",
			  json_text(route, "packets"),
			  json_text(route, "bytes"));
	sprintbuf(out, "\n");
}

void route_text(struct printbuf *out, struct json_object *route)
{
	struct json_object *nexthops;
	int indent;

	indent = sprintbuf(out, "%c %s",
			   protocol_char(json_text(route, "protocol")),
			   json_text(route, "prefix"));
	if (json_number(route, "table") != RT_TABLE_MAIN)
		indent +=
			sprintbuf(out, " table %s", json_text(route, "table"));
	if (json_number(route, "distance") || json_number(route, "metric"))
		indent += sprintbuf(out, " [%s/%s]",
				    json_text(route, "distance"),
				    json_text(route, "metric"));
	if (!json_object_object_get_ex(route, "nexthops", &nexthops) ||
	    !json_object_array_length(nexthops)) {
		sprintbuf(out, " %s (%s)", json_text(route, "action"),
			  json_text(route, "verdict"));
		route_tail(out, route);
		return;
	}
	for (size_t i = 0; i < json_object_array_length(nexthops); i++) {
		if (i)
			sprintbuf(out, "%*s", indent, "");
		route_text_nexthop(out, json_object_array_get_idx(nexthops, i));
		if (i)
			sprintbuf(out, "\n");
		else
			route_tail(out, route);
	}
}
