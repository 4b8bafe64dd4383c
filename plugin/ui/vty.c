// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/ui/vty.h"

#include "lib/hook.h"
#include "lib/libfrr.h"
#include "lib/vrf.h"
#include "lib/vty.h"
#include "zebra/debug.h"

#include "plugin/base/debug.h"
#include "plugin/base/lock.h"
#include "plugin/control/lifecycle.h"
#include "plugin/control/settings.h"
#include "plugin/engine/counters.h"
#include "plugin/ports/port.h"
#include "plugin/ports/port_attach.h"
#include "plugin/ui/compat_interface.h"
#include "plugin/ui/model.h"
#include "plugin/ui/output.h"

bool vty_not_ready(struct vty *vty)
{
	if (lifecycle_ready())
		return false;
	vty_out(vty,
		"%% BPF forwarding is not running (see show bpf status)\n");
	return true;
}

bool vty_has(int argc, struct cmd_token *argv[], const char *keyword)
{
	int index = 0;

	return argv_find(argv, argc, keyword, &index) != 0;
}

/*
 * Name of the interface whose node the vty is in, from its xpath:
 * /frr-interface:lib/interface[name='NAME'], with or without [vrf='...'], or with
 * zebra -n [name='VRF:NAME']. Result: NULL, or a text that says what is wrong.
 */
static const char *interface_name(struct vty *vty, char name[IFNAMSIZ])
{
	const char *xpath = vty->xpath_index ? VTY_CURR_XPATH : "";
	const char *start = strstr(xpath, "[name='");
	const char *vrf = VRF_DEFAULT_NAME;
	size_t length;

	if (!start)
		return "Not in an interface node";
	start += strlen("[name='");
	length = strcspn(start, "':");
	if (start[length] == ':') {
		if (length != strlen(vrf) || memcmp(start, vrf, length))
			return "BPF forwarding is for interfaces of the default VRF only";
		start += length + 1;
		length = strcspn(start, "'");
	}
	if (!length || length >= IFNAMSIZ)
		return "Not an interface's name";
	memcpy(name, start, length);
	name[length] = '\0';
	return NULL;
}

static int configure_port(struct vty *vty, enum port_mode mode)
{
	char name[IFNAMSIZ];
	const char *problem = interface_name(vty, name);

	if (problem) {
		vty_out(vty, "%% %s\n", problem);
		return CMD_WARNING_CONFIG_FAILED;
	}
	fib_lock();
	problem = port_configure(name, mode);
	if (problem)
		vty_out(vty, "%% %s: %s\n", name, problem);
	else if (!lifecycle_ready())
		vty_out(vty,
			"%% BPF forwarding is not running (see show bpf status)\n");
	fib_unlock();
	/* The line is kept: it takes effect as soon as it can. */
	return CMD_SUCCESS;
}

HANDLER(bpf_forwarding)
{
	UNUSED_ARGUMENTS;
	if (vty_has(argc, argv, "native"))
		return configure_port(vty, PORT_NATIVE);
	if (vty_has(argc, argv, "generic"))
		return configure_port(vty, PORT_GENERIC);
	return configure_port(vty, PORT_AUTO);
}

HANDLER(no_bpf_forwarding)
{
	UNUSED_ARGUMENTS;
	return configure_port(vty, PORT_OFF);
}

static int apply(struct vty *vty, const struct settings *wanted)
{
	char error[256];
	int ret;

	ret = settings_apply(wanted, error, sizeof(error));
	if (!ret)
		return CMD_SUCCESS;
	vty_out(vty, "%% Not changed: %s\n", error);
	return CMD_WARNING_CONFIG_FAILED;
}

static int set_max_routes(struct vty *vty, bool ipv4, uint32_t max)
{
	struct settings wanted = settings;

	if (ipv4)
		wanted.max_routes4 = max;
	else
		wanted.max_routes6 = max;
	return apply(vty, &wanted);
}

HANDLER(bpf_fib_max_routes)
{
	UNUSED_ARGUMENTS;
	return set_max_routes(vty, vty_has(argc, argv, "ipv4"),
			      (uint32_t)strtoul(argv[argc - 1]->arg, NULL, 10));
}

HANDLER(no_bpf_fib_max_routes)
{
	bool ipv4 = vty_has(argc, argv, "ipv4");

	UNUSED_ARGUMENTS;
	return set_max_routes(vty, ipv4,
			      ipv4 ? MAX_ROUTES4_DEFAULT : MAX_ROUTES6_DEFAULT);
}

HANDLER(bpf_counters)
{
	struct settings wanted = settings;

	UNUSED_ARGUMENTS;
	if (vty_has(argc, argv, "none"))
		wanted.counters = FIB_COUNTERS_NONE;
	else if (vty_has(argc, argv, "nexthop"))
		wanted.counters = FIB_COUNTERS_NEXTHOP;
	else
		wanted.counters = FIB_COUNTERS_ROUTE;
	return apply(vty, &wanted);
}

HANDLER(no_bpf_counters)
{
	struct settings wanted = settings;

	UNUSED_ARGUMENTS;
	wanted.counters = FIB_COUNTERS_ROUTE;
	return apply(vty, &wanted);
}

HANDLER(bpf_ecmp_hash_seed)
{
	struct settings wanted = settings;

	UNUSED_ARGUMENTS;
	wanted.hash_seed = (uint32_t)strtoul(argv[argc - 1]->arg, NULL, 10);
	return apply(vty, &wanted);
}

HANDLER(no_bpf_ecmp_hash_seed)
{
	struct settings wanted = settings;

	UNUSED_ARGUMENTS;
	wanted.hash_seed = 0;
	return apply(vty, &wanted);
}

