// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/engine/maps.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

struct maps maps;

static const char *const names[MAPS] = {
	[MAP_FIB4_LPM] = "fib4_lpm",
	[MAP_FIB6_LPM] = "fib6_lpm",
	[MAP_ROUTE] = "route",
	[MAP_ROUTE_HOT] = "route_hot",
	[MAP_NHGROUP] = "nhgroup",
	[MAP_BUCKET] = "bucket",
	[MAP_NEXTHOP] = "nexthop",
	[MAP_NEXTHOP_CNT] = "nexthop_cnt",
	[MAP_ADJACENCY] = "adjacency",
	[MAP_NEIGH4] = "neigh4",
	[MAP_NEIGH6] = "neigh6",
	[MAP_LOCAL4] = "local4",
	[MAP_PORT] = "port",
	[MAP_DEVMAP] = "devmap",
	[MAP_VERDICT_CNT] = "verdict_cnt",
};

const char *map_name(enum map_id id)
{
	return names[id];
}

uint32_t map_max_entries(const struct maps *m, enum map_id id)
{
	const struct fib_config *config = &m->config;

	switch (id) {
	case MAP_FIB4_LPM:
		return m->max_routes4;
	case MAP_FIB6_LPM:
		return m->max_routes6;
	case MAP_ROUTE:
		return config->max_routes;
	case MAP_ROUTE_HOT:
		return config->max_routes * config->ncpus;
	case MAP_NHGROUP:
		return config->max_groups;
	case MAP_BUCKET:
		return config->max_buckets >> FIB_BUCKET_SHIFT;
	case MAP_NEXTHOP:
		return config->max_nexthops;
	case MAP_NEXTHOP_CNT:
		return config->max_nexthops * (config->ncpus + 1);
	case MAP_ADJACENCY:
		return config->max_adjacencies;
	case MAP_NEIGH4:
	case MAP_NEIGH6:
	case MAP_LOCAL4:
		return m->max_neighbours;
	case MAP_PORT:
	case MAP_DEVMAP:
		return FIB_PORTS_MAX;
	case MAP_VERDICT_CNT:
		return FIB_PORTS_MAX * VERDICTS * (config->ncpus + 1);
	case MAPS:
		break;
	}
	return 0;
}

/* One mapped array: where its pointer lives and how large an element is. */
struct mapping {
	enum map_id id;
	void **memory;
	size_t element;
};

#define MAPPINGS 8

static void maps_mappings(struct maps *m, struct mapping list[MAPPINGS])
{
	const struct mapping all[MAPPINGS] = {
		{ MAP_ROUTE, (void **)&m->route, sizeof(*m->route) },
		{ MAP_ROUTE_HOT, (void **)&m->route_hot,
		  sizeof(*m->route_hot) },
		{ MAP_NHGROUP, (void **)&m->nhgroup, sizeof(*m->nhgroup) },
		{ MAP_BUCKET, (void **)&m->bucket, sizeof(*m->bucket) },
		{ MAP_NEXTHOP, (void **)&m->nexthop, sizeof(*m->nexthop) },
		{ MAP_NEXTHOP_CNT, (void **)&m->nexthop_cnt,
		  sizeof(*m->nexthop_cnt) },
		{ MAP_ADJACENCY, (void **)&m->adjacency,
		  sizeof(*m->adjacency) },
		{ MAP_VERDICT_CNT, (void **)&m->verdict_cnt,
		  sizeof(*m->verdict_cnt) },
	};

	memcpy(list, all, sizeof(all));
}

/* A number that /proc/self/fdinfo tells of the map, 0 if it does not. */
static uint64_t map_fdinfo(const struct maps *m, enum map_id id,
			   const char *format)
{
	unsigned long long value = 0;
	char path[64], line[256];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", m->fd[id]);
	file = fopen(path, "re");
	if (!file)
		return 0;
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, format, &value) == 1)
			break;
	fclose(file);
	return value;
}

uint64_t map_memory(const struct maps *m, enum map_id id)
{
	return map_fdinfo(m, id, "memlock: %llu");
}

uint32_t map_kernel_id(const struct maps *m, enum map_id id)
{
	return (uint32_t)map_fdinfo(m, id, "map_id: %llu");
}

void maps_init(struct maps *m)
{
	memset(m, 0, sizeof(*m));
	for (int id = 0; id < MAPS; id++)
		m->fd[id] = -1;
}

static size_t mapping_size(const struct maps *m, const struct mapping *mapping)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t size = map_max_entries(m, mapping->id) * mapping->element;

	return (size + page - 1) & ~(page - 1);
}

int maps_mmap(struct maps *m)
{
	struct mapping list[MAPPINGS];

	maps_mappings(m, list);
	for (int i = 0; i < MAPPINGS; i++) {
		void *memory = mmap(NULL, mapping_size(m, &list[i]),
				    PROT_READ | PROT_WRITE, MAP_SHARED,
				    m->fd[list[i].id], 0);
		int error = errno;

		if (memory == MAP_FAILED) {
			while (i-- > 0) {
				munmap(*list[i].memory,
				       mapping_size(m, &list[i]));
				*list[i].memory = NULL;
			}
			return -error;
		}
		*list[i].memory = memory;
	}
	return 0;
}

