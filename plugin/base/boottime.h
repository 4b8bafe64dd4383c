/* SPDX-License-Identifier: GPL-2.0-or-later */
/* boottime.h - the clock of what is shown as an age: it goes on while asleep. */
#ifndef FRR_BPF_BOOTTIME_H
#define FRR_BPF_BOOTTIME_H

#include <stdint.h>
#include <time.h>

/* CLOCK_BOOTTIME, in seconds. */
static inline uint32_t boottime(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (uint32_t)now.tv_sec;
}

#endif /* FRR_BPF_BOOTTIME_H */
