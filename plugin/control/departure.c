// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/control/departure.h"

#include <linux/rtnetlink.h>
#include <string.h>

#include "bpf/abi.h"
#include "plugin/control/agree.h"
#include "plugin/control/local.h"
#include "plugin/control/nexthop_object.h"
#include "plugin/fib/path.h"
#include "plugin/ports/port.h"

static bool link_up(uint32_t ifindex)
{
	const struct port *port = port_get(ifindex);

	return port && port->link.up;
}

static bool uses(const struct kernel_route *route, uint32_t ifindex)
{
	for (uint32_t i = 0; i < route->count; i++)
		if (route->nexthops[i].ifindex == ifindex)
			return true;
	return false;
}

/* The last of its nexthops is dead when those on ifindex are. */
static bool is_dead(const struct kernel_route *route, uint32_t ifindex)
{
	for (uint32_t i = 0; i < route->count; i++)
		if (route->nexthops[i].ifindex != ifindex &&
		    link_up(route->nexthops[i].ifindex))
			return false;
	return uses(route, ifindex);
}

/* fib_sync_down_dev(), fib6_ifdown(). */
static void paths_link_down(uint32_t ifindex)
{
	struct path *path = NULL;

	while ((path = path_next(path)))
		if (is_dead(&path->route, ifindex))
			path->becomes = PATH_NONE;
}

void departure_resolve(struct path *path)
{
	static struct nexthop_key alive[KERNEL_NEXTHOPS_MAX];
	const struct kernel_route *route = &path->route;
	uint32_t count = 0;

	if (route->count < 2 || fib_word_action(path->word) != FIB_FORWARD)
		return;
	for (uint32_t i = 0; i < route->count; i++)
		if (link_up(route->nexthops[i].ifindex))
			alive[count++] = route->nexthops[i];
	path->changed |= path_resolve(path, path->word, alive, count);
}

/* One nexthop of an IPv4 route takes the others along; of IPv6 it is told. */
static void paths_link_gone(uint32_t ifindex)
{
	struct path *path = NULL;

	while ((path = path_next(path)))
		if (path->route.key.family == AF_INET
			    ? uses(&path->route, ifindex)
			    : is_dead(&path->route, ifindex))
			path->becomes = PATH_NONE;
	agree_paths_changed();
}

/*
 * IPv4 is over on the interface. A nexthop of several there is dead until an
 * address comes, but not that of a route that is added meanwhile: nobody tells.
 */
static void paths_address_gone(uint32_t ifindex)
{
	struct path *path = NULL;

	while ((path = path_next(path))) {
		if (path->route.key.family != AF_INET ||
		    !uses(&path->route, ifindex))
			continue;
		if (is_dead(&path->route, ifindex))
			path->becomes = PATH_NONE;
		else
			path->changed |= path_resolve(
				path,
				fib_word(FIB_PUNT, VERDICT_PUNT_UNSUPPORTED),
				NULL, 0);
	}
	agree_paths_changed();
}

static void paths_source_gone(const uint8_t *source)
{
	struct path *path = NULL;

	while ((path = path_next(path)))
		if (path->route.key.family == AF_INET &&
		    !memcmp(path->route.source, source,
			    sizeof(path->route.source)))
			path->becomes = PATH_NONE;
	agree_paths_changed();
}

/* IPv4 addresses stay, and with them what table local has of them. */
static bool local_leaves_down(const struct kernel_local *local,
			      const void *ifindex)
{
	return local->ifindex == *(const uint32_t *)ifindex &&
	       (local->type != RTN_LOCAL || local->key.family != AF_INET);
}

static bool local_on(const struct kernel_local *local, const void *ifindex)
{
	return local->ifindex == *(const uint32_t *)ifindex;
}

static bool local4_on(const struct kernel_local *local, const void *ifindex)
{
	return local->key.family == AF_INET && local_on(local, ifindex);
}

/* An address that is configured, unlike "ip route add local". */
static bool is_address(const struct kernel_local *local)
{
	return local->type == RTN_LOCAL && local->key.family == AF_INET &&
	       !local->custom;
}

static bool is_address_of(const struct kernel_local *local, const void *ifindex)
{
	return is_address(local) && local_on(local, ifindex);
}

static bool is_any_address(const struct kernel_local *local,
			   const void *nothing)
{
	(void)nothing;
	return is_address(local);
}

void departure_link(const struct kernel_link *link)
{
	struct path *path = NULL;

	if (!link->up || link->lost)
		nexthop_object_link_gone(link->ifindex);
	if (!link->up) {
		local_remove_if(local_leaves_down, &link->ifindex);
		paths_link_down(link->ifindex);
	}
	while ((path = path_next(path)))
		departure_resolve(path);
	agree_paths_changed();
}

void departure_link_gone(uint32_t ifindex)
{
	nexthop_object_link_gone(ifindex);
	local_remove_if(local_on, &ifindex);
	paths_link_gone(ifindex);
}

void departure_local_gone(const struct kernel_local *local)
{
	if (!is_address(local))
		return;
	if (!local_any(&local->key, is_any_address, NULL))
		paths_source_gone(local->key.addr);
	if (local_any(NULL, is_address_of, &local->ifindex))
		return;
	local_remove_if(local4_on, &local->ifindex);
	paths_address_gone(local->ifindex);
}
