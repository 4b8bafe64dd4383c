/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * netlink_channel.h - netlink sockets that ask, and the waiting for what the
 * kernel says. Only netlink*.c use them, in the reader's thread (sync.h), or
 * when that has ended.
 */
#ifndef FRR_BPF_NETLINK_CHANNEL_H
#define FRR_BPF_NETLINK_CHANNEL_H

#include <libmnl/libmnl.h>
#include <stdbool.h>

struct netlink_channel {
	int protocol; /* NETLINK_ROUTE, NETLINK_GENERIC */
	bool locks;   /* answers are handled under the fib lock */
	struct mnl_socket *socket;
	unsigned int sequence;
	char buffer[32 * 1024];
};

/*
 * Send a request and handle all of its answer. Waits without the fib lock; with
 * channel->locks the lock must not be held, and each part of an answer (a
 * buffer full) is handled under it. The callback sends no requests. Opens the
 * socket if need be; after an error the rest of the answer would be taken for
 * the next one's, so the socket is replaced.
 * Result: 0 or -errno (-EINTR: the table changed during the dump).
 */
int netlink_request(struct netlink_channel *channel, struct nlmsghdr *message,
		    mnl_cb_t callback, void *data);

/*
 * A dump, with it; header is what follows nlmsghdr (rtgenmsg, ifinfomsg, ...), of
 * size bytes. Result: as above.
 */
int netlink_dump(struct netlink_channel *channel, uint16_t type,
		 const void *header, size_t size, mnl_cb_t callback,
		 void *data);

/* A dump of a table that keeps changing is given up for now after so many. */
#define NETLINK_DUMP_TRIES 5

/*
 * Its parts: netlink_receive() handles a part of the answer. Result: 1 when there
 * is more, 0 at the end, -errno as above.
 */
int netlink_send(struct netlink_channel *channel, struct nlmsghdr *message);
int netlink_receive(struct netlink_channel *channel, mnl_cb_t callback,
		    void *data);

void netlink_channel_close(struct netlink_channel *channel);

/*
 * Handle, under the fib lock, some of what has arrived on a socket that does not
 * block, the lock handed over on the way; NULL: throw it away. Result: more than
 * 0; 0 when there is nothing; -ENOBUFS when messages were lost before it.
 */
int netlink_hear(struct mnl_socket *socket, mnl_cb_t callback, void *data);

#endif /* FRR_BPF_NETLINK_CHANNEL_H */
