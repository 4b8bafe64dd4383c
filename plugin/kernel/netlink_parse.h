/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * netlink_parse.h - rtnetlink messages into calls of a sink. The messages may be
 * hostile: every attribute is checked for its size, and a message that does not
 * make sense is ignored.
 * Callers hold the fib lock.
 */
#ifndef FRR_BPF_NETLINK_PARSE_H
#define FRR_BPF_NETLINK_PARSE_H

#include <linux/netlink.h>
#include <stdbool.h>

#include "plugin/kernel/sink.h"

/* Any of those below; others are ignored. */
void netlink_parse(const struct nlmsghdr *message,
		   const struct kernel_sink *sink);

void netlink_parse_link(const struct nlmsghdr *message,
			const struct kernel_sink *sink);
void netlink_parse_neighbour(const struct nlmsghdr *message,
			     const struct kernel_sink *sink);
/* netlink_route.c: tables local and main, nexthop objects. */
void netlink_parse_route(const struct nlmsghdr *message,
			 const struct kernel_sink *sink);
void netlink_parse_object(const struct nlmsghdr *message,
			  const struct kernel_sink *sink);
void netlink_parse_netconf(const struct nlmsghdr *message,
			   const struct kernel_sink *sink);

/* What a dump of one family's policy rules has. */
struct netlink_rules {
	bool local; /* the kernel's own rule for table local, at 0 */
	bool main;  /* and for main, at 32766 */
	bool other; /* any other */
};

/* libmnl callback; data is a struct netlink_rules. Result: MNL_CB_OK. */
int netlink_parse_rule(const struct nlmsghdr *message, void *data);

/* Packets of the default VRF need more than one lookup in main. */
bool netlink_rules_matter(const struct netlink_rules *rules);

#endif /* FRR_BPF_NETLINK_PARSE_H */
