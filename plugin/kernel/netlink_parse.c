// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/kernel/netlink_parse.h"

/* Before linux/if.h, which then leaves out what this declares. */
#include <net/if.h>

#include <libmnl/libmnl.h>
#include <linux/fib_rules.h>
#include <linux/if_arp.h>
#include <linux/if_link.h>
#include <linux/ipv6.h>
#include <linux/neighbour.h>
#include <linux/netconf.h>
#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <string.h>

#ifndef IFF_LOWER_UP
#define IFF_LOWER_UP 0x10000
#endif
#ifndef NETCONFA_FORCE_FORWARDING
#define NETCONFA_FORCE_FORWARDING 9
#endif

#define ATTRIBUTES 64

struct attributes {
	const struct nlattr *table[ATTRIBUTES];
};

static int collect(const struct nlattr *attribute, void *data)
{
	struct attributes *attributes = data;
	uint16_t type = mnl_attr_get_type(attribute);

	if (type < ATTRIBUTES)
		attributes->table[type] = attribute;
	return MNL_CB_OK;
}

/* False when the message is too short for its header. */
static bool parse(const struct nlmsghdr *message, size_t header,
		  struct attributes *attributes)
{
	memset(attributes, 0, sizeof(*attributes));
	if (message->nlmsg_len < NLMSG_LENGTH(header))
		return false;
	return mnl_attr_parse(message, (unsigned int)header, collect,
			      attributes) >= 0;
}

static const void *payload(const struct attributes *attributes, int type,
			   size_t size)
{
	const struct nlattr *attribute = attributes->table[type];

	if (!attribute || mnl_attr_get_payload_len(attribute) < size)
		return NULL;
	return mnl_attr_get_payload(attribute);
}

static uint32_t get_u32(const struct attributes *attributes, int type,
			uint32_t absent)
{
	const void *data = payload(attributes, type, sizeof(uint32_t));
	uint32_t value;

	if (!data)
		return absent;
	memcpy(&value, data, sizeof(value));
	return value;
}

static int get_int(const struct attributes *attributes, int type, int absent)
{
	return (int)get_u32(attributes, type, (uint32_t)absent);
}

/* IFLA_AF_SPEC / AF_INET6 / IFLA_INET6_CONF [DEVCONF_MTU6], or 0. */
static uint32_t link_mtu6(const struct attributes *link)
{
	struct attributes families = { 0 }, inet6 = { 0 };
	const void *values;
	int32_t mtu;

	if (!link->table[IFLA_AF_SPEC])
		return 0;
	mnl_attr_parse_nested(link->table[IFLA_AF_SPEC], collect, &families);
	if (!families.table[AF_INET6])
		return 0;
	mnl_attr_parse_nested(families.table[AF_INET6], collect, &inet6);
	values = payload(&inet6, IFLA_INET6_CONF,
			 (DEVCONF_MTU6 + 1) * sizeof(mtu));
	if (!values)
		return 0;
	memcpy(&mtu, (const char *)values + DEVCONF_MTU6 * sizeof(mtu),
	       sizeof(mtu));
	return mtu > 0 ? (uint32_t)mtu : 0;
}

