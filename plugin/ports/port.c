// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/ports/port.h"

#include <linux/netconf.h>
#include <linux/rtnetlink.h>

#include "lib/jhash.h"
#include "lib/log.h"

#include "plugin/base/change.h"
#include "plugin/base/debug.h"
#include "plugin/base/health.h"
#include "plugin/base/memory.h"
#include "plugin/engine/maps.h"

DEFINE_MTYPE_STATIC(BPF, BPF_PORT, "BPF port");

/* RFC 8200, 5: every link carries at least this; Linux never goes below. */
#define IPV6_MTU_MIN 1280

static int port_cmp(const struct port *a, const struct port *b)
{
	return a->link.ifindex < b->link.ifindex
		       ? -1
		       : a->link.ifindex > b->link.ifindex;
}

static uint32_t port_hash(const struct port *port)
{
	return jhash_1word(port->link.ifindex, 0);
}

DECLARE_HASH(port_table, struct port, item, port_cmp, port_hash);

static struct port_table_head table = INIT_HASH(table);
static struct port_policy_all policy_all;
static const struct port_watcher *watcher;

void port_watch(const struct port_watcher *who)
{
	watcher = who;
}

const struct port_watcher *port_watcher(void)
{
	return watcher;
}

struct port *port_get(uint32_t ifindex)
{
	struct port search;

	search.link.ifindex = ifindex;
	return port_table_find(&table, &search);
}

const struct port *port_find(uint32_t ifindex)
{
	return port_get(ifindex);
}

struct port *port_get_name(const char *name)
{
	struct port *port;

	frr_each (port_table, &table, port)
		if (!strcmp(port->link.name, name))
			return port;
	return NULL;
}

const struct port *port_find_name(const char *name)
{
	return port_get_name(name);
}

const char *port_name(uint32_t ifindex)
{
	const struct port *port = port_get(ifindex);

	return port ? port->link.name : NULL;
}

struct port *port_walk(struct port *port)
{
	return port ? port_table_next(&table, port) : port_table_first(&table);
}

struct port *port_make(uint32_t ifindex)
{
	struct port *port = port_get(ifindex);

	if (port)
		return port;
	port = XCALLOC(MTYPE_BPF_PORT, sizeof(*port));
	port->link.ifindex = ifindex;
	port->link_fd = -1;
	port->xmit = true;
	port->xmit_frags = true;
	port_table_add(&table, port);
	watcher->appeared(ifindex);
	return port;
}

void port_free(struct port *port)
{
	port_table_del(&table, port);
	XFREE(MTYPE_BPF_PORT, port);
}

const struct port *port_next(const struct port *port)
{
	struct port *next = port_walk((struct port *)port);

	while (next && next->link_fd < 0 &&
	       port_configured(next->link.name) == PORT_OFF)
		next = port_walk(next);
	return next;
}

bool port_egress(uint32_t ifindex, struct port_egress *egress)
{
	const struct port *port = port_get(ifindex);

	if (!port || port->link_fd < 0 || !port->link.running ||
	    port->link.master ||
	    ((port->filters.out[0] || port->programs_out) &&
	     !policy_all.ignore_filters))
		return false;
	if (!egress)
		return true;
	memcpy(egress->mac, port->link.mac, sizeof(egress->mac));
	egress->mtu4 = port->link.mtu;
	egress->mtu6 = port->link.mtu6 ? port->link.mtu6 : port->link.mtu;
	if (egress->mtu6 < IPV6_MTU_MIN)
		egress->mtu6 = 0; /* the kernel has IPv6 off there */
	/* Before Linux 6.3 nobody tells: a driver without XDP transmits not. */
	egress->xmit = port->xmit_told ? port->xmit : !port->generic;
	egress->xmit_frags = egress->xmit && port->xmit_frags;
	return true;
}

bool port_redirects(uint32_t ifindex, uint8_t family)
{
	const struct port *port = port_get(ifindex);

	if (!port || !family)
		return false;
	return family == AF_INET ? port->redirects4.in_force
				 : port->redirects6.in_force;
}

struct fib_port port_record(const struct port *port)
{
	struct port_policy policy = port->policy;
	struct fib_port record = {
		.slot = port->slot,
		.table = RT_TABLE_MAIN,
	};

	policy.up = port->link.up;
	policy.forwarding4 = port->link.forwarding4;
	policy.master = port->link.master;
	policy.generic = port->generic;
	record.flags = port_flags(&policy, &policy_all);
	memcpy(record.mac, port->link.mac, sizeof(record.mac));
	return record;
}

/* The hash map replaces it in one step. */
void port_publish(const struct port *port)
{
	struct fib_port record = port_record(port);

	health_map_write("a port",
			 maps_port_set(&maps, port->link.ifindex, &record));
	debug_events("bpf: port %s: flags %#x", port->link.name, record.flags);
}

