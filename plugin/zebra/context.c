// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/zebra/context.h"

#include <linux/rtnetlink.h>

#include "plugin/base/compat.h"
#include "lib/nexthop.h"
#include "lib/nexthop_group.h"
#include "zebra/zebra_dplane.h"

bool context_key(const struct prefix *prefix, uint32_t table,
		 struct prefix_key *key)
{
	if (prefix->family != AF_INET && prefix->family != AF_INET6)
		return false;
	if (prefix->prefixlen > family_bits(prefix->family))
		return false;
	memset(key, 0, sizeof(*key));
	key->table = table;
	key->family = prefix->family;
	key->len = (uint8_t)prefix->prefixlen;
	memcpy(key->addr, &prefix->u, family_bytes(prefix->family));
	prefix_key_mask(key);
	return true;
}

bool context_order(const struct zebra_dplane_ctx *ctx, struct order *order)
{
	const struct prefix *from = dplane_ctx_get_src(ctx);
	uint32_t table = dplane_ctx_get_table(ctx);

	memset(order, 0, sizeof(*order));
	order->route.protocol = (uint8_t)dplane_ctx_get_type(ctx);
	order->route.instance = dplane_ctx_get_instance(ctx);
	/*
	 * Ports look into main of the default VRF only: other tables would
	 * take its room, and with zebra -n they carry the same number.
	 */
	if (table != RT_TABLE_MAIN || dplane_ctx_get_vrf(ctx) != VRF_DEFAULT)
		return false;
	/* Own addresses come and go with the kernel's local table. */
	if (dplane_ctx_get_type(ctx) == ZEBRA_ROUTE_LOCAL)
		return false;
	if (dplane_ctx_get_safi(ctx) != SAFI_UNICAST ||
	    !context_key(dplane_ctx_get_dest(ctx), table, &order->route.key))
		return false;
	if (from && from->prefixlen)
		return context_key(from, table, &order->source);
	return true;
}

static void punt(struct route_spec *spec, enum verdict verdict)
{
	spec->action = FIB_PUNT;
	spec->verdict = verdict;
	spec->count = 0;
}

/* RFC 1812, 5.2.7.1: unreachable and prohibited are answered, by the kernel. */
static void blackhole(struct route_spec *spec, enum blackhole_type type)
{
	switch (type) {
	case BLACKHOLE_REJECT:
		punt(spec, VERDICT_PUNT_UNREACHABLE);
		return;
	case BLACKHOLE_ADMINPROHIB:
		punt(spec, VERDICT_PUNT_PROHIBIT);
		return;
	case BLACKHOLE_NULL:
	case BLACKHOLE_UNSPEC:
		spec->action = FIB_DROP;
		spec->verdict = VERDICT_DROP_BLACKHOLE;
		spec->count = 0;
		return;
	}
	punt(spec, VERDICT_PUNT_UNSUPPORTED);
}

static bool has_encapsulation(const struct nexthop *nexthop)
{
	return (nexthop->nh_label && nexthop->nh_label->num_labels) ||
	       nexthop->nh_srv6 || nexthop->nh_encap_type;
}

/* False when the forwarder cannot send that way. */
static bool nexthop_key_from(const struct nexthop *nexthop, vrf_id_t vrf_id,
			     struct nexthop_key *key)
{
	memset(key, 0, sizeof(*key));
	if (nexthop->vrf_id != vrf_id || has_encapsulation(nexthop) ||
	    nexthop->ifindex <= 0)
		return false;
	key->ifindex = (uint32_t)nexthop->ifindex;
	key->weight = nexthop->weight ? nexthop->weight : 1;
	switch (nexthop->type) {
	case NEXTHOP_TYPE_IFINDEX:
		return true;
	case NEXTHOP_TYPE_IPV4:
	case NEXTHOP_TYPE_IPV4_IFINDEX:
		key->family = AF_INET;
		memcpy(key->gateway, &nexthop->gate.ipv4, 4);
		return true;
	case NEXTHOP_TYPE_IPV6:
	case NEXTHOP_TYPE_IPV6_IFINDEX:
		key->family = AF_INET6;
		memcpy(key->gateway, &nexthop->gate.ipv6, 16);
		return true;
	case NEXTHOP_TYPE_BLACKHOLE:
		return false;
	}
	return false;
}

void context_nexthops(const struct nexthop_group *group, vrf_id_t vrf_id,
		      struct route_spec *spec)
{
	static _Thread_local struct nexthop_key nexthops[ROUTE_NEXTHOPS_MAX];
	struct nexthop *nexthop;

	spec->action = FIB_FORWARD;
	spec->verdict = VERDICT_PUNT_UNSUPPORTED;
	spec->count = 0;
	spec->nexthops = nexthops;
	for (ALL_NEXTHOPS_PTR(group, nexthop)) {
		/* As zebra's kernel provider: resolved and active ones. */
		if (CHECK_FLAG(nexthop->flags, NEXTHOP_FLAG_RECURSIVE) ||
		    !NEXTHOP_IS_ACTIVE(nexthop->flags))
			continue;
		if (nexthop->type == NEXTHOP_TYPE_BLACKHOLE) {
			blackhole(spec, nexthop->bh_type);
			return;
		}
		/*
		 * One member that the forwarder cannot do leaves the route to
		 * the kernel: half of its flows would take the wrong path.
		 */
		if (spec->count == ROUTE_NEXTHOPS_MAX ||
		    !nexthop_key_from(nexthop, vrf_id,
				      &nexthops[spec->count])) {
			punt(spec, VERDICT_PUNT_UNSUPPORTED);
			return;
		}
		spec->count++;
	}
	if (!spec->count)
		punt(spec, VERDICT_PUNT_UNSUPPORTED);
	spec->count = nexthop_keys_sort(nexthops, spec->count);
}

void context_limits(uint32_t mtu, uint32_t nexthop_mtu, uint32_t group,
		    struct route_spec *spec)
{
	if (spec->action == FIB_FORWARD &&
	    (mtu || nexthop_mtu || group >= ZEBRA_NHG_PROTO_LOWER))
		punt(spec, VERDICT_PUNT_UNSUPPORTED);
}

void context_route(const struct zebra_dplane_ctx *ctx, struct route_spec *spec)
{
	spec->distance = dplane_ctx_get_distance(ctx);
	spec->metric = dplane_ctx_get_metric(ctx);
	context_nexthops(dplane_ctx_get_ng(ctx), dplane_ctx_get_vrf(ctx), spec);
	context_limits(dplane_ctx_get_mtu(ctx), dplane_ctx_get_nh_mtu(ctx),
		       dplane_ctx_get_nhg_id(ctx), spec);
}
