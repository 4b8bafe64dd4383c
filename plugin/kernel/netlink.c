// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/kernel/netlink.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/filter.h>
#include <linux/netconf.h>
#include <linux/rtnetlink.h>
#include <stddef.h>
#include <sys/socket.h>
#include <unistd.h>

#include "plugin/base/compat.h"
#include "lib/log.h"
#include "lib/privs.h"

#include "plugin/base/debug.h"
#include "plugin/base/health.h"
#include "plugin/kernel/netlink_channel.h"
#include "plugin/kernel/netlink_parse.h"

/* A dump of a table that keeps changing is left to the next resynchronisation. */
#define DUMP_TRIES 5

/* Enough for a few thousand neighbour events while zebra is busy. */
#define RECEIVE_BUFFER (8 * 1024 * 1024)

extern struct zebra_privs_t zserv_privs;

static struct mnl_socket *events;
static const struct kernel_sink *sink;

/*
 * Of the route notifications only table local concerns us, and in main what is
 * not FRR's own: a full Internet table must not even wake us up. Classic BPF
 * loads are big-endian, the message type is host order.
 */
static int filter_routes(struct mnl_socket *socket)
{
	enum {
		TYPE = offsetof(struct nlmsghdr, nlmsg_type),
		TABLE = NLMSG_HDRLEN + offsetof(struct rtmsg, rtm_table),
		PROTOCOL = NLMSG_HDRLEN + offsetof(struct rtmsg, rtm_protocol),
	};
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_ABS | BPF_H, TYPE),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htons(RTM_NEWROUTE), 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htons(RTM_DELROUTE), 0, 8),
		BPF_STMT(BPF_LD | BPF_ABS | BPF_B, TABLE),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, RT_TABLE_LOCAL, 6, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, RT_TABLE_MAIN, 0, 6),
		BPF_STMT(BPF_LD | BPF_ABS | BPF_B, PROTOCOL),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, RTPROT_ZEBRA, 4, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, RTPROT_BABEL, 3, 0),
		BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, RTPROT_FRR_LAST, 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, RTPROT_FRR_FIRST, 1, 0),
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

