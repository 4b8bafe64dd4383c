// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/kernel/netlink_ethtool.h"

#include <errno.h>
#include <linux/ethtool_netlink.h>
#include <linux/genetlink.h>
#include <string.h>

#include "plugin/base/lock.h"
#include "plugin/kernel/netlink_attributes.h"
#include "plugin/kernel/netlink_generic.h"

static struct netlink_channel channel = { .protocol = NETLINK_GENERIC };
static struct generic_family ethtool = { .name = ETHTOOL_GENL_NAME };
static const struct kernel_sink *sink;

/* The features, by their names in the kernel (netdev_features_strings). */
static const struct {
	uint8_t tags;
	const char *name;
} features[] = {
	{ KERNEL_CTAGS, "rx-vlan-hw-parse" },
	{ KERNEL_STAGS, "rx-vlan-stag-hw-parse" },
};

struct state {
	uint8_t active;	    /* of KERNEL_CTAGS, KERNEL_STAGS */
	uint8_t changeable; /* on this device */
	bool told;
};

/* One bit of a bitset: what it stands for, or 0 when it is not set. */
static uint8_t bit_parse(const struct nlattr *attribute, bool valued)
{
	struct attributes bit = { 0 };
	const struct nlattr *name;

	mnl_attr_parse_nested(attribute, attributes_collect, &bit);
	name = bit.table[ETHTOOL_A_BITSET_BIT_NAME];
	if (!name || mnl_attr_validate(name, MNL_TYPE_NUL_STRING) < 0 ||
	    (valued && !bit.table[ETHTOOL_A_BITSET_BIT_VALUE]))
		return 0;
	for (size_t i = 0; i < sizeof(features) / sizeof(features[0]); i++)
		if (!strcmp(mnl_attr_get_str(name), features[i].name))
			return features[i].tags;
	return 0;
}

static uint8_t bitset_parse(const struct nlattr *attribute)
{
	struct attributes bitset = { 0 };
	const struct nlattr *bit;
	uint8_t set = 0;

	if (!attribute)
		return 0;
	mnl_attr_parse_nested(attribute, attributes_collect, &bitset);
	if (!bitset.table[ETHTOOL_A_BITSET_BITS])
		return 0;
	/* With a mask, bits are listed that are not set. */
	mnl_attr_for_each_nested (bit, bitset.table[ETHTOOL_A_BITSET_BITS])
		set |= bit_parse(bit, !bitset.table[ETHTOOL_A_BITSET_NOMASK]);
	return set;
}

static int state_parse(const struct nlmsghdr *message, void *data)
{
	struct attributes attributes;
	struct state *state = data;

	if (!attributes_parse(message, sizeof(struct genlmsghdr), &attributes))
		return MNL_CB_OK;
	state->active =
		bitset_parse(attributes.table[ETHTOOL_A_FEATURES_ACTIVE]);
	state->changeable =
		bitset_parse(attributes.table[ETHTOOL_A_FEATURES_HW]);
	state->told = attributes.table[ETHTOOL_A_FEATURES_ACTIVE];
	return MNL_CB_OK;
}

static struct nlmsghdr *message_begin(char *buffer, uint8_t command,
				      uint32_t ifindex, uint32_t flags)
{
	struct nlmsghdr *message =
		generic_message(buffer, ethtool.id, NLM_F_ACK, command);
	struct nlattr *header = mnl_attr_nest_start(message, 1);

	mnl_attr_put_u32(message, ETHTOOL_A_HEADER_DEV_INDEX, ifindex);
	if (flags)
		mnl_attr_put_u32(message, ETHTOOL_A_HEADER_FLAGS, flags);
	mnl_attr_nest_end(message, header);
	return message;
}

static int state_read(uint32_t ifindex, struct state *state)
{
	char buffer[256];
	int ret = ethtool.id ? 0 : generic_family_learn(&channel, &ethtool);

	*state = (struct state){ 0 };
	if (!ret)
		ret = netlink_request(&channel,
				      message_begin(buffer,
						    ETHTOOL_MSG_FEATURES_GET,
						    ifindex, 0),
				      state_parse, state);
	return ret || state->told ? ret : -EPROTO;
}

static int offload_set(uint32_t ifindex, uint8_t tags, bool on)
{
	char buffer[512];
	struct nlmsghdr *message =
		message_begin(buffer, ETHTOOL_MSG_FEATURES_SET, ifindex,
			      ETHTOOL_FLAG_OMIT_REPLY);
	struct nlattr *wanted =
		mnl_attr_nest_start(message, ETHTOOL_A_FEATURES_WANTED);
	struct nlattr *bits = mnl_attr_nest_start(message,
						  ETHTOOL_A_BITSET_BITS),
		      *bit;

	for (size_t i = 0; i < sizeof(features) / sizeof(features[0]); i++) {
		if (!(features[i].tags & tags))
			continue;
		bit = mnl_attr_nest_start(message, ETHTOOL_A_BITSET_BITS_BIT);
		mnl_attr_put_strz(message, ETHTOOL_A_BITSET_BIT_NAME,
				  features[i].name);
		if (on)
			mnl_attr_put(message, ETHTOOL_A_BITSET_BIT_VALUE, 0,
				     NULL);
		mnl_attr_nest_end(message, bit);
	}
	mnl_attr_nest_end(message, bits);
	mnl_attr_nest_end(message, wanted);
	return netlink_request(&channel, message, NULL, NULL);
}

void netlink_ethtool_show_tags(uint32_t ifindex)
{
	struct state before, after;
	int ret = state_read(ifindex, &before);
	uint8_t off = before.active & before.changeable;

	after = before;
	if (!ret && off && !offload_set(ifindex, off, false))
		ret = state_read(ifindex, &after);
	fib_lock();
	/* What cannot be read may be on. */
	sink->link_tags(ifindex, ret ? KERNEL_CTAGS : after.active,
			off & (uint8_t)~after.active);
	fib_unlock();
}

void netlink_ethtool_hide_ctags(uint32_t ifindex)
{
	offload_set(ifindex, KERNEL_CTAGS, true);
}

void netlink_ethtool_hide_stags(uint32_t ifindex)
{
	offload_set(ifindex, KERNEL_STAGS, true);
}

void netlink_ethtool_open(const struct kernel_sink *to)
{
	sink = to;
}

void netlink_ethtool_close(void)
{
	netlink_channel_close(&channel);
	ethtool.id = 0;
}
