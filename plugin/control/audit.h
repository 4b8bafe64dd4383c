/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * audit.h - a pass over all that we have, again and again, in the background: do
 * the maps say what they should (verify.h), has zebra the routes that it told us
 * of, and no others? What is found is mended (repair.h).
 *
 * In the reader's thread, a batch under the fib lock, then a pause (pace.h); zebra's
 * RIB in its main thread, by whom audit_set_rib() named.
 */
#ifndef FRR_BPF_AUDIT_H
#define FRR_BPF_AUDIT_H

#include <stdbool.h>
#include <stdint.h>

#include "plugin/base/compat.h"
#include "plugin/kernel/sink.h"

/* Prefixes, and at how many of them zebra and the kernel differ. */
struct audit_count {
	uint64_t prefixes;
	uint64_t differences;
};

struct audit_status {
	bool running;
	uint32_t passes;	  /* complete ones */
	uint32_t ended;		  /* the last: boottime() */
	uint32_t took;		  /* seconds */
	struct audit_count count; /* the last */
};

/* The reader's loop, and to whom events of the kernel are told. Lock held. */
void audit_start(struct event_loop *loop, const struct kernel_sink *to);

/* The loop is gone. */
void audit_stop(void);

/*
 * check() is called, lock held, when it is the RIB's turn; it is to call
 * audit_rib_done(), lock held, in the end.
 */
void audit_set_rib(void (*check)(void));
void audit_rib_done(void);

/* Somebody waits for this pass: no pauses. Lock held. */
bool audit_urgent(void);

/* A complete pass from now on, without pauses. Main thread, lock held. */
void audit_now(void);

struct audit_status audit_status(void);

#endif /* FRR_BPF_AUDIT_H */