void maps_release(struct maps *m, const struct maps *other)
{
	struct mapping list[MAPPINGS];

	maps_mappings(m, list);
	for (int i = 0; i < MAPPINGS; i++)
		if (*list[i].memory)
			munmap(*list[i].memory, mapping_size(m, &list[i]));
	for (int id = 0; id < MAPS; id++)
		if (m->fd[id] >= 0 && !(other && other->fd[id] == m->fd[id]))
			close(m->fd[id]);
	maps_init(m);
}

/* The trie's key, in the layout of the key's family. */
union lpm_key {
	struct fib4_key v4;
	struct fib6_key v6;
};

static int lpm_fd_key(const struct maps *m, const struct prefix_key *key,
		      union lpm_key *lpm)
{
	if (key->family == AF_INET) {
		lpm->v4.prefixlen = FIB_KEY_TABLE_BITS + key->len;
		lpm->v4.table = key->table;
		memcpy(&lpm->v4.addr, key->addr, sizeof(lpm->v4.addr));
		return m->fd[MAP_FIB4_LPM];
	}
	lpm->v6.prefixlen = FIB_KEY_TABLE_BITS + key->len;
	lpm->v6.table = key->table;
	memcpy(lpm->v6.addr, key->addr, sizeof(lpm->v6.addr));
	return m->fd[MAP_FIB6_LPM];
}

int maps_lpm_insert(const struct maps *m, const struct prefix_key *key,
		    uint32_t id)
{
	union lpm_key lpm;
	int fd = lpm_fd_key(m, key, &lpm);

	return bpf_map_update_elem(fd, &lpm, &id, BPF_ANY) ? -errno : 0;
}

int maps_lpm_remove(const struct maps *m, const struct prefix_key *key)
{
	union lpm_key lpm;
	int fd = lpm_fd_key(m, key, &lpm);

	return bpf_map_delete_elem(fd, &lpm) ? -errno : 0;
}

int maps_lpm_lookup(const struct maps *m, const struct prefix_key *key,
		    uint32_t *id)
{
	union lpm_key lpm;
	int fd = lpm_fd_key(m, key, &lpm);
	uint32_t found;

	if (bpf_map_lookup_elem(fd, &lpm, &found))
		return -errno;
	*id = found;
	return 0;
}

static void lpm_entry(uint8_t family, const void *keys, uint32_t i,
		      struct maps_lpm_entry *entry)
{
	const struct fib4_key *v4 = (const struct fib4_key *)keys + i;
	const struct fib6_key *v6 = (const struct fib6_key *)keys + i;
	bool is4 = family == AF_INET;

	memset(&entry->key, 0, sizeof(entry->key));
	entry->bits = is4 ? v4->prefixlen : v6->prefixlen;
	entry->key.family = family;
	entry->key.table = is4 ? v4->table : v6->table;
	if (entry->bits > FIB_KEY_TABLE_BITS)
		entry->key.len = (uint8_t)(entry->bits - FIB_KEY_TABLE_BITS);
	memcpy(entry->key.addr,
	       is4 ? (const void *)&v4->addr : (const void *)v6->addr,
	       family_bytes(family));
}

int maps_lpm_entries(const struct maps *m, uint8_t family,
		     const struct prefix_key *after,
		     struct maps_lpm_entry entries[MAPS_LPM_ENTRIES])
{
	int fd = m->fd[family == AF_INET ? MAP_FIB4_LPM : MAP_FIB6_LPM];
	struct fib6_key keys[MAPS_LPM_ENTRIES]; /* or fib4_key */
	uint32_t ids[MAPS_LPM_ENTRIES], count = MAPS_LPM_ENTRIES;
	union lpm_key from, next;

	if (after)
		lpm_fd_key(m, after, &from);
	/* -ENOENT with those up to the end. */
	if (bpf_map_lookup_batch(fd, after ? &from : NULL, &next, keys, ids,
				 &count, NULL) &&
	    errno != ENOENT)
		return -errno;
	for (uint32_t i = 0; i < count; i++) {
		lpm_entry(family, keys, i, &entries[i]);
		entries[i].id = ids[i];
	}
	return (int)count;
}

int maps_lpm_remove_entry(const struct maps *m,
			  const struct maps_lpm_entry *entry)
{
	union lpm_key lpm;
	int fd = lpm_fd_key(m, &entry->key, &lpm);

	/* Where both kinds of key have it. */
	lpm.v4.prefixlen = entry->bits;
	return bpf_map_delete_elem(fd, &lpm) ? -errno : 0;
}

/* bpf_map_delete_elem() where absence is what was wanted. */
static int map_delete(int fd, const void *key)
{
	if (bpf_map_delete_elem(fd, key) && errno != ENOENT)
		return -errno;
	return 0;
}

