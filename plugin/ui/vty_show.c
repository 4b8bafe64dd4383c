// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/ui/vty.h"

#include "lib/termtable.h"
#include "lib/vty.h"

#include "plugin/base/lock.h"
#include "plugin/control/lifecycle.h"
#include "plugin/control/settings.h"
#include "plugin/ports/port_config.h"
#include "plugin/ui/model.h"
#include "plugin/ui/route_text.h"
#include "plugin/ui/vty_audit.h"

int vty_show_json(struct vty *vty, struct json_object *object)
{
	vty_out(vty, "%s\n",
		json_object_to_json_string_ext(
			object, JSON_C_TO_STRING_PRETTY |
					JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(object);
	return CMD_SUCCESS;
}

const char *json_text(struct json_object *object, const char *name)
{
	struct json_object *value;

	if (!json_object_object_get_ex(object, name, &value))
		return "-";
	return json_object_get_string(value);
}

uint64_t json_number(struct json_object *object, const char *name)
{
	struct json_object *value;

	if (!json_object_object_get_ex(object, name, &value))
		return 0;
	return (uint64_t)json_object_get_int64(value);
}

bool json_true(struct json_object *object, const char *name)
{
	struct json_object *value;

	return json_object_object_get_ex(object, name, &value) &&
	       json_object_get_boolean(value);
}

static struct json_object *json_member(struct json_object *object,
				       const char *name)
{
	struct json_object *value = NULL;

	json_object_object_get_ex(object, name, &value);
	return value;
}

/* A table in the style of "show interface brief", its header row below. */
static void table_rule(struct ttable *table)
{
	table->style.cell.rpad = 2;
	table->style.corner = '+';
	ttable_restyle(table);
	ttable_rowseps(table, 0, BOTTOM, true, '-');
}

#define table_new(header)                                                      \
	({                                                                     \
		struct ttable *table_ =                                        \
			ttable_new(&ttable_styles[TTSTYLE_BLANK]);             \
		ttable_add_row(table_, header);                                \
		table_rule(table_);                                            \
		table_;                                                        \
	})

static void table_print(struct vty *vty, struct ttable *table)
{
	char *text = ttable_dump(table, "\n");

	vty_out(vty, "%s", text);
	XFREE(MTYPE_TMP_TTABLE, text);
	ttable_del(table);
}

static void status_list(struct vty *vty, struct json_object *status,
			const char *name)
{
	struct json_object *array = json_member(status, name);

	for (size_t i = 0; i < json_object_array_length(array); i++)
		vty_out(vty, "   %s\n",
			json_object_get_string(
				json_object_array_get_idx(array, i)));
}

static void status_filters(struct vty *vty, struct json_object *status)
{
	struct json_object *array = json_member(status, "filters");
	size_t count = json_object_array_length(array);

	if (count && settings.ignore_netfilter)
		vty_out(vty, " XDP forwards past (bpf netfilter ignore):\n");
	else if (count)
		vty_out(vty, " Forwarded packets pass in the kernel:\n");
	for (size_t i = 0; i < count; i++)
		vty_out(vty, "   %s\n",
			json_text(json_object_array_get_idx(array, i), "name"));
}

static void status_maps(struct vty *vty, struct json_object *status)
{
	struct json_object *array = json_member(status, "maps");
	struct ttable *table = table_new("Map|ID|Max entries|Memory (KiB)");
	uint64_t total = 0;

	for (size_t i = 0; i < json_object_array_length(array); i++) {
		struct json_object *map = json_object_array_get_idx(array, i);

		total += json_number(map, "memory");
		ttable_add_row(table, "%s|%s|%s|%" PRIu64,
			       json_text(map, "name"), json_text(map, "id"),
			       json_text(map, "maxEntries"),
			       json_number(map, "memory") / 1024);
	}
	table_print(vty, table);
	vty_out(vty, "Memory of all maps: %" PRIu64 " KiB\n", total / 1024);
}

static void status_text(struct vty *vty, struct json_object *status)
{
	struct json_object *parameters = json_member(status, "parameters");
	struct json_object *counts = json_member(status, "counts");
	struct json_object *programs = json_member(status, "programs");
	struct printbuf *text;

	vty_out(vty,
		"BPF forwarding: module %s for FRR %s, map layout %s, kernel %s\n",
		json_text(status, "moduleVersion"),
		json_text(status, "frrVersion"),
		json_text(status, "abiVersion"),
		json_text(status, "kernelVersion"));
	vty_out(vty, " Health: %s\n", json_text(status, "health"));
	status_list(vty, status, "reasons");
	for (size_t i = 0; i < json_object_array_length(programs); i++) {
		struct json_object *program =
			json_object_array_get_idx(programs, i);

		vty_out(vty, " Program: %s, id %s\n",
			json_text(program, "name"), json_text(program, "id"));
	}
	vty_out(vty, " Pinned in: %s\n", json_text(status, "pinDirectory"));
	status_filters(vty, status);
	if (json_true(status, "resizing"))
		vty_out(vty,
			" Moving the routes to maps of the configured size\n");
	vty_out(vty, " IPv4 routes: %s of %s, %s did not fit\n",
		json_text(counts, "routesIpv4"),
		json_text(parameters, "maxRoutesIpv4"),
		json_text(counts, "overflowIpv4"));
	vty_out(vty, " IPv6 routes: %s of %s, %s did not fit\n",
		json_text(counts, "routesIpv6"),
		json_text(parameters, "maxRoutesIpv6"),
		json_text(counts, "overflowIpv6"));
	vty_out(vty,
		" Nexthop groups: %s, nexthops: %s, adjacencies: %s, interfaces: %s\n",
		json_text(counts, "nexthopGroups"),
		json_text(counts, "nexthops"), json_text(counts, "adjacencies"),
		json_text(counts, "interfaces"));
	vty_out(vty, " Counters: %s, ECMP hash seed: %s\n",
		json_text(parameters, "counters"),
		json_text(parameters, "hashSeed"));
	text = printbuf_new();
	audit_text(text, json_member(status, "audit"));
	vty_out(vty, " %s\n", text->buf);
	printbuf_free(text);
	status_maps(vty, status);
}

HANDLER(show_bpf_status)
{
	struct json_object *status;

	UNUSED_ARGUMENTS;
	fib_lock();
	status = model_status();
	fib_unlock();
	if (vty_has(argc, argv, "json"))
		return vty_show_json(vty, status);
	status_text(vty, status);
	json_object_put(status);
	return CMD_SUCCESS;
}

/* Nexthop as "show ip route" writes it: "via GATEWAY, IF" or "IF". */
static const char *nexthop_text(struct json_object *nexthop, char *text,
				size_t size)
{
	if (json_true(nexthop, "directlyConnected"))
		snprintf(text, size, "directly connected");
	else
		snprintf(text, size, "%s", json_text(nexthop, "ip"));
	return text;
}

static void nexthop_row(struct ttable *table, struct json_object *nexthop)
{
	char gateway[64];

	ttable_add_row(table, "%s|%s|%s|%s|%s|%s|%s|%s",
		       json_text(nexthop, "id"),
		       nexthop_text(nexthop, gateway, sizeof(gateway)),
		       json_text(nexthop, "interfaceName"),
		       json_text(nexthop, "weight"),
		       json_true(nexthop, "egress") ? "yes" : "no",
		       json_text(nexthop, "mac"), json_text(nexthop, "packets"),
		       json_text(nexthop, "bytes"));
}

static int show_one_nexthop(struct vty *vty, uint32_t id, bool json)
{
	struct json_object *nexthop = model_nexthop(id);
	struct ttable *table;

	if (!nexthop) {
		if (json)
			return vty_show_json(vty, json_object_new_object());
		vty_out(vty, "%% No BPF nexthop with ID %u\n", id);
		return CMD_WARNING;
	}
	if (json)
		return vty_show_json(vty, nexthop);
	table = table_new(
		"ID|Gateway|Interface|Weight|Egress|MAC|Packets|Bytes");
	nexthop_row(table, nexthop);
	json_object_put(nexthop);
	table_print(vty, table);
	return CMD_SUCCESS;
}

static int show_all_nexthops(struct vty *vty, bool json)
{
	struct json_object *all = json_object_new_object(), *nexthop;
	struct ttable *table = table_new(
		"ID|Gateway|Interface|Weight|Egress|MAC|Packets|Bytes");
	char key[16];

	for (uint32_t id = 1; id < maps.config.max_nexthops; id++) {
		nexthop = model_nexthop(id);
		if (!nexthop)
			continue;
		nexthop_row(table, nexthop);
		snprintf(key, sizeof(key), "%u", id);
		json_object_object_add(all, key, nexthop);
		fib_lock_count();
		fib_lock_pause();
	}
	if (json) {
		ttable_del(table);
		return vty_show_json(vty, all);
	}
	json_object_put(all);
	table_print(vty, table);
	return CMD_SUCCESS;
}

HANDLER(show_bpf_nexthop)
{
	bool json = vty_has(argc, argv, "json");
	uint32_t id = 0;
	int ret;

	UNUSED_ARGUMENTS;
	if (vty_not_ready(vty))
		return CMD_WARNING;
	if (argc > 3 && argv[3]->type == RANGE_TKN)
		id = (uint32_t)strtoul(argv[3]->arg, NULL, 10);
	fib_lock();
	ret = id ? show_one_nexthop(vty, id, json)
		 : show_all_nexthops(vty, json);
	fib_unlock();
	return ret;
}

static void collect_adjacency(const struct neighbour *neighbour, void *argument)
{
	struct json_object *adjacency = model_adjacency(neighbour);

	if (adjacency)
		json_object_array_add(argument, adjacency);
}

static int adjacency_cmp(const void *a, const void *b)
{
	uint64_t x = json_number(*(struct json_object **)a, "id");
	uint64_t y = json_number(*(struct json_object **)b, "id");

	return x < y ? -1 : x > y;
}

HANDLER(show_bpf_adjacency)
{
	struct json_object *all = json_object_new_array(), *one;
	struct ttable *table;

	UNUSED_ARGUMENTS;
	fib_lock();
	neighbour_walk(collect_adjacency, all);
	fib_unlock();
	json_object_array_sort(all, adjacency_cmp);
	if (vty_has(argc, argv, "json"))
		return vty_show_json(vty, all);
	table = table_new("ID|Neighbour|Interface|MAC|Source MAC|MTU|IPv6 MTU");
	for (size_t i = 0; i < json_object_array_length(all); i++) {
		one = json_object_array_get_idx(all, i);
		ttable_add_row(
			table, "%s|%s|%s|%s|%s|%s|%s", json_text(one, "id"),
			json_text(one, "ip"), json_text(one, "interfaceName"),
			json_text(one, "mac"), json_text(one, "sourceMac"),
			json_text(one, "mtuIpv4"), json_text(one, "mtuIpv6"));
	}
	table_print(vty, table);
	json_object_put(all);
	return CMD_SUCCESS;
}

/* What keeps packets of an attached port from being forwarded in XDP. */
static void port_notes(struct vty *vty, const char *name,
		       struct json_object *port)
{
	const char *punted = "punted (see bpf netfilter)";

	if (settings.ignore_netfilter)
		punted = "forwarded past that, as configured";
	if (!json_true(port, "redirectTarget"))
		vty_out(vty,
			"%s: cannot be forwarded to in native mode (a veth whose peer has GRO off?): such packets are punted\n",
			name);
	if (json_true(port, "icmpRedirects"))
		vty_out(vty,
			"%s: accepts ICMP redirects, or did (sysctl accept_redirects): packets to gateways there are punted\n",
			name);
	if (json_member(port, "vlanTagsReason"))
		vty_out(vty, "%s: %s: %s\n", name,
			json_text(port, "vlanTagsReason"),
			settings.ignore_vlan_offload
				? "ignored, as configured"
				: "its packets are punted (see bpf vlan-offload)");
	if (!strcmp(json_text(port, "vlanOffload"), "turned-off"))
		vty_out(vty,
			"%s: VLAN offload was turned off, so that XDP sees the tags\n",
			name);
	if (json_member(port, "filtersIn"))
		vty_out(vty, "%s: what arrives passes %s: it is %s\n", name,
			json_text(port, "filtersIn"), punted);
	if (json_member(port, "filtersOut"))
		vty_out(vty, "%s: what leaves passes %s: it is %s\n", name,
			json_text(port, "filtersOut"), punted);
}

static void interface_notes(struct vty *vty, const char *name,
			    struct json_object *port)
{
	if (json_member(port, "error"))
		vty_out(vty, "%s: %s\n", name, json_text(port, "error"));
	if (strcmp(json_text(port, "mode"), "off"))
		port_notes(vty, name, port);
}

static void interface_text(struct vty *vty, struct json_object *all)
{
	struct ttable *table =
		table_new("Interface|Mode|State|MTU|Forwarded|Punted|Dropped");

	json_object_object_foreach(all, name, one)
	{
		ttable_add_row(table, "%s|%s|%s|%s|%s|%s|%s", name,
			       json_text(one, "mode"),
			       json_true(one, "up") ? "up" : "down",
			       json_text(one, "mtu"),
			       json_text(one, "forwardedPackets"),
			       json_text(one, "puntedPackets"),
			       json_text(one, "droppedPackets"));
	}
	table_print(vty, table);
	json_object_object_foreach(all, key, port)
	{
		interface_notes(vty, key, port);
	}
}

/* A configured name without a link has no port; it is shown all the same. */
static void collect_missing(const char *name, enum port_mode mode,
			    void *argument)
{
	struct json_object *object;

	(void)mode;
	if (port_find_name(name))
		return;
	object = json_object_new_object();
	json_object_object_add(object, "name", json_object_new_string(name));
	json_object_object_add(object, "mode", json_object_new_string("off"));
	json_object_object_add(object, "error",
			       json_object_new_string("no such interface"));
	json_object_object_add(object, "up", json_object_new_boolean(false));
	json_object_object_add(object, "redirectTarget",
			       json_object_new_boolean(true));
	json_object_object_add(argument, name, object);
}

HANDLER(show_bpf_interface)
{
	const char *wanted = NULL;
	struct json_object *all = json_object_new_object();
	const struct port *port = NULL;

	UNUSED_ARGUMENTS;
	if (argc > 3 && strcmp(argv[3]->text, "json"))
		wanted = argv[3]->arg;
	fib_lock();
	while ((port = port_next(port)))
		if (!wanted || !strcmp(port->link.name, wanted))
			json_object_object_add(all, port->link.name,
					       model_interface(port));
	if (!wanted || port_configured(wanted) != PORT_OFF)
		port_config_walk(collect_missing, all);
	fib_unlock();
	if (vty_has(argc, argv, "json"))
		return vty_show_json(vty, all);
	if (wanted && !json_object_object_length(all)) {
		vty_out(vty, "%% %s has no bpf forwarding\n", wanted);
		json_object_put(all);
		return CMD_WARNING;
	}
	interface_text(vty, all);
	json_object_put(all);
	return CMD_SUCCESS;
}

HANDLER(show_bpf_verdicts)
{
	struct json_object *all = json_object_new_object();
	struct ttable *table;

	UNUSED_ARGUMENTS;
	if (vty_not_ready(vty)) {
		json_object_put(all);
		return CMD_WARNING;
	}
	for (int verdict = 0; verdict < VERDICTS; verdict++)
		json_object_object_add(all, verdict_name(verdict),
				       model_verdict(verdict));
	if (vty_has(argc, argv, "json"))
		return vty_show_json(vty, all);
	table = table_new("Verdict|Action|Packets|Bytes|Meaning");
	json_object_object_foreach(all, name, one)
	{
		ttable_add_row(table, "%s|%s|%s|%s|%s", name,
			       json_text(one, "action"),
			       json_text(one, "packets"),
			       json_text(one, "bytes"),
			       json_text(one, "meaning"));
	}
	table_print(vty, table);
	json_object_put(all);
	return CMD_SUCCESS;
}
