// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/kernel/netlink_parse.h"

/* Before linux/if.h, which then leaves out what this declares. */
#include <net/if.h>

#include <linux/fib_rules.h>
#include <linux/if_arp.h>
#include <linux/if_link.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/neighbour.h>
#include <linux/netconf.h>
#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "plugin/kernel/netlink_attributes.h"

#ifndef IFF_LOWER_UP
#define IFF_LOWER_UP 0x10000
#endif
#ifndef NETCONFA_FORCE_FORWARDING
#define NETCONFA_FORCE_FORWARDING 9
#endif

/* A value of an array of 32-bit values, or otherwise. */
static int32_t array_value(const struct attributes *attributes, int type,
			   unsigned int index, int32_t otherwise)
{
	const char *values = attributes_payload(
		attributes, type, (index + 1) * sizeof(otherwise));

	if (values)
		memcpy(&otherwise, values + index * sizeof(otherwise),
		       sizeof(otherwise));
	return otherwise;
}

/* Settings of the families: IFLA_AF_SPEC / AF_INET6 / IFLA_INET6_CONF. */
static void link_settings(const struct attributes *attributes,
			  struct kernel_link *link)
{
	struct attributes families = { 0 }, inet = { 0 }, inet6 = { 0 };
	int32_t mtu;

	if (!attributes->table[IFLA_AF_SPEC])
		return;
	mnl_attr_parse_nested(attributes->table[IFLA_AF_SPEC],
			      attributes_collect, &families);
	if (families.table[AF_INET])
		mnl_attr_parse_nested(families.table[AF_INET],
				      attributes_collect, &inet);
	if (families.table[AF_INET6])
		mnl_attr_parse_nested(families.table[AF_INET6],
				      attributes_collect, &inet6);
	/* The first IPV4_DEVCONF_* is 1, and first in the array. */
	link->forwarding4 = array_value(&inet, IFLA_INET_CONF,
					IPV4_DEVCONF_FORWARDING - 1, 0);
	link->redirects4 = array_value(&inet, IFLA_INET_CONF,
				       IPV4_DEVCONF_ACCEPT_REDIRECTS - 1, 0);
	/* rt6_do_redirect() */
	link->redirects6 =
		array_value(&inet6, IFLA_INET6_CONF, DEVCONF_ACCEPT_REDIRECTS,
			    0) &&
		!array_value(&inet6, IFLA_INET6_CONF, DEVCONF_FORWARDING, 0);
	mtu = array_value(&inet6, IFLA_INET6_CONF, DEVCONF_MTU6, 0);
	link->mtu6 = mtu > 0 ? (uint32_t)mtu : 0;
}

static void link_kind(const struct nlattr *information,
		      struct kernel_link *link)
{
	struct attributes attributes = { 0 };
	const struct nlattr *kind;

