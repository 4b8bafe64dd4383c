// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/kernel/netlink_neighbour.h"

#include <errno.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

#include "plugin/base/compat.h"
#include "lib/log.h"

#include "plugin/kernel/netlink_channel.h"

static struct netlink_channel channel = { .protocol = NETLINK_ROUTE };
static _Atomic bool can_manage = true;

static int neighbour_state(const struct nlmsghdr *message, void *data)
{
	const struct ndmsg *header = mnl_nlmsg_get_payload(message);

	*(uint16_t *)data = header->ndm_state;
	return MNL_CB_OK;
}

/*
 * A static entry belongs to the operator: our request would make it dynamic,
 * and its event may still be on the way to us.
 */
static bool neighbour_static(uint32_t ifindex, uint8_t family,
			     const uint8_t *addr)
{
	char buffer[256];
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	struct ndmsg *header;
	uint16_t state = 0;

	message->nlmsg_type = RTM_GETNEIGH;
	message->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	header = mnl_nlmsg_put_extra_header(message, sizeof(*header));
	header->ndm_family = family;
	header->ndm_ifindex = (int)ifindex;
	mnl_attr_put(message, NDA_DST, family == AF_INET ? 4 : 16, addr);
	return !netlink_request(&channel, message, neighbour_state, &state) &&
	       state & (NUD_PERMANENT | NUD_NOARP);
}

/* RTM_NEWNEIGH with the given flags and no change of its MAC. */
static int neighbour_request(uint32_t ifindex, uint8_t family,
			     const uint8_t *addr, uint8_t flags,
			     uint32_t flags_ext)
{
	char buffer[256];
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	struct ndmsg *header;

	if (neighbour_static(ifindex, family, addr))
		return 0;
	message->nlmsg_type = RTM_NEWNEIGH;
	message->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE |
			       NLM_F_REPLACE;
	header = mnl_nlmsg_put_extra_header(message, sizeof(*header));
	header->ndm_family = family;
	header->ndm_ifindex = (int)ifindex;
	header->ndm_flags = flags;
	mnl_attr_put(message, NDA_DST, family == AF_INET ? 4 : 16, addr);
	if (flags_ext)
		mnl_attr_put_u32(message, NDA_FLAGS_EXT, flags_ext);
	return netlink_request(&channel, message, NULL, NULL);
}

static void neighbour_failed(const char *ifname, int error)
{
	/* The link may have gone down or away meanwhile: its events follow. */
	if (error && error != -ENODEV && error != -ENETDOWN)
		zlog_warn(
			"bpf: the kernel refused to resolve a neighbour on %s: %s",
			ifname, strerror(-error));
}

void netlink_neighbour_manage(const char *ifname, uint32_t ifindex,
			      uint8_t family, const uint8_t *addr)
{
	static bool proven; /* a refusal then means this one neighbour */
	int ret = -EINVAL;

	if (can_manage)
		ret = neighbour_request(ifindex, family, addr, 0,
					NTF_EXT_MANAGED);
	if (!ret)
		proven = true;
	if (!proven && (ret == -EINVAL || ret == -EOPNOTSUPP)) {
		if (can_manage)
			zlog_info(
				"bpf: no managed neighbours in this kernel: gateways are probed by timer");
		can_manage = false;
		ret = neighbour_request(ifindex, family, addr, NTF_USE, 0);
	}
	neighbour_failed(ifname, ret);
}

void netlink_neighbour_release(const char *ifname, uint32_t ifindex,
			       uint8_t family, const uint8_t *addr)
{
	if (can_manage)
		neighbour_failed(ifname, neighbour_request(ifindex, family,
							   addr, NTF_USE, 0));
}

void netlink_neighbour_probe(const char *ifname, uint32_t ifindex,
			     uint8_t family, const uint8_t *addr)
{
	neighbour_failed(ifname,
			 neighbour_request(ifindex, family, addr, NTF_USE, 0));
}

bool netlink_can_manage(void)
{
	return can_manage;
}

void netlink_neighbour_close(void)
{
	netlink_channel_close(&channel);
}
