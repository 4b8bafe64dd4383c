// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/control/departure.h"

#include <linux/rtnetlink.h>
#include <string.h>

#include "plugin/control/local.h"
#include "plugin/ports/port.h"

/* Nexthops of one route: they leave together, when the last has no link. */
static bool live_sibling(const struct kernel_route *other, const void *argument)
{
	const struct kernel_route *route = argument;
	const struct port *port;

	if (!other->member || other->ifindex == route->ifindex ||
	    other->kind != route->kind || other->tos != route->tos ||
	    other->priority != route->priority)
		return false;
	port = port_get(other->ifindex);
	return port && port->link.up;
}

static bool through(const struct kernel_route *route, uint32_t ifindex)
{
	if (route->ifindex != ifindex)
		return false;
	return !route->member || !local_any(&route->key, live_sibling, route);
}

/* fib_sync_down_dev(): own addresses stay, and what is broadcast goes. */
static bool gone_with_down(const struct kernel_route *route,
			   const void *ifindex)
{
	if (route->kind == KERNEL_ROUTE_LOCAL && route->type == RTN_LOCAL)
		return false;
	return through(route, *(const uint32_t *)ifindex);
}

static bool gone_with_link(const struct kernel_route *route,
			   const void *ifindex)
{
	return through(route, *(const uint32_t *)ifindex);
}

/* As when the link goes, for IPv4. */
static bool gone_with_last(const struct kernel_route *route,
			   const void *ifindex)
{
	return route->key.family == AF_INET && gone_with_link(route, ifindex);
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
