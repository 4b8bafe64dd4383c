// SPDX-License-Identifier: GPL-2.0-or-later
#include "fake_kernel.h"

#include <errno.h>
#include <stdlib.h>

#include "plugin/engine/maps.h"
#include "plugin/fib/neighbour.h"
#include "plugin/ports/port.h"

struct maps maps;
unsigned int fake_managed, fake_released, fake_probed;

#define CPUS 2
#define ENTRIES_MAX 4096

/* The tries: a list of {key, id}, told apart by the maps' fd. */
static struct {
	int fd;
	struct prefix_key key;
	uint32_t id;
} entries[ENTRIES_MAX];

static unsigned int nentries, fail_every, inserted;
static int next_fd = 1;
static bool unusable[16];

static void routes_create(struct maps *m, uint32_t max_routes4,
			  uint32_t max_routes6)
{
	m->config = (struct fib_config){
		.ncpus = CPUS,
		.max_routes = max_routes4 + max_routes6 + 1,
		.max_nexthops = 64,
		.max_groups = 64,
		.max_buckets = 5 * 8192,
		.max_adjacencies = 64,
		.counters = FIB_COUNTERS_ROUTE,
	};
	m->max_routes4 = max_routes4;
	m->max_routes6 = max_routes6;
	m->fd[MAP_FIB4_LPM] = next_fd++;
	m->fd[MAP_FIB6_LPM] = next_fd++;
	m->route = calloc(m->config.max_routes, sizeof(*m->route));
	m->route_hot = calloc((size_t)CPUS * m->config.max_routes,
			      sizeof(*m->route_hot));
}

void fake_maps_beside(struct maps *m, uint32_t max_routes4,
		      uint32_t max_routes6)
{
	*m = maps;
	routes_create(m, max_routes4, max_routes6);
}

void fake_maps_retire(struct maps *m)
{
	free(m->route);
	free(m->route_hot);
}

void fake_maps_open(uint32_t max_routes4, uint32_t max_routes6)
{
	struct maps *m = &maps;

	memset(m, 0, sizeof(*m));
	routes_create(m, max_routes4, max_routes6);
	m->nhgroup = calloc(64, sizeof(*m->nhgroup));
	m->bucket = calloc(5 * 8192 / 16, sizeof(*m->bucket));
	m->nexthop = calloc(64, sizeof(*m->nexthop));
	m->nexthop_cnt =
		calloc((size_t)64 * (CPUS + 1), sizeof(*m->nexthop_cnt));
	m->adjacency = calloc(64, sizeof(*m->adjacency));
	m->verdict_cnt = calloc((size_t)FIB_PORTS_MAX * VERDICTS * (CPUS + 1),
				sizeof(*m->verdict_cnt));
}

void fake_maps_close(void)
{
	struct maps *m = &maps;

	fake_maps_retire(m);
	free(m->nhgroup);
	free(m->bucket);
	free(m->nexthop);
	free(m->nexthop_cnt);
	free(m->adjacency);
	free(m->verdict_cnt);
	nentries = fail_every = inserted = 0;
	memset(unusable, 0, sizeof(unusable));
}

void fake_lpm_fail(unsigned int every)
{
	fail_every = every;
}

static void (*lpm_watch)(const struct prefix_key *key);

void fake_lpm_watch(void (*watch)(const struct prefix_key *key))
{
	lpm_watch = watch;
}

static int key_fd(const struct maps *m, const struct prefix_key *key)
{
	return m->fd[key->family == AF_INET ? MAP_FIB4_LPM : MAP_FIB6_LPM];
}

static unsigned int entry_find(int fd, const struct prefix_key *key)
{
	unsigned int i = 0;

	while (i < nentries &&
	       !(entries[i].fd == fd && prefix_key_same(&entries[i].key, key)))
		i++;
	return i;
}

int maps_lpm_insert(const struct maps *m, const struct prefix_key *key,
		    uint32_t id)
{
	unsigned int i = entry_find(key_fd(m, key), key);

	if (fail_every && ++inserted % fail_every == 0)
		return -ENOMEM;
	if (i == ENTRIES_MAX)
		return -ENOSPC;
	entries[i].fd = key_fd(m, key);
	entries[i].key = *key;
	entries[i].id = id;
	if (i == nentries)
		nentries++;
	if (lpm_watch)
		lpm_watch(key);
	return 0;
}

