// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/kernel/netlink_features.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <stdbool.h>
#include <string.h>

#include "plugin/base/compat.h"
#include "lib/privs.h"

#include "plugin/kernel/netlink_channel.h"

/* include/uapi/linux/netdev.h, which is younger than Debian 12's headers. */
#define NETDEV_COMMAND_DEV_GET 1
#define NETDEV_ATTRIBUTE_IFINDEX 1
#define NETDEV_ATTRIBUTE_XDP_FEATURES 3
#define NETDEV_XDP_NDO_XMIT 4
#define NETDEV_XDP_NDO_XMIT_SG 64

extern struct zebra_privs_t zserv_privs;

/* One hears events, one asks: answers and events must not mix. */
static struct mnl_socket *events;
static struct netlink_channel channel = {
	.protocol = NETLINK_GENERIC,
	.locks = true,
};
static const struct kernel_sink *sink;
static bool resync;

struct family {
	uint16_t id;
	uint32_t group; /* multicast group "mgmt" */
};

static struct family netdev; /* id 0: the kernel has no such family */

static int family_group(const struct nlattr *attribute, void *data)
{
	const struct nlattr *part;
	const char *name = NULL;
	struct family *family = data;
	uint32_t id = 0;

	mnl_attr_for_each_nested (part, attribute) {
		if (mnl_attr_get_type(part) == CTRL_ATTR_MCAST_GRP_NAME)
			name = mnl_attr_get_str(part);
		else if (mnl_attr_get_type(part) == CTRL_ATTR_MCAST_GRP_ID)
			id = mnl_attr_get_u32(part);
	}
	if (name && !strcmp(name, "mgmt"))
		family->group = id;
	return MNL_CB_OK;
}

static int family_parse(const struct nlmsghdr *message, void *data)
{
	const struct nlattr *attribute;
	struct family *family = data;

	mnl_attr_for_each (attribute, message, sizeof(struct genlmsghdr)) {
		if (mnl_attr_get_type(attribute) == CTRL_ATTR_FAMILY_ID)
			family->id = mnl_attr_get_u16(attribute);
		else if (mnl_attr_get_type(attribute) == CTRL_ATTR_MCAST_GROUPS)
			mnl_attr_parse_nested(attribute, family_group, family);
	}
	return MNL_CB_OK;
}

static int features_parse(const struct nlmsghdr *message, void *data)
{
	const struct nlattr *attribute;
	uint64_t features = 0;
	uint32_t ifindex = 0;
	bool told = false;

	(void)data;
	mnl_attr_for_each (attribute, message, sizeof(struct genlmsghdr)) {
		switch (mnl_attr_get_type(attribute)) {
		case NETDEV_ATTRIBUTE_IFINDEX:
			ifindex = mnl_attr_get_u32(attribute);
			break;
		case NETDEV_ATTRIBUTE_XDP_FEATURES:
			features = mnl_attr_get_u64(attribute);
			told = true;
			break;
		default:
			break;
		}
	}
	if (ifindex && told)
		sink->link_transmits(ifindex, features & NETDEV_XDP_NDO_XMIT,
				     features & NETDEV_XDP_NDO_XMIT_SG);
	return MNL_CB_OK;
}

static struct nlmsghdr *message_put(char *buffer, uint16_t type, uint16_t flags,
				    uint8_t command)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	struct genlmsghdr *header;

	message->nlmsg_type = type;
	message->nlmsg_flags = NLM_F_REQUEST | flags;
	header = mnl_nlmsg_put_extra_header(message, sizeof(*header));
	header->cmd = command;
	header->version = 1;
	return message;
}

/* The features of all links. */
static int features_read(void)
{
	char buffer[256];

	return netlink_request(&channel,
			       message_put(buffer, netdev.id, NLM_F_DUMP,
					   NETDEV_COMMAND_DEV_GET),
			       features_parse, NULL);
}

static int family_learn(void)
{
	char buffer[256];
	struct nlmsghdr *message = message_put(buffer, GENL_ID_CTRL, NLM_F_ACK,
					       CTRL_CMD_GETFAMILY);

	mnl_attr_put_strz(message, CTRL_ATTR_FAMILY_NAME, "netdev");
	if (netlink_request(&channel, message, family_parse, &netdev) ||
	    !netdev.id)
		return -EOPNOTSUPP;
	if (mnl_socket_setsockopt(events, NETLINK_ADD_MEMBERSHIP, &netdev.group,
				  sizeof(netdev.group)) < 0)
		return -errno;
	return features_read();
}

static struct mnl_socket *events_open(void)
{
	struct mnl_socket *opened =
		mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (opened && mnl_socket_bind(opened, 0, MNL_SOCKET_AUTOPID) < 0) {
		mnl_socket_close(opened);
		return NULL;
	}
	return opened;
}

int netlink_features_open(const struct kernel_sink *to)
{
	int ret = -ENOTCONN;

	sink = to;
	netdev = (struct family){ 0 };
	frr_with_privs (&zserv_privs) {
		events = events_open();
	}
	if (events)
		ret = family_learn();
	if (ret)
		netlink_features_close();
	return ret;
}

void netlink_features_close(void)
{
	if (events)
		mnl_socket_close(events);
	events = NULL;
	netlink_channel_close(&channel);
	netdev.id = 0;
}

int netlink_features_fd(void)
{
	return events ? mnl_socket_get_fd(events) : -1;
}

void netlink_features_get(uint32_t ifindex)
{
	char buffer[256];
	struct nlmsghdr *message;

	if (!netdev.id)
		return;
	message = message_put(buffer, netdev.id, NLM_F_ACK,
			      NETDEV_COMMAND_DEV_GET);
	mnl_attr_put_u32(message, NETDEV_ATTRIBUTE_IFINDEX, ifindex);
	/* A link that is gone again is refused: its end is announced. */
	netlink_request(&channel, message, features_parse, NULL);
}

void netlink_features_resync(void)
{
	if (resync && netdev.id)
		resync = features_read();
}

void netlink_features_read(void)
{
	int ret;

	while ((ret = netlink_hear(events, features_parse, NULL)))
		if (ret == -ENOBUFS)
			resync = true;
	netlink_features_resync();
}
