// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/kernel/filters.h"

#include <errno.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/xfrm.h>
#include <string.h>
#include <sys/socket.h>

#include "plugin/base/compat.h"
#include "lib/privs.h"

#include "plugin/base/lock.h"
#include "plugin/kernel/bpf_hooks.h"
#include "plugin/kernel/filter_list.h"
#include "plugin/kernel/netlink_nft.h"
#include "plugin/kernel/netlink_xfrm.h"
#include "plugin/kernel/xtables.h"

extern struct zebra_privs_t zserv_privs;

static const struct kernel_sink *sink;

static struct {
	const char *name;
	int (*look)(struct kernel_filter_list *list);
	int protocol, group; /* 0: no changes are told */
	struct mnl_socket *events;
	bool exist;
	bool due; /* at the next tick */
} kinds[KERNEL_FILTERS] = {
	[KERNEL_NFTABLES] = { "nftables", netlink_nft_look, NETLINK_NETFILTER,
			      NFNLGRP_NFTABLES },
	[KERNEL_XTABLES] = { "iptables", xtables_look },
	[KERNEL_XFRM] = { "IPsec policies", netlink_xfrm_look, NETLINK_XFRM,
			  XFRMNLGRP_POLICY },
	[KERNEL_BPF] = { "BPF programs", bpf_hooks_look },
};

/* What cannot be read may be there. */
static void look(enum kernel_filters kind)
{
	struct kernel_filter_list list = { .of = kind };
	int ret = kinds[kind].look(&list);

	if (ret)
		filter_list_add(&list, 0, "%s (cannot be read: %s)",
				kinds[kind].name, strerror(-ret));
	kinds[kind].due = ret || !kinds[kind].events;
	kinds[kind].exist = list.count;
	fib_lock();
	sink->filters(&list);
	fib_unlock();
}

static struct mnl_socket *events_open(int protocol, int group)
{
	struct mnl_socket *opened = NULL;

	frr_with_privs (&zserv_privs) {
		opened = mnl_socket_open2(protocol,
					  SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (opened &&
		    (mnl_socket_bind(opened, 0, MNL_SOCKET_AUTOPID) < 0 ||
		     mnl_socket_setsockopt(opened, NETLINK_ADD_MEMBERSHIP,
					   &group, sizeof(group)) < 0)) {
			mnl_socket_close(opened);
			opened = NULL;
		}
	}
	return opened;
}

void filters_open(const struct kernel_sink *to)
{
	sink = to;
	for (int kind = 0; kind < KERNEL_FILTERS; kind++) {
		if (kinds[kind].group)
			kinds[kind].events = events_open(kinds[kind].protocol,
							 kinds[kind].group);
		look(kind);
	}
}

void filters_close(void)
{
	for (int kind = 0; kind < KERNEL_FILTERS; kind++) {
		if (kinds[kind].events)
			mnl_socket_close(kinds[kind].events);
		kinds[kind].events = NULL;
	}
	netlink_nft_close();
	netlink_xfrm_close();
}

int filters_fd(enum kernel_filters kind)
{
	return kinds[kind].events ? mnl_socket_get_fd(kinds[kind].events) : -1;
}

/*
 * Of many rules, as of a Kubernetes node, a change comes each few seconds and a look
 * is long: while there are some, nothing depends on when more are noticed.
 */
void filters_read(enum kernel_filters kind)
{
	while (netlink_hear(kinds[kind].events, NULL, NULL))
		;
	if (kinds[kind].exist)
		kinds[kind].due = true;
	else
		look(kind);
}

void filters_tick(void)
{
	for (int kind = 0; kind < KERNEL_FILTERS; kind++)
		if (kinds[kind].due)
			look(kind);
}
