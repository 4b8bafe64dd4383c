// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/loader/inert.h"

#include <stdio.h>
#include <unistd.h>

#include "plugin/base/compat.h"
#include "lib/command.h"
#include "lib/hook.h"
#include "lib/libfrr.h"
#include "lib/log.h"
#include "lib/version.h"
#include "lib/vty.h"

#include "plugin/engine/pin_directory.h"
#include "plugin/loader/any_release.h"
#include "plugin/ui/commands.h"

#define CONSEQUENCE                                                            \
	"the kernel forwards everything; the configuration's bpf lines are not in force, and write memory would lose them"

static char reason[512];

static void status_json(struct vty *vty)
{
	vty_out(vty, "{\n");
	vty_out(vty, "  \"moduleVersion\":\"%s\",\n", FRR_BPF_VERSION);
	vty_out(vty, "  \"frrVersion\":\"%s\",\n", FRR_VER_SHORT);
	vty_out(vty, "  \"health\":\"inert\",\n");
	vty_out(vty, "  \"reasons\":[\n    \"%s\",\n    \"%s\"\n  ]\n}\n",
		reason, CONSEQUENCE);
}

/*
 * A warning, so that scripts and the vtysh extension see that these are not
 * the module's commands.
 */
static int show_status(const struct cmd_element *self, struct vty *vty,
		       int argc, struct cmd_token *argv[])
{
	(void)self;
	(void)argv;
	if (argc > 3) {
		status_json(vty);
		return CMD_WARNING;
	}
	vty_out(vty, "BPF forwarding: module %s for FRR %s\n Health: inert\n",
		FRR_BPF_VERSION, FRR_VER_SHORT);
	vty_out(vty, "   %s\n   %s\n", reason, CONSEQUENCE);
	return CMD_WARNING;
}

static int refuse(const struct cmd_element *self, struct vty *vty, int argc,
		  struct cmd_token *argv[])
{
	(void)self;
	(void)argc;
	(void)argv;
	vty_out(vty, "%% BPF forwarding is inert: %s\n", reason);
	return CMD_WARNING;
}

#define C(identifier, node_, grammar, help)                                    \
	ROOMY_ELEMENT(identifier, grammar, help, .func = refuse)
BPF_COMMANDS(C)
#undef C

static int commands_install(struct event_loop *loop)
{
	enum node_type interface = any_interface_node();

	(void)loop;
	show_bpf_status_roomy.element.func = show_status;
#define C(identifier, node_, grammar, help)                                    \
	BPF_INSTALL(node_, &identifier##_roomy.element, interface);
	BPF_COMMANDS(C)
#undef C
	return 0;
}

/* Once the configuration has said where log messages go. */
static int log_reason(struct event_loop *loop)
{
	(void)loop;
	zlog(LOG_ERR, "bpf: inert: %s: %s", reason, CONSEQUENCE);
	return 0;
}

static void pins_end(const struct module_start *start)
{
	char path[PIN_DIRECTORY_MAX];
	int instance = pin_directory_open(start->pin_root, start->pathspace,
					  path, sizeof(path));

	/* What a zebra that still runs has pinned is locked. */
	if (instance < 0)
		return;
	if (pin_directory_empty(instance) && vzlogx)
		zlog(LOG_WARNING,
		     "bpf: inert: ended forwarding in XDP that an earlier zebra left in %s",
		     path);
	close(instance);
}

/* The reason goes into JSON as it is, and not all of it is ours. */
static void reason_set(const char *text)
{
	snprintf(reason, sizeof(reason), "%s", text);
	for (char *c = reason; *c; c++)
		if (*c == '"' || *c == '\\' || (unsigned char)*c < ' ')
			*c = '\'';
}

static void hook_add(struct hook *hook, int (*function)(struct event_loop *),
		     struct hookent *entry)
{
	_hook_register(hook, entry, (void *)function, NULL, false, THIS_MODULE,
		       "inert", HOOK_DEFAULT_PRIORITY);
}

void inert_start(const struct module_start *start, const char *text)
{
	static ROOMY(struct hookent, entry) install, report;

	reason_set(text);
	pins_end(start);
	if (!vzlogx || !vty_out || !_install_element || !vector_lookup ||
	    !&cmdvec || !_hook_register || !&_hook_frr_late_init ||
	    !&_hook_frr_config_post) {
		fprintf(stderr, "dplane_bpf: inert: %s: %s\n", reason,
			CONSEQUENCE);
		return;
	}
	hook_add(&_hook_frr_late_init, commands_install, &install.entry);
	hook_add(&_hook_frr_config_post, log_reason, &report.entry);
}
