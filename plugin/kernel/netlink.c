// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/kernel/netlink.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/filter.h>
#include <linux/rtnetlink.h>
#include <stddef.h>
#include <sys/socket.h>
#include <unistd.h>

#include "plugin/base/compat.h"
#include "lib/log.h"
#include "lib/privs.h"

#include "plugin/base/debug.h"
#include "plugin/base/health.h"
#include "plugin/base/lock.h"
#include "plugin/kernel/netlink_channel.h"
#include "plugin/kernel/netlink_parse.h"
#include "plugin/kernel/netlink_table.h"

/* Room for more than 100,000 events while the reader waits for its turn. */
#define RECEIVE_BUFFER (64 * 1024 * 1024)

extern struct zebra_privs_t zserv_privs;

static struct mnl_socket *events;
static const struct kernel_sink *sink;

/*
 * Routes of tables that we do not serve must not even wake us up. Classic BPF
 * loads are big-endian, the message type is host order.
 */
static int filter_routes(struct mnl_socket *socket)
{
	enum {
		TYPE = offsetof(struct nlmsghdr, nlmsg_type),
		TABLE = NLMSG_HDRLEN + offsetof(struct rtmsg, rtm_table),
	};
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_ABS | BPF_H, TYPE),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htons(RTM_NEWROUTE), 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htons(RTM_DELROUTE), 0, 3),
		BPF_STMT(BPF_LD | BPF_ABS | BPF_B, TABLE),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, RT_TABLE_LOCAL, 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, RT_TABLE_MAIN, 0, 1),
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
		RTNLGRP_IPV4_RULE,  RTNLGRP_IPV6_RULE,	  RTNLGRP_NEXTHOP,
		RTNLGRP_TC,
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

/* What we know of the kernel. */
static enum {
	KNOWN_NOT,  /* events were lost, or nothing was read yet */
	KNOWN_READ, /* read whole; what happened meanwhile is in the queue */
	KNOWN,
} known;

static uint64_t heard_neighbours, heard_others;

uint64_t netlink_heard(bool neighbours)
{
	return neighbours ? heard_neighbours : heard_others;
}

static void heard(const struct nlmsghdr *message)
{
	const struct rtmsg *header = mnl_nlmsg_get_payload(message);

	switch (message->nlmsg_type) {
	case RTM_NEWNEIGH:
	case RTM_DELNEIGH:
		heard_neighbours++;
		return;
	case RTM_NEWROUTE:
	case RTM_DELROUTE:
		if (mnl_nlmsg_get_payload_len(message) >= sizeof(*header) &&
		    header->rtm_table == RT_TABLE_LOCAL)
			heard_others++;
		return;
	default:
		heard_others++;
	}
}

static void believe(bool now)
{
	fib_lock();
	sink->unknown(!now);
	fib_unlock();
}

static int handle_message(const struct nlmsghdr *message, void *data)
{
	(void)data;
	heard(message);
	if (message->nlmsg_type == RTM_NEWRULE ||
	    message->nlmsg_type == RTM_DELRULE)
		rules_changed = true;
	else
		netlink_parse(message, sink);
	return MNL_CB_OK;
}

static void queue_empty(void)
{
	while (netlink_hear(events, NULL, NULL))
		;
}

/*
 * Everything again. Ports punt from before the queue is emptied, for its events
 * are older than what is read then, until those have been handled that came
 * while it was read.
 */
static void read_all(void)
{
	int ret;

	known = KNOWN_NOT;
	heard_neighbours++;
	heard_others++;
	believe(false);
	queue_empty();
	rules_changed = false;
	ret = netlink_table_read();
	fib_lock();
	if (ret)
		health_set(
			HEALTH_NETLINK,
			"cannot read links, neighbours and rules: %s; the kernel forwards until we can",
			strerror(-ret));
	else
		health_clear(HEALTH_NETLINK);
	fib_unlock();
	if (!ret)
		known = KNOWN_READ;
}

int netlink_open(const struct kernel_sink *to)
{
	sink = to;
	netlink_table_open(to);
	known = KNOWN_NOT;
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
	return 0;
}

void netlink_close(void)
{
	if (events)
		mnl_socket_close(events);
	events = NULL;
	netlink_table_close();
}

int netlink_fd(void)
{
	return events ? mnl_socket_get_fd(events) : -1;
}

/* What came before now has been handled. */
static void caught_up(void)
{
	if (known != KNOWN_READ)
		return;
	known = KNOWN;
	believe(true);
}

/* Parts of events in one go, so that a storm does not keep out all else. */
#define PARTS_MAX 256

/* Result: 0: nothing is left; how many parts there were is in *parts. */
static int read_parts(int *parts)
{
	int ret = 1;

	for (*parts = 0; ret && *parts < PARTS_MAX; *parts += ret != 0) {
		ret = netlink_hear(events, handle_message, NULL);
		if (ret == -ENOBUFS) {
			zlog_warn(
				"bpf: rtnetlink overrun: reading links, routes and neighbours again");
			read_all();
		}
	}
	return ret;
}

static int read_events(int *parts)
{
	int ret = read_parts(parts);

	fib_lock();
	sink->settled();
	fib_unlock();
	if (!ret)
		caught_up();
	if (rules_changed) {
		rules_changed = false;
		if (netlink_table_rules())
			read_all();
	}
	return ret;
}

bool netlink_read(void)
{
	int parts;

	read_events(&parts);
	return parts;
}

bool netlink_drain(void)
{
	int parts;

	return !read_events(&parts);
}

void netlink_distrust(void)
{
	known = KNOWN_NOT;
	netlink_resync();
}

void netlink_resync(void)
{
	if (known == KNOWN_NOT)
		read_all();
	if (known == KNOWN_READ)
		netlink_read();
}
