// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/kernel/netlink_generic.h"

#include <errno.h>
#include <linux/genetlink.h>
#include <string.h>

static int group_parse(const struct nlattr *attribute, void *data)
{
	const struct nlattr *part;
	const char *name = NULL;
	struct generic_family *family = data;
	uint32_t id = 0;

	mnl_attr_for_each_nested (part, attribute) {
		if (mnl_attr_get_type(part) == CTRL_ATTR_MCAST_GRP_NAME)
			name = mnl_attr_get_str(part);
		else if (mnl_attr_get_type(part) == CTRL_ATTR_MCAST_GRP_ID)
			id = mnl_attr_get_u32(part);
	}
	if (name && family->group_name && !strcmp(name, family->group_name))
		family->group = id;
	return MNL_CB_OK;
}

static int family_parse(const struct nlmsghdr *message, void *data)
{
	const struct nlattr *attribute;
	struct generic_family *family = data;

	mnl_attr_for_each (attribute, message, sizeof(struct genlmsghdr)) {
		if (mnl_attr_get_type(attribute) == CTRL_ATTR_FAMILY_ID)
			family->id = mnl_attr_get_u16(attribute);
		else if (mnl_attr_get_type(attribute) == CTRL_ATTR_MCAST_GROUPS)
			mnl_attr_parse_nested(attribute, group_parse, family);
	}
	return MNL_CB_OK;
}

struct nlmsghdr *generic_message(char *buffer, uint16_t type, uint16_t flags,
				 uint8_t command)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	struct genlmsghdr *header;

	message->nlmsg_type = type;
	message->nlmsg_flags = NLM_F_REQUEST | flags;
	header = mnl_nlmsg_put_extra_header(message, sizeof(*header));
	header->cmd = command;
	header->version = 1;
	return message;
}

int generic_family_learn(struct netlink_channel *channel,
			 struct generic_family *family)
{
	char buffer[256];
	struct nlmsghdr *message = generic_message(
		buffer, GENL_ID_CTRL, NLM_F_ACK, CTRL_CMD_GETFAMILY);

	family->id = 0;
	mnl_attr_put_strz(message, CTRL_ATTR_FAMILY_NAME, family->name);
	if (netlink_request(channel, message, family_parse, family) ||
	    !family->id)
		return -EOPNOTSUPP;
	return 0;
}
