// SPDX-License-Identifier: GPL-2.0-or-later
#include "rtnetlink_messages.h"

#include <libmnl/libmnl.h>
#include <linux/nexthop.h>

#include "plugin/kernel/netlink_parse.h"

void message_prefix(uint8_t family, uint8_t *addr)
{
	addr[0] = family == AF_INET ? 10 : 0x20;
	addr[1] = 1;
}

struct nexthop_key message_nexthop(uint8_t family, const struct hop *hop)
{
	struct nexthop_key key = { .ifindex = hop->ifindex, .weight = 1 };

	if (!hop->gateway)
		return key;
	key.family = family;
	key.gateway[0] = family == AF_INET ? 10 : 0xfd;
	key.gateway[family_bytes(family) - 1] = hop->gateway;
	return key;
}

static void put_gateway(struct nlmsghdr *header, const struct message *message,
			const struct hop *hop)
{
	uint8_t family = message->via6	   ? AF_INET6
			 : message->family ? message->family
					   : AF_INET;
	struct nexthop_key key = message_nexthop(family, hop);
	struct {
		uint16_t family;
		uint8_t addr[16];
	} via = { .family = family };

	if (!hop->gateway)
		return;
	memcpy(via.addr, key.gateway, sizeof(via.addr));
	if (message->via6)
		mnl_attr_put(header, RTA_VIA, sizeof(via), &via);
	else
		mnl_attr_put(header, RTA_GATEWAY, family_bytes(family),
			     key.gateway);
}

static void put_hops(struct nlmsghdr *header, const struct message *message)
{
	const struct hop *hops = message->hops;
	struct nlattr *nest;

	if (!hops[0].ifindex)
		return;
	if (!hops[1].ifindex) {
		mnl_attr_put_u32(header, RTA_OIF, hops->ifindex);
		put_gateway(header, message, hops);
		return;
	}
	nest = mnl_attr_nest_start(header, RTA_MULTIPATH);
	for (int i = 0; i < MESSAGE_HOPS && hops[i].ifindex; i++) {
		struct rtnexthop *hop = mnl_nlmsg_get_payload_tail(header);

		header->nlmsg_len += sizeof(*hop);
		hop->rtnh_ifindex = (int)hops[i].ifindex;
		put_gateway(header, message, &hops[i]);
		hop->rtnh_len =
			(unsigned short)((char *)mnl_nlmsg_get_payload_tail(
						 header) -
					 (char *)hop);
	}
	mnl_attr_nest_end(header, nest);
}

void message_route(const struct kernel_sink *sink,
		   const struct message *message)
{
	uint8_t family = message->family ? message->family : AF_INET;
	char buffer[1024] = { 0 };
	struct nlmsghdr *header = mnl_nlmsg_put_header(buffer);
	uint8_t addr[16] = { 0 };
	struct rtmsg *route;
	struct nlattr *nest;

	header->nlmsg_type = message->type;
	header->nlmsg_flags = message->flags;
	route = mnl_nlmsg_put_extra_header(header, sizeof(*route));
	route->rtm_family = family;
	route->rtm_dst_len = 16;
	route->rtm_table = RT_TABLE_MAIN;
	route->rtm_protocol = message->protocol;
	route->rtm_tos = message->tos;
	route->rtm_type = message->route_type ? message->route_type
					      : RTN_UNICAST;
	message_prefix(family, addr);
	mnl_attr_put(header, RTA_DST, family_bytes(family), addr);
	if (message->priority)
		mnl_attr_put_u32(header, RTA_PRIORITY, message->priority);
	if (message->object)
		mnl_attr_put_u32(header, RTA_NH_ID, message->object);
	if (message->source)
		mnl_attr_put_u32(header, RTA_PREFSRC,
				 __builtin_bswap32(message->source));
	if (message->mtu) {
		nest = mnl_attr_nest_start(header, RTA_METRICS);
		mnl_attr_put_u32(header, RTAX_MTU, message->mtu);
		mnl_attr_nest_end(header, nest);
	}
	put_hops(header, message);
	netlink_parse_route(header, sink);
}

void message_object(const struct kernel_sink *sink, uint32_t id, uint8_t family,
		    const struct hop *hop, const uint32_t *members,
		    uint32_t count)
{
	char buffer[1024] = { 0 };
	struct nlmsghdr *header = mnl_nlmsg_put_header(buffer);
	struct nexthop_grp grp[MESSAGE_HOPS] = { 0 };
	struct nexthop_key key;
	struct nhmsg *object;

	header->nlmsg_type = RTM_NEWNEXTHOP;
	object = mnl_nlmsg_put_extra_header(header, sizeof(*object));
	object->nh_family = family;
	mnl_attr_put_u32(header, NHA_ID, id);
	if (hop) {
		key = message_nexthop(family, hop);
		mnl_attr_put_u32(header, NHA_OIF, hop->ifindex);
		mnl_attr_put(header, NHA_GATEWAY, family_bytes(family),
			     key.gateway);
	}
	for (uint32_t i = 0; i < count; i++)
		grp[i].id = members[i];
	if (count)
		mnl_attr_put(header, NHA_GROUP, count * sizeof(*grp), grp);
	netlink_parse_object(header, sink);
}
