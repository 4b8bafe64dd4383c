/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pace.h - work in the background that uses a bounded share of a CPU: some of it,
 * then a pause as long as that share demands.
 */
#ifndef FRR_BPF_PACE_H
#define FRR_BPF_PACE_H

#include <stdbool.h>
#include <stdint.h>

/* Percent of a CPU. */
#define PACE_SHARE 2

struct pace {
	uint64_t began; /* CPU time of this thread, in nanoseconds */
};

struct pace pace_begin(void);

/* It is time for a pause. */
bool pace_spent(const struct pace *pace);

/* How long, in milliseconds. */
long pace_pause(const struct pace *pace);

#endif /* FRR_BPF_PACE_H */