void netlink_parse_link(const struct nlmsghdr *message,
			const struct kernel_sink *sink)
{
	const struct ifinfomsg *header = mnl_nlmsg_get_payload(message);
	struct attributes attributes;
	struct kernel_link link = { 0 };
	const struct nlattr *name;
	const void *mac;

	/* Other families (AF_BRIDGE) describe the same link again. */
	if (!parse(message, sizeof(*header), &attributes) ||
	    header->ifi_family != AF_UNSPEC || header->ifi_index <= 0)
		return;
	if (message->nlmsg_type == RTM_DELLINK) {
		sink->link_gone((uint32_t)header->ifi_index);
		return;
	}
	name = attributes.table[IFLA_IFNAME];
	if (!name || mnl_attr_validate(name, MNL_TYPE_NUL_STRING) < 0 ||
	    mnl_attr_get_payload_len(name) > sizeof(link.name))
		return;
	memcpy(link.name, mnl_attr_get_payload(name),
	       mnl_attr_get_payload_len(name));
	link.ifindex = (uint32_t)header->ifi_index;
	mac = payload(&attributes, IFLA_ADDRESS, sizeof(link.mac));
	link.ethernet = header->ifi_type == ARPHRD_ETHER && mac;
	if (link.ethernet)
		memcpy(link.mac, mac, sizeof(link.mac));
	link.up = header->ifi_flags & IFF_UP;
	link.running = link.up && header->ifi_flags & IFF_RUNNING &&
		       header->ifi_flags & IFF_LOWER_UP;
	link.mtu = get_u32(&attributes, IFLA_MTU, 0);
	link.mtu6 = link_mtu6(&attributes);
	link.master = get_u32(&attributes, IFLA_MASTER, 0);
	sink->link(&link);
}

void netlink_parse_neighbour(const struct nlmsghdr *message,
			     const struct kernel_sink *sink)
{
	const struct ndmsg *header = mnl_nlmsg_get_payload(message);
	struct attributes attributes;
	const void *addr, *mac;

	if (!parse(message, sizeof(*header), &attributes) ||
	    (header->ndm_family != AF_INET && header->ndm_family != AF_INET6) ||
	    header->ndm_ifindex <= 0 || header->ndm_flags & NTF_PROXY)
		return;
	addr = payload(&attributes, NDA_DST,
		       header->ndm_family == AF_INET ? 4 : 16);
	if (!addr)
		return;
	if (message->nlmsg_type == RTM_DELNEIGH) {
		sink->neighbour_gone((uint32_t)header->ndm_ifindex,
				     header->ndm_family, addr);
		return;
	}
	mac = payload(&attributes, NDA_LLADDR, 6);
	if (mac && mnl_attr_get_payload_len(attributes.table[NDA_LLADDR]) != 6)
		mac = NULL;
	sink->neighbour((uint32_t)header->ndm_ifindex, header->ndm_family, addr,
			header->ndm_state, mac);
}

/* FRR's own: RTPROT_ZEBRA, and its daemons' (zebra/rt_netlink.h). */
static bool frr_protocol(uint8_t protocol)
{
	return protocol == RTPROT_ZEBRA || protocol == RTPROT_BABEL ||
	       (protocol >= RTPROT_FRR_FIRST && protocol <= RTPROT_FRR_LAST);
}

/*
 * A route of main that the forwarder must leave to the kernel: zebra ignores
 * it or drops what makes it special (throw, local, a TOS, encapsulation, or
 * the kernel's own protocol with a gateway).
 */
static bool main_special(const struct rtmsg *header,
			 const struct attributes *attributes)
{
	if (header->rtm_tos || attributes->table[RTA_ENCAP])
		return true;
	if (header->rtm_protocol == RTPROT_KERNEL)
		return attributes->table[RTA_GATEWAY] ||
		       attributes->table[RTA_MULTIPATH] ||
		       attributes->table[RTA_VIA];
	return header->rtm_type != RTN_UNICAST &&
	       header->rtm_type != RTN_BLACKHOLE &&
	       header->rtm_type != RTN_UNREACHABLE &&
	       header->rtm_type != RTN_PROHIBIT;
}

/* Multicast destinations are punted without a route. */
static bool local_wanted(const struct rtmsg *header)
{
	return header->rtm_type == RTN_LOCAL ||
	       header->rtm_type == RTN_BROADCAST ||
	       header->rtm_type == RTN_ANYCAST;
}

/* False for a route that is nobody's concern. */
static bool route_kind(const struct rtmsg *header,
		       const struct attributes *attributes,
		       struct kernel_route *route)
{
	uint32_t table = get_u32(attributes, RTA_TABLE, header->rtm_table);

