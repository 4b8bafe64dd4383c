// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/kernel/netlink_parse.h"

#include <linux/nexthop.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "plugin/kernel/netlink_attributes.h"

/* Multicast destinations are punted without a route. */
static bool local_wanted(const struct rtmsg *header)
{
	return header->rtm_type == RTN_LOCAL ||
	       header->rtm_type == RTN_BROADCAST ||
	       header->rtm_type == RTN_ANYCAST;
}

static bool route_prefix(const struct rtmsg *header,
			 const struct attributes *attributes,
			 struct prefix_key *key)
{
	uint8_t bytes = header->rtm_family == AF_INET ? 4 : 16;
	const void *addr = attributes_payload(attributes, RTA_DST, bytes);

	if ((!addr && header->rtm_dst_len) || header->rtm_dst_len > bytes * 8)
		return false;
	key->table = RT_TABLE_MAIN;
	key->family = header->rtm_family;
	key->len = header->rtm_dst_len;
	if (addr)
		memcpy(key->addr, addr, bytes);
	prefix_key_mask(key);
	return true;
}

static void gateway_copy(struct nexthop_key *nexthop, uint8_t family,
			 const void *gateway)
{
	nexthop->family = family;
	memcpy(nexthop->gateway, gateway, family_bytes(family));
}

/* False when there is a gateway that makes no sense to us. */
static bool nexthop_gateway(const struct attributes *attributes, uint8_t family,
			    struct nexthop_key *nexthop)
{
	const struct nlattr *via = attributes->table[RTA_VIA];
	const struct rtvia *rtvia;
	const void *gateway;

	if (via) {
		rtvia = attributes_payload(attributes, RTA_VIA,
					   sizeof(*rtvia) + 4);
		if (!rtvia || (rtvia->rtvia_family != AF_INET &&
			       rtvia->rtvia_family != AF_INET6))
			return false;
		family = (uint8_t)rtvia->rtvia_family;
		if (mnl_attr_get_payload_len(via) <
		    sizeof(*rtvia) + family_bytes(family))
			return false;
		gateway_copy(nexthop, family, rtvia->rtvia_addr);
	} else if (attributes->table[RTA_GATEWAY]) {
		gateway = attributes_payload(attributes, RTA_GATEWAY,
					     family_bytes(family));
		if (!gateway)
			return false;
		gateway_copy(nexthop, family, gateway);
	}
	return true;
}

/* What the forwarder cannot do to a packet: of a route, or of one nexthop. */
static bool is_beyond(const struct attributes *attributes)
{
	struct attributes metrics = { 0 };

	if (attributes->table[RTA_ENCAP] || attributes->table[RTA_NEWDST])
		return true;
	if (attributes->table[RTA_METRICS])
		mnl_attr_parse_nested(attributes->table[RTA_METRICS],
				      attributes_collect, &metrics);
	return metrics.table[RTAX_MTU];
}

/* Its lifetime grows and ends in silence, and the kernel passes it over then. */
static bool is_temporary(const struct attributes *attributes)
{
	const struct rta_cacheinfo *info =
		attributes_payload(attributes, RTA_CACHEINFO, sizeof(*info));

	return info && info->rta_expires;
}

/* RTA_MULTIPATH, sorted. Result: nexthops. */
static uint32_t route_members(const struct nlattr *multipath, uint8_t family,
			      struct nexthop_key *nexthops, bool *beyond)
{
	const struct rtnexthop *hop = mnl_attr_get_payload(multipath);
	int left = mnl_attr_get_payload_len(multipath);
	uint32_t count = 0;

