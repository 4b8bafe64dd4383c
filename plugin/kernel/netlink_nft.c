// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/kernel/netlink_nft.h"

/* Before linux/in.h, which then leaves out what this declares. */
#include <netinet/in.h>

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include "plugin/kernel/filter_list.h"
#include "plugin/kernel/netlink_attributes.h"

static struct netlink_channel channel = { .protocol = NETLINK_NETFILTER };

/* Whose packets a family's chain sees, and its name for nft. */
struct family {
	uint8_t packets;
	const char *name;
};

static const struct family families[NFPROTO_NUMPROTO] = {
	[NFPROTO_INET] = { 0, "inet" },
	[NFPROTO_IPV4] = { AF_INET, "ip" },
	[NFPROTO_NETDEV] = { 0, "netdev" },
	[NFPROTO_IPV6] = { AF_INET6, "ip6" },
};

/* Does what is forwarded pass the hook? */
static bool hook_forwards(uint8_t family, uint32_t hook)
{
	return family == NFPROTO_NETDEV || hook == NF_INET_PRE_ROUTING ||
	       hook == NF_INET_FORWARD || hook == NF_INET_POST_ROUTING ||
	       hook == NF_INET_INGRESS;
}

static uint32_t number(const struct attributes *attributes, int type,
		       uint32_t absent)
{
	return ntohl(attributes_u32(attributes, type, htonl(absent)));
}

static const char *text(const struct attributes *attributes, int type)
{
	const struct nlattr *attribute = attributes->table[type];

	return attribute && mnl_attr_validate(attribute, MNL_TYPE_NUL_STRING) >=
				       0
		       ? mnl_attr_get_str(attribute)
		       : "?";
}

/* A base chain without rules that accepts does nothing. */
static int chain_parse(const struct nlmsghdr *message, void *data)
{
	const struct nfgenmsg *header = mnl_nlmsg_get_payload(message);
	struct attributes attributes, hook = { 0 };
	uint32_t rules, policy;

	if (!attributes_parse(message, sizeof(*header), &attributes) ||
	    header->nfgen_family >= NFPROTO_NUMPROTO ||
	    !families[header->nfgen_family].name ||
	    !attributes.table[NFTA_CHAIN_HOOK])
		return MNL_CB_OK;
	mnl_attr_parse_nested(attributes.table[NFTA_CHAIN_HOOK],
			      attributes_collect, &hook);
	if (!hook_forwards(header->nfgen_family,
			   number(&hook, NFTA_HOOK_HOOKNUM, 0)))
		return MNL_CB_OK;
	/* Nobody jumps to a base chain: only its rules refer to it. */
	rules = number(&attributes, NFTA_CHAIN_USE, 1);
	policy = number(&attributes, NFTA_CHAIN_POLICY, NF_ACCEPT);
	if (rules || policy != NF_ACCEPT)
		filter_list_add(data, families[header->nfgen_family].packets,
				"nftables chain %s %s %s",
				families[header->nfgen_family].name,
				text(&attributes, NFTA_CHAIN_TABLE),
				text(&attributes, NFTA_CHAIN_NAME));
	return MNL_CB_OK;
}

int netlink_nft_look(struct kernel_filter_list *list)
{
	const struct nfgenmsg header = { .nfgen_family = AF_UNSPEC };
	int ret = filter_list_dump(list, &channel,
				   NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETCHAIN,
				   &header, sizeof(header), chain_parse);

	/* No socket family netfilter; no subsystem nftables. */
	return ret == -EPROTONOSUPPORT || ret == -EINVAL ? 0 : ret;
}

void netlink_nft_close(void)
{
	netlink_channel_close(&channel);
}
