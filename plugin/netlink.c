// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/netlink.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/filter.h>
#include <linux/netconf.h>
#include <linux/rtnetlink.h>
#include <stddef.h>
#include <sys/socket.h>
#include <unistd.h>

#include "plugin/compat.h"
#include "lib/log.h"
#include "lib/privs.h"

#include "plugin/fib.h"
#include "plugin/health.h"
#include "plugin/local.h"
#include "plugin/neighbour.h"
#include "plugin/netlink.h"
#include "plugin/netlink_parse.h"
#include "plugin/port.h"

#ifndef NTF_EXT_MANAGED
#define NTF_EXT_MANAGED (1 << 0)
#endif
#ifndef NDA_FLAGS_EXT
#define NDA_FLAGS_EXT 15
#endif

/* Enough for a few thousand neighbour events while zebra is busy. */
#define RECEIVE_BUFFER (8 * 1024 * 1024)

extern struct zebra_privs_t zserv_privs;

/*
 * A socket that asks, with its own buffer: handling one message of a dump may
 * itself ask (about a neighbour, about a link's sysctls) before the next.
 */
struct channel {
	struct mnl_socket *socket;
	unsigned int sequence;
	char buffer[32 * 1024];
};

static struct mnl_socket *events;
static struct channel dumps, actions;
static bool can_manage = true;

/*
 * Of the route notifications only table local concerns us; a full Internet
 * table in main must not even wake us up. Classic BPF loads are big-endian, the
 * message type is host order.
 */
static int filter_routes(struct mnl_socket *socket)
{
	enum {
		TYPE = offsetof(struct nlmsghdr, nlmsg_type),
		TABLE = NLMSG_HDRLEN + offsetof(struct rtmsg, rtm_table)
	};
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_ABS | BPF_H, TYPE),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htons(RTM_NEWROUTE), 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htons(RTM_DELROUTE), 0, 2),
		BPF_STMT(BPF_LD | BPF_ABS | BPF_B, TABLE),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, RT_TABLE_LOCAL, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 0xffffffff),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog program = {
		.len = sizeof(code) / sizeof(code[0]),
		.filter = code,
	};

	return setsockopt(mnl_socket_get_fd(socket), SOL_SOCKET,
			  SO_ATTACH_FILTER, &program, sizeof(program))
		       ? -errno
		       : 0;
}

static struct mnl_socket *socket_open(bool subscribe)
{
	static const int groups[] = {
		RTNLGRP_LINK,	    RTNLGRP_NEIGH,	  RTNLGRP_IPV4_ROUTE,
		RTNLGRP_IPV6_ROUTE, RTNLGRP_IPV4_NETCONF, RTNLGRP_IPV6_NETCONF,
		RTNLGRP_IPV4_RULE,  RTNLGRP_IPV6_RULE,
	};
	int size = RECEIVE_BUFFER;
	struct mnl_socket *socket = mnl_socket_open2(
		NETLINK_ROUTE, SOCK_CLOEXEC | (subscribe ? SOCK_NONBLOCK : 0));

	if (!socket)
		return NULL;
	if (mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0 ||
	    (subscribe && filter_routes(socket)))
		goto fail;
	for (size_t i = 0; subscribe && i < sizeof(groups) / sizeof(groups[0]);
	     i++)
		if (mnl_socket_setsockopt(socket, NETLINK_ADD_MEMBERSHIP,
					  (void *)&groups[i],
					  sizeof(groups[i])) < 0)
			goto fail;
	if (setsockopt(mnl_socket_get_fd(socket), SOL_SOCKET, SO_RCVBUFFORCE,
		       &size, sizeof(size)) < 0)
		debug_events("bpf: rtnetlink receive buffer stays small: %s",
			     strerror(errno));
	return socket;
fail:
	mnl_socket_close(socket);
	return NULL;
}

/* Rules are few: any change asks for all of them again. */
static bool rules_changed;