static int neigh_fd_key(const struct maps *m, uint32_t ifindex, uint8_t family,
			const uint8_t *addr, struct fib_neigh6_key *key)
{
	key->ifindex = ifindex;
	memset(key->addr, 0, sizeof(key->addr));
	memcpy(key->addr, addr, family_bytes(family));
	return m->fd[family == AF_INET ? MAP_NEIGH4 : MAP_NEIGH6];
}

int maps_neighbour_set(const struct maps *m, uint32_t ifindex, uint8_t family,
		       const uint8_t *addr, uint32_t adjacency)
{
	struct fib_neigh neigh = { .adjacency = adjacency };
	struct fib_neigh6_key key;
	int fd = neigh_fd_key(m, ifindex, family, addr, &key);

	return bpf_map_update_elem(fd, &key, &neigh, BPF_ANY) ? -errno : 0;
}

int maps_neighbour_remove(const struct maps *m, uint32_t ifindex,
			  uint8_t family, const uint8_t *addr)
{
	struct fib_neigh6_key key;
	int fd = neigh_fd_key(m, ifindex, family, addr, &key);

	return map_delete(fd, &key);
}

int maps_neighbour_get(const struct maps *m, uint32_t ifindex, uint8_t family,
		       const uint8_t *addr, struct fib_neigh *neigh)
{
	struct fib_neigh6_key key;
	int fd = neigh_fd_key(m, ifindex, family, addr, &key);
	struct fib_neigh found;

	if (bpf_map_lookup_elem(fd, &key, &found))
		return -errno;
	*neigh = found;
	return 0;
}

static struct fib_local4_key local4_key(uint32_t table, const uint8_t *addr)
{
	struct fib_local4_key key = { .table = table };

	memcpy(&key.addr, addr, sizeof(key.addr));
	return key;
}

int maps_local4_set(const struct maps *m, uint32_t table, const uint8_t *addr)
{
	struct fib_local4_key key = local4_key(table, addr);
	uint8_t present = 1;

	return bpf_map_update_elem(m->fd[MAP_LOCAL4], &key, &present, BPF_ANY)
		       ? -errno
		       : 0;
}

bool maps_local4_has(const struct maps *m, uint32_t table, const uint8_t *addr)
{
	struct fib_local4_key key = local4_key(table, addr);
	uint8_t present;

	return !bpf_map_lookup_elem(m->fd[MAP_LOCAL4], &key, &present);
}

int maps_local4_remove(const struct maps *m, uint32_t table,
		       const uint8_t *addr)
{
	struct fib_local4_key key = local4_key(table, addr);

	return map_delete(m->fd[MAP_LOCAL4], &key);
}

int maps_port_set(const struct maps *m, uint32_t ifindex,
		  const struct fib_port *port)
{
	return bpf_map_update_elem(m->fd[MAP_PORT], &ifindex, port, BPF_ANY)
		       ? -errno
		       : 0;
}

int maps_port_get(const struct maps *m, uint32_t ifindex, struct fib_port *port)
{
	struct fib_port found;

	if (bpf_map_lookup_elem(m->fd[MAP_PORT], &ifindex, &found))
		return -errno;
	*port = found;
	return 0;
}

int maps_port_remove(const struct maps *m, uint32_t ifindex)
{
	return map_delete(m->fd[MAP_PORT], &ifindex);
}

int maps_devmap_set(const struct maps *m, uint32_t ifindex)
{
	return bpf_map_update_elem(m->fd[MAP_DEVMAP], &ifindex, &ifindex,
				   BPF_ANY)
		       ? -errno
		       : 0;
}

bool maps_devmap_has(const struct maps *m, uint32_t ifindex)
{
	uint32_t found;

	return !bpf_map_lookup_elem(m->fd[MAP_DEVMAP], &ifindex, &found) &&
	       found == ifindex;
}

int maps_devmap_remove(const struct maps *m, uint32_t ifindex)
{
	return map_delete(m->fd[MAP_DEVMAP], &ifindex);
}

int maps_key_next(const struct maps *m, enum map_id id,
		  const union maps_key *after, union maps_key *next)
{
	return bpf_map_get_next_key(m->fd[id], after, next) ? -errno : 0;
}

int maps_key_remove(const struct maps *m, enum map_id id,
		    const union maps_key *key)
{
	return map_delete(m->fd[id], key);
}

static int grace_inner = -1, grace_outer = -1;

int maps_grace_period_prepare(void)
{
	LIBBPF_OPTS(bpf_map_create_opts, options);

	if (grace_outer >= 0)
		return 0;
	grace_inner = bpf_map_create(BPF_MAP_TYPE_ARRAY, "grace_inner", 4, 4, 1,
				     NULL);
	if (grace_inner < 0)
		return -errno;
	options.inner_map_fd = (uint32_t)grace_inner;
	grace_outer = bpf_map_create(BPF_MAP_TYPE_ARRAY_OF_MAPS, "grace_outer",
				     4, 4, 1, &options);
	return grace_outer < 0 ? -errno : 0;
}

int maps_grace_period(void)
{
	uint32_t index = 0;

	return bpf_map_update_elem(grace_outer, &index, &grace_inner, BPF_ANY)
		       ? -errno
		       : 0;
}
