/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * offload.h - telling zebra what is in the maps: the offloaded flag of "show ip
 * route json", and bgpd when a route has no room, or has again: with "bgp
 * suppress-fib-pending" it advertises what has. For zebra itself such a route
 * stays installed, as it is in the kernel: nexthops resolve through it.
 *
 * Queued from the reader, carried out in zebra's main thread, which alone may
 * touch the RIB.
 */
#ifndef FRR_BPF_OFFLOAD_H
#define FRR_BPF_OFFLOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "plugin/fib/record.h"

struct offload_report {
	struct prefix_key key;
	int protocol; /* ZEBRA_ROUTE_* */
	uint16_t instance;
	enum record_state state;
};

/* Queue a report. Any thread. */
void offload_report(const struct offload_report *report);

/* Drop what is queued (module end, main thread). */
void offload_fini(void);

#endif /* FRR_BPF_OFFLOAD_H */
