// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/control/departure.h"

#include <linux/rtnetlink.h>
#include <string.h>

#include "bpf/abi.h"
#include "plugin/control/agree.h"
#include "plugin/control/local.h"
#include "plugin/control/nexthop_object.h"
#include "plugin/control/outcome.h"

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
		    outcome_link_up(route->nexthops[i].ifindex))
			return false;
	return uses(route, ifindex);
}

/* fib_sync_down_dev(), fib6_ifdown(). */
static void paths_link_down(uint32_t ifindex)
{
	struct path *path = NULL;

	while ((path = path_next(path)))
		if (is_dead(&path->route, ifindex))
			path_become(path, PATH_NONE);
}

static bool is_on(const struct nexthop_key *nexthop, const void *ifindex)
{
	return nexthop->ifindex == *(const uint32_t *)ifindex;
}

/*
 * One nexthop of an IPv4 route takes the others along; of IPv6 it leaves them, which
 * is told or, by net.ipv6.route.skip_notify_on_dev_down, is not.
 */
static void paths_link_gone(uint32_t ifindex)
{
	struct path *path = NULL;

	while ((path = path_next(path))) {
		const struct kernel_route *route = &path->route;
		uint32_t left = PATH_NONE;

		if (!uses(route, ifindex))
			continue;
		if (route->key.family == AF_INET6 && !is_dead(route, ifindex))
			left = agree_path_without(route, is_on, &ifindex);
		path_become(path, left);
	}
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
			path_become(path, PATH_NONE);
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
			path_become(path, PATH_NONE);
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

static void settle(void)
{
	outcome_resolve_all();
	agree_paths_changed();
}

void departure_settle(void)
{
	if (nexthop_object_changed())
		settle();
}

void departure_object_gone(uint32_t id)
{
	nexthop_object_delete(id);
	/* Now: the id may come again, and routes with it. */
	departure_settle();
}

void departure_link(const struct kernel_link *link)
{
	if (!link->up || link->lost)
		nexthop_object_link_gone(link->ifindex);
	if (!link->up) {
		local_remove_if(local_leaves_down, &link->ifindex);
		paths_link_down(link->ifindex);
	}
	settle();
}

void departure_link_gone(uint32_t ifindex)
{
	nexthop_object_link_gone(ifindex);
	local_remove_if(local_on, &ifindex);
	paths_link_gone(ifindex);
	settle();
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
