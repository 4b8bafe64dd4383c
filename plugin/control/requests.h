/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * requests.h - what is asked of the kernel. Each request waits for its answer, so
 * they are queued and carried out one after the other in the reader's thread,
 * without the fib lock.
 */
#ifndef FRR_BPF_REQUESTS_H
#define FRR_BPF_REQUESTS_H

#include <stdint.h>

#include "plugin/base/compat.h"

typedef void (*request_link_t)(uint32_t ifindex);
typedef void (*request_neighbour_t)(const char *ifname, uint32_t ifindex,
				    uint8_t family, const uint8_t *addr);

/* Carry them out on that loop. Lock held. */
void requests_start(struct event_loop *loop);

/*
 * The loop is gone: what is queued is carried out now, what follows at once. Not
 * under the lock.
 */
void requests_stop(void);

/* Lock held. */
void request_link(request_link_t ask, uint32_t ifindex);

/* addr is in wire order, IPv4 in the first four bytes. Lock held. */
void request_neighbour(request_neighbour_t ask, uint32_t ifindex,
		       uint8_t family, const uint8_t *addr);

#endif /* FRR_BPF_REQUESTS_H */
