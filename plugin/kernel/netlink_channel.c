// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/kernel/netlink_channel.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "plugin/base/compat.h"
#include "lib/privs.h"

#include "plugin/base/lock.h"

extern struct zebra_privs_t zserv_privs;

static int channel_open(struct netlink_channel *channel)
{
	int strict = 1, error = 0;

	frr_with_privs (&zserv_privs) {
		channel->socket =
			mnl_socket_open2(channel->protocol, SOCK_CLOEXEC);
		if (!channel->socket)
			error = errno;
	}
	if (!channel->socket)
		return -error;
	if (mnl_socket_bind(channel->socket, 0, MNL_SOCKET_AUTOPID) < 0) {
		netlink_channel_close(channel);
		return -ENOTCONN;
	}
	/* The kernel then filters dumps by what the header says. */
	mnl_socket_setsockopt(channel->socket, NETLINK_GET_STRICT_CHK, &strict,
			      sizeof(strict));
	return 0;
}

void netlink_channel_close(struct netlink_channel *channel)
{
	if (channel->socket)
		mnl_socket_close(channel->socket);
	channel->socket = NULL;
}

/* A part of the answer. Result: as mnl_cb_run(), with errno. */
static int answer_handle(const struct netlink_channel *channel, size_t size,
			 mnl_cb_t callback, void *data)
{
	int ret, error;

	if (channel->locks)
		fib_lock();
	ret = mnl_cb_run(channel->buffer, size, channel->sequence,
			 mnl_socket_get_portid(channel->socket), callback,
			 data);
	error = errno;
	if (channel->locks)
		fib_unlock();
	errno = error;
	return ret;
}

int netlink_send(struct netlink_channel *channel, struct nlmsghdr *message)
{
	ssize_t size = -1;
	int error = channel->socket ? 0 : -channel_open(channel);

	if (error)
		return -error;
	message->nlmsg_seq = ++channel->sequence;
	frr_with_privs (&zserv_privs) {
		size = mnl_socket_sendto(channel->socket, message,
					 message->nlmsg_len);
	}
	if (size >= 0)
		return 0;
	error = errno;
	netlink_channel_close(channel);
	return -error;
}

int netlink_receive(struct netlink_channel *channel, mnl_cb_t callback,
		    void *data)
{
	ssize_t size;
	int ret = -1, error;

	if (!channel->socket)
		return -ENOTCONN;
	size = mnl_socket_recvfrom(channel->socket, channel->buffer,
				   sizeof(channel->buffer));
	if (size >= 0)
		ret = answer_handle(channel, (size_t)size, callback, data);
	if (ret >= 0)
		return ret > MNL_CB_STOP;
	error = errno;
	/* A plain refusal (NLMSG_ERROR) ends the answer. */
	if (size < 0 || error == EINTR || error == EPROTO || error == ESRCH)
		netlink_channel_close(channel);
	return -error;
}

int netlink_request(struct netlink_channel *channel, struct nlmsghdr *message,
		    mnl_cb_t callback, void *data)
{
	int ret = netlink_send(channel, message);

	if (ret)
		return ret;
	do {
		ret = netlink_receive(channel, callback, data);
	} while (ret > 0);
	return ret;
}

int netlink_dump(struct netlink_channel *channel, uint16_t type,
		 const void *header, size_t size, mnl_cb_t callback, void *data)
{
	char buffer[256];
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);

	message->nlmsg_type = type;
	message->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	memcpy(mnl_nlmsg_put_extra_header(message, size), header, size);
	return netlink_request(channel, message, callback, data);
}

/* Datagrams of a call: the kernel sends each event as one. */
#define HEARD_MAX 64

/* Bytes of the largest. The rest: what begins 32 KiB apart shares cache lines. */
#define HEARD_SIZE (32 * 1024 + 192)

int netlink_hear(struct mnl_socket *socket, mnl_cb_t callback, void *data)
{
	static char buffers[HEARD_MAX][HEARD_SIZE]; /* one reader */
	static struct mmsghdr parts[HEARD_MAX];
	static struct iovec places[HEARD_MAX];
	int count;

	for (int i = 0; i < HEARD_MAX; i++) {
		places[i].iov_base = buffers[i];
		places[i].iov_len = sizeof(buffers[i]);
		parts[i].msg_hdr = (struct msghdr){ .msg_iov = &places[i],
						    .msg_iovlen = 1 };
	}
	count = recvmmsg(mnl_socket_get_fd(socket), parts, HEARD_MAX, 0, NULL);
	if (count < 0)
		return errno == ENOBUFS ? -ENOBUFS : 0;
	fib_lock();
	for (int i = 0; callback && i < count; i++) {
		mnl_cb_run(buffers[i], parts[i].msg_len, 0, 0, callback, data);
		fib_lock_pause();
	}
	fib_unlock();
	for (int i = 0; i < count; i++)
		if (parts[i].msg_hdr.msg_flags & MSG_TRUNC)
			return -ENOBUFS;
	return count;
}
