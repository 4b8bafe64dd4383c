// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/fib/neighbour.h"

#include <errno.h>
#include <linux/neighbour.h>

#include "lib/log.h"

#include "plugin/base/change.h"
#include "plugin/base/debug.h"
#include "plugin/base/health.h"
#include "plugin/base/lock.h"
#include "plugin/base/memory.h"
#include "plugin/base/repair.h"
#include "plugin/engine/maps.h"
#include "plugin/fib/adjacency.h"
#include "plugin/ports/port.h"

DEFINE_MTYPE_STATIC(BPF, BPF_NEIGHBOUR, "BPF neighbour");

/*
 * States in which the kernel's own output path would send a frame at once:
 * NUD_CONNECTED (less NOARP, which has no MAC) and those being confirmed.
 */
#define NUD_SENDABLE                                                           \
	(NUD_REACHABLE | NUD_PERMANENT | NUD_STALE | NUD_DELAY | NUD_PROBE)

static int neighbour_cmp(const struct neighbour *a, const struct neighbour *b)
{
	if (a->ifindex != b->ifindex)
		return a->ifindex < b->ifindex ? -1 : 1;
	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	return memcmp(a->addr, b->addr, sizeof(a->addr));
}

DECLARE_RBTREE_UNIQ(neighbour_table, struct neighbour, item, neighbour_cmp);
DECLARE_DLIST(adjacency_users, struct adjacency_user, item);

static struct neighbour_table_head table = INIT_RBTREE_UNIQ(table);
static const struct resolver_ops *resolver;

/* Number of the dump that is running, or was last. */
static uint32_t dumps;

static uint32_t waiting; /* those that wait for room */

void neighbour_set_resolver(const struct resolver_ops *ops)
{
	resolver = ops;
}

static void neighbour_search(struct neighbour *search, uint32_t ifindex,
			     uint8_t family, const uint8_t *addr)
{
	memset(search, 0, sizeof(*search));
	search->ifindex = ifindex;
	search->family = family;
	memcpy(search->addr, addr, family == AF_INET ? 4 : 16);
}

static struct neighbour *neighbour_find(uint32_t ifindex, uint8_t family,
					const uint8_t *addr)
{
	struct neighbour search;

	neighbour_search(&search, ifindex, family, addr);
	return neighbour_table_find(&table, &search);
}

static struct neighbour *neighbour_make(uint32_t ifindex, uint8_t family,
					const uint8_t *addr)
{
	struct neighbour *neighbour = neighbour_find(ifindex, family, addr);

	if (neighbour)
		return neighbour;
	neighbour = XCALLOC(MTYPE_BPF_NEIGHBOUR, sizeof(*neighbour));
	neighbour_search(neighbour, ifindex, family, addr);
	adjacency_users_init(&neighbour->users);
	neighbour_table_add(&table, neighbour);
	return neighbour;
}

static void neighbour_wait(struct neighbour *neighbour, bool waits)
{
	if (waits == neighbour->waits)
		return;
	neighbour->waits = waits;
	waiting += waits ? 1 : -1;
	if (waiting)
		health_set(
			HEALTH_ADJACENCIES,
			"all %u adjacencies are in use; packets to %u more neighbours are punted until there is room",
			maps.config.max_adjacencies - 1, waiting);
	else
		health_clear(HEALTH_ADJACENCIES);
}

/* Nothing needs it: the kernel has no entry, nobody sends to it. */
static void neighbour_drop(struct neighbour *neighbour)
{
	if (neighbour->state || adjacency_users_count(&neighbour->users))
		return;
	neighbour_table_del(&table, neighbour);
	adjacency_users_fini(&neighbour->users);
	XFREE(MTYPE_BPF_NEIGHBOUR, neighbour);
}

static bool adjacency_wanted(const struct neighbour *neighbour,
			     struct fib_adjacency *adjacency)
{
	struct port_egress egress;

	if (!(neighbour->state & NUD_SENDABLE) ||
	    !port_egress(neighbour->ifindex, &egress))
		return false;
	*adjacency = (struct fib_adjacency){
		.ifindex = neighbour->ifindex,
		.mtu4 = egress.mtu4,
		.mtu6 = egress.mtu6,
		.flags = (egress.xmit ? 0 : FIB_ADJACENCY_NO_XMIT) |
			 (egress.xmit_frags ? 0 : FIB_ADJACENCY_NO_XMIT_FRAGS),
	};
	memcpy(adjacency->dmac, neighbour->mac, sizeof(adjacency->dmac));
	memcpy(adjacency->smac, egress.mac, sizeof(adjacency->smac));
	return true;
}

