/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * netlink_neighbour.h - what the kernel is asked about one neighbour.
 *
 * Each call waits for the kernel's answer, in the reader's thread (sync.h) or when
 * that has ended; no lock needed. addr is in wire order, IPv4 in the first four bytes;
 * ifname is for the log. Failures are logged.
 */
#ifndef FRR_BPF_NETLINK_NEIGHBOUR_H
#define FRR_BPF_NETLINK_NEIGHBOUR_H

#include <stdbool.h>
#include <stdint.h>

/* Keep it resolved from now on (NTF_EXT_MANAGED). */
void netlink_neighbour_manage(const char *ifname, uint32_t ifindex,
			      uint8_t family, const uint8_t *addr);

/* No longer. */
void netlink_neighbour_release(const char *ifname, uint32_t ifindex,
			       uint8_t family, const uint8_t *addr);

/* Confirm it once. */
void netlink_neighbour_probe(const char *ifname, uint32_t ifindex,
			     uint8_t family, const uint8_t *addr);

/* False when the kernel has no managed neighbours (before 5.16). Any thread. */
bool netlink_can_manage(void);

/* Close the socket; the next request opens it again. */
void netlink_neighbour_close(void);

#endif /* FRR_BPF_NETLINK_NEIGHBOUR_H */