	for (; RTNH_OK(hop, left); hop = RTNH_NEXT(hop)) {
		struct attributes attributes = { 0 };
		struct nexthop_key *nexthop = &nexthops[count];

		if (count == KERNEL_NEXTHOPS_MAX) {
			*beyond = true;
			break;
		}
		mnl_attr_parse_payload(RTNH_DATA(hop),
				       hop->rtnh_len - RTNH_LENGTH(0),
				       attributes_collect, &attributes);
		memset(nexthop, 0, sizeof(*nexthop));
		nexthop->ifindex = (uint32_t)hop->rtnh_ifindex;
		nexthop->weight = (uint16_t)(hop->rtnh_hops + 1);
		if (is_beyond(&attributes) ||
		    !nexthop_gateway(&attributes, family, nexthop))
			*beyond = true;
		count++;
		left -= NLMSG_ALIGN(hop->rtnh_len);
	}
	return nexthop_keys_sort(nexthops, count);
}

/* Nexthops that a packet is sent to: not those of IPv6's blackholes. */
static uint32_t route_nexthops(const struct rtmsg *header,
			       const struct attributes *attributes,
			       struct nexthop_key *nexthops, bool *beyond)
{
	uint32_t ifindex = attributes_u32(attributes, RTA_OIF, 0);

	if (header->rtm_type != RTN_UNICAST)
		return 0;
	if (attributes->table[RTA_MULTIPATH])
		return route_members(attributes->table[RTA_MULTIPATH],
				     header->rtm_family, nexthops, beyond);
	if (!ifindex)
		return 0;
	memset(nexthops, 0, sizeof(*nexthops));
	nexthops->ifindex = ifindex;
	nexthops->weight = 1;
	if (!nexthop_gateway(attributes, header->rtm_family, nexthops))
		*beyond = true;
	return 1;
}

/* fib_table_insert() tells in which way; a dump has them in their order. */
static enum kernel_order route_order(const struct nlmsghdr *message)
{
	if (message->nlmsg_flags & NLM_F_MULTI)
		return KERNEL_LAST;
	if (message->nlmsg_flags & NLM_F_REPLACE)
		return KERNEL_REPLACE;
	if (message->nlmsg_flags & NLM_F_EXCL)
		return KERNEL_ALONE;
	return message->nlmsg_flags & NLM_F_APPEND ? KERNEL_LAST : KERNEL_FIRST;
}

static void parse_main(const struct nlmsghdr *message,
		       const struct rtmsg *header,
		       const struct attributes *attributes,
		       const struct kernel_sink *sink)
{
	static struct nexthop_key nexthops[KERNEL_NEXTHOPS_MAX];
	struct kernel_route route = {
		.type = header->rtm_type,
		.tos = header->rtm_tos,
		.protocol = header->rtm_protocol,
		.partial = header->rtm_tos || header->rtm_src_len ||
			   is_temporary(attributes),
		.beyond = is_beyond(attributes),
		.priority = attributes_u32(attributes, RTA_PRIORITY, 0),
		.object = attributes_u32(attributes, RTA_NH_ID, 0),
		.nexthops = nexthops,
	};
	const void *source = attributes_payload(attributes, RTA_PREFSRC,
						sizeof(route.source));

	if (!route_prefix(header, attributes, &route.key))
		return;
	if (source && header->rtm_family == AF_INET)
		memcpy(route.source, source, sizeof(route.source));
	/* A message may repeat what the object has, and need not. */
	if (route.object)
		route.type = RTN_UNICAST;
	else
		route.count = route_nexthops(header, attributes, nexthops,
					     &route.beyond);
	if (message->nlmsg_type == RTM_DELROUTE)
		sink->route_gone(&route);
	else
		sink->route(&route, route_order(message));
}