	if (!information)
		return;
	mnl_attr_parse_nested(information, attributes_collect, &attributes);
	kind = attributes.table[IFLA_INFO_KIND];
	if (kind && mnl_attr_validate(kind, MNL_TYPE_NUL_STRING) >= 0)
		snprintf(link->kind, sizeof(link->kind), "%s",
			 mnl_attr_get_str(kind));
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
	if (!attributes_parse(message, sizeof(*header), &attributes) ||
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
	mac = attributes_payload(&attributes, IFLA_ADDRESS, sizeof(link.mac));
	link.ethernet = header->ifi_type == ARPHRD_ETHER && mac;
	if (link.ethernet)
		memcpy(link.mac, mac, sizeof(link.mac));
	link.up = header->ifi_flags & IFF_UP;
	link.running = link.up && header->ifi_flags & IFF_RUNNING &&
		       header->ifi_flags & IFF_LOWER_UP;
	link.lost = link.up &&
		    !(header->ifi_flags & (IFF_RUNNING | IFF_LOWER_UP));
	link.mtu = attributes_u32(&attributes, IFLA_MTU, 0);
	link.master = attributes_u32(&attributes, IFLA_MASTER, 0);
	link_kind(attributes.table[IFLA_LINKINFO], &link);
	link_settings(&attributes, &link);
	sink->link(&link);
}

void netlink_parse_neighbour(const struct nlmsghdr *message,
			     const struct kernel_sink *sink)
{
	const struct ndmsg *header = mnl_nlmsg_get_payload(message);
	struct attributes attributes;
	struct kernel_neighbour neighbour;
	const void *addr, *mac;

	if (!attributes_parse(message, sizeof(*header), &attributes) ||
	    (header->ndm_family != AF_INET && header->ndm_family != AF_INET6) ||
	    header->ndm_ifindex <= 0 || header->ndm_flags & NTF_PROXY)
		return;
	addr = attributes_payload(&attributes, NDA_DST,
				  header->ndm_family == AF_INET ? 4 : 16);
	if (!addr)
		return;
	if (message->nlmsg_type == RTM_DELNEIGH) {
		sink->neighbour_gone((uint32_t)header->ndm_ifindex,
				     header->ndm_family, addr);
		return;
	}
	mac = attributes_payload(&attributes, NDA_LLADDR, 6);
	if (mac && mnl_attr_get_payload_len(attributes.table[NDA_LLADDR]) != 6)
		mac = NULL;
	neighbour = (struct kernel_neighbour){
		.ifindex = (uint32_t)header->ndm_ifindex,
		.family = header->ndm_family,
		.addr = addr,
		.state = header->ndm_state,
		.managed = attributes_u32(&attributes, NDA_FLAGS_EXT, 0) &
			   NTF_EXT_MANAGED,
		.mac = mac,
	};
	sink->neighbour(&neighbour);
}

void netlink_parse_netconf(const struct nlmsghdr *message,
			   const struct kernel_sink *sink)
{
	const struct netconfmsg *header = mnl_nlmsg_get_payload(message);
	struct kernel_netconf netconf;
	struct attributes attributes;

	if (!attributes_parse(message, sizeof(*header), &attributes) ||
	    !attributes_payload(&attributes, NETCONFA_IFINDEX,
				sizeof(uint32_t)))
		return;
	netconf = (struct kernel_netconf){
		.ifindex = attributes_int(&attributes, NETCONFA_IFINDEX, 0),
		.family = header->ncm_family,
		.forwarding =
			attributes_int(&attributes, NETCONFA_FORWARDING, -1),
		.rp_filter =
			attributes_int(&attributes, NETCONFA_RP_FILTER, -1),
		.force_forwarding = attributes_int(
			&attributes, NETCONFA_FORCE_FORWARDING, -1),
		.proxy = attributes_int(&attributes, NETCONFA_PROXY_NEIGH, -1),
	};
	sink->netconf(&netconf);
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
	       attributes_u32(attributes, FRA_SUPPRESS_PREFIXLEN, UINT32_MAX) ==
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
	    !attributes_parse(message, sizeof(*header), &attributes))
		return MNL_CB_OK;
	priority = attributes_u32(&attributes, FRA_PRIORITY, 0);
	table = attributes_u32(&attributes, FRA_TABLE, header->table);
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

/* Filters of a block that links share name no link. */
static void parse_tc(const struct nlmsghdr *message,
		     const struct kernel_sink *sink)
{
	const struct tcmsg *header = mnl_nlmsg_get_payload(message);

	if (mnl_nlmsg_get_payload_len(message) >= sizeof(*header))
		sink->link_filters_changed(
			header->tcm_ifindex > 0 ? (uint32_t)header->tcm_ifindex
						: 0);
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
	case RTM_NEWNEXTHOP:
	case RTM_DELNEXTHOP:
		netlink_parse_object(message, sink);
		break;
	case RTM_NEWNETCONF:
		netlink_parse_netconf(message, sink);
		break;
	case RTM_NEWQDISC:
	case RTM_DELQDISC:
	case RTM_NEWTFILTER:
	case RTM_DELTFILTER:
		parse_tc(message, sink);
		break;
	default:
		break;
	}
}
