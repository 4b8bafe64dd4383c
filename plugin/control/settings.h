/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * settings.h - the global configuration and how it reaches the forwarder.
 *
 * A setting is read-only data of the program: changing one loads a new program
 * beside the running one and replaces it; the route maps are rebuilt when
 * their size changes (resize.h).
 */
#ifndef FRR_BPF_SETTINGS_H
#define FRR_BPF_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bpf/abi.h"

#define MAX_ROUTES4_DEFAULT 131072
#define MAX_ROUTES6_DEFAULT 65536

struct settings {
	uint32_t max_routes4;
	uint32_t max_routes6;
	uint32_t hash_seed;
	enum fib_counters counters;
	bool ignore_vlan_offload;
	bool ignore_netfilter;
};

/* What is configured, whether or not it could be applied. */
extern struct settings settings;

/*
 * Create the maps and load the program for the first time. Lock held.
 * Result: 0, or -errno with health set.
 */
int settings_start(void);

/*
 * Apply new settings. On failure the old ones stay in force. While the maps are
 * resized they are accepted, and in force after that. Main thread, without the
 * lock.
 * Result: 0, or -errno with the reason in error (size bytes).
 */
int settings_apply(const struct settings *wanted, char *error, size_t size);

#endif /* FRR_BPF_SETTINGS_H */
