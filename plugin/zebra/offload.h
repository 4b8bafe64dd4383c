/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * offload.h - telling zebra what is in the maps: the offloaded flag of "show ip
 * route json" and, for routes that went in late, that they are installed.
 *
 * Queued from the dataplane thread, carried out in zebra's main thread, which
 * alone may touch the RIB.
 */
#ifndef FRR_BPF_OFFLOAD_H
#define FRR_BPF_OFFLOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "plugin/base/prefix_key.h"

struct offload_report {
	struct prefix_key key;
	uint32_t vrf_id;
	int protocol; /* ZEBRA_ROUTE_* */
	uint16_t instance;
	bool offloaded; /* forwarded or dropped in XDP */
	bool recovered; /* zebra was told of a failure before */
};

/* Queue a report. Any thread. */
void offload_report(const struct offload_report *report);

/* Drop what is queued (module end, main thread). */
void offload_fini(void);

#endif /* FRR_BPF_OFFLOAD_H */
