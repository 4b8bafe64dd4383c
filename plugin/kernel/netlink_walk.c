// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/kernel/netlink_walk.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "plugin/base/lock.h"
#include "plugin/kernel/netlink_channel.h"
#include "plugin/kernel/netlink_parse.h"

static struct netlink_channel channel = {
	.protocol = NETLINK_ROUTE,
	.locks = true,
};

static struct nlmsghdr *message_route(char *buffer, uint16_t flags,
				      const struct rtmsg *header)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);

	message->nlmsg_type = RTM_GETROUTE;
	message->nlmsg_flags = NLM_F_REQUEST | flags;
	memcpy(mnl_nlmsg_put_extra_header(message, sizeof(*header)), header,
	       sizeof(*header));
	return message;
}

static int to_sink(const struct nlmsghdr *message, void *data)
{
	if (message->nlmsg_type == RTM_NEWROUTE)
		netlink_parse_route(message, data);
	fib_lock_pause();
	return MNL_CB_OK;
}

int netlink_walk_begin(uint8_t family)
{
	const struct rtmsg header = {
		.rtm_family = family,
		.rtm_table = RT_TABLE_MAIN,
	};
	char buffer[256];

	/* What is left of a walk that was given up must not come now. */
	netlink_walk_close();
	return netlink_send(&channel,
			    message_route(buffer, NLM_F_DUMP, &header));
}

int netlink_walk_part(const struct kernel_sink *to)
{
	int ret = netlink_receive(&channel, to_sink, (void *)to);

	/* The table does not exist before its first route. */
	return ret == -ENOENT || ret == -EOPNOTSUPP ? 0 : ret;
}

int netlink_walk_get(uint8_t family, const uint8_t *addr,
		     const struct kernel_sink *to)
{
	const struct rtmsg header = {
		.rtm_family = family,
		.rtm_dst_len = (uint8_t)family_bits(family),
		.rtm_flags = RTM_F_LOOKUP_TABLE | RTM_F_FIB_MATCH,
	};
	char buffer[256];
	struct nlmsghdr *message = message_route(buffer, NLM_F_ACK, &header);

	mnl_attr_put(message, RTA_DST, family_bytes(family), addr);
	return netlink_request(&channel, message, to_sink, (void *)to);
}

void netlink_walk_close(void)
{
	netlink_channel_close(&channel);
}
