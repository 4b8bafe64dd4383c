// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/control/object_audit.h"

#include "plugin/base/compat.h"

#include "plugin/base/health.h"
#include "plugin/base/lock.h"
#include "plugin/base/repair.h"
#include "plugin/control/local.h"
#include "plugin/engine/maps.h"
#include "plugin/fib/neighbour.h"
#include "plugin/fib/nexthop.h"
#include "plugin/fib/nhgroup.h"
#include "plugin/ports/port_attach.h"

/* Maps whose entries are found by their keys. */
static const enum map_id keyed[] = {
	MAP_NEIGH4, MAP_NEIGH6, MAP_LOCAL4, MAP_PORT, MAP_DEVMAP,
};

static struct {
	uint32_t kind;		    /* whose turn it is */
	uint32_t id;		    /* of nexthops and groups: the next one */
	struct neighbour neighbour; /* the last one */
	struct kernel_local local;
	uint32_t map;	    /* index in keyed */
	uint32_t visits;    /* of it */
	union maps_key key; /* the last one */
} pass;

void object_audit_begin(void)
{
	memset(&pass, 0, sizeof(pass));
}

/* Each: the next one of its kind, or false. */
static bool port_next_verify(void)
{
	port_verify();
	return false;
}

static bool neighbour_next_verify(void)
{
	return neighbour_verify_next(&pass.neighbour);
}

static bool nexthop_next_verify(void)
{
	if (++pass.id >= maps.config.max_nexthops)
		return false;
	nexthop_verify(pass.id);
	return true;
}

static bool nhgroup_next_verify(void)
{
	if (++pass.id >= maps.config.max_groups)
		return false;
	nhgroup_verify(pass.id);
	return true;
}

static bool local_next_verify(void)
{
	return local_verify_next(&pass.local);
}

static bool port_has(uint32_t ifindex)
{
	const struct port *port = port_find(ifindex);

	return port && port->link_fd >= 0;
}

/* Has the entry something behind it? */
static bool key_belongs(enum map_id id, const union maps_key *key)
{
	switch (id) {
	case MAP_NEIGH4:
		return neighbour_has_adjacency(
			key->neigh4.ifindex, AF_INET,
			(const uint8_t *)&key->neigh4.addr);
	case MAP_NEIGH6:
		return neighbour_has_adjacency(key->neigh6.ifindex, AF_INET6,
					       key->neigh6.addr);
	case MAP_LOCAL4:
		return local_is_source(key->local4.table,
				       (const uint8_t *)&key->local4.addr);
	default:
		return port_has(key->ifindex);
	}
}

static void key_mended(enum map_id id, const union maps_key *key)
{
	char name[NEIGHBOUR_NAME];

	switch (id) {
	case MAP_NEIGH4:
		neighbour_name(key->neigh4.ifindex, AF_INET,
			       (const uint8_t *)&key->neigh4.addr, name);
		repair_object(FAULT_FOREIGN, "neighbour %s", name);
		return;
	case MAP_NEIGH6:
		neighbour_name(key->neigh6.ifindex, AF_INET6, key->neigh6.addr,
			       name);
		repair_object(FAULT_FOREIGN, "neighbour %s", name);
		return;
	case MAP_LOCAL4:
		inet_ntop(AF_INET, &key->local4.addr, name, sizeof(name));
		repair_object(FAULT_FOREIGN, "own address %s", name);
		return;
	default:
		neighbour_name(key->ifindex, 0, NULL, name);
		repair_object(FAULT_FOREIGN, "interface %s", name);
	}
}

static void key_verify(enum map_id id, const union maps_key *key)
{
	if (key_belongs(id, key))
		return;
	health_map_write("a foreign entry", maps_key_remove(&maps, id, key));
	key_mended(id, key);
}

/* The walk begins anew when where it stands is taken out: not for ever. */
static bool key_next_verify(void)
{
	enum map_id id = keyed[pass.map];
	union maps_key next;

	if (pass.visits < 2 * map_max_entries(&maps, id) &&
	    !maps_key_next(&maps, id, pass.visits ? &pass.key : NULL, &next)) {
		pass.visits++;
		pass.key = next;
		key_verify(id, &next);
		return true;
	}
	pass.visits = 0;
	return ++pass.map < array_size(keyed);
}

/* In this order: what is mended of one makes those behind it right. */
static bool (*const kinds[])(void) = {
	port_next_verify,    neighbour_next_verify, nexthop_next_verify,
	nhgroup_next_verify, local_next_verify,	    key_next_verify,
};

bool object_audit_step(void)
{
	for (int i = 0; i < FIB_LOCK_BATCH; i++) {
		if (pass.kind == array_size(kinds))
			return false;
		fib_lock_count();
		if (!kinds[pass.kind]()) {
			pass.kind++;
			pass.id = 0;
		}
	}
	return true;
}