static struct mnl_socket *events_open(void)
{
	static const int groups[] = {
		RTNLGRP_LINK,	    RTNLGRP_NEIGH,	  RTNLGRP_IPV4_ROUTE,
		RTNLGRP_IPV6_ROUTE, RTNLGRP_IPV4_NETCONF, RTNLGRP_IPV6_NETCONF,
		RTNLGRP_IPV4_RULE,  RTNLGRP_IPV6_RULE,
	};
	int size = RECEIVE_BUFFER;
	struct mnl_socket *socket =
		mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (!socket)
		return NULL;
	if (mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0 ||
	    filter_routes(socket))
		goto fail;
	for (size_t i = 0; i < array_size(groups); i++)
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

/* What we know may be wrong: everything is asked for again, ports punt. */
static bool resync;

static int handle_message(const struct nlmsghdr *message, void *data)
{
	(void)data;
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
	case RTM_NEWNETCONF:
		netlink_parse_netconf(message, sink);
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

/*
 * One dump; header is what follows nlmsghdr (rtgenmsg, ifinfomsg, ...). One
 * that the kernel says was interrupted by a change is asked for again.
 */
static int dump(uint16_t type, const void *header, size_t size,
		mnl_cb_t callback, void *data)
{
	char buffer[256];
	int ret = -EINTR;

	for (int i = 0; i < DUMP_TRIES && ret == -EINTR; i++) {
		struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);

		message->nlmsg_type = type;
		message->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
		memcpy(mnl_nlmsg_put_extra_header(message, size), header, size);
		ret = netlink_request(&netlink_dumps, message, callback, data);
	}
	return ret;
}

static int dump_links(void)
{
	struct ifinfomsg header = { .ifi_family = AF_UNSPEC };
	int ret;

	sink->dump_begin(KERNEL_LINKS);
	ret = dump(RTM_GETLINK, &header, sizeof(header), handle_message, NULL);
	if (!ret)
		sink->dump_end(KERNEL_LINKS);
	return ret;
}

static int dump_netconf(uint8_t family)
{
	struct netconfmsg header = { .ncm_family = family };
	int ret = dump(RTM_GETNETCONF, &header, sizeof(header), handle_message,
		       NULL);

	/* ipv6.disable=1: a family that is not there has no settings. */
	return ret == -EOPNOTSUPP ? 0 : ret;
}

static int dump_neighbours(void)
{
	struct ndmsg header = { .ndm_family = AF_UNSPEC };
	int ret;

	sink->dump_begin(KERNEL_NEIGHBOURS);
	ret = dump(RTM_GETNEIGH, &header, sizeof(header), handle_message, NULL);
	if (!ret)
		sink->dump_end(KERNEL_NEIGHBOURS);
	return ret;
}

static int dump_routes(uint8_t family, uint8_t table)
{
	struct rtmsg header = { .rtm_family = family, .rtm_table = table };
	int ret = dump(RTM_GETROUTE, &header, sizeof(header), handle_message,
		       NULL);

	/* The table does not exist before its first route. */
	return ret == -ENOENT || ret == -EOPNOTSUPP ? 0 : ret;
}

/*
 * The strict check on this socket has the kernel filter by table. Filtering by
 * protocol too would take a dump for each number that may be in use.
 */
static int dump_locals(void)
{
	int ret = 0;

	sink->dump_begin(KERNEL_ROUTES);
	for (int i = 0; !ret && i < 2; i++) {
		uint8_t family = i ? AF_INET6 : AF_INET;

		ret = dump_routes(family, RT_TABLE_LOCAL);
		if (!ret)
			ret = dump_routes(family, RT_TABLE_MAIN);
	}
	if (!ret)
		sink->dump_end(KERNEL_ROUTES);
	return ret;
}

static int dump_rules(void)
{
	int ret = 0;

	for (int i = 0; !ret && i < 2; i++) {
		struct rtmsg header = { .rtm_family = i ? AF_INET6 : AF_INET };
		struct netlink_rules rules = { 0 };

		ret = dump(RTM_GETRULE, &header, sizeof(header),
			   netlink_parse_rule, &rules);
		if (ret == -EOPNOTSUPP || ret == -EAFNOSUPPORT)
			ret = 0;
		else if (!ret)
			sink->rules(header.rtm_family,
				    netlink_rules_matter(&rules));
	}
	if (!ret)
		rules_changed = false;
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
		health_set(
			HEALTH_NETLINK,
			"cannot read links, neighbours and rules: %s; the kernel forwards until we can",
			strerror(-ret));
	else
		health_clear(HEALTH_NETLINK);
	resync = ret;
	sink->unknown(resync);
	return ret;
}

int netlink_open(const struct kernel_sink *to)
{
	sink = to;
	frr_with_privs (&zserv_privs) {
		events = events_open();
	}
	if (!events) {
		int error = errno;

		health_set(
			HEALTH_NETLINK,
			"cannot open an rtnetlink socket: %s; the kernel forwards everything",
			strerror(error));
		return -error;
	}
	dump_all();
	return 0;
}

void netlink_resync(void)
{
	if (events && resync)
		dump_all();
}

void netlink_close(void)
{
	if (events)
		mnl_socket_close(events);
	events = NULL;
	netlink_channel_close(&netlink_dumps);
	netlink_channel_close(&netlink_actions);
}

int netlink_fd(void)
{
	return events ? mnl_socket_get_fd(events) : -1;
}

bool netlink_read(void)
{
	static char buffer[32 * 1024];
	bool more = events;

	/* Bounded, so that routes are not starved by a neighbour storm. */
	for (int i = 0; more && i < 256; i++) {
		ssize_t size =
			mnl_socket_recvfrom(events, buffer, sizeof(buffer));

		if (size < 0 && errno == ENOBUFS) {
			zlog_warn(
				"bpf: rtnetlink overrun: reading links and neighbours again");
			dump_all();
			continue;
		}
		more = size > 0;
		if (more)
			mnl_cb_run(buffer, (size_t)size, 0, 0, handle_message,
				   NULL);
	}
	if (rules_changed && dump_rules())
		resync = true;
	return more;
}

void netlink_link_get(uint32_t ifindex)
{
	char buffer[256];
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	struct ifinfomsg *header;

	message->nlmsg_type = RTM_GETLINK;
	message->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	header = mnl_nlmsg_put_extra_header(message, sizeof(*header));
	header->ifi_index = (int)ifindex;
	/* Handling the answer may send requests over the other channel. */
	netlink_request(&netlink_dumps, message, handle_message, NULL);
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
	return netlink_request(&netlink_actions, message, handle_message, NULL);
}

void netlink_netconf_get(uint32_t ifindex)
{
	/* -EINVAL: no IP configuration on it, hence no forwarding either. */
	netconf_get(ifindex, AF_INET);
	netconf_get(ifindex, AF_INET6);
}
