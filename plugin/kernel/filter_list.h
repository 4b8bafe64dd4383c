/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * filter_list.h - a list of what packets pass in the kernel, being made.
 */
#ifndef FRR_BPF_FILTER_LIST_H
#define FRR_BPF_FILTER_LIST_H

#include "plugin/kernel/netlink_channel.h"
#include "plugin/kernel/sink.h"

/* One more; family 0: for packets of any. */
void filter_list_add(struct kernel_filter_list *list, uint8_t family,
		     const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * Make it of a dump, as netlink_dump(); callback gets the list, and has one that is
 * empty again when the dump has to be. Result: 0 or -errno.
 */
int filter_list_dump(struct kernel_filter_list *list,
		     struct netlink_channel *channel, uint16_t type,
		     const void *header, size_t size, mnl_cb_t callback);

#endif /* FRR_BPF_FILTER_LIST_H */