	if (table == RT_TABLE_LOCAL) {
		route->kind = KERNEL_ROUTE_LOCAL;
		route->custom = header->rtm_type == RTN_LOCAL &&
				header->rtm_protocol != RTPROT_KERNEL;
		return local_wanted(header);
	}
	route->kind = main_special(header, attributes) ? KERNEL_ROUTE_SPECIAL
						       : KERNEL_ROUTE_PLAIN;
	return table == RT_TABLE_MAIN && !frr_protocol(header->rtm_protocol);
}

static bool route_prefix(const struct rtmsg *header,
			 const struct attributes *attributes,
			 struct prefix_key *key)
{
	uint8_t bytes = header->rtm_family == AF_INET ? 4 : 16;
	const void *addr = payload(attributes, RTA_DST, bytes);

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

/* Result: has a gateway. */
static bool route_gateway(const struct attributes *attributes,
			  struct kernel_route *route)
{
	int type = attributes->table[RTA_VIA] ? RTA_VIA : RTA_GATEWAY;
	const struct nlattr *attribute = attributes->table[type];
	size_t size, skip = type == RTA_VIA ? sizeof(struct rtvia) : 0;

	memset(route->gateway, 0, sizeof(route->gateway));
	if (!attribute || mnl_attr_get_payload_len(attribute) < skip)
		return false;
	size = mnl_attr_get_payload_len(attribute) - skip;
	if (size > sizeof(route->gateway))
		return false;
	memcpy(route->gateway,
	       (const char *)mnl_attr_get_payload(attribute) + skip, size);
	return true;
}

/* RTA_MULTIPATH: each nexthop, told with the rest of the route. */
static void route_members(const struct nlattr *multipath,
			  struct kernel_route *route, bool replaced,
			  const struct kernel_sink *sink, bool gone)
{
	const struct rtnexthop *hop = mnl_attr_get_payload(multipath);
	int left = mnl_attr_get_payload_len(multipath);

	route->member = true;
	while (RTNH_OK(hop, left)) {
		struct attributes attributes = { 0 };

		mnl_attr_parse_payload(RTNH_DATA(hop),
				       hop->rtnh_len - RTNH_LENGTH(0), collect,
				       &attributes);
		route->ifindex = (uint32_t)hop->rtnh_ifindex;
		route_gateway(&attributes, route);
		if (gone)
			sink->route_gone(route);
		else
			sink->route(route, replaced);
		replaced = false;
		left -= NLMSG_ALIGN(hop->rtnh_len);
		hop = RTNH_NEXT(hop);
	}
}

void netlink_parse_route(const struct nlmsghdr *message,
			 const struct kernel_sink *sink)
{
	const struct rtmsg *header = mnl_nlmsg_get_payload(message);
	bool gone = message->nlmsg_type == RTM_DELROUTE;
	bool replaced = message->nlmsg_flags & NLM_F_REPLACE;
	struct kernel_route route = { 0 };
	struct attributes attributes;
	const void *source;
	bool gateway;

	if (!parse(message, sizeof(*header), &attributes) ||
	    (header->rtm_family != AF_INET && header->rtm_family != AF_INET6) ||
	    header->rtm_flags & RTM_F_CLONED ||
	    !route_kind(header, &attributes, &route) ||
	    !route_prefix(header, &attributes, &route.key))
		return;
	route.type = header->rtm_type;
	route.tos = header->rtm_tos;
	route.priority = get_u32(&attributes, RTA_PRIORITY, 0);
	source = payload(&attributes, RTA_PREFSRC, sizeof(route.source));
	if (source && header->rtm_family == AF_INET)
		memcpy(route.source, source, sizeof(route.source));
	if (attributes.table[RTA_MULTIPATH]) {
		route_members(attributes.table[RTA_MULTIPATH], &route, replaced,
			      sink, gone);
		return;
	}
	route.ifindex = get_u32(&attributes, RTA_OIF, 0);
	gateway = route_gateway(&attributes, &route);
	/* IPv6 routes with gateways join at one priority, also one by one. */
	route.member = gateway && header->rtm_family == AF_INET6;
	if (gone)
		sink->route_gone(&route);
	else
		sink->route(&route, replaced);
}

void netlink_parse_netconf(const struct nlmsghdr *message,
			   const struct kernel_sink *sink)
{
	const struct netconfmsg *header = mnl_nlmsg_get_payload(message);
	struct attributes attributes;

	if (!parse(message, sizeof(*header), &attributes) ||
	    !payload(&attributes, NETCONFA_IFINDEX, sizeof(uint32_t)))
		return;
	sink->netconf(get_int(&attributes, NETCONFA_IFINDEX, 0),
		      header->ncm_family,
		      get_int(&attributes, NETCONFA_FORWARDING, -1),
		      get_int(&attributes, NETCONFA_RP_FILTER, -1),
		      get_int(&attributes, NETCONFA_FORCE_FORWARDING, -1));
}

/* Looks up its table for every packet, without a condition. */
static bool rule_unconditional(const struct fib_rule_hdr *header,
			       const struct attributes *attributes)
{
	static const int conditions[] = {
		FRA_DST,	 FRA_SRC,	  FRA_IIFNAME,	 FRA_OIFNAME,
		FRA_FWMARK,	 FRA_TUN_ID,	  FRA_UID_RANGE, FRA_IP_PROTO,
		FRA_SPORT_RANGE, FRA_DPORT_RANGE,
	};

	for (size_t i = 0; i < sizeof(conditions) / sizeof(conditions[0]); i++)
		if (attributes->table[conditions[i]])
			return false;
	return header->action == FR_ACT_TO_TBL && !header->src_len &&
	       !header->dst_len && !header->tos &&
	       !(header->flags & FIB_RULE_INVERT) &&
	       get_u32(attributes, FRA_SUPPRESS_PREFIXLEN, UINT32_MAX) ==
		       UINT32_MAX;
}

int netlink_parse_rule(const struct nlmsghdr *message, void *data)
{
	const struct fib_rule_hdr *header = mnl_nlmsg_get_payload(message);
	struct attributes attributes;
	struct netlink_rules *rules = data;
	uint32_t priority, table;
	bool plain;

	if (message->nlmsg_type != RTM_NEWRULE ||
	    !parse(message, sizeof(*header), &attributes))
		return MNL_CB_OK;
	priority = get_u32(&attributes, FRA_PRIORITY, 0);
	table = get_u32(&attributes, FRA_TABLE, header->table);
	plain = rule_unconditional(header, &attributes);
	if (plain && priority == 0 && table == RT_TABLE_LOCAL)
		rules->local = true;
	else if (plain && priority == 32766 && table == RT_TABLE_MAIN)
		rules->main = true;
	else if (plain && priority == 32767 && table == RT_TABLE_DEFAULT)
		/* Behind main, and empty unless somebody fills it. */
		return MNL_CB_OK;
	else if (!attributes.table[FRA_L3MDEV])
		/* The rule for VRF devices does not touch the default VRF. */
		rules->other = true;
	return MNL_CB_OK;
}

bool netlink_rules_matter(const struct netlink_rules *rules)
{
	return rules->other || !rules->local || !rules->main;
}

void netlink_parse(const struct nlmsghdr *message,
		   const struct kernel_sink *sink)
{
	switch (message->nlmsg_type) {
	case RTM_NEWLINK:
	case RTM_DELLINK:
		netlink_parse_link(message, sink);
		break;
	case RTM_NEWNEIGH:
	case RTM_DELNEIGH:
		netlink_parse_neighbour(message, sink);
		break;
	case RTM_NEWROUTE:
	case RTM_DELROUTE:
		netlink_parse_route(message, sink);
		break;
	case RTM_NEWNETCONF:
		netlink_parse_netconf(message, sink);
		break;
	default:
		break;
	}
}
