/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * compat.h - the one place that knows FRR releases.
 *
 * The module is written against the names of FRR 10.x; this header gives them
 * to FRR 8.4. FRR has no ABI between releases, so one module is built for one
 * release and module.c refuses any other.
 */
#ifndef FRR_BPF_COMPAT_H
#define FRR_BPF_COMPAT_H

#include "lib/zebra.h"
#include <string.h>

#include "lib/version.h"

#if __has_include("lib/frrevent.h")
#include "lib/frrevent.h"
#else
#include "lib/thread.h"

/* 8.4: struct thread became struct event, thread_master event_loop. */
#define event thread
#define event_loop thread_master
#define event_add_read thread_add_read
#define event_add_event thread_add_event
#define event_add_timer thread_add_timer
#define event_add_timer_msec thread_add_timer_msec
#define event_cancel thread_cancel
#endif

#endif /* FRR_BPF_COMPAT_H */
