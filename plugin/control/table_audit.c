// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/control/table_audit.h"

#include <errno.h>

#include "plugin/base/compat.h"

#include "plugin/base/change.h"
#include "plugin/base/lock.h"
#include "plugin/base/repair.h"
#include "plugin/fib/neighbour.h"
#include "plugin/kernel/netlink.h"
#include "plugin/kernel/netlink_replay.h"
#include "plugin/kernel/netlink_table.h"

static const struct kernel_sink *sink;
static uint32_t next;

/* Those that others refer to first. */
static const struct {
	enum kernel_table table;
	const char *name;
} tables[] = {
	{ KERNEL_LINKS, "the list of interfaces" },
	{ KERNEL_OBJECTS, "the list of nexthop objects" },
	{ KERNEL_LOCALS, "table local" },
	{ KERNEL_NEIGHBOURS, "the list of neighbours" },
};

static void link_told(const struct kernel_link *link)
{
	uint64_t before = change_count();

	sink->link(link);
	if (change_count() != before)
		repair_object(FAULT_KERNEL, "interface %s", link->name);
}

static void netconf_told(const struct kernel_netconf *netconf)
{
	uint64_t before = change_count();
	char name[NEIGHBOUR_NAME] = "all";

	sink->netconf(netconf);
	if (change_count() == before)
		return;
	if (netconf->ifindex > 0)
		neighbour_name((uint32_t)netconf->ifindex, 0, NULL, name);
	repair_object(FAULT_KERNEL, "net.ipv%c.conf.%s",
		      netconf->family == AF_INET ? '4' : '6', name);
}

static void object_told(const struct kernel_object *object)
{
	uint64_t before = change_count();

	sink->object(object);
	if (change_count() != before)
		repair_object(FAULT_KERNEL, "nexthop object %u", object->id);
}

static void local_told(const struct kernel_local *local, bool replaced)
{
	uint64_t before = change_count();
	char text[INET6_ADDRSTRLEN];

	sink->local(local, replaced);
	if (change_count() == before)
		return;
	inet_ntop(local->key.family, local->key.addr, text, sizeof(text));
	repair_object(FAULT_KERNEL, "local route %s/%u", text, local->key.len);
}

static void neighbour_told(const struct kernel_neighbour *neighbour)
{
	uint64_t before = change_count();
	char name[NEIGHBOUR_NAME];

	sink->neighbour(neighbour);
	if (change_count() == before)
		return;
	neighbour_name(neighbour->ifindex, neighbour->family, neighbour->addr,
		       name);
	repair_object(FAULT_KERNEL, "neighbour %s", name);
}

static void dump_begin(enum kernel_table table)
{
	sink->dump_begin(table);
}

/* What the kernel does not have goes. */
static void dump_end(enum kernel_table table)
{
	uint64_t before = change_count();

	sink->dump_end(table);
	if (change_count() != before)
		repair_object(FAULT_KERNEL, "%s", tables[next].name);
}

/* A dump has nothing else. */
static const struct kernel_sink told = {
	.link = link_told,
	.netconf = netconf_told,
	.object = object_told,
	.local = local_told,
	.neighbour = neighbour_told,
	.dump_begin = dump_begin,
	.dump_end = dump_end,
};

void table_audit_begin(const struct kernel_sink *to)
{
	sink = to;
	next = 0;
}

/* As they are now, whatever is still to be heard of them. */
static int rules(void)
{
	uint64_t heard = netlink_heard(false), before;
	int ret;

	fib_lock();
	before = change_count();
	fib_unlock();
	ret = netlink_table_rules();
	fib_lock();
	before = change_count() - before;
	fib_unlock();
	if (ret)
		return ret;
	netlink_drain();
	fib_lock();
	if (before && netlink_heard(false) == heard)
		repair_object(FAULT_KERNEL, "the list of rules");
	fib_unlock();
	return 0;
}

int table_audit_step(void)
{
	int ret;

	if (next == array_size(tables))
		return rules();
	ret = netlink_replay(tables[next].table, &told);
	next++;
	return ret && ret != -EAGAIN ? ret : 1;
}
