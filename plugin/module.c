// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * module.c - the module proper, dplane_bpf_core.so: starts all layers. The
 * loader calls it in a zebra of the release it was built for.
 */
#include <grp.h>
#include <pwd.h>

#include "plugin/base/compat.h"
#include "lib/hook.h"
#include "lib/libfrr.h"
#include "lib/log.h"
#include "lib/module.h"
#include "lib/privs.h"
#include "zebra/zebra_router.h"

#include "plugin/base/health.h"
#include "plugin/base/lock.h"
#include "plugin/engine/maps.h"
#include "plugin/engine/pin.h"
#include "plugin/kernel/xtables.h"
#include "plugin/loader/start.h"
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

static bool arguments_bad;
static struct event *sweep_event;

static void argument_refuse(const char *argument)
{
	arguments_bad = true;
	health_set(
		HEALTH_ARGUMENT,
		"malformed module argument \"%s\": use -M dplane_bpf or -M dplane_bpf:pin=DIR; the kernel forwards everything",
		argument);
}

/* While still root: zebra's user may not create directories on bpffs. */
static void pins_prepare(const struct module_start *start)
{
	const struct passwd *user =
		zserv_privs.user ? getpwnam(zserv_privs.user) : NULL;
	const struct group *group =
		zserv_privs.group ? getgrnam(zserv_privs.group) : NULL;

	pin_init(start->pin_root, start->pathspace,
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

__attribute__((visibility("default"))) void
frr_bpf_start(const struct module_start *start)
{
	maps_init(&maps);
	xtables_open();
	if (start->bad_argument)
		argument_refuse(start->bad_argument);
	else
		pins_prepare(start);
	northbound_embed();
	hook_register(frr_late_init, late_init);
	hook_register(frr_config_post, config_read);
}

FRR_COREMOD_SETUP(.name = "dplane_bpf_core", .version = FRR_BPF_VERSION, );
