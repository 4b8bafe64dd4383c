// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/kernel/netlink_features.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <stdbool.h>
#include <string.h>

#include "plugin/base/compat.h"
#include "lib/log.h"
#include "lib/privs.h"

/* include/uapi/linux/netdev.h, which is younger than Debian 12's headers. */
#define NETDEV_COMMAND_DEV_GET 1
#define NETDEV_ATTRIBUTE_IFINDEX 1
#define NETDEV_ATTRIBUTE_XDP_FEATURES 3
#define NETDEV_XDP_NDO_XMIT 4
#define NETDEV_XDP_NDO_XMIT_SG 64

extern struct zebra_privs_t zserv_privs;

/* One hears events, one asks: answers and events must not mix. */
static struct mnl_socket *events, *requests;
static char buffer[16 * 1024];
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

static struct nlmsghdr *message_put(uint16_t type, uint16_t flags,
				    uint8_t command)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	struct genlmsghdr *header;

	message->nlmsg_type = type;
	message->nlmsg_flags = NLM_F_REQUEST | flags;
	message->nlmsg_seq = 1;
	header = mnl_nlmsg_put_extra_header(message, sizeof(*header));
	header->cmd = command;
	header->version = 1;
	return message;
}

/* Send what is in the buffer and handle all of the answer. 0 or -errno. */
static int exchange(struct nlmsghdr *message, mnl_cb_t callback, void *data)
{
	unsigned int port_id = mnl_socket_get_portid(requests);
	int ret = MNL_CB_OK;
	ssize_t size;

	if (mnl_socket_sendto(requests, message, message->nlmsg_len) < 0)
		return -errno;
	while (ret > MNL_CB_STOP) {
		size = mnl_socket_recvfrom(requests, buffer, sizeof(buffer));
		if (size < 0)
			return -errno;
		ret = mnl_cb_run(buffer, (size_t)size, 1, port_id, callback,
				 data);
	}
	return ret < 0 ? -errno : 0;
}

static int family_learn(void)
{
	struct nlmsghdr *message =
		message_put(GENL_ID_CTRL, NLM_F_ACK, CTRL_CMD_GETFAMILY);

	mnl_attr_put_strz(message, CTRL_ATTR_FAMILY_NAME, "netdev");
	if (exchange(message, family_parse, &netdev) || !netdev.id)
		return -EOPNOTSUPP;
	if (mnl_socket_setsockopt(events, NETLINK_ADD_MEMBERSHIP, &netdev.group,
				  sizeof(netdev.group)) < 0)
		return -errno;
	return exchange(message_put(netdev.id, NLM_F_DUMP,
				    NETDEV_COMMAND_DEV_GET),
			features_parse, NULL);
}

static struct mnl_socket *socket_bound(int flags)
{
	struct mnl_socket *opened =
		mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC | flags);

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
		events = socket_bound(SOCK_NONBLOCK);
		requests = socket_bound(0);
		if (events && requests)
			ret = family_learn();
	}
	if (ret)
		netlink_features_close();
	return ret;
}

void netlink_features_close(void)
{
	if (events)
		mnl_socket_close(events);
	if (requests)
		mnl_socket_close(requests);
	events = requests = NULL;
	netdev.id = 0;
}

int netlink_features_fd(void)
{
	return events ? mnl_socket_get_fd(events) : -1;
}

void netlink_features_get(uint32_t ifindex)
{
	struct nlmsghdr *message;

	if (!netdev.id)
		return;
	message = message_put(netdev.id, NLM_F_ACK, NETDEV_COMMAND_DEV_GET);
	mnl_attr_put_u32(message, NETDEV_ATTRIBUTE_IFINDEX, ifindex);
	/* A link that is gone again is refused: its end is announced. */
	exchange(message, features_parse, NULL);
}

void netlink_features_resync(void)
{
	if (!resync || !netdev.id)
		return;
	resync = exchange(message_put(netdev.id, NLM_F_DUMP,
				      NETDEV_COMMAND_DEV_GET),
			  features_parse, NULL);
}

void netlink_features_read(void)
{
	static char event[16 * 1024];
	ssize_t size;

	for (;;) {
		size = mnl_socket_recvfrom(events, event, sizeof(event));
		if (size < 0 && errno == ENOBUFS)
			resync = true;
		else if (size <= 0)
			break;
		else
			mnl_cb_run(event, (size_t)size, 0, 0, features_parse,
				   NULL);
	}
	netlink_features_resync();
}