/* Make before break: new record, switch the users, then retire the old. */
static void neighbour_publish(struct neighbour *neighbour)
{
	uint32_t old = neighbour->adjacency, new = 0;
	struct fib_adjacency wanted;
	struct adjacency_user *user;
	bool send = adjacency_wanted(neighbour, &wanted);
	int ret, stuck = 0;

	if (send) {
		if (old &&
		    !memcmp(&maps.adjacency[old], &wanted, sizeof(wanted)))
			return;
		new = adjacency_create(&wanted);
	}
	neighbour_wait(neighbour, send && !new);
	if (new == old)
		return;
	neighbour->adjacency = new;
	ret = new ? maps_neighbour_set(&maps, neighbour->ifindex,
				       neighbour->family, neighbour->addr, new)
		  : -ENOENT;
	/* The old entry must not outlive its adjacency. */
	if (ret)
		stuck = maps_neighbour_remove(&maps, neighbour->ifindex,
					      neighbour->family,
					      neighbour->addr);
	if (new)
		health_map_write("a neighbour", ret);
	frr_each (adjacency_users, &neighbour->users, user)
		user->changed(user);
	if (!stuck)
		adjacency_release(old);
	debug_neighbours("bpf: neighbour on ifindex %u: adjacency %u -> %u",
			 neighbour->ifindex, old, new);
}

/* Have the kernel keep a gateway resolved, if it is ours to ask. */
static void neighbour_manage(struct neighbour *neighbour)
{
	bool wanted = adjacency_users_count(&neighbour->users) &&
		      !(neighbour->state & (NUD_PERMANENT | NUD_NOARP)) &&
		      port_egress(neighbour->ifindex, NULL);

	if (wanted == neighbour->managed)
		return;
	neighbour->managed = wanted;
	if (wanted)
		resolver->manage(neighbour->ifindex, neighbour->family,
				 neighbour->addr);
	else if (neighbour->state && !(neighbour->state & NUD_PERMANENT))
		resolver->release(neighbour->ifindex, neighbour->family,
				  neighbour->addr);
}

void neighbour_update(const struct kernel_neighbour *told)
{
	struct neighbour *neighbour =
		neighbour_make(told->ifindex, told->family, told->addr);
	uint32_t adjacency = neighbour->adjacency;
	uint16_t before = neighbour->state;

	/* A kernel entry in NUD_NONE is still an entry. */
	neighbour->state = told->state ? told->state
				       : NUD_NONE | NUD_INCOMPLETE;
	neighbour->seen = dumps;
	if (told->mac)
		memcpy(neighbour->mac, told->mac, sizeof(neighbour->mac));
	else if (told->state & NUD_SENDABLE)
		neighbour->state = NUD_NOARP;
	/* Somebody replaced the entry, and with it what we had asked for. */
	if (neighbour->confirmed && !told->managed)
		neighbour->managed = false;
	neighbour->confirmed = told->managed;
	debug_neighbours("bpf: neighbour update ifindex %u state %#x -> %#x",
			 told->ifindex, before, neighbour->state);
	neighbour_publish(neighbour);
	neighbour_manage(neighbour);
	if (neighbour->adjacency != adjacency)
		change_made();
}

void neighbour_delete(uint32_t ifindex, uint8_t family, const uint8_t *addr)
{
	struct neighbour *neighbour = neighbour_find(ifindex, family, addr);

	if (!neighbour)
		return;
	if (neighbour->adjacency)
		change_made();
	neighbour->state = 0;
	neighbour->managed = neighbour->confirmed = false;
	neighbour_publish(neighbour);
	/* A flushed gateway is resolved again before traffic needs it. */
	neighbour_manage(neighbour);
	neighbour_drop(neighbour);
}

struct neighbour *neighbour_use(uint32_t ifindex, uint8_t family,
				const uint8_t *addr,
				struct adjacency_user *user)
{
	struct neighbour *neighbour = neighbour_make(ifindex, family, addr);

	adjacency_users_add_tail(&neighbour->users, user);
	neighbour_manage(neighbour);
	return neighbour;
}

void neighbour_unuse(struct neighbour *neighbour, struct adjacency_user *user)
{
	adjacency_users_del(&neighbour->users, user);
	neighbour_manage(neighbour);
	neighbour_drop(neighbour);
}

void neighbour_port_changed(uint32_t ifindex)
{
	struct neighbour *neighbour;

	frr_each (neighbour_table, &table, neighbour) {
		if (neighbour->ifindex != ifindex)
			continue;
		neighbour_publish(neighbour);
		neighbour_manage(neighbour);
	}
}

/*
 * The next one of a walk, whatever came or went since the last step; NULL at the
 * end. at: where it stands.
 */
static struct neighbour *neighbour_after(struct neighbour *at)
{
	struct neighbour *neighbour = neighbour_table_find_gteq(&table, at);

	if (neighbour && !neighbour_cmp(neighbour, at))
		neighbour = neighbour_table_next(&table, neighbour);
	if (neighbour)
		neighbour_search(at, neighbour->ifindex, neighbour->family,
				 neighbour->addr);
	return neighbour;
}

void neighbour_dump_begin(void)
{
	dumps++;
}

