// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/kernel/netlink_replay.h"

#include <errno.h>
#include <unistd.h>

#include "plugin/base/compat.h"

#include "plugin/base/lock.h"
#include "plugin/base/memory.h"
#include "plugin/kernel/netlink.h"
#include "plugin/kernel/netlink_parse.h"
#include "plugin/kernel/netlink_table.h"

DEFINE_MTYPE_STATIC(BPF, BPF_REPLAY, "BPF kernel table");

#define TRIES 3

/* Microseconds between a change in the kernel and its event, mostly less. */
#define EVENT_DELAY 1000

/* Messages, one behind the other. */
struct tape {
	uint8_t *data;
	size_t used, size;
};

static int record(const struct nlmsghdr *message, void *data)
{
	size_t length = NLMSG_ALIGN(message->nlmsg_len);
	struct tape *tape = data;

	if (tape->used + length > tape->size) {
		tape->size = 2 * (tape->size + length);
		tape->data = XREALLOC(MTYPE_BPF_REPLAY, tape->data, tape->size);
	}
	memcpy(tape->data + tape->used, message, message->nlmsg_len);
	tape->used += length;
	return MNL_CB_OK;
}

static void play(const struct tape *tape, enum kernel_table table,
		 const struct kernel_sink *to)
{
	const struct nlmsghdr *message;

	fib_lock();
	to->dump_begin(table);
	for (size_t at = 0; at < tape->used;
	     at += NLMSG_ALIGN(message->nlmsg_len)) {
		message = (const struct nlmsghdr *)(tape->data + at);
		netlink_parse(message, to);
		fib_lock_pause();
	}
	to->dump_end(table);
	fib_unlock();
}

int netlink_replay(enum kernel_table table, const struct kernel_sink *to)
{
	bool neighbours = table == KERNEL_NEIGHBOURS;
	struct tape tape = { 0 };
	int ret = -EAGAIN;

	for (int i = 0; i < TRIES && ret == -EAGAIN; i++) {
		uint64_t heard = netlink_heard(neighbours);

		tape.used = 0;
		ret = netlink_table_dump(table, record, &tape);
		if (ret && ret != -EINTR)
			break;
		usleep(EVENT_DELAY);
		if (ret || !netlink_drain() ||
		    netlink_heard(neighbours) != heard)
			ret = -EAGAIN;
	}
	if (!ret)
		play(&tape, table, to);
	XFREE(MTYPE_BPF_REPLAY, tape.data);
	return ret;
}
