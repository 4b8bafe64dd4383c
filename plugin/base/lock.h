/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lock.h - the fib lock: whatever writes maps or the module's own state holds it.
 *
 * Routes and netlink events are handled in zebra's dataplane thread, commands
 * in its main thread. It is held for one batch of contexts at most.
 */
#ifndef FRR_BPF_LOCK_H
#define FRR_BPF_LOCK_H

/* Any thread; not recursive. */
void fib_lock(void);
void fib_unlock(void);

#endif /* FRR_BPF_LOCK_H */
