/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lifecycle.h - start and stop of everything behind the provider.
 */
#ifndef FRR_BPF_LIFECYCLE_H
#define FRR_BPF_LIFECYCLE_H

#include <stdbool.h>

/*
 * Load, and have a thread learn and listen. zebra's main thread, when the
 * dataplane starts. A failure is logged and shown by "show bpf status"; zebra
 * goes on and the kernel forwards. Result: always 0.
 */
int lifecycle_start(void);

/*
 * zebra was told to stop (not killed): as it withdraws its routes from the kernel,
 * forwarding in XDP ends and nothing stays pinned.
 */
void lifecycle_stop(void);

/* The maps exist and routes may be written. */
bool lifecycle_ready(void);

#endif /* FRR_BPF_LIFECYCLE_H */