static int handle_message(const struct nlmsghdr *message, void *data)
{
	(void)data;
	switch (message->nlmsg_type) {
	case RTM_NEWLINK:
	case RTM_DELLINK:
		netlink_parse_link(message);
		break;
	case RTM_NEWNEIGH:
	case RTM_DELNEIGH:
		netlink_parse_neighbour(message);
		break;
	case RTM_NEWROUTE:
	case RTM_DELROUTE:
		netlink_parse_local(message);
		break;
	case RTM_NEWNETCONF:
		netlink_parse_netconf(message);
		break;
	case RTM_NEWRULE:
	case RTM_DELRULE:
		rules_changed = true;
		break;
	default:
		break;
	}
	return MNL_CB_OK;
}

/* Send a request and handle all of its answer. Result: 0 or -errno. */
static int request(struct channel *channel, struct nlmsghdr *message,
		   mnl_cb_t callback, void *data)
{
	unsigned int port_id;
	ssize_t size = 0;
	int ret = MNL_CB_OK;

	if (!channel->socket)
		return -ENOTCONN;
	port_id = mnl_socket_get_portid(channel->socket);
	message->nlmsg_seq = ++channel->sequence;
	frr_with_privs (&zserv_privs) {
		size = mnl_socket_sendto(channel->socket, message,
					 message->nlmsg_len);
	}
	if (size < 0)
		return -errno;
	while (ret > MNL_CB_STOP) {
		size = mnl_socket_recvfrom(channel->socket, channel->buffer,
					   sizeof(channel->buffer));
		if (size < 0)
			return -errno;
		ret = mnl_cb_run(channel->buffer, (size_t)size,
				 channel->sequence, port_id, callback, data);
	}
	return ret < 0 ? -errno : 0;
}

/* One dump; header is what follows nlmsghdr (rtgenmsg, ifinfomsg, ...). */
static int dump(uint16_t type, const void *header, size_t size,
		mnl_cb_t callback, void *data)
{
	char buffer[256];
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);

	message->nlmsg_type = type;
	message->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	memcpy(mnl_nlmsg_put_extra_header(message, size), header, size);
	return request(&dumps, message, callback, data);
}

static int dump_links(void)
{
	struct ifinfomsg header = { .ifi_family = AF_UNSPEC };
	int ret;

	port_dump_begin();
	ret = dump(RTM_GETLINK, &header, sizeof(header), handle_message, NULL);
	if (!ret)
		port_dump_end();
	return ret;
}

static int dump_netconf(uint8_t family)
{
	struct netconfmsg header = { .ncm_family = family };

	return dump(RTM_GETNETCONF, &header, sizeof(header), handle_message,
		    NULL);
}

static int dump_neighbours(void)
{
	struct ndmsg header = { .ndm_family = AF_UNSPEC };
	int ret;

	neighbour_dump_begin();
	ret = dump(RTM_GETNEIGH, &header, sizeof(header), handle_message, NULL);
	if (!ret)
		neighbour_dump_end();
	return ret;
}

/* The strict check on this socket has the kernel filter by table. */
static int dump_locals(void)
{
	struct rtmsg header = { .rtm_table = RT_TABLE_LOCAL };
	int ret = 0;

	local_dump_begin();
	for (int i = 0; !ret && i < 2; i++) {
		header.rtm_family = i ? AF_INET6 : AF_INET;
		ret = dump(RTM_GETROUTE, &header, sizeof(header),
			   handle_message, NULL);
	}
	if (!ret)
		local_dump_end();
	return ret;
}

static int dump_rules(void)
{
	int ret = 0;

	rules_changed = false;
	for (int i = 0; !ret && i < 2; i++) {
		struct rtmsg header = { .rtm_family = i ? AF_INET6 : AF_INET };
		bool exist = false;

		ret = dump(RTM_GETRULE, &header, sizeof(header),
			   netlink_parse_rule, &exist);
		if (!ret)
			port_policy_rules(header.rtm_family, exist);
	}
	return ret;
}

static int dump_all(void)
{
	int ret = dump_links();

	if (!ret)
		ret = dump_netconf(AF_INET);
	if (!ret)
		ret = dump_netconf(AF_INET6);
	if (!ret)
		ret = dump_locals();
	if (!ret)
		ret = dump_neighbours();
	if (!ret)
		ret = dump_rules();
	if (ret)
		health_set(HEALTH_NETLINK,
			   "cannot read links and neighbours: %s",
			   strerror(-ret));
	else
		health_clear(HEALTH_NETLINK);
	return ret;
}