HANDLER(bpf_vlan_offload)
{
	struct settings wanted = settings;

	UNUSED_ARGUMENTS;
	wanted.ignore_vlan_offload = vty_has(argc, argv, "ignore");
	return apply(vty, &wanted);
}

HANDLER(no_bpf_vlan_offload)
{
	struct settings wanted = settings;

	UNUSED_ARGUMENTS;
	wanted.ignore_vlan_offload = false;
	return apply(vty, &wanted);
}

HANDLER(bpf_netfilter)
{
	struct settings wanted = settings;

	UNUSED_ARGUMENTS;
	wanted.ignore_netfilter = vty_has(argc, argv, "ignore");
	return apply(vty, &wanted);
}

HANDLER(no_bpf_netfilter)
{
	struct settings wanted = settings;

	UNUSED_ARGUMENTS;
	wanted.ignore_netfilter = false;
	return apply(vty, &wanted);
}

/* Debugging set in the configuration is saved; set in enable mode it is not. */
static unsigned int debug_configured;

static unsigned int debug_typed(int argc, struct cmd_token *argv[])
{
	if (vty_has(argc, argv, "events"))
		return DEBUG_EVENTS;
	if (vty_has(argc, argv, "neighbours"))
		return DEBUG_NEIGHBOURS;
	if (vty_has(argc, argv, "maps"))
		return DEBUG_MAPS;
	return DEBUG_ALL;
}

HANDLER(debug_zebra_bpf)
{
	unsigned int typed = debug_typed(argc, argv);

	UNUSED_ARGUMENTS;
	debug_flags |= typed;
	if (vty->node == CONFIG_NODE)
		debug_configured |= typed;
	return CMD_SUCCESS;
}

HANDLER(no_debug_zebra_bpf)
{
	unsigned int typed = debug_typed(argc, argv);

	UNUSED_ARGUMENTS;
	debug_flags &= ~typed;
	if (vty->node == CONFIG_NODE)
		debug_configured &= ~typed;
	return CMD_SUCCESS;
}

/* Route ids cleared before zebra's main thread serves others. */
#define CLEAR_CHUNK 16384

static int clear_part(struct printbuf *out, void *state)
{
	bool more = false;

	(void)out;
	fib_lock();
	if (lifecycle_ready()) {
		more = counters_clear_routes(state, CLEAR_CHUNK);
		if (!more)
			counters_clear_rest();
	}
	fib_unlock();
	return more ? CMD_SUSPEND : CMD_SUCCESS;
}

HANDLER(clear_bpf_counters)
{
	uint32_t *id = XCALLOC(MTYPE_TMP, sizeof(*id));

	UNUSED_ARGUMENTS;
	return output_show(vty, clear_part, id);
}

static void write_debug(struct vty *vty, unsigned int flags, const char *prefix)
{
	if (flags == DEBUG_ALL) {
		vty_out(vty, "%s\n", prefix);
		return;
	}
	if (flags & DEBUG_EVENTS)
		vty_out(vty, "%s events\n", prefix);
	if (flags & DEBUG_NEIGHBOURS)
		vty_out(vty, "%s neighbours\n", prefix);
	if (flags & DEBUG_MAPS)
		vty_out(vty, "%s maps\n", prefix);
}

/* Only what differs from the defaults, as it must be typed. */
static int write_global(struct vty *vty)
{
	if (debug_configured)
		write_debug(vty, debug_configured, "debug zebra bpf");
	if (settings.max_routes4 != MAX_ROUTES4_DEFAULT)
		vty_out(vty, "bpf fib max-routes ipv4 %u\n",
			settings.max_routes4);
	if (settings.max_routes6 != MAX_ROUTES6_DEFAULT)
		vty_out(vty, "bpf fib max-routes ipv6 %u\n",
			settings.max_routes6);
	if (settings.counters != FIB_COUNTERS_ROUTE)
		vty_out(vty, "bpf counters %s\n",
			counters_name(settings.counters));
	if (settings.hash_seed)
		vty_out(vty, "bpf ecmp hash-seed %u\n", settings.hash_seed);
	if (settings.ignore_vlan_offload)
		vty_out(vty, "bpf vlan-offload ignore\n");
	if (settings.ignore_netfilter)
		vty_out(vty, "bpf netfilter ignore\n");
	return 0;
}

static void write_interface(struct vty *vty, enum port_mode mode)
{
	vty_out(vty, " bpf forwarding%s\n",
		mode == PORT_NATIVE    ? " native"
		: mode == PORT_GENERIC ? " generic"
				       : "");
}

static int show_debugging(struct vty *vty)
{
	if (debug_flags)
		write_debug(vty, debug_flags, "  Zebra BPF debugging is on:");
	return 0;
}

static struct cmd_node bpf_node = {
	.name = "bpf",
	/* No command enters it: it only has a place in the configuration. */
	.node = (enum node_type)(NODE_TYPE_MAX + 1),
	.parent_node = CONFIG_NODE,
	.prompt = "",
	.config_write = write_global,
};

#define C(identifier, node_, grammar, help)                                    \
	static const struct cmd_element identifier##_element = {               \
		.string = grammar,                                             \
		.doc = help,                                                   \
		.func = identifier,                                            \
		.name = #identifier,                                           \
	};
BPF_COMMANDS(C)
#undef C

void vty_install(void)
{
	install_node(&bpf_node);
	compat_interface_install(write_interface);
#define C(identifier, node_, grammar, help)                                    \
	BPF_INSTALL(node_, &identifier##_element, INTERFACE_NODE);
	BPF_COMMANDS(C)
#undef C
	hook_register(zebra_debug_show_debugging, show_debugging);
	hook_register(frr_fini, output_fini);
}
