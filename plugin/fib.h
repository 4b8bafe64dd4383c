/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fib.h - the lock, the memory group and the debug switches all parts share.
 *
 * Routes and netlink events are handled in zebra's dataplane thread, commands
 * in its main thread. Whatever writes maps or the module's own state holds the fib
 * lock; it is held for one batch of contexts at most.
 */
#ifndef FRR_BPF_FIB_H
#define FRR_BPF_FIB_H

#include <stdbool.h>

#include "plugin/compat.h"
#include "lib/memory.h"

DECLARE_MGROUP(BPF);

void fib_lock(void);
void fib_unlock(void);

/* "debug zebra bpf ...": read by any thread. */
enum debug_flag {
	DEBUG_EVENTS = 0x1,
	DEBUG_NEIGHBOURS = 0x2,
	DEBUG_MAPS = 0x4,
	DEBUG_ALL = 0x7,
};

extern _Atomic unsigned int debug_flags;

#define debug_events(...) debug_log(DEBUG_EVENTS, __VA_ARGS__)
#define debug_neighbours(...) debug_log(DEBUG_NEIGHBOURS, __VA_ARGS__)
#define debug_maps(...) debug_log(DEBUG_MAPS, __VA_ARGS__)
#define debug_log(flag, ...)                                                   \
	do {                                                                   \
		if (debug_flags & (flag))                                      \
			zlog_debug(__VA_ARGS__);                               \
	} while (0)

#endif /* FRR_BPF_FIB_H */
