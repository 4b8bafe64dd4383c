// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/control/departure.h"

#include <linux/rtnetlink.h>
#include <string.h>

#include "plugin/control/local.h"
#include "plugin/ports/port.h"

/* Another nexthop of a route that has several. */
static bool siblings(const struct kernel_route *a, const struct kernel_route *b)
{
	return a->member && b->member && a->ifindex != b->ifindex &&
	       a->kind == b->kind && a->tos == b->tos &&
	       a->priority == b->priority;
}

static bool live_sibling(const struct kernel_route *other, const void *route)
{
	const struct port *port = port_get(other->ifindex);

	return siblings(other, route) && port && port->link.up;
}

/* Nexthops that are down leave with the last one. */
static bool through(const struct kernel_route *route, uint32_t ifindex)
{
	return route->ifindex == ifindex &&
	       !local_any(&route->key, live_sibling, route);
}

/* IPv4 addresses stay, and with them what table local has of them. */
static bool gone_with_down(const struct kernel_route *route,
			   const void *ifindex)
{
	if (route->kind == KERNEL_ROUTE_LOCAL && route->type == RTN_LOCAL &&
	    route->key.family == AF_INET)
		return false;
	return through(route, *(const uint32_t *)ifindex);
}

struct sibling_search {
	const struct kernel_route *route;
	uint32_t ifindex;
};

static bool is_sibling_at(const struct kernel_route *other,
			  const void *argument)
{
	const struct sibling_search *search = argument;

	return siblings(other, search->route) &&
	       other->ifindex == search->ifindex;
}

/* One nexthop of an IPv4 route whose link goes takes the others along. */
static bool gone_with_link(const struct kernel_route *route,
			   const void *ifindex)
{
	struct sibling_search search = { route, *(const uint32_t *)ifindex };

	if (route->ifindex == search.ifindex)
		return true;
	return route->member && route->key.family == AF_INET &&
	       local_any(&route->key, is_sibling_at, &search);
}

/* IPv4 is over on the interface, "ip route add local" included. */
static bool gone_with_last(const struct kernel_route *route,
			   const void *ifindex)
{
	return route->key.family == AF_INET &&
	       through(route, *(const uint32_t *)ifindex);
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
