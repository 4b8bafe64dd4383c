/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fake_route.h - IPv4 routes of zebra in short, on the maps of fake_kernel.h.
 */
#ifndef FRR_BPF_TESTS_FAKE_ROUTE_H
#define FRR_BPF_TESTS_FAKE_ROUTE_H

#include "plugin/fib/route.h"

#define TABLE 254

/* The prefix of the address (host order), masked. */
struct prefix_key key4(uint32_t addr, uint8_t len);

/* A BGP route through gateway 10.0.0.GATEWAY on interface 1; one at a time. */
struct route_spec *via(struct prefix_key key, uint8_t gateway);

/* zebra and the kernel have the same route (fake_path.c), or none any more. */
int both_install(const struct route_spec *spec);
int both_withdraw(const struct prefix_key *key, uint8_t protocol,
		  uint16_t instance);

/* The forwarding word for an address (host order). */
uint32_t forward4(uint32_t addr);

/* Gateway's last byte of a forwarding word; 0 for punt or drop. */
uint8_t gateway_of(uint32_t word);

#endif /* FRR_BPF_TESTS_FAKE_ROUTE_H */
