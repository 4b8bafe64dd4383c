// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/ui/lookup_check.h"

#include <linux/rtnetlink.h>

#include "plugin/fib/nhgroup.h"
#include "plugin/fib/record.h"

#define UNDECIDED VERDICTS

/* The ingress's record, as the forwarder finds it. */
static bool ingress(const struct lookup *lookup, struct fib_port *port)
{
	return lookup->ingress && !maps_port_get(&maps, lookup->ingress, port);
}

static enum verdict check_port(const struct lookup *lookup)
{
	bool is4 = lookup->family == AF_INET;
	struct fib_port port;

	if (!lookup->ingress)
		return UNDECIDED;
	if (!ingress(lookup, &port) || !(port.flags & FIB_PORT_UP))
		return VERDICT_PUNT_PORT;
	if (port.flags & FIB_PORT_MASTER)
		return VERDICT_PUNT_MASTER;
	if (port.flags & FIB_PORT_HIDDEN_TAGS)
		return VERDICT_PUNT_VLAN_OFFLOAD;
	if (!(port.flags & (is4 ? FIB_PORT_FORWARD4 : FIB_PORT_FORWARD6)))
		return VERDICT_PUNT_FORWARDING_OFF;
	if (port.flags & (is4 ? FIB_PORT_RULES4 : FIB_PORT_RULES6))
		return VERDICT_PUNT_POLICY_RULE;
	if (port.flags & (is4 ? FIB_PORT_FILTERS4 : FIB_PORT_FILTERS6))
		return VERDICT_PUNT_NETFILTER;
	return is4 && port.flags & FIB_PORT_PMTU4 ? VERDICT_PUNT_PMTU
						  : UNDECIDED;
}

static enum verdict check_addresses4(const struct lookup *lookup)
{
	__be32 source, destination;

	memcpy(&source, lookup->source, sizeof(source));
	memcpy(&destination, lookup->destination, sizeof(destination));
	if (lookup->has_source && fib_martian4(source))
		return VERDICT_PUNT_IPV4_SOURCE;
	if (fib_martian4(destination))
		return VERDICT_PUNT_IPV4_DESTINATION;
	if (lookup->has_source &&
	    maps_local4_has(&maps, RT_TABLE_MAIN, lookup->source))
		return VERDICT_PUNT_LOCAL_SOURCE;
	return UNDECIDED;
}

static enum verdict check_addresses6(const struct lookup *lookup)
{
	__be32 source[4], destination[4];

	memcpy(source, lookup->source, sizeof(source));
	memcpy(destination, lookup->destination, sizeof(destination));
	if (lookup->has_source && fib_martian6(source))
		return VERDICT_PUNT_IPV6_SOURCE;
	return fib_martian6(destination) ? VERDICT_PUNT_IPV6_DESTINATION
					 : UNDECIDED;
}

enum verdict lookup_check(const struct lookup *lookup)
{
	enum verdict verdict = check_port(lookup);

	if (verdict != UNDECIDED)
		return verdict;
	return lookup->family == AF_INET ? check_addresses4(lookup)
					 : check_addresses6(lookup);
}

enum verdict lookup_check_source(const struct lookup *lookup)
{
	struct prefix_key key = {
		.table = RT_TABLE_MAIN,
		.family = AF_INET,
		.len = 32,
	};
	struct fib_route route;
	struct fib_port port;
	uint32_t id, word;

	if (lookup->family != AF_INET || !lookup->has_source ||
	    !ingress(lookup, &port) ||
	    !(port.flags & (FIB_PORT_RPF_STRICT | FIB_PORT_RPF_LOOSE)))
		return UNDECIDED;
	memcpy(key.addr, lookup->source, 4);
	if (maps_lpm_lookup(&maps, &key, &id) || id >= maps.config.max_routes ||
	    !record_read(id, &route, &word) ||
	    fib_word_action(word) != FIB_FORWARD)
		return VERDICT_PUNT_RPF;
	if (port.flags & FIB_PORT_RPF_STRICT &&
	    !nhgroup_leaves_by(fib_word_argument(word), lookup->ingress))
		return VERDICT_PUNT_RPF;
	return UNDECIDED;
}

enum verdict lookup_check_egress(const struct lookup *lookup,
				 const struct fib_adjacency *adjacency)
{
	struct fib_port port;

	if (adjacency->ifindex == lookup->ingress)
		return VERDICT_PUNT_HAIRPIN;
	if (ingress(lookup, &port) && !(port.flags & FIB_PORT_GENERIC) &&
	    adjacency->flags & FIB_ADJACENCY_NO_XMIT)
		return VERDICT_PUNT_EGRESS;
	return maps_devmap_has(&maps, adjacency->ifindex) ? UNDECIDED
							  : VERDICT_PUNT_EGRESS;
}
