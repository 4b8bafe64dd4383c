// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/kernel/netlink_table.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/netconf.h>
#include <linux/nexthop.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "plugin/base/lock.h"
#include "plugin/kernel/netlink_channel.h"
#include "plugin/kernel/netlink_parse.h"

static struct netlink_channel channel = {
	.protocol = NETLINK_ROUTE,
	.locks = true,
};
static const struct kernel_sink *sink;

static int to_sink(const struct nlmsghdr *message, void *data)
{
	(void)data;
	netlink_parse(message, sink);
	fib_lock_pause();
	return MNL_CB_OK;
}

/* Who is told of each message of a dump. */
struct listener {
	mnl_cb_t callback;
	void *data;
};

/*
 * One dump; header is what follows nlmsghdr (rtgenmsg, ifinfomsg, ...). One
 * that the kernel says was interrupted by a change is asked for again.
 */
static int dump(uint16_t type, const void *header, size_t size,
		const struct listener *to)
{
	int ret = -EINTR;

	for (int i = 0; i < NETLINK_DUMP_TRIES && ret == -EINTR; i++)
		ret = netlink_dump(&channel, type, header, size, to->callback,
				   to->data);
	return ret;
}

static int links(const struct listener *to)
{
	struct ifinfomsg header = { .ifi_family = AF_UNSPEC };

	return dump(RTM_GETLINK, &header, sizeof(header), to);
}

static int neighbours(const struct listener *to)
{
	struct ndmsg header = { .ndm_family = AF_UNSPEC };

	return dump(RTM_GETNEIGH, &header, sizeof(header), to);
}

static int routes_of(uint8_t family, uint8_t table, const struct listener *to)
{
	struct rtmsg header = { .rtm_family = family, .rtm_table = table };
	int ret = dump(RTM_GETROUTE, &header, sizeof(header), to);

	/* The table does not exist before its first route. */
	return ret == -ENOENT || ret == -EOPNOTSUPP ? 0 : ret;
}

/* The strict check on this socket has the kernel filter by table. */
static int routes_in(uint8_t table, const struct listener *to)
{
	int ret = routes_of(AF_INET, table, to);

	return ret ? ret : routes_of(AF_INET6, table, to);
}

static int objects(const struct listener *to)
{
	struct nhmsg header = { .nh_family = AF_UNSPEC };
	int ret = dump(RTM_GETNEXTHOP, &header, sizeof(header), to);

	/* Before 5.3 there are none. */
	return ret == -EOPNOTSUPP ? 0 : ret;
}

static int netconf_of(uint8_t family, const struct listener *to)
{
	struct netconfmsg header = { .ncm_family = family };
	int ret = dump(RTM_GETNETCONF, &header, sizeof(header), to);

	/* ipv6.disable=1: a family that is not there has no settings. */
	return ret == -EOPNOTSUPP ? 0 : ret;
}

static int links_and_settings(const struct listener *to)
{
	int ret = links(to);

	if (!ret)
		ret = netconf_of(AF_INET, to);
	return ret ? ret : netconf_of(AF_INET6, to);
}

static int table_dump(enum kernel_table table, const struct listener *to)
{
	switch (table) {
	case KERNEL_LINKS:
		return links_and_settings(to);
	case KERNEL_OBJECTS:
		return objects(to);
	case KERNEL_LOCALS:
		return routes_in(RT_TABLE_LOCAL, to);
	case KERNEL_ROUTES:
		return routes_in(RT_TABLE_MAIN, to);
	case KERNEL_NEIGHBOURS:
		return neighbours(to);
	}
	return -EINVAL;
}

int netlink_table_dump(enum kernel_table table, mnl_cb_t callback, void *data)
{
	return table_dump(table, &(struct listener){ callback, data });
}

/* The kernel may have fewer entries than the sink. */
static int whole(enum kernel_table table)
{
	int ret;

	fib_lock();
	sink->dump_begin(table);
	fib_unlock();
	ret = table_dump(table, &(struct listener){ to_sink, NULL });
	if (ret)
		return ret;
	fib_lock();
	sink->dump_end(table);
	fib_unlock();
	return 0;
}

static int rules_of(uint8_t family)
{
	struct rtmsg header = { .rtm_family = family };
	struct netlink_rules rules = { 0 };
	int ret = dump(RTM_GETRULE, &header, sizeof(header),
		       &(struct listener){ netlink_parse_rule, &rules });

	if (ret)
		return ret == -EOPNOTSUPP || ret == -EAFNOSUPPORT ? 0 : ret;
	fib_lock();
	sink->rules(family, netlink_rules_matter(&rules));
	fib_unlock();
	return 0;
}

int netlink_table_rules(void)
{
	int ret = rules_of(AF_INET);

	return ret ? ret : rules_of(AF_INET6);
}

int netlink_table_read(void)
{
	static const enum kernel_table order[] = {
		KERNEL_LINKS,  KERNEL_OBJECTS,	  KERNEL_LOCALS,
		KERNEL_ROUTES, KERNEL_NEIGHBOURS,
	};
	int ret = 0;

	for (size_t i = 0; !ret && i < sizeof(order) / sizeof(order[0]); i++)
		ret = whole(order[i]);
	return ret ? ret : netlink_table_rules();
}

void netlink_table_link(uint32_t ifindex)
{
	char buffer[256];
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	struct ifinfomsg *header;

	message->nlmsg_type = RTM_GETLINK;
	message->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	header = mnl_nlmsg_put_extra_header(message, sizeof(*header));
	header->ifi_index = (int)ifindex;
	/* A link that is gone again is refused: its end is announced. */
	netlink_request(&channel, message, to_sink, NULL);
}

static void netconf_get(uint32_t ifindex, uint8_t family)
{
	char buffer[256];
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	struct netconfmsg *header;

	message->nlmsg_type = RTM_GETNETCONF;
	message->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	header = mnl_nlmsg_put_extra_header(message, sizeof(*header));
	header->ncm_family = family;
	mnl_attr_put_u32(message, NETCONFA_IFINDEX, ifindex);
	/* -EINVAL: no IP configuration on it, hence no forwarding either. */
	netlink_request(&channel, message, to_sink, NULL);
}

void netlink_table_netconf(uint32_t ifindex)
{
	netconf_get(ifindex, AF_INET);
	netconf_get(ifindex, AF_INET6);
}

void netlink_table_open(const struct kernel_sink *to)
{
	sink = to;
}

void netlink_table_close(void)
{
	netlink_channel_close(&channel);
}
