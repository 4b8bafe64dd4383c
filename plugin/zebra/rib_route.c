// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/zebra/rib_route.h"

#include <linux/rtnetlink.h>

#include "lib/srcdest_table.h"
#include "zebra/rib.h"
#include "zebra/zebra_vrf.h"

#include "plugin/zebra/context.h"

struct route_table *rib_route_table(uint8_t family)
{
	return zebra_vrf_lookup_table_with_table_id(
		family == AF_INET ? AFI_IP : AFI_IP6, SAFI_UNICAST, VRF_DEFAULT,
		RT_TABLE_MAIN);
}

struct route_node *rib_route_node(const struct prefix_key *key)
{
	struct route_table *table = rib_route_table(key->family);
	struct prefix prefix = {
		.family = key->family,
		.prefixlen = key->len,
	};

	memcpy(&prefix.u, key->addr, family_bytes(key->family));
	return table ? srcdest_rnode_lookup(table, &prefix, NULL) : NULL;
}

struct route_entry *rib_route_selected(struct route_node *node)
{
	rib_dest_t *dest = rib_dest_from_rnode(node);

	return dest ? dest->selected_fib : NULL;
}

bool rib_route_of(struct route_node *node, struct route_spec *spec)
{
	struct route_entry *entry = rib_route_selected(node);

	if (!entry || !CHECK_FLAG(entry->status, ROUTE_ENTRY_INSTALLED) ||
	    entry->type == ZEBRA_ROUTE_LOCAL || !entry->nhe)
		return false;
	memset(spec, 0, sizeof(*spec));
	if (!context_key(&node->p, RT_TABLE_MAIN, &spec->key))
		return false;
	spec->protocol = (uint8_t)entry->type;
	spec->instance = entry->instance;
	spec->distance = entry->distance;
	spec->metric = entry->metric;
	context_nexthops(&entry->nhe->nhg, entry->vrf_id, spec);
	context_limits(entry->mtu, entry->nexthop_mtu, entry->nhe->id, spec);
	return true;
}

bool rib_route(const struct prefix_key *key, struct route_spec *spec)
{
	struct route_node *node = rib_route_node(key);
	bool is;

	if (!node)
		return false;
	is = rib_route_of(node, spec);
	route_unlock_node(node);
	return is;
}

bool rib_route_busy(const struct prefix_key *key)
{
	struct route_node *node = rib_route_node(key);
	rib_dest_t *dest;
	struct route_entry *entry;
	bool busy = false;

	if (!node)
		return false;
	dest = rib_dest_from_rnode(node);
	if (dest)
		RE_DEST_FOREACH_ROUTE(dest, entry)
	busy = busy || CHECK_FLAG(entry->status, ROUTE_ENTRY_QUEUED);
	route_unlock_node(node);
	return busy;
}
