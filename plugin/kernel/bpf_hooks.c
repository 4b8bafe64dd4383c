// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/kernel/bpf_hooks.h"

/* Before linux/in.h, which then leaves out what this declares. */
#include <netinet/in.h>

#include <bpf/bpf.h>
#include <errno.h>
#include <linux/netfilter.h>
#include <unistd.h>

#include "plugin/base/compat.h"
#include "lib/privs.h"

#include "plugin/base/lock.h"
#include "plugin/kernel/filter_list.h"

/* include/uapi/linux/bpf.h, which is younger than Debian 12's headers. */
enum { LINK_NETFILTER = 10, TCX_INGRESS = 46, TCX_EGRESS = 47 };

extern struct zebra_privs_t zserv_privs;

static const struct kernel_sink *sink;

/* The head of struct bpf_link_info, and its part for netfilter. */
struct netfilter_link {
	__u32 type, id, prog_id;
	__u32 pad;
	__u32 family; /* NFPROTO_* */
	__u32 hook;
	__s32 priority;
	__u32 flags;
};

static void link_look(uint32_t id, struct kernel_filter_list *list)
{
	union {
		struct bpf_link_info info;
		struct netfilter_link netfilter;
	} link = { 0 };
	__u32 size = sizeof(link);
	int fd = bpf_link_get_fd_by_id(id);

	if (fd < 0)
		return;
	if (!bpf_obj_get_info_by_fd(fd, &link, &size) &&
	    link.netfilter.type == LINK_NETFILTER &&
	    link.netfilter.hook != NF_INET_LOCAL_IN &&
	    link.netfilter.hook != NF_INET_LOCAL_OUT)
		filter_list_add(list,
				link.netfilter.family == NFPROTO_IPV4 ? AF_INET
				: link.netfilter.family == NFPROTO_IPV6
					? AF_INET6
					: 0,
				"BPF program %u at a netfilter hook, link %u",
				link.netfilter.prog_id, id);
	close(fd);
}

int bpf_hooks_look(struct kernel_filter_list *list)
{
	uint32_t id = 0;
	int ret = 0;

	frr_with_privs (&zserv_privs) {
		while (!(ret = bpf_link_get_next_id(id, &id)))
			link_look(id, list);
	}
	return ret == -ENOENT ? 0 : ret;
}

static bool programs_at(uint32_t ifindex, int where)
{
	LIBBPF_OPTS(bpf_prog_query_opts, query);
	bool any = false;

	frr_with_privs (&zserv_privs) {
		any = !bpf_prog_query_opts((int)ifindex,
					   (enum bpf_attach_type)where,
					   &query) &&
		      query.prog_cnt;
	}
	return any;
}

void bpf_hooks_link(uint32_t ifindex)
{
	bool in = programs_at(ifindex, TCX_INGRESS);
	bool out = programs_at(ifindex, TCX_EGRESS);

	fib_lock();
	sink->link_programs(ifindex, in, out);
	fib_unlock();
}

void bpf_hooks_open(const struct kernel_sink *to)
{
	sink = to;
}
