/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * route_model.h - a naive model of what zebra wants, changed at random, and the
 * FIB compared with it.
 */
#ifndef FRR_BPF_TESTS_ROUTE_MODEL_H
#define FRR_BPF_TESTS_ROUTE_MODEL_H

#include <stdint.h>

#include "plugin/base/prefix_key.h"

#define MODEL 200

struct model_route {
	struct prefix_key key;
	uint8_t gateway; /* 0: not there */
};

extern struct model_route model[MODEL];

/* Nested prefixes in 10.0.0.0/8, all different, none there. */
void model_init(void);

/* zebra adds, changes or withdraws one. */
void model_step(void);

/*
 * Forwarded along the right route, and punted only where a route is missing.
 * Result: how many were forwarded.
 */
unsigned int model_check(void);

/* For fake_lpm_watch(): in the middle of a change no packet goes a wrong way. */
void model_watch(const struct prefix_key *key);

/* How many of the model's routes are in the FIB. */
unsigned int model_in_fib(void);

#endif /* FRR_BPF_TESTS_ROUTE_MODEL_H */
