// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/kernel/netlink_xfrm.h"

/* Before linux/in.h, which then leaves out what this declares. */
#include <netinet/in.h>

#include <errno.h>
#include <linux/xfrm.h>
#include <string.h>

#include "plugin/kernel/filter_list.h"
#include "plugin/kernel/netlink_attributes.h"

static struct netlink_channel channel = { .protocol = NETLINK_XFRM };

/*
 * Is it for packets that come by an XFRM interface, or that netfilter or tc have
 * marked? Others do not meet it (xfrm_policy_match()).
 */
static bool policy_elsewhere(const struct attributes *attributes)
{
	const struct xfrm_mark *mark =
		attributes_payload(attributes, XFRMA_MARK, sizeof(*mark));

	return attributes_u32(attributes, XFRMA_IF_ID, 0) || (mark && mark->v);
}

static int policy_parse(const struct nlmsghdr *message, void *data)
{
	struct xfrm_userpolicy_info policy;
	struct attributes attributes;

	if (!attributes_parse(message, sizeof(policy), &attributes))
		return MNL_CB_OK;
	/* It has 64-bit members, netlink aligns to 32. */
	memcpy(&policy, mnl_nlmsg_get_payload(message), sizeof(policy));
	if ((policy.dir != XFRM_POLICY_OUT && policy.dir != XFRM_POLICY_FWD) ||
	    policy_elsewhere(&attributes))
		return MNL_CB_OK;
	filter_list_add(data, (uint8_t)policy.sel.family,
			"IPsec policy %u, direction %s", policy.index,
			policy.dir == XFRM_POLICY_OUT ? "out" : "fwd");
	return MNL_CB_OK;
}

static int default_parse(const struct nlmsghdr *message, void *data)
{
	const struct xfrm_userpolicy_default *policy =
		mnl_nlmsg_get_payload(message);

	if (mnl_nlmsg_get_payload_len(message) >= sizeof(*policy))
		*(struct xfrm_userpolicy_default *)data = *policy;
	return MNL_CB_OK;
}

/* What is without a policy is dropped, if so configured. Since Linux 5.15. */
static int default_look(struct kernel_filter_list *list)
{
	char buffer[256];
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	struct xfrm_userpolicy_default policy = { 0 };
	int ret;

	message->nlmsg_type = XFRM_MSG_GETDEFAULT;
	message->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	memset(mnl_nlmsg_put_extra_header(message, sizeof(policy)), 0,
	       sizeof(policy));
	ret = netlink_request(&channel, message, default_parse, &policy);
	if (policy.out == XFRM_USERPOLICY_BLOCK ||
	    policy.fwd == XFRM_USERPOLICY_BLOCK)
		filter_list_add(list, 0, "IPsec default policy block");
	return ret == -EINVAL ? 0 : ret;
}

int netlink_xfrm_look(struct kernel_filter_list *list)
{
	const struct xfrm_userpolicy_id header = { 0 };
	int ret = filter_list_dump(list, &channel, XFRM_MSG_GETPOLICY, &header,
				   sizeof(header), policy_parse);

	if (ret == -EPROTONOSUPPORT)
		return 0;
	return ret ? ret : default_look(list);
}

void netlink_xfrm_close(void)
{
	netlink_channel_close(&channel);
}
