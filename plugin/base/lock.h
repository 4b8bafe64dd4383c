/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lock.h - the fib lock: whatever writes maps or the module's own state holds it.
 *
 * Routes are handled in zebra's dataplane thread, commands in its main thread,
 * what the kernel tells in one of our own. Each holds it for a bounded batch, and
 * it goes to who has waited longest: who gives it up and takes it again does so
 * behind all others.
 */
#ifndef FRR_BPF_LOCK_H
#define FRR_BPF_LOCK_H

#include <stdbool.h>

/* Routes that may be handled before others have their turn. */
#define FIB_LOCK_BATCH 64

/* Any thread; not recursive. */
void fib_lock(void);
void fib_unlock(void);

/* For who holds it: does anybody wait? */
bool fib_lock_wanted(void);

/* For who holds it: a route was looked at or changed. */
void fib_lock_count(void);

/*
 * For who holds it, between two routes: after a batch, let who waits have it.
 * What it protects may be different then.
 */
void fib_lock_pause(void);

/* Routes handled in the longest hold so far. Any thread. */
unsigned int fib_lock_longest(void);

#endif /* FRR_BPF_LOCK_H */
