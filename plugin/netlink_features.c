// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/netlink_features.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <stdbool.h>
#include <string.h>

#include "plugin/compat.h"
#include "lib/log.h"
#include "lib/privs.h"

#include "plugin/port.h"

/* include/uapi/linux/netdev.h, which is younger than Debian 12's headers. */
#define NETDEV_COMMAND_DEV_GET 1
#define NETDEV_ATTRIBUTE_IFINDEX 1
#define NETDEV_ATTRIBUTE_XDP_FEATURES 3
#define NETDEV_XDP_NDO_XMIT 4
#define NETDEV_XDP_NDO_XMIT_SG 64

extern struct zebra_privs_t zserv_privs;

static struct mnl_socket *socket_;
static char buffer[16 * 1024];

struct family {
	uint16_t id;
	uint32_t group; /* multicast group "mgmt" */
};

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
		port_xmit(ifindex, features & NETDEV_XDP_NDO_XMIT,
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
	unsigned int port_id = mnl_socket_get_portid(socket_);
	int ret = MNL_CB_OK;
	ssize_t size;

	if (mnl_socket_sendto(socket_, message, message->nlmsg_len) < 0)
		return -errno;
	while (ret > MNL_CB_STOP) {
		size = mnl_socket_recvfrom(socket_, buffer, sizeof(buffer));
		if (size < 0)
			return -errno;
		ret = mnl_cb_run(buffer, (size_t)size, 1, port_id, callback,
				 data);
	}
	return ret < 0 ? -errno : 0;
}

static int features_learn(void)
{
	struct family family = { 0 };
	struct nlmsghdr *message =
		message_put(GENL_ID_CTRL, NLM_F_ACK, CTRL_CMD_GETFAMILY);
	int ret;

	mnl_attr_put_strz(message, CTRL_ATTR_FAMILY_NAME, "netdev");
	ret = exchange(message, family_parse, &family);
	if (ret || !family.id)
		return -EOPNOTSUPP;
	ret = exchange(message_put(family.id, NLM_F_DUMP,
				   NETDEV_COMMAND_DEV_GET),
		       features_parse, NULL);
	/* Subscribed last: an event would end the exchange above. */
	if (!ret &&
	    mnl_socket_setsockopt(socket_, NETLINK_ADD_MEMBERSHIP,
				  &family.group, sizeof(family.group)) < 0)
		ret = -errno;
	return ret;
}

int netlink_features_open(void)
{
	int ret = -ENOTCONN, nonblocking;

	frr_with_privs (&zserv_privs) {
		socket_ = mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC);
		if (socket_ &&
		    mnl_socket_bind(socket_, 0, MNL_SOCKET_AUTOPID) == 0)
			ret = features_learn();
	}
	if (!ret) {
		nonblocking = fcntl(netlink_features_fd(), F_GETFL);
		if (fcntl(netlink_features_fd(), F_SETFL,
			  nonblocking | O_NONBLOCK) < 0)
			ret = -errno;
	}
	if (ret)
		netlink_features_close();
	return ret;
}

void netlink_features_close(void)
{
	if (socket_)
		mnl_socket_close(socket_);
	socket_ = NULL;
}

int netlink_features_fd(void)
{
	return socket_ ? mnl_socket_get_fd(socket_) : -1;
}

void netlink_features_read(void)
{
	ssize_t size;

	while ((size = mnl_socket_recvfrom(socket_, buffer, sizeof(buffer))) !=
	       0) {
		if (size < 0 && errno == ENOBUFS) {
			/* Lost events: ask for the state anew. */
			netlink_features_close();
			netlink_features_open();
			return;
		}
		if (size < 0)
			return;
		mnl_cb_run(buffer, (size_t)size, 0, 0, features_parse, NULL);
	}
}
