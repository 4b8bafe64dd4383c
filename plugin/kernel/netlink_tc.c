// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/kernel/netlink_tc.h"

#include <errno.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>

#include "plugin/base/lock.h"
#include "plugin/kernel/netlink_attributes.h"
#include "plugin/kernel/netlink_channel.h"

static struct netlink_channel channel = { .protocol = NETLINK_ROUTE };
static const struct kernel_sink *sink;

/* What one link has. */
struct found {
	uint32_t ifindex;
	bool ingress; /* a place for filters: qdisc ingress or clsact */
	bool egress;  /* clsact */
	bool filters; /* where was looked */
	struct kernel_link_filters *into;
};

/* Do such queues only keep packets until the driver takes them? */
static bool queues_plainly(const char *kind)
{
	static const char *const kinds[] = {
		"noqueue",  "pfifo_fast", "pfifo", "bfifo",
		"fq_codel", "fq",	  "mq",
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(kind, kinds[i]))
			return true;
	return false;
}

static int qdisc_parse(const struct nlmsghdr *message, void *data)
{
	const struct tcmsg *header = mnl_nlmsg_get_payload(message);
	struct attributes attributes;
	struct found *found = data;
	const struct nlattr *kind;
	const char *name;

	if (!attributes_parse(message, sizeof(*header), &attributes) ||
	    (uint32_t)header->tcm_ifindex != found->ifindex)
		return MNL_CB_OK;
	kind = attributes.table[TCA_KIND];
	if (!kind || mnl_attr_validate(kind, MNL_TYPE_NUL_STRING) < 0)
		return MNL_CB_OK;
	name = mnl_attr_get_str(kind);
	if (!strcmp(name, "ingress") || !strcmp(name, "clsact")) {
		found->ingress = true;
		found->egress = !strcmp(name, "clsact");
	} else if (!queues_plainly(name) && !found->into->out[0]) {
		snprintf(found->into->out, sizeof(found->into->out),
			 "tc qdisc %s", name);
	}
	return MNL_CB_OK;
}

static int filter_parse(const struct nlmsghdr *message, void *data)
{
	struct found *found = data;

	found->filters |= message->nlmsg_type == RTM_NEWTFILTER;
	return MNL_CB_OK;
}

static int filters_look(struct found *found, uint32_t parent, char *into,
			size_t size)
{
	const struct tcmsg header = {
		.tcm_ifindex = (int)found->ifindex,
		.tcm_parent = TC_H_MAKE(TC_H_CLSACT, parent),
	};
	int ret;

	found->filters = false;
	ret = netlink_dump(&channel, RTM_GETTFILTER, &header, sizeof(header),
			   filter_parse, found);
	if (found->filters && !into[0])
		snprintf(into, size, "tc filters");
	return ret;
}

static int link_look(struct found *found)
{
	struct kernel_link_filters *into = found->into;
	const struct tcmsg header = { .tcm_family = AF_UNSPEC };
	int ret = netlink_dump(&channel, RTM_GETQDISC, &header, sizeof(header),
			       qdisc_parse, found);

	if (!ret && found->ingress)
		ret = filters_look(found, TC_H_MIN_INGRESS, into->in,
				   sizeof(into->in));
	if (!ret && found->egress)
		ret = filters_look(found, TC_H_MIN_EGRESS, into->out,
				   sizeof(into->out));
	/* A kernel without traffic control. */
	return ret == -EOPNOTSUPP ? 0 : ret;
}

void netlink_tc_look(uint32_t ifindex)
{
	struct kernel_link_filters filters;
	int ret = -EINTR;

	for (int i = 0; i < NETLINK_DUMP_TRIES && ret == -EINTR; i++) {
		struct found found = { .ifindex = ifindex, .into = &filters };

		memset(&filters, 0, sizeof(filters));
		ret = link_look(&found);
	}
	if (ret) {
		snprintf(filters.in, sizeof(filters.in),
			 "tc (cannot be read: %s)", strerror(-ret));
		memcpy(filters.out, filters.in, sizeof(filters.out));
	}
	fib_lock();
	sink->link_filters(ifindex, &filters);
	fib_unlock();
}

void netlink_tc_open(const struct kernel_sink *to)
{
	sink = to;
}

void netlink_tc_close(void)
{
	netlink_channel_close(&channel);
}
