// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/ui/vty_audit.h"

#include <linux/rtnetlink.h>

#include "plugin/ui/vty.h"
#include "lib/vty.h"

#include "plugin/base/lock.h"
#include "plugin/base/repair.h"
#include "plugin/control/audit.h"
#include "plugin/control/lifecycle.h"
#include "plugin/fib/record.h"
#include "plugin/ui/model.h"
#include "plugin/ui/output.h"
#include "plugin/ui/route_text.h"

/* What show bpf audit still has to show. */
struct audit_show {
	bool json;
	bool begun;
	struct record_walk walk;
	bool any; /* difference so far */
};

/* Prefixes looked at before zebra's main thread serves others. */
#define SHOW_CHUNK 4096

static const char *age(struct json_object *object, const char *name)
{
	static char text[32];

	route_text_age(json_number(object, name), text, sizeof(text));
	return text;
}

void audit_text(struct printbuf *out, struct json_object *audit)
{
	sprintbuf(out, "Audit: ");
	if (!json_number(audit, "passes")) {
		sprintbuf(out, "no pass is complete yet");
	} else {
		sprintbuf(out, "pass %s ended %s ago",
			  json_text(audit, "passes"), age(audit, "age"));
		sprintbuf(out, " after %s: %s prefixes, %s differ",
			  age(audit, "duration"), json_text(audit, "prefixes"),
			  json_text(audit, "differences"));
	}
	sprintbuf(out, "; mended since start: %s\n",
		  json_text(audit, "repaired"));
}

static void show_head(struct printbuf *out, bool json)
{
	struct json_object *audit = model_audit();
	struct json_object *all = json_object_new_array(), *one;
	const struct repair *repair;

	for (uint32_t i = 0; (repair = repair_at(i)); i++)
		json_object_array_add(all, model_repair(repair));
	if (json) {
		output_json_member(out, "audit", audit, true);
		output_json_member(out, "repairs", all, false);
	} else {
		audit_text(out, audit);
	}
	for (size_t i = 0; !json && i < json_object_array_length(all); i++) {
		one = json_object_array_get_idx(all, i);
		sprintbuf(out, "  %s %s: mended %s ago\n",
			  json_text(one, "object"), json_text(one, "meaning"),
			  age(one, "age"));
	}
	json_object_put(all);
	json_object_put(audit);
}

static const char *meaning(const char *difference)
{
	if (!strcmp(difference, "kernel-only"))
		return "only the kernel has it";
	if (!strcmp(difference, "rib-only"))
		return "only the RIB has it";
	if (!strcmp(difference, "unsure"))
		return "only the kernel can tell where it sends packets";
	return "RIB and kernel differ";
}

/* "  Kernel: boot [0/20] via ..., ..." */
static void side_text(struct printbuf *out, struct json_object *difference,
		      const char *name, const char *title)
{
	struct json_object *side, *nexthops;

	sprintbuf(out, "  %-7s", title);
	if (!json_object_object_get_ex(difference, name, &side)) {
		sprintbuf(out, " -\n");
		return;
	}
	if (json_true(side, "unsure")) {
		sprintbuf(
			out,
			" several routes of the same metric, or one of a TOS\n");
		return;
	}
	if (json_object_object_get_ex(side, "protocol", NULL))
		sprintbuf(out, " %s,", json_text(side, "protocol"));
	if (json_object_object_get_ex(side, "distance", NULL))
		sprintbuf(out, " distance %s,", json_text(side, "distance"));
	if (json_object_object_get_ex(side, "metric", NULL))
		sprintbuf(out, " metric %s,", json_text(side, "metric"));
	sprintbuf(out, " %s", json_text(side, "action"));
	if (!json_object_object_get_ex(side, "nexthops", &nexthops)) {
		sprintbuf(out, " (%s)\n", json_text(side, "verdict"));
		return;
	}
	for (size_t i = 0; i < json_object_array_length(nexthops); i++) {
		if (i)
			sprintbuf(out, ",");
		route_text_gateway(out, json_object_array_get_idx(nexthops, i));
	}
	sprintbuf(out, "\n");
}

static void difference_text(struct printbuf *out, struct json_object *one)
{
	sprintbuf(out, "%s, %s, %s\n", json_text(one, "prefix"),
		  meaning(json_text(one, "difference")), age(one, "age"));
	side_text(out, one, "rib", "RIB:");
	side_text(out, one, "kernel", "Kernel:");
	side_text(out, one, "bpf", "BPF:");
}

/* Lock held. */
static void show_one(struct printbuf *out, struct audit_show *show)
{
	struct json_object *one = model_difference(&show->walk.at);

	if (!one)
		return;
	if (show->json && !show->any)
		sprintbuf(out, ",\n  \"differences\":");
	if (show->json)
		output_json_member(out, json_text(one, "prefix"), one,
				   !show->any);
	else
		difference_text(out, one);
	show->any = true;
	json_object_put(one);
}

/* Lock held. The next prefix in walk->at, of both families. */
static bool show_next(struct audit_show *show)
{
	if (record_next_any(&show->walk))
		return true;
	if (show->walk.within.family == AF_INET6)
		return false;
	show->walk = (struct record_walk){
		.within = { .table = RT_TABLE_MAIN, .family = AF_INET6 },
	};
	show->walk.at = show->walk.within;
	return record_next_any(&show->walk);
}

static void show_end(struct printbuf *out, const struct audit_show *show)
{
	if (show->json && !show->any)
		sprintbuf(out, ",\n  \"differences\":{");
	if (show->json)
		sprintbuf(out, "\n}\n}\n");
}

static int show_part(struct printbuf *out, void *state)
{
	struct audit_show *show = state;
	bool more = lifecycle_ready();

	fib_lock();
	if (!show->begun)
		show_head(out, show->json);
	show->begun = true;
	for (int i = 0; more && i < SHOW_CHUNK; i++) {
		fib_lock_pause();
		more = lifecycle_ready() && show_next(show);
		if (more)
			show_one(out, show);
	}
	fib_unlock();
	if (more)
		return CMD_SUSPEND;
	show_end(out, show);
	return CMD_SUCCESS;
}

HANDLER(show_bpf_audit)
{
	struct audit_show *show;

	UNUSED_ARGUMENTS;
	if (vty_not_ready(vty))
		return CMD_WARNING;
	show = XCALLOC(MTYPE_TMP, sizeof(*show));
	show->walk.within.table = RT_TABLE_MAIN;
	show->walk.within.family = AF_INET;
	show->walk.at = show->walk.within;
	show->json = vty_has(argc, argv, "json");
	return output_show(vty, show_part, show);
}

HANDLER(bpf_audit_now)
{
	UNUSED_ARGUMENTS;
	if (vty_not_ready(vty))
		return CMD_WARNING;
	fib_lock();
	audit_now();
	fib_unlock();
	vty_out(vty, "Audit begun: show bpf audit tells when it has ended\n");
	return CMD_SUCCESS;
}
