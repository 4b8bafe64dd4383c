// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/ui/compat_interface.h"

#include "lib/hook.h"
#include "lib/if.h"
#include "lib/vrf.h"
#include "lib/vty.h"
#include "zebra/interface.h"

#include "plugin/base/lock.h"

static void (*write_line)(struct vty *vty, enum port_mode mode);

#if FRR_AT_LEAST(10, 0)

static int interface_enter(const struct cmd_element *self, struct vty *vty,
			   int argc, struct cmd_token *argv[])
{
	const char *name = argv[1]->arg;
	const char *vrf = argc > 3 ? argv[3]->arg : VRF_DEFAULT_NAME;
	bool apart = vrf_is_backend_netns();
	char xpath[XPATH_MAXLEN];

	(void)self;
	if (strlen(name) >= IFNAMSIZ) {
		vty_out(vty, "%% %s: longer than an interface's name\n", name);
		return CMD_WARNING_CONFIG_FAILED;
	}
	snprintf(xpath, sizeof(xpath),
		 "/frr-interface:lib/interface[name='%s%s%s']",
		 apart ? vrf : "", apart ? ":" : "", name);
	VTY_PUSH_XPATH(INTERFACE_NODE, xpath);
	return CMD_SUCCESS;
}

static const struct cmd_element interface_element = {
	.string = "interface IFNAME [vrf NAME]",
	.doc = "Select an interface to configure\n"
	       "Interface's name\n" VRF_CMD_HELP_STR,
	.func = interface_enter,
	.name = "interface_enter",
};

static void block_write(const char *name, enum port_mode mode, void *argument)
{
	struct vty *vty = argument;

	vty_out(vty, "interface %s\n", name);
	write_line(vty, mode);
	vty_out(vty, "exit\n!\n");
}

static int node_write(struct vty *vty)
{
	fib_lock();
	port_config_walk(block_write, vty);
	fib_unlock();
	return 0;
}

static struct cmd_node interface_node = {
	.name = "interface",
	.node = INTERFACE_NODE,
	.parent_node = CONFIG_NODE,
	.prompt = "%s(config-if)# ",
	.config_write = node_write,
};

void compat_interface_install(void (*write)(struct vty *vty,
					    enum port_mode mode))
{
	write_line = write;
	install_node(&interface_node);
	install_default(INTERFACE_NODE);
	_install_element(CONFIG_NODE, &interface_element);
}

#else

static int block_write(struct vty *vty, struct interface *ifp)
{
	enum port_mode mode;

	/* With zebra -n another VRF's may have the name of one of ours. */
	if (vrf_is_backend_netns() && ifp->vrf->vrf_id != VRF_DEFAULT)
		return 0;
	fib_lock();
	mode = port_configured(ifp->name);
	if (mode != PORT_OFF)
		write_line(vty, mode);
	fib_unlock();
	return 0;
}

void compat_interface_install(void (*write)(struct vty *vty,
					    enum port_mode mode))
{
	write_line = write;
	hook_register(zebra_if_config_wr, block_write);
}

#endif
