/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * netlink_parse.h - rtnetlink messages into calls of port.h, neighbour.h and
 * local.h. The messages may be hostile: every attribute is checked for its
 * size, and a message that does not make sense is ignored.
 * Callers hold the fib lock.
 */
#ifndef FRR_BPF_NETLINK_PARSE_H
#define FRR_BPF_NETLINK_PARSE_H

#include <linux/netlink.h>

void netlink_parse_link(const struct nlmsghdr *message);
void netlink_parse_neighbour(const struct nlmsghdr *message);
void netlink_parse_local(const struct nlmsghdr *message);
void netlink_parse_netconf(const struct nlmsghdr *message);

/*
 * libmnl callback; *data is a bool that becomes true for a policy rule beyond
 * the kernel's own. Result: MNL_CB_OK.
 */
int netlink_parse_rule(const struct nlmsghdr *message, void *data);

#endif /* FRR_BPF_NETLINK_PARSE_H */
