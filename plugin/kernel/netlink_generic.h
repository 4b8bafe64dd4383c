/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * netlink_generic.h - families of generic netlink: their numbers, and messages to
 * them. Only netlink*.c use it.
 */
#ifndef FRR_BPF_NETLINK_GENERIC_H
#define FRR_BPF_NETLINK_GENERIC_H

#include <stdint.h>

#include "plugin/kernel/netlink_channel.h"

struct generic_family {
	const char *name;
	const char *group_name; /* of a multicast group, or NULL */
	uint16_t id;		/* 0: not learned, or the kernel has it not */
	uint32_t group;
};

/* Learn its numbers. Result: 0; -EOPNOTSUPP: the kernel has no such family. */
int generic_family_learn(struct netlink_channel *channel,
			 struct generic_family *family);

/* Begin a request in buffer (at least 64 bytes); the attributes follow. */
struct nlmsghdr *generic_message(char *buffer, uint16_t type, uint16_t flags,
				 uint8_t command);

#endif /* FRR_BPF_NETLINK_GENERIC_H */
