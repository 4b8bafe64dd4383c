/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * srcdest.h - source-specific IPv6 routes (RFC 8043), which the forwarder leaves
 * to the kernel: their destinations are punted. Callers hold the fib lock.
 */
#ifndef FRR_BPF_SRCDEST_H
#define FRR_BPF_SRCDEST_H

#include <stdbool.h>

#include "plugin/base/prefix_key.h"

void srcdest_add(const struct prefix_key *key, const struct prefix_key *source);

/* Result: true while key has another source-specific route. */
bool srcdest_delete(const struct prefix_key *key,
		    const struct prefix_key *source);

/* Has key a source-specific route? */
bool srcdest_has(const struct prefix_key *key);

void srcdest_fini(void);

#endif /* FRR_BPF_SRCDEST_H */