void neighbour_dump_end(void)
{
	struct neighbour at = { 0 }, *neighbour;

	while ((neighbour = neighbour_after(&at))) {
		if (neighbour->seen != dumps && neighbour->state)
			neighbour_delete(at.ifindex, at.family, at.addr);
		fib_lock_count();
		fib_lock_pause();
	}
}

/* Was it forwarded to since the last look? Resets the mark. */
static bool neighbour_used(const struct neighbour *neighbour)
{
	struct fib_neigh neigh;

	if (maps_neighbour_get(&maps, neighbour->ifindex, neighbour->family,
			       neighbour->addr, &neigh) ||
	    !neigh.used)
		return false;
	maps_neighbour_set(&maps, neighbour->ifindex, neighbour->family,
			   neighbour->addr, neighbour->adjacency);
	return true;
}

/* More routes depend on gateways than on hosts. */
static void neighbours_place(bool gateways)
{
	struct neighbour *neighbour;

	frr_each (neighbour_table, &table, neighbour) {
		if (!waiting || !adjacency_room())
			return;
		if (neighbour->waits &&
		    gateways == !!adjacency_users_count(&neighbour->users))
			neighbour_publish(neighbour);
	}
}

void neighbour_tick(void)
{
	struct neighbour *neighbour;
	bool polled = !resolver->can_manage();

	neighbours_place(true);
	neighbours_place(false);
	frr_each (neighbour_table, &table, neighbour) {
		if (neighbour->managed && polled)
			resolver->probe(neighbour->ifindex, neighbour->family,
					neighbour->addr);
		else if (!neighbour->confirmed && neighbour->adjacency &&
			 neighbour->state & NUD_STALE &&
			 (adjacency_users_count(&neighbour->users) ||
			  neighbour_used(neighbour)))
			resolver->probe(neighbour->ifindex, neighbour->family,
					neighbour->addr);
	}
}

void neighbour_name(uint32_t ifindex, uint8_t family, const uint8_t *addr,
		    char name[NEIGHBOUR_NAME])
{
	const char *port = port_name(ifindex);
	char text[INET6_ADDRSTRLEN] = "", number[16];

	snprintf(number, sizeof(number), "ifindex %u", ifindex);
	if (family)
		inet_ntop(family, addr, text, sizeof(text));
	snprintf(name, NEIGHBOUR_NAME, "%s%s%s", text, family ? " on " : "",
		 port ? port : number);
}

bool neighbour_has_adjacency(uint32_t ifindex, uint8_t family,
			     const uint8_t *addr)
{
	const struct neighbour *neighbour =
		neighbour_find(ifindex, family, addr);

	return neighbour && neighbour->adjacency;
}

static void neighbour_mended(const struct neighbour *neighbour,
			     enum fault fault)
{
	char name[NEIGHBOUR_NAME];

	neighbour_name(neighbour->ifindex, neighbour->family, neighbour->addr,
		       name);
	repair_object(fault, "neighbour %s", name);
}

/* The adjacency is what neighbour_publish() would make. */
static bool adjacency_right(const struct neighbour *neighbour)
{
	struct fib_adjacency wanted;

	return !neighbour->adjacency ||
	       (adjacency_wanted(neighbour, &wanted) &&
		!memcmp(&maps.adjacency[neighbour->adjacency], &wanted,
			sizeof(wanted)));
}

static void neighbour_verify(struct neighbour *neighbour)
{
	struct fib_neigh entry;
	enum fault fault;
	int ret;

	if (!adjacency_right(neighbour)) {
		neighbour_publish(neighbour);
		neighbour_mended(neighbour, FAULT_CONTENT);
	}
	if (!neighbour->adjacency)
		return;
	ret = maps_neighbour_get(&maps, neighbour->ifindex, neighbour->family,
				 neighbour->addr, &entry);
	if (!ret && entry.adjacency == neighbour->adjacency)
		return;
	/* Without room it stays outside, as before. */
	fault = ret ? FAULT_MISSING : FAULT_CONTENT;
	ret = maps_neighbour_set(&maps, neighbour->ifindex, neighbour->family,
				 neighbour->addr, neighbour->adjacency);
	health_map_write("a neighbour", ret);
	if (!ret)
		neighbour_mended(neighbour, fault);
}

bool neighbour_verify_next(struct neighbour *at)
{
	struct neighbour *neighbour = neighbour_after(at);

	if (neighbour)
		neighbour_verify(neighbour);
	return neighbour;
}

void neighbour_walk(void (*each)(const struct neighbour *neighbour,
				 void *argument),
		    void *argument)
{
	struct neighbour *neighbour;

	frr_each (neighbour_table, &table, neighbour)
		each(neighbour, argument);
}

void neighbour_fini(void)
{
	struct neighbour *neighbour;

	waiting = 0;
	while ((neighbour = neighbour_table_pop(&table))) {
		adjacency_users_fini(&neighbour->users);
		XFREE(MTYPE_BPF_NEIGHBOUR, neighbour);
	}
}
