/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * local.h - routes that the kernel has and zebra does not tell us.
 *
 * Its local table: own addresses, broadcast and anycast addresses. The kernel
 * looks there before any other table, so its prefixes are punted whatever
 * zebra's routes say. And routes of main that zebra ignores or simplifies
 * (throw, a TOS, encapsulation): their prefixes are punted too.
 * Callers hold the fib lock.
 */
#ifndef FRR_BPF_LOCAL_H
#define FRR_BPF_LOCAL_H

#include <stdbool.h>
#include <stdint.h>

#include "plugin/base/prefix_key.h"

/* A route of table local; the same prefix may be there more than once. */
struct local_route {
	struct prefix_key key; /* table: RT_TABLE_MAIN, where it overrides */
	uint8_t type;	       /* RTN_LOCAL, RTN_BROADCAST, RTN_ANYCAST, ... */
	uint8_t tos;
	bool special; /* of table main, and not for the forwarder */
	bool custom;  /* a local route that the kernel did not make itself */
	uint32_t ifindex;
	uint32_t priority;
};

void local_add(const struct local_route *local);
void local_delete(const struct local_route *local);
void local_dump_begin(void);
void local_dump_end(void);

/* A local prefix shorter than a host route (AnyIP) covers the key. */
bool local_covers(const struct prefix_key *key);

/* The interface has an address of its own of the family. */
bool local_on_interface(uint32_t ifindex, uint8_t family);

void local_fini(void);

#endif /* FRR_BPF_LOCAL_H */
