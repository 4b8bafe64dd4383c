// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/base/pace.h"

#include <time.h>

/* Nanoseconds of work between two pauses. */
#define SPELL 1000000

static uint64_t cpu_time(void)
{
	struct timespec time;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
	return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

struct pace pace_begin(void)
{
	return (struct pace){ .began = cpu_time() };
}

bool pace_spent(const struct pace *pace)
{
	return cpu_time() - pace->began >= SPELL;
}

long pace_pause(const struct pace *pace)
{
	uint64_t used = cpu_time() - pace->began;

	return (long)(used * (100 - PACE_SHARE) / PACE_SHARE / 1000000);
}