int maps_lpm_remove(const struct maps *m, const struct prefix_key *key)
{
	unsigned int i = entry_find(key_fd(m, key), key);

	if (i == nentries)
		return -ENOENT;
	entries[i] = entries[--nentries];
	if (lpm_watch)
		lpm_watch(key);
	return 0;
}

int maps_lpm_lookup(const struct maps *m, const struct prefix_key *key,
		    uint32_t *id)
{
	int fd = key_fd(m, key), best = -1;

	for (unsigned int i = 0; i < nentries; i++)
		if (entries[i].fd == fd &&
		    prefix_key_covers(&entries[i].key, key) &&
		    (best < 0 || entries[i].key.len > entries[best].key.len))
			best = (int)i;
	if (best < 0)
		return -ENOENT;
	*id = entries[best].id;
	return 0;
}

uint32_t fake_forward(uint32_t table, uint8_t family, const uint8_t *addr)
{
	struct prefix_key key = {
		.table = table,
		.family = family,
		.len = (uint8_t)family_bits(family),
	};
	uint32_t id;

	memcpy(key.addr, addr, family_bytes(family));
	if (maps_lpm_lookup(&maps, &key, &id))
		return fib_word(FIB_PUNT, VERDICT_PUNT_NO_ROUTE);
	return maps.route_hot[id].word;
}

int maps_neighbour_set(const struct maps *m, uint32_t ifindex, uint8_t family,
		       const uint8_t *addr, uint32_t adjacency)
{
	(void)m, (void)ifindex, (void)family, (void)addr, (void)adjacency;
	return 0;
}

int maps_neighbour_remove(const struct maps *m, uint32_t ifindex,
			  uint8_t family, const uint8_t *addr)
{
	(void)m, (void)ifindex, (void)family, (void)addr;
	return 0;
}

/* Every neighbour was forwarded to: neighbour_tick() must probe the stale. */
int maps_neighbour_get(const struct maps *m, uint32_t ifindex, uint8_t family,
		       const uint8_t *addr, struct fib_neigh *neigh)
{
	(void)m, (void)ifindex, (void)family, (void)addr;
	neigh->adjacency = 1;
	neigh->used = 1;
	return 0;
}

int maps_local4_set(const struct maps *m, uint32_t table, const uint8_t *addr)
{
	(void)m, (void)table, (void)addr;
	return 0;
}

bool maps_local4_has(const struct maps *m, uint32_t table, const uint8_t *addr)
{
	(void)m, (void)table, (void)addr;
	return true;
}

int maps_local4_remove(const struct maps *m, uint32_t table,
		       const uint8_t *addr)
{
	(void)m, (void)table, (void)addr;
	return 0;
}

void fake_port(uint32_t ifindex, bool usable)
{
	unusable[ifindex] = !usable;
}

const char *port_name(uint32_t ifindex)
{
	(void)ifindex;
	return NULL;
}

bool port_egress(uint32_t ifindex, struct port_egress *egress)
{
	if (ifindex < 1 || ifindex > 9 || unusable[ifindex])
		return false;
	if (egress)
		*egress = (struct port_egress){
			.mac = { 2, 0, 0, 0, 0, (uint8_t)ifindex },
			.mtu4 = 1500,
			.mtu6 = 1500,
			.xmit = true,
		};
	return true;
}

static uint32_t redirected;

void fake_redirects(uint32_t ifindex)
{
	redirected = ifindex;
}

bool port_redirects(uint32_t ifindex, uint8_t of)
{
	return of == AF_INET && ifindex == redirected;
}

struct port *port_get(uint32_t ifindex)
{
	static struct port port;

	port.link.up = port_egress(ifindex, NULL);
	return &port;
}

void port_address_count(uint32_t ifindex, uint8_t family, int change)
{
	(void)ifindex, (void)family, (void)change;
}

void port_custom_locals(bool exist)
{
	(void)exist;
}

static void fake_manage(uint32_t ifindex, uint8_t family, const uint8_t *addr)
{
	(void)ifindex, (void)family, (void)addr;
	fake_managed++;
}

static void fake_release(uint32_t ifindex, uint8_t family, const uint8_t *addr)
{
	(void)ifindex, (void)family, (void)addr;
	fake_released++;
}

static void fake_probe(uint32_t ifindex, uint8_t family, const uint8_t *addr)
{
	(void)ifindex, (void)family, (void)addr;
	fake_probed++;
}

static bool fake_can_manage(void)
{
	return true;
}

const struct resolver_ops fake_resolver = {
	.manage = fake_manage,
	.release = fake_release,
	.probe = fake_probe,
	.can_manage = fake_can_manage,
};
