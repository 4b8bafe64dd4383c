// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/ports/port_attach.h"

#include <errno.h>

#include "lib/log.h"

#include "plugin/base/change.h"
#include "plugin/base/debug.h"
#include "plugin/base/health.h"
#include "plugin/base/idpool.h"
#include "plugin/base/repair.h"
#include "plugin/engine/counters.h"
#include "plugin/engine/maps.h"
#include "plugin/engine/pin.h"
#include "plugin/engine/program.h"
#include "plugin/ports/port_filters.h"
#include "plugin/ports/port_tags.h"

static struct idpool slots;

int port_init(void)
{
	return idpool_init(&slots, 1, FIB_PORTS_MAX);
}

static void port_health(void)
{
	const struct port *port, *failed = NULL, *unpinned = NULL;

	for (port = port_next(NULL); port; port = port_next(port)) {
		if (port->error[0])
			failed = port;
		if (port->link_fd >= 0 && port->pin_error)
			unpinned = port;
	}
	if (failed)
		health_set(HEALTH_PORT, "%s: %s", failed->link.name,
			   failed->error);
	else
		health_clear(HEALTH_PORT);
	if (unpinned)
		health_set(
			HEALTH_LINKS,
			"%s: cannot pin its XDP program in %s: %s; forwarding in XDP will end with zebra there",
			unpinned->link.name, pin_directory(),
			strerror(-unpinned->pin_error));
	else
		health_clear(HEALTH_LINKS);
}

static void port_detach(struct port *port)
{
	int link_fd = port->link_fd;

	if (link_fd < 0)
		return;
	port->link_fd = -1;
	/* First nobody forwards to it, then it stops to receive. */
	port_tell_egress(port);
	maps_devmap_remove(&maps, port->link.ifindex);
	program_detach(link_fd, port->link.ifindex);
	maps_port_remove(&maps, port->link.ifindex);
	port_tags_release(port);
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
	port_tags_attached(port);
	port_filters_attached(port);
	port->pin_error = program_pin(fd, port->link.ifindex, port->generic);
	/*
	 * A packet that arrives before the record is written is punted
	 * (PUNT_PORT): nothing is lost in any order.
	 */
	port_publish(port);
	health_map_write("a redirect target",
			 maps_devmap_set(&maps, port->link.ifindex));
	port_tell_egress(port);
	port_tags_look(port);
	port_filters_look(port);
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

/* Not asked: what comes without an event, and the carrier, whose event is late. */
static bool link_same(const struct kernel_link *a, const struct kernel_link *b)
{
	return !strcmp(a->name, b->name) &&
	       !memcmp(a->mac, b->mac, sizeof(a->mac)) &&
	       a->ethernet == b->ethernet && a->up == b->up &&
	       a->mtu == b->mtu && a->master == b->master &&
	       a->forwarding4 == b->forwarding4;
}

bool port_link_update(const struct kernel_link *link)
{
	struct port *port = port_make(link->ifindex);
	struct kernel_link before = port->link;
	bool changed = memcmp(&before, link, sizeof(before));

	port->link = *link;
	port->seen = true;
	port_reconcile(port);
	if (!link_same(&before, link))
		change_made();
	if (port->link_fd >= 0 && changed) {
		port_publish(port);
		port_tell_egress(port);
	}
	/* A driver's features change without a sign in the message. */
	if (port->link_fd >= 0)
		port_tags_look(port);
	return changed;
}

void port_link_delete(uint32_t ifindex)
{
	struct port *port = port_get(ifindex);

	if (!port)
		return;
	debug_events("bpf: link %s (%u) deleted", port->link.name, ifindex);
	change_made();
	port_detach(port);
	port_free(port);
	port_health();
}

void port_dump_begin(void)
{
	struct port *port;

	for (port = port_walk(NULL); port; port = port_walk(port))
		port->seen = false;
}

void port_dump_end(void)
{
	struct port *port = port_walk(NULL), *next;

	for (; port; port = next) {
		next = port_walk(port);
		if (!port->seen)
			port_link_delete(port->link.ifindex);
	}
	port_filters_changed(0);
}

const char *port_configure(const char *name, enum port_mode mode)
{
	struct port *port = port_get_name(name);

	port_config_set(name, mode);
	if (port) {
		port_reconcile(port);
		return port->error[0] ? port->error : NULL;
	}
	if (mode == PORT_OFF || !port_links_known())
		return NULL;
	return "no such interface now; forwarding starts when it appears";
}

int port_replace_programs(void)
{
	struct port *port;
	int ret = 0;

	for (port = port_walk(NULL); port; port = port_walk(port)) {
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

static void port_mended(const struct port *port, enum fault fault)
{
	repair_object(fault, "interface %s", port->link.name);
}

static void port_verify_maps(const struct port *port)
{
	struct fib_port wanted = port_record(port), record;
	int ret = maps_port_get(&maps, port->link.ifindex, &record);

	if (ret || memcmp(&record, &wanted, sizeof(wanted))) {
		port_publish(port);
		port_mended(port, ret ? FAULT_MISSING : FAULT_CONTENT);
	}
	if (maps_devmap_has(&maps, port->link.ifindex))
		return;
	health_map_write("a redirect target",
			 maps_devmap_set(&maps, port->link.ifindex));
	port_mended(port, FAULT_TARGET);
}

/* One that is gone has left the kernel's maps and links before we hear of it. */
static bool port_exists(const struct port *port)
{
	char name[IFNAMSIZ];

	return if_indextoname(port->link.ifindex, name);
}

void port_verify(void)
{
	struct port *port;

	for (port = port_walk(NULL); port; port = port_walk(port)) {
		if (port->link_fd < 0 || !port_exists(port))
			continue;
		if (!program_attached(port->link_fd, port->link.ifindex)) {
			port_detach(port);
			port_reconcile(port);
			port_mended(port, FAULT_PROGRAM);
		}
		if (port->link_fd >= 0)
			port_verify_maps(port);
	}
}

void port_retry(void)
{
	struct port *port;

	for (port = port_walk(NULL); port; port = port_walk(port)) {
		if (port->link_fd >= 0 && port->pin_error) {
			port->pin_error = program_pin(port->link_fd,
						      port->link.ifindex,
						      port->generic);
			port_health();
		}
		if (port->link_fd < 0 &&
		    port_configured(port->link.name) != PORT_OFF)
			port_reconcile(port);
	}
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

	while ((port = port_walk(NULL))) {
		if (port->link_fd >= 0) {
			program_detach(port->link_fd, port->link.ifindex);
			port_tags_release(port);
		}
		port_free(port);
	}
	port_config_fini();
	idpool_fini(&slots);
}
