/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vtysh-extension.c - our commands in the stock vtysh.
 *
 * vtysh's command tree is compiled in and it loads no plugins. This object is
 * preloaded (see vtysh-wrapper.in) and takes the place of libfrr's
 * vty_init_vtysh(), which vtysh calls once all nodes and commands of its own
 * exist. The elements carry no handler: vtysh sends the line to zebra, where
 * the module has the same element with one.
 *
 * In a process that is not vtysh nothing here ever runs: there is no
 * constructor, connect() is libc's, and FRR's symbols are weak, so it loads
 * without libfrr.
 */
#include <zebra.h>

#include <dlfcn.h>
#include <string.h>
#include <sys/prctl.h>

#include "command.h"
#include "defaults.h"
#include "version.h"
#include "vty.h"

#include "frr-conf/vtysh-interface.h"
#include "plugin/loader/any_release.h"
#include "plugin/ui/commands.h"

#define C(identifier, node_, grammar, help)                                    \
	ROOMY_ELEMENT(identifier, grammar, help, .daemon = DAEMON_ZEBRA)
BPF_COMMANDS(C)
#undef C

static void elements_install(void)
{
	enum node_type interface = any_interface_node();

#define C(identifier, node_, grammar, help)                                    \
	BPF_INSTALL(node_, &identifier##_roomy.element, interface);
	BPF_COMMANDS(C)
#undef C
}

/*
 * Whoever preloads through the environment loads us into vtysh's children too
 * (the pager, ssh, a shell): take our own name, and only that, out of it.
 */
static void environment_clean(void)
{
	const char *value = getenv("LD_PRELOAD");
	char *list, *rest, *name, *kept;
	Dl_info self;

	if (!value || !dladdr((void *)environment_clean, &self))
		return;
	list = strdup(value);
	kept = calloc(1, strlen(value) + 1);
	if (list && kept) {
		/* ld.so(8): separated by spaces or colons. */
		for (name = strtok_r(list, " :", &rest); name;
		     name = strtok_r(NULL, " :", &rest)) {
			if (!strcmp(name, self.dli_fname))
				continue;
			if (kept[0])
				strcat(kept, ":");
			strcat(kept, name);
		}
		if (kept[0])
			setenv("LD_PRELOAD", kept, 1);
		else
			unsetenv("LD_PRELOAD");
	}
	free(list);
	free(kept);
}

/*
 * vty_init_vtysh() - libfrr's function of this name, extended.
 *
 * Called by vtysh's main() before it reads any line. Installs the elements of
 * commands.h; in a release that this object was not built for, where zebra's
 * module is inert, so that vtysh reads its configuration and operators see
 * why. Then calls the real function.
 */
__attribute__((visibility("default"))) void vty_init_vtysh(void)
{
	void (*real)(void);

	environment_clean();
	/* The wrapper runs the loader: without this, ps and pgrep see ld-linux. */
	prctl(PR_SET_NAME, program_invocation_short_name);
	if (_install_element && vector_lookup && &cmdvec &&
	    frr_defaults_version) {
		elements_install();
		if (!strcmp(frr_defaults_version(), FRR_VER_SHORT))
			vtysh_interface_take();
		else
			fprintf(stderr,
				"frr-bpf: built for FRR %s, this is FRR %s: see show bpf status\n",
				FRR_VER_SHORT, frr_defaults_version());
	}
	*(void **)&real = dlsym(RTLD_NEXT, "vty_init_vtysh");
	if (real)
		real();
}
