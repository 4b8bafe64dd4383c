/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fake_kernel.h - maps.h, port.h and a resolver in memory, so that the FIB's core runs in
 * a test without a kernel: a deliberately naive longest-prefix match.
 */
#ifndef FRR_BPF_TESTS_FAKE_KERNEL_H
#define FRR_BPF_TESTS_FAKE_KERNEL_H

#include <stdbool.h>
#include <stdint.h>

#include "plugin/base/prefix_key.h"

/* Arrays for so many routes of each family; the global maps. */
void fake_maps_open(uint32_t max_routes4, uint32_t max_routes6);
void fake_maps_close(void);

/* The FIB's core on such maps; the test fails when it cannot start. */
void fake_fib_open(uint32_t max_routes4, uint32_t max_routes6);
void fake_fib_close(void);

/*
 * Route maps of another size, the rest shared with the global maps, for a move; and
 * the end of route maps that were moved from or to.
 */
struct maps;
void fake_maps_beside(struct maps *m, uint32_t max_routes4,
		      uint32_t max_routes6);
void fake_maps_retire(struct maps *m);

/* Every n-th trie insertion fails with -ENOMEM; 0: none. */
void fake_lpm_fail(unsigned int every);

/* watch(key) is called when key was inserted or removed; NULL: nothing is. */
void fake_lpm_watch(void (*watch)(const struct prefix_key *key));

/* What the forwarder would do with the address: a forwarding word. */
uint32_t fake_forward(uint32_t table, uint8_t family, const uint8_t *addr);

/* Interfaces 1 to 9 are ports, up; this changes one. */
void fake_port(uint32_t ifindex, bool usable);

/* The kernel accepts IPv4 redirects on that interface; 0: on none. */
void fake_redirects(uint32_t ifindex);

/* Counts what it is asked for. */
extern const struct resolver_ops fake_resolver;
extern unsigned int fake_managed, fake_released, fake_probed;

#endif /* FRR_BPF_TESTS_FAKE_KERNEL_H */
