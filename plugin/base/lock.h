/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lock.h - the fib lock: whatever writes maps or the module's own state holds it.
 *
 * Routes and netlink events are handled in zebra's dataplane thread, commands
 * in its main thread. It is held for one bounded batch, and goes to who has
 * waited longest: who gives it up and takes it again does so behind all others.
 */
#ifndef FRR_BPF_LOCK_H
#define FRR_BPF_LOCK_H

#include <stdbool.h>

/* Any thread; not recursive. */
void fib_lock(void);
void fib_unlock(void);

/* For who holds it: does anybody wait? */
bool fib_lock_wanted(void);

#endif /* FRR_BPF_LOCK_H */
