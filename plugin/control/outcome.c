// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/control/outcome.h"

#include "bpf/abi.h"
#include "plugin/control/nexthop_object.h"
#include "plugin/ports/port.h"

bool outcome_link_up(uint32_t ifindex)
{
	const struct port *port = port_get(ifindex);

	return port && port->link.up;
}

static void resolve_object(struct path *path, struct nexthop_key *nexthops)
{
	uint32_t count = 0, word;

	word = nexthop_object_word(path->route.object, nexthops, &count);
	path->changed |= path_resolve(path, word, nexthops, count);
}

/* Of several nexthops, those whose links are down are dead until these are up. */
static void resolve_alive(struct path *path, struct nexthop_key *alive)
{
	const struct kernel_route *route = &path->route;
	uint32_t count = 0;

	if (route->count < 2 || fib_word_action(path->word) != FIB_FORWARD)
		return;
	for (uint32_t i = 0; i < route->count; i++)
		if (outcome_link_up(route->nexthops[i].ifindex))
			alive[count++] = route->nexthops[i];
	path->changed |= path_resolve(path, path->word, alive, count);
}

void outcome_resolve(struct path *path)
{
	static struct nexthop_key nexthops[KERNEL_NEXTHOPS_MAX];
	const struct kernel_route *route = &path->route;

	if (route->beyond || route->partial)
		return;
	if (route->object)
		resolve_object(path, nexthops);
	else
		resolve_alive(path, nexthops);
}

void outcome_resolve_all(void)
{
	struct path *path = NULL;

	while ((path = path_next(path)))
		outcome_resolve(path);
}
