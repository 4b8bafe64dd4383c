/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * provider.h - the module's place among zebra's dataplane providers.
 */
#ifndef FRR_BPF_PROVIDER_H
#define FRR_BPF_PROVIDER_H

#include <stdint.h>

/* Register with zebra's dataplane. Main thread, in frr_late_init. 0 or -errno. */
int provider_register(void);

/* Contexts handled since start, by outcome. Any thread. */
struct provider_statistics {
	uint64_t installs;
	uint64_t withdrawals;
	uint64_t punted;   /* installed as PUNT for want of room */
	uint64_t failures; /* did not fit */
	uint64_t ignored;  /* operations of other kinds */
};

struct provider_statistics provider_statistics(void);

#endif /* FRR_BPF_PROVIDER_H */