static void parse_local(const struct nlmsghdr *message,
			const struct rtmsg *header,
			const struct attributes *attributes,
			const struct kernel_sink *sink)
{
	struct kernel_local local = {
		.type = header->rtm_type,
		.tos = header->rtm_tos,
		.custom = header->rtm_type == RTN_LOCAL &&
			  header->rtm_protocol != RTPROT_KERNEL,
		.ifindex = attributes_u32(attributes, RTA_OIF, 0),
		.priority = attributes_u32(attributes, RTA_PRIORITY, 0),
	};

	if (!local_wanted(header) ||
	    !route_prefix(header, attributes, &local.key))
		return;
	if (message->nlmsg_type == RTM_DELROUTE)
		sink->local_gone(&local);
	else
		sink->local(&local, message->nlmsg_flags & NLM_F_REPLACE);
}

void netlink_parse_route(const struct nlmsghdr *message,
			 const struct kernel_sink *sink)
{
	const struct rtmsg *header = mnl_nlmsg_get_payload(message);
	struct attributes attributes;
	uint32_t table;

	if (!attributes_parse(message, sizeof(*header), &attributes) ||
	    (header->rtm_family != AF_INET && header->rtm_family != AF_INET6) ||
	    header->rtm_flags & RTM_F_CLONED)
		return;
	table = attributes_u32(&attributes, RTA_TABLE, header->rtm_table);
	if (table == RT_TABLE_MAIN)
		parse_main(message, header, &attributes, sink);
	else if (table == RT_TABLE_LOCAL)
		parse_local(message, header, &attributes, sink);
}

/* NHA_GROUP: an array of struct nexthop_grp. Result: members. */
static uint32_t object_members(const struct nlattr *group,
			       struct kernel_member *members, bool *beyond)
{
	const struct nexthop_grp *entry = mnl_attr_get_payload(group);
	uint32_t count = mnl_attr_get_payload_len(group) / sizeof(*entry);

	if (count > KERNEL_NEXTHOPS_MAX) {
		*beyond = true;
		return 0;
	}
	for (uint32_t i = 0; i < count; i++, entry++) {
		members[i].id = entry->id;
		/* weight_high, reserved and zero in older kernels, is next. */
		members[i].weight = (uint16_t)(entry->weight +
					       ((&entry->weight)[1] << 8) + 1);
	}
	return count;
}

static void object_nexthop(const struct nhmsg *header,
			   const struct attributes *attributes,
			   struct kernel_object *object)
{
	const struct nlattr *gateway = attributes->table[NHA_GATEWAY];

	object->nexthop.ifindex = attributes_u32(attributes, NHA_OIF, 0);
	object->nexthop.weight = 1;
	if (!gateway)
		return;
	if ((header->nh_family == AF_INET || header->nh_family == AF_INET6) &&
	    mnl_attr_get_payload_len(gateway) >=
		    family_bytes(header->nh_family))
		gateway_copy(&object->nexthop, header->nh_family,
			     mnl_attr_get_payload(gateway));
	else
		object->beyond = true;
}

void netlink_parse_object(const struct nlmsghdr *message,
			  const struct kernel_sink *sink)
{
	static struct kernel_member members[KERNEL_NEXTHOPS_MAX];
	const struct nhmsg *header = mnl_nlmsg_get_payload(message);
	struct kernel_object object = { .members = members };
	struct attributes attributes;
	const uint16_t *type;

	if (!attributes_parse(message, sizeof(*header), &attributes))
		return;
	object.id = attributes_u32(&attributes, NHA_ID, 0);
	if (!object.id)
		return;
	if (message->nlmsg_type == RTM_DELNEXTHOP) {
		sink->object_gone(object.id);
		return;
	}
	type = attributes_payload(&attributes, NHA_GROUP_TYPE, sizeof(*type));
	object.beyond = attributes.table[NHA_ENCAP] ||
			attributes.table[NHA_FDB] ||
			(type && *type != NEXTHOP_GRP_TYPE_MPATH);
	object.blackhole = attributes.table[NHA_BLACKHOLE];
	if (attributes.table[NHA_GROUP])
		object.count = object_members(attributes.table[NHA_GROUP],
					      members, &object.beyond);
	else
		object_nexthop(header, &attributes, &object);
	sink->object(&object);
}
