// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * module.c - what zebra calls first: -M dplane_bpf[:ARGUMENTS].
 *
 * ARGUMENTS, separated by commas: pin=DIR, the directory on a BPF file system
 * below which each router instance has its own.
 */
#include <grp.h>
#include <pwd.h>

#include "plugin/base/compat.h"
#include "lib/defaults.h"
#include "lib/hook.h"
#include "lib/libfrr.h"
#include "lib/log.h"
#include "lib/module.h"
#include "lib/privs.h"
#include "lib/version.h"
#include "zebra/zebra_router.h"

#include "plugin/base/health.h"
#include "plugin/base/lock.h"
#include "plugin/engine/maps.h"
#include "plugin/engine/pin.h"
#include "plugin/ui/model.h"
#include "plugin/ui/northbound.h"
#include "plugin/ui/vty.h"
#include "plugin/zebra/provider.h"
#include "plugin/ports/port_attach.h"

extern struct zebra_privs_t zserv_privs;

/*
 * Seconds after which pinned forwarding that was not asked for again ends:
 * "vtysh -b" brings the integrated configuration shortly after zebra's start.
 */
#define SWEEP_DELAY 10

static char pin_root[200];
static bool arguments_bad;
static struct event *sweep_event;

static void arguments_refuse(const char *argument)
{
	arguments_bad = true;
	health_set(
		HEALTH_ARGUMENT,
		"malformed module argument \"%s\": use -M dplane_bpf or -M dplane_bpf:pin=DIR; the kernel forwards everything",
		argument);
}

static void arguments_parse(const char *text)
{
	char copy[256], *rest = copy, *argument;

	if (!text)
		return;
	if (strlcpy(copy, text, sizeof(copy)) >= sizeof(copy)) {
		arguments_refuse(text);
		return;
	}
	while ((argument = strsep(&rest, ",")))
		if (!strncmp(argument, "pin=/", 5) &&
		    strlen(argument + 4) < sizeof(pin_root))
			strlcpy(pin_root, argument + 4, sizeof(pin_root));
		else
			arguments_refuse(argument);
}

/*
 * Argument of -N, from where it decides the configuration's place:
 * SYSCONFDIR/[PATHSPACE/]zebra.conf.
 */
static void pathspace_get(char *pathspace, size_t size)
{
	size_t prefix = strlen(frr_sysconfdir);
	const char *start, *end;

	pathspace[0] = '\0';
	if (strncmp(config_default, frr_sysconfdir, prefix))
		return;
	start = config_default + prefix;
	start += *start == '/';
	end = strrchr(start, '/');
	if (end && (size_t)(end - start) < size)
		snprintf(pathspace, size, "%.*s", (int)(end - start), start);
}

/* While still root: zebra's user may not create directories on bpffs. */
static void pins_prepare(void)
{
	const struct passwd *user =
		zserv_privs.user ? getpwnam(zserv_privs.user) : NULL;
	const struct group *group =
		zserv_privs.group ? getgrnam(zserv_privs.group) : NULL;
	char pathspace[64];

	pathspace_get(pathspace, sizeof(pathspace));
	pin_init(pin_root[0] ? pin_root : NULL, pathspace,
		 user ? user->pw_uid : getuid(),
		 group ? group->gr_gid : getgid());
}

/* Forwarding that an earlier zebra left pinned and no configuration claims. */
static void sweep(struct event *event)
{
	(void)event;
	fib_lock();
	frr_with_privs (&zserv_privs) {
		port_sweep_pins();
	}
	fib_unlock();
}

static int config_read(struct event_loop *loop)
{
	event_add_timer(loop, sweep, NULL, SWEEP_DELAY, &sweep_event);
	return 0;
}

static int late_init(struct event_loop *loop)
{
	(void)loop;
	vty_install();
	northbound_install();
	if (arguments_bad)
		return 0;
	if (provider_register())
		health_set(HEALTH_PROGRAM,
			   "zebra refused the dataplane provider");
	return 0;
}

static int module_init(void)
{
	/*
	 * Internal structures of zebra differ between releases; nothing here
	 * may run in another one. Before any configuration is read the default is
	 * the running library's own release.
	 */
	if (strcmp(frr_defaults_version(), FRR_VER_SHORT)) {
		fprintf(stderr,
			"dplane_bpf: built for FRR %s, this is FRR %s: install the frr-bpf built for it\n",
			FRR_VER_SHORT, frr_defaults_version());
		return -1;
	}
	maps_init(&maps);
	arguments_parse(THIS_MODULE->load_args);
	if (!arguments_bad)
		pins_prepare();
	northbound_embed();
	hook_register(frr_late_init, late_init);
	hook_register(frr_config_post, config_read);
	return 0;
}

FRR_MODULE_SETUP(.name = "dplane_bpf", .version = FRR_BPF_VERSION,
		 .description =
			 "BPF forwarding: routes into BPF maps, packets through XDP",
		 .init = module_init, );
