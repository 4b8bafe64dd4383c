/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * compat.h - the one place that knows FRR releases.
 *
 * The module is written against the names of FRR 10.x; this header gives them
 * to FRR 8.4. What needs code, not names, is in compat_*.c of zebra/ and ui/.
 * FRR has no ABI between releases, so one module is built for one release and
 * loader.c starts it in no other.
 */
#ifndef FRR_BPF_COMPAT_H
#define FRR_BPF_COMPAT_H

#include "lib/zebra.h"
#include <string.h>

#include "lib/version.h"

/* FRR_RELEASE is configure's: 100 * MAJOR + MINOR. */
#define FRR_AT_LEAST(major, minor) (FRR_RELEASE >= 100 * (major) + (minor))

#if FRR_AT_LEAST(10, 0)
#include "lib/frrevent.h"

#define compat_yang_module_load(name) yang_module_load(name, NULL)
#else
#include "lib/thread.h"

/* struct thread became struct event, thread_master event_loop. */
#define event thread
#define event_loop thread_master
#define event_add_read thread_add_read
#define event_add_write thread_add_write
#define event_add_event thread_add_event
#define event_add_timer thread_add_timer
#define event_add_timer_msec thread_add_timer_msec
#define event_call thread_call
#define event_cancel thread_cancel
#define event_fetch thread_fetch
#define event_master_create thread_master_create
#define event_master_free thread_master_free
#define EVENT_ARG THREAD_ARG

/* The tables of termtable.h got a memory type of their own. */
#define MTYPE_TMP_TTABLE MTYPE_TMP

/* zebra's routes to the router's own addresses; here no route has this type. */
#define ZEBRA_ROUTE_LOCAL ZEBRA_ROUTE_MAX

#define compat_yang_module_load(name) yang_module_load(name)
#endif

#endif /* FRR_BPF_COMPAT_H */
