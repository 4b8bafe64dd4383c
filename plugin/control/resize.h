/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * resize.h - other sizes of the route maps: the routes are moved to new maps beside
 * the old, a batch at a time, while routes change and packets are forwarded. A
 * small table at once, a large one in events of zebra's main thread.
 * Main thread, without the fib lock.
 */
#ifndef FRR_BPF_RESIZE_H
#define FRR_BPF_RESIZE_H

#include <stdbool.h>
#include <stddef.h>

#include "plugin/engine/maps.h"

/*
 * Begin, with the configuration and sizes of to, which has no maps yet. When it
 * goes on in events, ended() is called at the end, with 0 or -errno.
 * Result: 0; -errno with the reason in error (size bytes): nothing has changed.
 */
int resize_begin(const struct maps *to, void (*ended)(int result), char *error,
		 size_t size);

/* One is under way. */
bool resize_running(void);

/* Why one failed. */
const char *resize_reason(int result);

/* Give up: everything ends. Lock held. */
void resize_stop(void);

#endif /* FRR_BPF_RESIZE_H */
