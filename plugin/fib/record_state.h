/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * record_state.h - what became of zebra's routes, and who is told. A record keeps
 * what was told last. Callers hold the fib lock.
 */
#ifndef FRR_BPF_RECORD_STATE_H
#define FRR_BPF_RECORD_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "bpf/abi.h"

enum record_state {
	RECORD_KERNEL, /* there is none, or the kernel decides */
	RECORD_AGREED, /* it forwards or drops, and the kernel has the same */
	RECORD_WAITS,  /* there is no room for it, or for its nexthops */
	RECORD_UNTOLD, /* of a record: zebra may believe any of them */
};

/* As it is in force: egress interfaces and what overrides routes are asked. */
enum record_state record_state(const struct fib_route *intent);

/*
 * Is the intent in the FIB, if there is room? Not where zebra alone has a route
 * that the kernel never had: its packets go to the cover, as in Linux.
 */
bool record_in_force(const struct fib_route *intent);

/* each(intent, state) is called, lock held, to tell zebra about a route of its. */
void record_set_changed(void (*each)(const struct fib_route *intent,
				     enum record_state state));

/* Tell, if the state is another than was told; record is where it is kept. */
void record_tell(struct fib_route *record);

/* Tell, for zebra may know of no state yet. */
void record_tell_again(const struct fib_route *intent);

#endif /* FRR_BPF_RECORD_STATE_H */
