// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/ports/port.h"

#include <errno.h>
#include <linux/rtnetlink.h>

#include "lib/jhash.h"
#include "lib/log.h"

#include "plugin/base/debug.h"
#include "plugin/base/health.h"
#include "plugin/base/idpool.h"
#include "plugin/base/memory.h"
#include "plugin/engine/counters.h"
#include "plugin/engine/maps.h"
#include "plugin/engine/pin.h"
#include "plugin/engine/program.h"
#include "plugin/fib/neighbour.h"
#include "plugin/fib/nexthop.h"
#include "plugin/kernel/netlink.h"
#include "plugin/kernel/netlink_features.h"
#include "plugin/ports/port_config.h"
#include "plugin/ports/port_flags.h"

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
static struct idpool slots;

int port_init(void)
{
	return idpool_init(&slots, 1, FIB_PORTS_MAX);
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

static struct port *port_by_name(const char *name)
{
	struct port *port;

	frr_each (port_table, &table, port)
		if (!strcmp(port->link.name, name))
			return port;
	return NULL;
}

const struct port *port_find_name(const char *name)
{
	return port_by_name(name);
}

const char *port_name(uint32_t ifindex)
{
	const struct port *port = port_get(ifindex);

	return port ? port->link.name : NULL;
}

const struct port *port_next(const struct port *port)
{
	struct port *next = port ? port_table_next(&table, (struct port *)port)
				 : port_table_first(&table);

	while (next && next->link_fd < 0 &&
	       port_configured(next->link.name) == PORT_OFF)
		next = port_table_next(&table, next);
	return next;
}

bool port_egress(uint32_t ifindex, struct port_egress *egress)
{
	const struct port *port = port_get(ifindex);

	if (!port || port->link_fd < 0 || !port->link.running ||
	    port->link.master)
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

/* The port's record; the hash map replaces it in one step. */
void port_publish(const struct port *port)
{
	struct fib_port record = {
		.slot = port->slot,
		.table = RT_TABLE_MAIN,
		.flags = port_flags(port),
	};

	memcpy(record.mac, port->link.mac, sizeof(record.mac));
	health_map_write("a port",
			 maps_port_set(&maps, port->link.ifindex, &record));
	debug_events("bpf: port %s: flags %#x", port->link.name, record.flags);
}

void port_publish_all(void)
{
	struct port *port;

	frr_each (port_table, &table, port)
		if (port->link_fd >= 0)
			port_publish(port);
}

/* Adjacencies that leave by the port appear, change or go. */
static void port_egress_changed(const struct port *port)
{
	neighbour_port_changed(port->link.ifindex);
	nexthop_port_changed(port->link.ifindex);
}

static void port_health(void)
{
	struct port *port;

	frr_each (port_table, &table, port)
		if (port->error[0]) {
			health_set(HEALTH_PORT, "%s: %s", port->link.name,
				   port->error);
			return;
		}
	health_clear(HEALTH_PORT);
}

static void port_detach(struct port *port)
{
	int link_fd = port->link_fd;

	if (link_fd < 0)
		return;
	port->link_fd = -1;
	/* First nobody forwards to it, then it stops to receive. */
	port_egress_changed(port);
	maps_devmap_remove(&maps, port->link.ifindex);
	program_detach(link_fd, port->link.ifindex);
	maps_port_remove(&maps, port->link.ifindex);
	idpool_put(&slots, port->slot);
	port->slot = 0;
	zlog_info("bpf: %s: forwarding in XDP ended", port->link.name);
}

/* The mode wanted, or generic where the driver has none and may choose. */
static int port_attach_mode(struct port *port, enum port_mode mode)
{
	int fd;

	port->generic = mode == PORT_GENERIC;
	fd = program_attach(port->link.ifindex, port->generic);
	if (fd == -EOPNOTSUPP && mode == PORT_AUTO) {
		port->generic = true;
		fd = program_attach(port->link.ifindex, true);
	}
	return fd;
}

static void port_attach(struct port *port, enum port_mode mode)
{
	char before[sizeof(port->error)];
	uint32_t slot;
	int fd;

	memcpy(before, port->error, sizeof(before));
	if (!port->link.ethernet) {
		snprintf(port->error, sizeof(port->error),
			 "not an Ethernet interface: it cannot forward in XDP");
		return;
	}
	slot = idpool_get(&slots);
	if (slot == UINT32_MAX) {
		snprintf(port->error, sizeof(port->error),
			 "all %d ports are in use", FIB_PORTS_MAX - 1);
		return;
	}
	port->slot = (uint16_t)slot;
	counters_slot_reset(slot);
	fd = port_attach_mode(port, mode);
	if (fd < 0) {
		idpool_put(&slots, slot);
		port->slot = 0;
		port_explain(fd, mode == PORT_NATIVE, port->error,
			     sizeof(port->error));
		if (strcmp(before, port->error))
			zlog_err("bpf: %s: %s", port->link.name, port->error);
		return;
	}
	port->link_fd = fd;
	port->error[0] = '\0';
	/*
	 * A packet that arrives before the record is written is punted
	 * (PUNT_PORT): nothing is lost in any order.
	 */
	port_publish(port);
	health_map_write("a redirect target",
			 maps_devmap_set(&maps, port->link.ifindex));
	port_egress_changed(port);
	zlog_info("bpf: %s: forwarding in XDP, %s mode", port->link.name,
		  port->generic ? "generic" : "native");
}

static bool mode_satisfied(const struct port *port, enum port_mode mode)
{
	if (port->link_fd < 0)
		return false;
	return mode == PORT_AUTO || (mode == PORT_GENERIC) == port->generic;
}

/* Make the attachment what the configuration says. */
static void port_reconcile(struct port *port)
{
	enum port_mode mode = port_configured(port->link.name);

	if (mode == PORT_OFF) {
		port_detach(port);
		port->error[0] = '\0';
	} else if (!mode_satisfied(port, mode)) {
		port_detach(port);
		port_attach(port, mode);
	}
	port_health();
}

void port_link_update(const struct port_link *link)
{
	struct port *port = port_get(link->ifindex);
	struct port_link before;

	if (!port) {
		port = XCALLOC(MTYPE_BPF_PORT, sizeof(*port));
		port->link.ifindex = link->ifindex;
		port->link_fd = -1;
		port->xmit = true;
		port->xmit_frags = true;
		port_table_add(&table, port);
		/* The kernel announced these before the link itself. */
		netlink_netconf_get(link->ifindex);
		netlink_features_get(link->ifindex);
	}
	before = port->link;
	port->link = *link;
	port->seen = true;
	port_reconcile(port);
	if (port->link_fd >= 0 && memcmp(&before, link, sizeof(before))) {
		port_publish(port);
		port_egress_changed(port);
	}
}

void port_link_delete(uint32_t ifindex)
{
	struct port *port = port_get(ifindex);

	if (!port)
		return;
	debug_events("bpf: link %s (%u) deleted", port->link.name, ifindex);
	port_detach(port);
	port_table_del(&table, port);
	XFREE(MTYPE_BPF_PORT, port);
	port_health();
}

void port_dump_begin(void)
{
	struct port *port;

	frr_each (port_table, &table, port)
		port->seen = false;
}

void port_dump_end(void)
{
	struct port *port;

	frr_each_safe (port_table, &table, port)
		if (!port->seen)
			port_link_delete(port->link.ifindex);
}

void port_addresses_changed(uint32_t ifindex)
{
	const struct port *port = port_get(ifindex);

	if (port && port->link_fd >= 0)
		port_publish(port);
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
		port_egress_changed(port);
}

const char *port_configure(const char *name, enum port_mode mode)
{
	struct port *port = port_by_name(name);

	port_config_set(name, mode);
	if (port) {
		port_reconcile(port);
		return port->error[0] ? port->error : NULL;
	}
	if (mode == PORT_OFF)
		return NULL;
	return "no such interface now; forwarding starts when it appears";
}

int port_replace_programs(void)
{
	struct port *port;
	int ret = 0;

	frr_each (port_table, &table, port) {
		int error;

		if (port->link_fd < 0)
			continue;
		error = program_replace(port->link_fd);
		if (error) {
			zlog_err(
				"bpf: %s: cannot replace the program: %s; reattaching",
				port->link.name, strerror(-error));
			port_detach(port);
			port_reconcile(port);
			ret = error;
		}
	}
	return ret;
}

void port_retry(void)
{
	struct port *port;

	frr_each (port_table, &table, port)
		if (port->link_fd < 0 &&
		    port_configured(port->link.name) != PORT_OFF)
			port_reconcile(port);
}

void port_refresh(void)
{
	uint32_t indexes[FIB_PORTS_MAX];
	unsigned int count = 0;
	struct port *port;

	/* An answer may change the table: collect first. */
	frr_each (port_table, &table, port)
		if (port->link_fd >= 0 && count < FIB_PORTS_MAX)
			indexes[count++] = port->link.ifindex;
	while (count)
		netlink_link_get(indexes[--count]);
}

static bool port_wanted(uint32_t ifindex)
{
	const struct port *port = port_get(ifindex);

	return port && port->link_fd >= 0;
}

void port_sweep_pins(void)
{
	pin_links_sweep(port_wanted);
}

unsigned int port_count(void)
{
	return slots.used;
}

void port_fini(void)
{
	struct port *port;

	while ((port = port_table_pop(&table))) {
		if (port->link_fd >= 0)
			program_detach(port->link_fd, port->link.ifindex);
		XFREE(MTYPE_BPF_PORT, port);
	}
	port_config_fini();
	idpool_fini(&slots);
}
