// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * unit_netlink_replay.c - a table that is read while events come: it is told when none
 * came, whole and once, and otherwise not at all.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "plugin/base/compat.h"

#include "plugin/base/lock.h"
#include "plugin/kernel/netlink.h"
#include "plugin/kernel/netlink_parse.h"
#include "plugin/kernel/netlink_replay.h"
#include "plugin/kernel/netlink_table.h"

#define MESSAGES 300

/* What happens in the readings to come: one character each. */
static const char *readings;
static uint64_t heard_neighbours, heard_others;
static unsigned int begun, ended, told, reading;

uint64_t netlink_heard(bool neighbours)
{
	return neighbours ? heard_neighbours : heard_others;
}

/* 'n': a neighbour's event, 'o': another one, 'm': more than can be handled. */
bool netlink_drain(void)
{
	char happens = *readings++;

	heard_neighbours += happens == 'n';
	heard_others += happens == 'o';
	return happens != 'm';
}

/*
 * Of messages that grow, each with the number of its reading. 'f' fails, 'i' was
 * interrupted by a change, at the end.
 */
int netlink_table_dump(enum kernel_table table, mnl_cb_t callback, void *data)
{
	char buffer[4096];
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);

	(void)table;
	reading++;
	if (*readings == 'f')
		return -EIO;
	fib_lock();
	for (unsigned int i = 0; i < MESSAGES; i++) {
		message->nlmsg_seq = reading;
		message->nlmsg_pid = i;
		message->nlmsg_len = NLMSG_HDRLEN + i;
		assert_int_equal(callback(message, data), MNL_CB_OK);
	}
	fib_unlock();
	if (*readings != 'i')
		return 0;
	readings++;
	return -EINTR;
}

void netlink_parse(const struct nlmsghdr *message,
		   const struct kernel_sink *sink)
{
	assert_non_null(sink);
	assert_int_equal(begun, 1);
	assert_int_equal(ended, 0);
	assert_int_equal(message->nlmsg_seq, reading);
	assert_int_equal(message->nlmsg_pid, told);
	assert_int_equal(message->nlmsg_len, NLMSG_HDRLEN + told);
	told++;
}

static void dump_begin(enum kernel_table table)
{
	(void)table;
	begun++;
}

static void dump_end(enum kernel_table table)
{
	(void)table;
	ended++;
}

static const struct kernel_sink sink = {
	.dump_begin = dump_begin,
	.dump_end = dump_end,
};

static int replay(enum kernel_table table, const char *happens)
{
	readings = happens;
	begun = ended = told = reading = 0;
	return netlink_replay(table, &sink);
}

static void assert_told(unsigned int times)
{
	assert_int_equal(begun, times);
	assert_int_equal(ended, times);
	assert_int_equal(told, times * MESSAGES);
}

static void test_quiet(void **state)
{
	(void)state;
	assert_int_equal(replay(KERNEL_LINKS, "q"), 0);
	assert_told(1);
	assert_int_equal(replay(KERNEL_NEIGHBOURS, "q"), 0);
	assert_told(1);
}

/* The reading that was disturbed is forgotten. */
static void test_read_again(void **state)
{
	(void)state;
	assert_int_equal(replay(KERNEL_LOCALS, "oq"), 0);
	assert_int_equal(reading, 2);
	assert_told(1);
	assert_int_equal(replay(KERNEL_LINKS, "iiq"), 0);
	assert_int_equal(reading, 3);
	assert_told(1);
	assert_int_equal(replay(KERNEL_NEIGHBOURS, "nmq"), 0);
	assert_int_equal(reading, 3);
	assert_told(1);
}

/* Neighbours come and go all the time: the rest does not wait for that. */
static void test_other_events(void **state)
{
	(void)state;
	assert_int_equal(replay(KERNEL_OBJECTS, "n"), 0);
	assert_told(1);
	assert_int_equal(replay(KERNEL_NEIGHBOURS, "o"), 0);
	assert_told(1);
}

static void test_never_quiet(void **state)
{
	(void)state;
	assert_int_equal(replay(KERNEL_LINKS, "ooo"), -EAGAIN);
	assert_told(0);
	assert_int_equal(replay(KERNEL_NEIGHBOURS, "mnm"), -EAGAIN);
	assert_told(0);
}

static void test_failure(void **state)
{
	(void)state;
	assert_int_equal(replay(KERNEL_LINKS, "of"), -EIO);
	assert_told(0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_quiet),
		cmocka_unit_test(test_read_again),
		cmocka_unit_test(test_other_events),
		cmocka_unit_test(test_never_quiet),
		cmocka_unit_test(test_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
