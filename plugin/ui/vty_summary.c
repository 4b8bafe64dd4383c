// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/ui/vty.h"

#include "lib/log.h"
#include "lib/vty.h"

#include "plugin/base/lock.h"
#include "plugin/fib/record.h"
#include "plugin/fib/route.h"
#include "plugin/ui/model.h"
#include "plugin/ui/output.h"

/* Route ids looked at before zebra's main thread serves others. */
#define SUMMARY_CHUNK 65536

/* Routes of a family by protocol and by action. */
struct family_summary {
	uint8_t family;
	const char *name;
	uint32_t total;
	uint32_t by_protocol[ZEBRA_ROUTE_MAX + 1];
	uint32_t by_action[16];
};

struct summary {
	uint32_t id; /* looked at */
	bool json;
	struct family_summary families[2];
};

static void summary_count(struct summary *summary, uint32_t id)
{
	struct family_summary *family;
	struct fib_route route;
	uint32_t word;

	if (!maps.route[id].family || !record_read(id, &route, &word))
		return;
	fib_lock_count();
	fib_lock_pause();
	family = &summary->families[route.family == AF_INET6];
	family->total++;
	family->by_action[fib_word_action(word)]++;
	/* Prefixes of the kernel's local table and zebra's of them. */
	if (!(route.owners & FIB_OWNER_ZEBRA))
		family->by_protocol[ZEBRA_ROUTE_LOCAL]++;
	else if (route.protocol < ZEBRA_ROUTE_MAX)
		family->by_protocol[route.protocol]++;
}

static struct json_object *summary_json(const struct family_summary *family)
{
	struct json_object *object = json_object_new_object();
	struct json_object *protocols = json_object_new_object();

	for (unsigned int type = 0; type <= ZEBRA_ROUTE_MAX; type++)
		if (family->by_protocol[type])
			model_number(protocols,
				     type == ZEBRA_ROUTE_LOCAL
					     ? "local"
					     : zebra_route_string(type),
				     family->by_protocol[type]);
	model_number(object, "routes", family->total);
	json_object_object_add(object, "protocols", protocols);
	model_number(object, "forward", family->by_action[FIB_FORWARD]);
	model_number(object, "punt", family->by_action[FIB_PUNT]);
	model_number(object, "drop", family->by_action[FIB_DROP]);
	model_number(object, "didNotFit", route_overflow_count(family->family));
	return object;
}

static void summary_text(struct printbuf *out, const char *name,
			 struct json_object *object)
{
	struct json_object *protocols;

	sprintbuf(out, "%s routes: %s (forward %s, punt %s, drop %s)\n", name,
		  json_text(object, "routes"), json_text(object, "forward"),
		  json_text(object, "punt"), json_text(object, "drop"));
	json_object_object_get_ex(object, "protocols", &protocols);
	json_object_object_foreach(protocols, protocol, count) sprintbuf(
		out, "  %-12s %s\n", protocol, json_object_get_string(count));
	if (json_number(object, "didNotFit"))
		sprintbuf(out, "  did not fit  %s\n",
			  json_text(object, "didNotFit"));
}

/* Lock held. */
static void summary_show(struct printbuf *out, const struct summary *summary)
{
	struct json_object *both = json_object_new_object();

	for (size_t i = 0; i < array_size(summary->families); i++) {
		const struct family_summary *family = &summary->families[i];
		struct json_object *one = summary_json(family);

		json_object_object_add(both, family->name, one);
		if (!summary->json)
			summary_text(out, i ? "IPv6" : "IPv4", one);
	}
	if (summary->json)
		sprintbuf(out, "%s\n",
			  json_object_to_json_string_ext(
				  both,
				  JSON_C_TO_STRING_PRETTY |
					  JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(both);
}

static int summary_part(struct printbuf *out, void *state)
{
	struct summary *summary = state;
	uint32_t end = summary->id + SUMMARY_CHUNK;
	bool more;

	fib_lock();
	while (summary->id < end && summary->id + 1 < maps.config.max_routes)
		summary_count(summary, ++summary->id);
	more = summary->id + 1 < maps.config.max_routes;
	if (!more)
		summary_show(out, summary);
	fib_unlock();
	return more ? CMD_SUSPEND : CMD_SUCCESS;
}

HANDLER(show_bpf_fib_summary)
{
	struct summary *summary;

	UNUSED_ARGUMENTS;
	if (vty_not_ready(vty))
		return CMD_WARNING;
	summary = XCALLOC(MTYPE_TMP, sizeof(*summary));
	summary->json = vty_has(argc, argv, "json");
	summary->families[0].family = AF_INET;
	summary->families[0].name = "ipv4";
	summary->families[1].family = AF_INET6;
	summary->families[1].name = "ipv6";
	return output_show(vty, summary_part, summary);
}
