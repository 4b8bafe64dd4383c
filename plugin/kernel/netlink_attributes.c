// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/kernel/netlink_attributes.h"

#include <string.h>

int attributes_collect(const struct nlattr *attribute, void *data)
{
	struct attributes *attributes = data;
	uint16_t type = mnl_attr_get_type(attribute);

	if (type < ATTRIBUTES)
		attributes->table[type] = attribute;
	return MNL_CB_OK;
}

bool attributes_parse(const struct nlmsghdr *message, size_t header,
		      struct attributes *attributes)
{
	memset(attributes, 0, sizeof(*attributes));
	if (message->nlmsg_len < NLMSG_LENGTH(header))
		return false;
	return mnl_attr_parse(message, (unsigned int)header, attributes_collect,
			      attributes) >= 0;
}

const void *attributes_payload(const struct attributes *attributes, int type,
			       size_t size)
{
	const struct nlattr *attribute = attributes->table[type];

	if (!attribute || mnl_attr_get_payload_len(attribute) < size)
		return NULL;
	return mnl_attr_get_payload(attribute);
}

uint32_t attributes_u32(const struct attributes *attributes, int type,
			uint32_t absent)
{
	const void *data =
		attributes_payload(attributes, type, sizeof(uint32_t));
	uint32_t value;

	if (!data)
		return absent;
	memcpy(&value, data, sizeof(value));
	return value;
}

int attributes_int(const struct attributes *attributes, int type, int absent)
{
	return (int)attributes_u32(attributes, type, (uint32_t)absent);
}
