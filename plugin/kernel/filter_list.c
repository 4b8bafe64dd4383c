// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/kernel/filter_list.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

void filter_list_add(struct kernel_filter_list *list, uint8_t family,
		     const char *format, ...)
{
	struct kernel_filter *filter;
	va_list arguments;

	if (list->count++ >= KERNEL_FILTERS_MAX)
		return;
	filter = &list->filters[list->count - 1];
	filter->family = family;
	va_start(arguments, format);
	vsnprintf(filter->text, sizeof(filter->text), format, arguments);
	va_end(arguments);
}

int filter_list_dump(struct kernel_filter_list *list,
		     struct netlink_channel *channel, uint16_t type,
		     const void *header, size_t size, mnl_cb_t callback)
{
	int ret = -EINTR;

	for (int i = 0; i < NETLINK_DUMP_TRIES && ret == -EINTR; i++) {
		*list = (struct kernel_filter_list){ .of = list->of };
		ret = netlink_dump(channel, type, header, size, callback, list);
	}
	return ret;
}
