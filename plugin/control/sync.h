/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sync.h - what the kernel tells, to those who keep it, and what they tell each
 * other: the wiring of the layers below. Events run in the dataplane thread.
 */
#ifndef FRR_BPF_SYNC_H
#define FRR_BPF_SYNC_H

#include "plugin/base/compat.h"

/*
 * Wire, learn what the kernel has now, and listen: events on the dataplane
 * thread's loop. Lock held.
 * Result: 0, or -errno with health set when the kernel cannot be listened to.
 */
int sync_start(struct event_loop *loop);

/*
 * The loop and its thread are gone: no event follows, and what is asked of the
 * kernel about neighbours is asked at once. Lock held.
 */
void sync_stop(void);

/* Handle what the kernel has told by now. Lock held. */
void sync_read(void);

/* Nobody below asks the kernel any more: close the sockets. Lock held. */
void sync_close(void);

#endif /* FRR_BPF_SYNC_H */
