// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/ui/vty.h"

#include <arpa/inet.h>

#include "lib/vty.h"

#include "plugin/base/lock.h"
#include "plugin/ui/model.h"
#include "plugin/ui/route_text.h"

/* Number typed behind a keyword, 0 when it was not typed. */
static unsigned long typed_number(int argc, struct cmd_token *argv[],
				  const char *keyword)
{
	int index = 0;

	if (!argv_find(argv, argc, keyword, &index) || index + 1 >= argc)
		return 0;
	return strtoul(argv[index + 1]->arg, NULL, 10);
}

/* Lock held. */
static bool lookup_parse(struct vty *vty, int argc, struct cmd_token *argv[],
			 struct lookup *lookup)
{
	const struct port *port;
	int index = 0;

	memset(lookup, 0, sizeof(*lookup));
	lookup->family = strchr(argv[3]->arg, ':') ? AF_INET6 : AF_INET;
	inet_pton(lookup->family, argv[3]->arg, lookup->destination);
	lookup->has_source = argv_find(argv, argc, "from", &index);
	if (lookup->has_source &&
	    inet_pton(lookup->family, argv[index + 1]->arg, lookup->source) !=
		    1) {
		vty_out(vty, "%% Source and destination differ in family\n");
		return false;
	}
	if (argv_find(argv, argc, "iif", &index)) {
		port = port_find_name(argv[index + 1]->arg);
		if (!port) {
			vty_out(vty, "%% Interface %s does not exist\n",
				argv[index + 1]->arg);
			return false;
		}
		lookup->ingress = port->link.ifindex;
	}
	lookup->protocol = (uint8_t)typed_number(argc, argv, "protocol");
	lookup->source_port = (uint16_t)typed_number(argc, argv, "source-port");
	lookup->destination_port =
		(uint16_t)typed_number(argc, argv, "destination-port");
	return true;
}

static void lookup_text(struct printbuf *out, struct json_object *object)
{
	struct json_object *route, *nexthop;

	if (json_object_object_get_ex(object, "route", &route)) {
		sprintbuf(out, "Route:     ");
		route_text(out, route);
	}
	if (json_object_object_get_ex(object, "nexthop", &nexthop)) {
		sprintbuf(out, "Hash:      %s, bucket %s\n",
			  json_text(object, "hash"),
			  json_text(object, "bucket"));
		sprintbuf(out, "Nexthop:   %s,", json_text(nexthop, "id"));
		route_text_nexthop(out, nexthop);
		sprintbuf(out, "\n");
	}
	if (json_number(object, "adjacency"))
		sprintbuf(out, "Adjacency: %s, %s on %s\n",
			  json_text(object, "adjacency"),
			  json_text(object, "mac"),
			  json_text(object, "interfaceName"));
	sprintbuf(out, "Result:    %s (%s)\n", json_text(object, "action"),
		  json_text(object, "verdict"));
}

HANDLER(show_bpf_lookup)
{
	struct json_object *object = NULL;
	struct lookup lookup;
	struct printbuf *out;

	UNUSED_ARGUMENTS;
	if (vty_not_ready(vty))
		return CMD_WARNING;
	fib_lock();
	if (lookup_parse(vty, argc, argv, &lookup))
		object = model_lookup(&lookup);
	fib_unlock();
	if (!object)
		return CMD_WARNING;
	if (vty_has(argc, argv, "json"))
		return vty_show_json(vty, object);
	out = printbuf_new();
	lookup_text(out, object);
	vty_out(vty, "%s", out->buf);
	printbuf_free(out);
	json_object_put(object);
	return CMD_SUCCESS;
}
