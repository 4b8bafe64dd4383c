/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * netlink_attributes.h - the attributes of a message, by type. Messages may be
 * hostile: nothing is read without a look at its size.
 */
#ifndef FRR_BPF_NETLINK_ATTRIBUTES_H
#define FRR_BPF_NETLINK_ATTRIBUTES_H

#include <libmnl/libmnl.h>
#include <stdbool.h>
#include <stdint.h>

#define ATTRIBUTES 64

/* NULL: not there. Of attributes that repeat, the last one. */
struct attributes {
	const struct nlattr *table[ATTRIBUTES];
};

/* libmnl callback; data is a struct attributes that was all zero. */
int attributes_collect(const struct nlattr *attribute, void *data);

/* False when the message is too short for its header, of header bytes. */
bool attributes_parse(const struct nlmsghdr *message, size_t header,
		      struct attributes *attributes);

/* What is in one of at least size bytes, or NULL. */
const void *attributes_payload(const struct attributes *attributes, int type,
			       size_t size);

uint32_t attributes_u32(const struct attributes *attributes, int type,
			uint32_t absent);
int attributes_int(const struct attributes *attributes, int type, int absent);

#endif /* FRR_BPF_NETLINK_ATTRIBUTES_H */
