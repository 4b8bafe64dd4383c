/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * debug.h - "debug zebra bpf ...": what is logged only when asked for.
 */
#ifndef FRR_BPF_DEBUG_H
#define FRR_BPF_DEBUG_H

#include "plugin/base/compat.h"
#include "lib/log.h"

enum debug_flag {
	DEBUG_EVENTS = 0x1,
	DEBUG_NEIGHBOURS = 0x2,
	DEBUG_MAPS = 0x4,
	DEBUG_ALL = 0x7,
};

/* Read by any thread, set by commands. */
extern _Atomic unsigned int debug_flags;

#define debug_events(...) debug_log(DEBUG_EVENTS, __VA_ARGS__)
#define debug_neighbours(...) debug_log(DEBUG_NEIGHBOURS, __VA_ARGS__)
#define debug_maps(...) debug_log(DEBUG_MAPS, __VA_ARGS__)
#define debug_log(flag, ...)                                                   \
	do {                                                                   \
		if (debug_flags & (flag))                                      \
			zlog_debug(__VA_ARGS__);                               \
	} while (0)

#endif /* FRR_BPF_DEBUG_H */
