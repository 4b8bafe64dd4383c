// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/ports/port_flags.h"

#include <linux/netconf.h>

#include "lib/log.h"

#include "plugin/control/local.h"
#include "plugin/engine/maps.h"

static bool forwarding6_all, rules4, rules6, custom_locals, suspended;
static uint8_t rp_filter_all;

uint32_t port_flags(const struct port *port)
{
	/* IN_DEV_RPFILTER: the stricter of "all" and the interface's own. */
	uint8_t rp_filter = port->rp_filter > rp_filter_all ? port->rp_filter
							    : rp_filter_all;
	uint32_t ifindex = port->link.ifindex, flags = 0;

	/* Loose is strict where no address is (__fib_validate_source()). */
	if (rp_filter == 2 && !local_on_interface(ifindex, AF_INET))
		rp_filter = 1;
	if (port->link.up && !suspended)
		flags |= FIB_PORT_UP;
	if (port->link.master)
		flags |= FIB_PORT_MASTER;
	if (port->generic)
		flags |= FIB_PORT_GENERIC;
	if (port->forwarding4)
		flags |= FIB_PORT_FORWARD4;
	/* No address at all: IPv6 is disabled there and the kernel drops. */
	if ((forwarding6_all || port->force6) &&
	    local_on_interface(ifindex, AF_INET6))
		flags |= FIB_PORT_FORWARD6;
	if (rp_filter == 1)
		flags |= FIB_PORT_RPF_STRICT;
	else if (rp_filter)
		flags |= FIB_PORT_RPF_LOOSE;
	if (rules4 || custom_locals)
		flags |= FIB_PORT_RULES4;
	if (rules6)
		flags |= FIB_PORT_RULES6;
	return flags;
}

static void port_netconf_all(uint8_t family, int forwarding, int rp_filter)
{
	if (family == AF_INET6 && forwarding >= 0)
		forwarding6_all = forwarding;
	if (family == AF_INET && rp_filter >= 0)
		rp_filter_all = (uint8_t)rp_filter;
	port_publish_all();
}

void port_netconf(int ifindex, uint8_t family, int forwarding, int rp_filter,
		  int force_forwarding)
{
	struct port *port;

	if (ifindex < 0) {
		if (ifindex == NETCONFA_IFINDEX_ALL)
			port_netconf_all(family, forwarding, rp_filter);
		return;
	}
	port = port_get((uint32_t)ifindex);
	if (!port)
		return;
	if (family == AF_INET && forwarding >= 0)
		port->forwarding4 = forwarding;
	if (family == AF_INET && rp_filter >= 0)
		port->rp_filter = (uint8_t)rp_filter;
	if (family == AF_INET6 && force_forwarding >= 0)
		port->force6 = force_forwarding;
	if (port->link_fd >= 0)
		port_publish(port);
}

void port_policy_rules(uint8_t family, bool exist)
{
	bool *rules = family == AF_INET ? &rules4 : &rules6;

	if (*rules == exist)
		return;
	*rules = exist;
	if (exist)
		zlog_notice(
			"bpf: ip rules exist: the kernel forwards %s until they are gone",
			family == AF_INET ? "IPv4" : "IPv6");
	port_publish_all();
}

void port_custom_locals(bool exist)
{
	if (custom_locals == exist)
		return;
	custom_locals = exist;
	port_publish_all();
}

void port_suspend(bool suspend)
{
	if (suspended == suspend)
		return;
	suspended = suspend;
	port_publish_all();
}
