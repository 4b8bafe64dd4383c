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
#include "plugin/kernel/netlink_generic.h"

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

/* id 0: the kernel has no such family */
static struct generic_family netdev = {
	.name = "netdev",
	.group_name = "mgmt",
};

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

/* The features of all links. */
static int features_read(void)
{
	char buffer[256];

	return netlink_request(&channel,
			       generic_message(buffer, netdev.id, NLM_F_DUMP,
					       NETDEV_COMMAND_DEV_GET),
			       features_parse, NULL);
}

static int family_join(void)
{
	int ret = generic_family_learn(&channel, &netdev);

	if (ret)
		return ret;
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
	netdev.id = 0;
	frr_with_privs (&zserv_privs) {
		events = events_open();
	}
	if (events)
		ret = family_join();
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
	message = generic_message(buffer, netdev.id, NLM_F_ACK,
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
