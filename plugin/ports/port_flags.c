// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/ports/port_flags.h"

#include "bpf/abi.h"

/* IN_DEV_RPFILTER: the stricter of "all" and the interface's own. */
static uint32_t rpf_flag(const struct port_policy *port,
			 const struct port_policy_all *all)
{
	uint8_t rp_filter = port->rp_filter > all->rp_filter ? port->rp_filter
							     : all->rp_filter;

	/* Loose is strict where no address is (__fib_validate_source()). */
	if (rp_filter == 2 && !port->addresses4)
		rp_filter = 1;
	if (rp_filter == 1)
		return FIB_PORT_RPF_STRICT;
	return rp_filter ? FIB_PORT_RPF_LOOSE : 0;
}

static uint32_t filter_flags(const struct port_policy *port,
			     const struct port_policy_all *all)
{
	uint32_t flags = 0;

	if (all->ignore_filters)
		return 0;
	if (port->filters || all->filters4)
		flags |= FIB_PORT_FILTERS4;
	if (port->filters || all->filters6)
		flags |= FIB_PORT_FILTERS6;
	return flags;
}

uint32_t port_flags(const struct port_policy *port,
		    const struct port_policy_all *all)
{
	uint32_t flags = rpf_flag(port, all) | filter_flags(port, all);

	if (port->up && !all->suspended)
		flags |= FIB_PORT_UP;
	if (port->master)
		flags |= FIB_PORT_MASTER;
	if (port->generic)
		flags |= FIB_PORT_GENERIC;
	if (port->tags == PORT_TAGS_BESIDE)
		flags |= FIB_PORT_VETH_TAGS;
	if (port->tags == PORT_TAGS_HIDDEN && !all->ignore_tags)
		flags |= FIB_PORT_HIDDEN_TAGS;
	if (port->forwarding4)
		flags |= FIB_PORT_FORWARD4;
	/* No address at all: IPv6 is disabled there and the kernel drops. */
	if ((all->forwarding6 || port->force6) && port->addresses6)
		flags |= FIB_PORT_FORWARD6;
	if (all->rules4 || all->custom_locals)
		flags |= FIB_PORT_RULES4;
	if (all->rules6)
		flags |= FIB_PORT_RULES6;
	if (all->proxy6)
		flags |= FIB_PORT_PROXY6;
	if (all->use_pmtu)
		flags |= FIB_PORT_PMTU4;
	return flags;
}