/* Records as the policy is now; unattached ports have none. */
static void port_policy_changed(const struct port *port)
{
	if (port->link_fd >= 0)
		port_publish(port);
}

static void port_policy_all_changed(void)
{
	struct port *port;

	frr_each (port_table, &table, port)
		port_policy_changed(port);
}

void port_tell_egress(const struct port *port)
{
	watcher->egress_changed(port->link.ifindex);
}

void port_xmit(uint32_t ifindex, bool able, bool able_frags)
{
	struct port *port = port_get(ifindex);

	if (!port || (port->xmit_told && port->xmit == able &&
		      port->xmit_frags == able_frags))
		return;
	port->xmit_told = true;
	port->xmit = able;
	port->xmit_frags = able_frags;
	if (port->link_fd >= 0)
		port_tell_egress(port);
}

static void port_policy_all_set(const struct port_policy_all *now)
{
	if (!memcmp(&policy_all, now, sizeof(policy_all)))
		return;
	policy_all = *now;
	change_made();
	port_policy_all_changed();
}

static void port_netconf_all(const struct kernel_netconf *told)
{
	struct port_policy_all now = policy_all;

	if (told->family == AF_INET6 && told->forwarding >= 0)
		now.forwarding6 = told->forwarding;
	if (told->family == AF_INET6 && told->proxy >= 0)
		now.proxy6 = told->proxy;
	if (told->family == AF_INET && told->rp_filter >= 0)
		now.rp_filter = (uint8_t)told->rp_filter;
	port_policy_all_set(&now);
}

void port_netconf(const struct kernel_netconf *told)
{
	bool forwarding4, force6;
	uint8_t rp_filter4;
	struct port *port;

	if (told->ifindex < 0) {
		if (told->ifindex == NETCONFA_IFINDEX_ALL)
			port_netconf_all(told);
		return;
	}
	port = port_get((uint32_t)told->ifindex);
	if (!port)
		return;
	forwarding4 = port->link.forwarding4;
	rp_filter4 = port->policy.rp_filter;
	force6 = port->policy.force6;
	if (told->family == AF_INET && told->forwarding >= 0)
		port->link.forwarding4 = told->forwarding;
	if (told->family == AF_INET && told->rp_filter >= 0)
		port->policy.rp_filter = (uint8_t)told->rp_filter;
	if (told->family == AF_INET6 && told->force_forwarding >= 0)
		port->policy.force6 = told->force_forwarding;
	if (forwarding4 == port->link.forwarding4 &&
	    rp_filter4 == port->policy.rp_filter &&
	    force6 == port->policy.force6)
		return;
	change_made();
	port_policy_changed(port);
}

void port_use_pmtu(bool on)
{
	struct port_policy_all now = policy_all;

	now.use_pmtu = on;
	if (on && !policy_all.use_pmtu)
		zlog_notice(
			"bpf: net.ipv4.ip_forward_use_pmtu is on: the kernel forwards IPv4, for it knows the path MTUs");
	port_policy_all_set(&now);
}

void port_ignore_tags(bool ignore)
{
	struct port_policy_all now = policy_all;

	now.ignore_tags = ignore;
	port_policy_all_set(&now);
}

void port_filters_exist(bool ipv4, bool ipv6)
{
	struct port_policy_all now = policy_all;

	now.filters4 = ipv4;
	now.filters6 = ipv6;
	port_policy_all_set(&now);
}

void port_ignore_filters(bool ignore)
{
	struct port_policy_all now = policy_all;

	now.ignore_filters = ignore;
	port_policy_all_set(&now);
}

void port_address_count(uint32_t ifindex, uint8_t family, int change)
{
	struct port *port = port_get(ifindex);

	if (!port)
		return;
	if (family == AF_INET)
		port->policy.addresses4 += (unsigned int)change;
	else
		port->policy.addresses6 += (unsigned int)change;
	port_policy_changed(port);
}

void port_policy_rules(uint8_t family, bool exist)
{
	bool *rules = family == AF_INET ? &policy_all.rules4
					: &policy_all.rules6;

	if (*rules == exist)
		return;
	*rules = exist;
	change_made();
	if (exist)
		zlog_notice(
			"bpf: ip rules exist: the kernel forwards %s until they are gone",
			family == AF_INET ? "IPv4" : "IPv6");
	port_policy_all_changed();
}

void port_custom_locals(bool exist)
{
	if (policy_all.custom_locals == exist)
		return;
	policy_all.custom_locals = exist;
	port_policy_all_changed();
}

bool port_links_known(void)
{
	return !policy_all.suspended;
}

void port_suspend(bool suspended)
{
	if (policy_all.suspended == suspended)
		return;
	policy_all.suspended = suspended;
	port_policy_all_changed();
}
