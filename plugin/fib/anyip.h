/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * anyip.h - local prefixes shorter than a host route ("AnyIP"): the kernel looks
 * at its table local first, so every route within one is punted.
 * Callers hold the fib lock.
 */
#ifndef FRR_BPF_ANYIP_H
#define FRR_BPF_ANYIP_H

#include <stdbool.h>

#include "plugin/base/prefix_key.h"

/* Table local has the prefix, or no longer. Repeating it changes nothing. */
void anyip_set(const struct prefix_key *key, bool present);

/* Does a prefix shorter than key's cover it? */
bool anyip_covers(const struct prefix_key *key);

/* Forget all (module end). */
void anyip_fini(void);

#endif /* FRR_BPF_ANYIP_H */
