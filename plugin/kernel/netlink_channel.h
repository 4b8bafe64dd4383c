/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * netlink_channel.h - rtnetlink sockets that ask. Only netlink*.c use them.
 * One thread at a time for each channel.
 */
#ifndef FRR_BPF_NETLINK_CHANNEL_H
#define FRR_BPF_NETLINK_CHANNEL_H

#include <libmnl/libmnl.h>

/*
 * A socket that asks, with its own buffer: handling one message of a dump may
 * itself ask (about a neighbour, about a link's sysctls) before the next.
 */
struct netlink_channel {
	struct mnl_socket *socket;
	unsigned int sequence;
	char buffer[32 * 1024];
};

/*
 * For dumps and reads of links; for everything that their handling asks. Both
 * under the fib lock.
 */
extern struct netlink_channel netlink_dumps, netlink_actions;

/*
 * Send a request and handle all of its answer. Opens the socket if need be;
 * after an error the rest of the answer would be taken for the next one's, so
 * the socket is replaced.
 * Result: 0 or -errno (-EINTR: the table changed during the dump).
 */
int netlink_request(struct netlink_channel *channel, struct nlmsghdr *message,
		    mnl_cb_t callback, void *data);

void netlink_channel_close(struct netlink_channel *channel);

#endif /* FRR_BPF_NETLINK_CHANNEL_H */
