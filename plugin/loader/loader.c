// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * loader.c - dplane_bpf.so, what zebra loads first: -M dplane_bpf[:ARGUMENTS].
 *
 * FRR's structures, dataplane operations and functions differ between
 * releases, so the module proper is built for one of them. zebra ends when it
 * cannot load a module; after an upgrade of FRR alone there would be no router.
 * This small object loads into any release and hands over to the module
 * proper only in its own; otherwise it says why not.
 *
 * ARGUMENTS, separated by commas: pin=DIR, the directory on a BPF file system
 * below which each router instance has its own.
 */
#include <dlfcn.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "plugin/base/compat.h"
#include "lib/defaults.h"
#include "lib/libfrr.h"
#include "lib/module.h"
#include "lib/version.h"

#include "plugin/loader/any_release.h"
#include "plugin/loader/inert.h"
#include "plugin/loader/start.h"

#define CORE "dplane_bpf_core.so"

static char pin_root[200];
static char pathspace[64];
static char bad_argument[256];
static struct module_start start = { .pathspace = pathspace };

/*
 * Not strlcpy(): libfrr's in one release, libc's in another. Result: whether
 * all of it fits.
 */
static bool copy(char *to, size_t size, const char *from)
{
	return (size_t)snprintf(to, size, "%s", from) < size;
}

static void argument_refuse(const char *argument)
{
	copy(bad_argument, sizeof(bad_argument), argument);
	start.bad_argument = bad_argument;
}

static void argument_parse(const char *argument)
{
	if (!strncmp(argument, "pin=/", strlen("pin=/")) &&
	    copy(pin_root, sizeof(pin_root), argument + strlen("pin=")))
		start.pin_root = pin_root;
	else
		argument_refuse(argument);
}

static void arguments_parse(const char *text)
{
	char list[sizeof(bad_argument)], *rest = list, *argument;

	if (!copy(list, sizeof(list), text)) {
		argument_refuse(text);
		return;
	}
	while ((argument = strsep(&rest, ",")))
		argument_parse(argument);
}

/*
 * Argument of -N, from where it decides the configuration's place:
 * SYSCONFDIR/[PATHSPACE/]zebra.conf.
 */
static void pathspace_find(void)
{
	size_t prefix;
	const char *begin, *end;

	if (!&config_default || !&frr_sysconfdir)
		return;
	prefix = strlen(frr_sysconfdir);
	if (strncmp(config_default, frr_sysconfdir, prefix))
		return;
	begin = config_default + prefix;
	begin += *begin == '/';
	end = strrchr(begin, '/');
	if (end && (size_t)(end - begin) < sizeof(pathspace))
		snprintf(pathspace, sizeof(pathspace), "%.*s",
			 (int)(end - begin), begin);
}

/* The core lies where this object does. */
static void *core_open(char *problem, size_t size)
{
	char path[PATH_MAX];
	const char *slash;
	Dl_info self;
	void *core;

	if (!dladdr(&pin_root, &self) || !self.dli_fname ||
	    !(slash = strrchr(self.dli_fname, '/'))) {
		copy(problem, size, "cannot tell where " CORE " is");
		return NULL;
	}
	snprintf(path, sizeof(path), "%.*s/" CORE,
		 (int)(slash - self.dli_fname), self.dli_fname);
	core = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (!core)
		snprintf(problem, size, "cannot load the module: %s",
			 dlerror());
	return core;
}

static module_start_function *core_find(char *problem, size_t size)
{
	module_start_function *function;
	const char *running;
	void *core;

	/*
	 * Before any configuration is read the default is the running
	 * library's own release.
	 */
	running = frr_defaults_version ? frr_defaults_version() : "unknown";
	if (strcmp(running, FRR_VER_SHORT)) {
		snprintf(
			problem, size,
			"built for FRR %s, this is FRR %s: install the frr-bpf built for it",
			FRR_VER_SHORT, running);
		return NULL;
	}
	core = core_open(problem, size);
	if (!core)
		return NULL;
	*(void **)&function = dlsym(core, MODULE_START);
	if (!function)
		snprintf(problem, size, "not a module of frr-bpf: %s",
			 dlerror());
	return function;
}

/* A result other than 0 would end zebra. */
static int loader_init(void)
{
	module_start_function *core;
	char problem[512];

	if (THIS_MODULE->load_args)
		arguments_parse(THIS_MODULE->load_args);
	pathspace_find();
	core = core_find(problem, sizeof(problem));
	if (core)
		core(&start);
	else
		inert_start(&start, problem);
	return 0;
}

/*
 * FRR_MODULE_SETUP by hand, without its constructor, which registers
 * structures that differ between releases.
 */
static const struct frrmod_info info = {
	.name = "dplane_bpf",
	.version = FRR_BPF_VERSION,
	.description =
		"BPF forwarding: routes into BPF maps, packets through XDP",
	.init = loader_init,
};

__attribute__((
	visibility("hidden"))) union _frrmod_runtime_u _frrmod_this_module = {
	{ .info = &info }
};
__attribute__((visibility("default"))) struct frrmod_runtime *frr_module =
	&_frrmod_this_module.r;