int netlink_open(void)
{
	int strict = 1;

	frr_with_privs (&zserv_privs) {
		events = socket_open(true);
		dumps.socket = events ? socket_open(false) : NULL;
		actions.socket = dumps.socket ? socket_open(false) : NULL;
	}
	if (!actions.socket) {
		int error = errno;

		netlink_close();
		health_set(HEALTH_NETLINK,
			   "cannot open an rtnetlink socket: %s",
			   strerror(error));
		return -error;
	}
	mnl_socket_setsockopt(dumps.socket, NETLINK_GET_STRICT_CHK, &strict,
			      sizeof(strict));
	return dump_all();
}

void netlink_close(void)
{
	if (events)
		mnl_socket_close(events);
	if (dumps.socket)
		mnl_socket_close(dumps.socket);
	if (actions.socket)
		mnl_socket_close(actions.socket);
	events = dumps.socket = actions.socket = NULL;
}

int netlink_fd(void)
{
	return events ? mnl_socket_get_fd(events) : -1;
}

void netlink_read(void)
{
	static char buffer[32 * 1024];

	/* Bounded, so that routes are not starved by a neighbour storm. */
	for (int i = 0; i < 256; i++) {
		ssize_t size =
			mnl_socket_recvfrom(events, buffer, sizeof(buffer));

		if (size < 0 && errno == ENOBUFS) {
			zlog_warn(
				"bpf: rtnetlink overrun: reading links and neighbours again");
			dump_all();
			continue;
		}
		if (size <= 0)
			break;
		mnl_cb_run(buffer, (size_t)size, 0, 0, handle_message, NULL);
	}
	if (rules_changed)
		dump_rules();
}

/* RTM_NEWNEIGH with the given flags and no change of its MAC. */
static int neighbour_request(uint32_t ifindex, uint8_t family,
			     const uint8_t *addr, uint8_t flags,
			     uint32_t flags_ext)
{
	char buffer[256];
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	struct ndmsg *header;

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
	return request(&actions, message, NULL, NULL);
}

static void neighbour_failed(uint32_t ifindex, int error)
{
	/* The link may have gone down or away meanwhile: its events follow. */
	if (error && error != -ENODEV && error != -ENETDOWN)
		zlog_warn(
			"bpf: the kernel refused to resolve a neighbour on %s: %s",
			port_name(ifindex) ? port_name(ifindex) : "a lost link",
			strerror(-error));
}

void netlink_neighbour_manage(uint32_t ifindex, uint8_t family,
			      const uint8_t *addr)
{
	int ret = -EINVAL;

	if (can_manage)
		ret = neighbour_request(ifindex, family, addr, 0,
					NTF_EXT_MANAGED);
	if (ret == -EINVAL || ret == -EOPNOTSUPP) {
		if (can_manage)
			zlog_info(
				"bpf: no managed neighbours in this kernel: gateways are probed by timer");
		can_manage = false;
		ret = neighbour_request(ifindex, family, addr, NTF_USE, 0);
	}
	neighbour_failed(ifindex, ret);
}

void netlink_neighbour_release(uint32_t ifindex, uint8_t family,
			       const uint8_t *addr)
{
	if (can_manage)
		neighbour_failed(ifindex, neighbour_request(ifindex, family,
							    addr, NTF_USE, 0));
}

void netlink_neighbour_probe(uint32_t ifindex, uint8_t family,
			     const uint8_t *addr)
{
	neighbour_failed(ifindex,
			 neighbour_request(ifindex, family, addr, NTF_USE, 0));
}

bool netlink_can_manage(void)
{
	return can_manage;
}

static int netconf_get(uint32_t ifindex, uint8_t family)
{
	char buffer[256];
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	struct netconfmsg *header;

	message->nlmsg_type = RTM_GETNETCONF;
	message->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	header = mnl_nlmsg_put_extra_header(message, sizeof(*header));
	header->ncm_family = family;
	mnl_attr_put_u32(message, NETCONFA_IFINDEX, ifindex);
	return request(&actions, message, handle_message, NULL);
}

void netlink_netconf_get(uint32_t ifindex)
{
	/* -EINVAL: no IP configuration on it, hence no forwarding either. */
	netconf_get(ifindex, AF_INET);
	netconf_get(ifindex, AF_INET6);
}
