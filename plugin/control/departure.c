// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/control/departure.h"

#include <linux/rtnetlink.h>
#include <string.h>

#include "plugin/control/local.h"
#include "plugin/ports/port.h"

/* What is asked about the nexthops of a route when one of them is at ifindex. */
struct departing {
	const struct kernel_route *route;
	uint32_t ifindex;
};

/* One of the nexthops of the same route. */
static bool is_member(const struct kernel_route *other,
		      const struct kernel_route *route)
{
	return other->member && route->member && other->kind == route->kind &&
	       other->tos == route->tos && other->priority == route->priority;
}

static bool is_member_at(const struct kernel_route *other, const void *argument)
{
	const struct departing *departing = argument;

	return is_member(other, departing->route) &&
	       other->ifindex == departing->ifindex;
}

static bool is_live_member(const struct kernel_route *other,
			   const void *argument)
{
	const struct departing *departing = argument;
	const struct port *port = port_get(other->ifindex);

	return is_member(other, departing->route) &&
	       other->ifindex != departing->ifindex && port && port->link.up;
}

/* With ifindex the last of its nexthops is dead. */
static bool is_dead(const struct kernel_route *route, uint32_t ifindex)
{
	struct departing departing = { route, ifindex };

	if (!route->member)
		return route->ifindex == ifindex;
	return local_any(&route->key, is_member_at, &departing) &&
	       !local_any(&route->key, is_live_member, &departing);
}

/* IPv4 addresses stay, and with them what table local has of them. */
static bool gone_with_down(const struct kernel_route *route,
			   const void *ifindex)
{
	if (route->kind == KERNEL_ROUTE_LOCAL && route->type == RTN_LOCAL &&
	    route->key.family == AF_INET)
		return false;
	return is_dead(route, *(const uint32_t *)ifindex);
}

/* One nexthop of an IPv4 route whose link goes takes the others along. */
static bool gone_with_link(const struct kernel_route *route,
			   const void *ifindex)
{
	struct departing departing = { route, *(const uint32_t *)ifindex };

	if (route->ifindex == departing.ifindex)
		return true;
	return route->member && route->key.family == AF_INET &&
	       local_any(&route->key, is_member_at, &departing);
}

/* IPv4 is over on the interface, "ip route add local" included. */
static bool gone_with_last(const struct kernel_route *route,
			   const void *ifindex)
{
	return route->key.family == AF_INET &&
	       is_dead(route, *(const uint32_t *)ifindex);
}

static bool gone_with_source(const struct kernel_route *route,
			     const void *source)
{
	return route->key.family == AF_INET &&
	       route->kind != KERNEL_ROUTE_LOCAL &&
	       !memcmp(route->source, source, sizeof(route->source));
}

/* An address that is configured, unlike "ip route add local". */
static bool is_address(const struct kernel_route *route)
{
	return route->kind == KERNEL_ROUTE_LOCAL && route->type == RTN_LOCAL &&
	       route->key.family == AF_INET && !route->custom;
}

static bool is_address_of(const struct kernel_route *route, const void *ifindex)
{
	return is_address(route) &&
	       route->ifindex == *(const uint32_t *)ifindex;
}

static bool is_any_address(const struct kernel_route *route,
			   const void *nothing)
{
	(void)nothing;
	return is_address(route);
}

void departure_link_down(uint32_t ifindex)
{
	local_remove_if(gone_with_down, &ifindex);
}

void departure_link_gone(uint32_t ifindex)
{
	local_remove_if(gone_with_link, &ifindex);
}

void departure_local_gone(const struct kernel_route *local)
{
	if (!is_address(local))
		return;
	if (!local_any(&local->key, is_any_address, NULL))
		local_remove_if(gone_with_source, local->key.addr);
	if (!local_any(NULL, is_address_of, &local->ifindex))
		local_remove_if(gone_with_last, &local->ifindex);
}
