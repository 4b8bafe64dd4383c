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
#include "plugin/ui/route_text.h"
#include "plugin/ui/output.h"

/* What show bpf fib still has to show. */
struct fib_show {
	struct record_walk walk;
	bool ipv6_follows;
	bool exact; /* one prefix, not what is within it */
	bool typed; /* a prefix */
	bool json;
	bool any; /* shown so far */
};

/* Routes shown before zebra's main thread serves others. */
#define SHOW_CHUNK 256

/* Lock held. Result: route id, or 0 at the end. */
static uint32_t show_next(struct fib_show *show)
{
	uint32_t id;

	if (show->exact) {
		id = show->walk.started ? 0 : record_find(&show->walk.within);
		show->walk.started = true;
		return id;
	}
	id = record_next(&show->walk);
	if (!id && show->ipv6_follows) {
		show->ipv6_follows = false;
		show->walk = (struct record_walk){
			.within = { .table = RT_TABLE_MAIN,
				    .family = AF_INET6 },
		};
		show->walk.at = show->walk.within;
		id = record_next(&show->walk);
	}
	return id;
}

/* A list for the prefix, as in "show ip route json". */
static void show_json(struct printbuf *out, struct json_object *route,
		      bool first)
{
	struct json_object *same = json_object_new_array();

	json_object_array_add(same, json_object_get(route));
	output_json_member(out, json_text(route, "prefix"), same, first);
	json_object_put(same);
}

static void show_end(struct printbuf *out, const struct fib_show *show)
{
	if (show->json)
		sprintbuf(out, show->any ? "\n}\n" : "{}\n");
	else if (!show->any && show->typed)
		sprintbuf(out, "%% Network not in table\n");
}

/* Lock held. Result: whether there was one. */
static bool show_route(struct printbuf *out, struct fib_show *show)
{
	uint32_t id = show_next(show);
	struct json_object *route = id ? model_route(id) : NULL;

	if (route && show->json)
		show_json(out, route, !show->any);
	else if (route)
		route_text(out, route);
	show->any |= route != NULL;
	/* At once: json-c's memory is used again while it is in cache. */
	json_object_put(route);
	return id;
}

/* Lock held. Result: whether there may be more. */
static bool show_routes(struct printbuf *out, struct fib_show *show)
{
	for (unsigned int i = 0; i < SHOW_CHUNK; i++) {
		fib_lock_pause();
		if (!lifecycle_ready() || !show_route(out, show))
			return false;
	}
	return true;
}

static int show_part(struct printbuf *out, void *state)
{
	struct fib_show *show = state;
	bool more;

	fib_lock();
	more = show_routes(out, show);
	fib_unlock();
	if (more)
		return CMD_SUSPEND;
	show_end(out, show);
	return lifecycle_ready() ? CMD_SUCCESS : CMD_WARNING;
}

/* The prefix typed, and whether one was. */
static bool typed_prefix(int argc, struct cmd_token *argv[],
			 struct prefix_key *key)
{
	struct prefix prefix;

	for (int i = 0; i < argc; i++) {
		if (argv[i]->type != IPV4_PREFIX_TKN &&
		    argv[i]->type != IPV6_PREFIX_TKN)
			continue;
		if (!str2prefix(argv[i]->arg, &prefix))
			return false;
		key->family = prefix.family;
		key->len = (uint8_t)prefix.prefixlen;
		memcpy(key->addr, &prefix.u, family_bytes(prefix.family));
		prefix_key_mask(key);
		return true;
	}
	return false;
}

HANDLER(show_bpf_fib)
{
	bool only4 = vty_has(argc, argv, "ipv4");
	bool only6 = vty_has(argc, argv, "ipv6");
	struct prefix_key within = { .table = RT_TABLE_MAIN };
	struct fib_show *show;
	bool typed;

	UNUSED_ARGUMENTS;
	if (vty_not_ready(vty))
		return CMD_WARNING;
	typed = typed_prefix(argc, argv, &within);
	if (typed && within.family == (only4   ? AF_INET6
				       : only6 ? AF_INET
					       : 0)) {
		vty_out(vty, "%% The prefix is of the other family\n");
		return CMD_WARNING;
	}
	if (!typed)
		within.family = only6 ? AF_INET6 : AF_INET;
	show = XCALLOC(MTYPE_TMP, sizeof(*show));
	show->walk.within = show->walk.at = within;
	show->typed = typed;
	show->ipv6_follows = !typed && !only4 && !only6;
	show->exact = typed && !vty_has(argc, argv, "longer-prefixes");
	show->json = vty_has(argc, argv, "json");
	return output_show(vty, show_part, show);
}
