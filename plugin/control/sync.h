/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sync.h - what the kernel tells, to those who keep it, and what they tell each
 * other: the wiring of the layers below. The reader, a thread of its own, waits
 * for the kernel without the fib lock and handles under it what it tells.
 */
#ifndef FRR_BPF_SYNC_H
#define FRR_BPF_SYNC_H

/*
 * Wire, and have the reader learn what the kernel has and listen; ports punt until
 * it knows. Lock held.
 * Result: 0, or -errno with health set when the kernel cannot be listened to.
 */
int sync_start(void);

/*
 * End the reader: no event follows, and what is asked of the kernel about
 * neighbours is asked at once. In zebra's main thread, not under the lock.
 */
void sync_stop(void);

/* Nobody below asks the kernel any more: close the sockets. Lock held. */
void sync_close(void);

#endif /* FRR_BPF_SYNC_H */
