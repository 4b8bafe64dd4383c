/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * netlink.h - the module's own rtnetlink socket: links, neighbours, own
 * addresses, forwarding sysctls, policy rules. The only place that speaks
 * rtnetlink; it hands what it reads to port.h, neighbour.h and local.h.
 *
 * Callers hold the fib lock.
 */
#ifndef FRR_BPF_NETLINK_H
#define FRR_BPF_NETLINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Open the sockets, subscribe, and learn what is there now; what could not be
 * read is tried again (netlink_resync()).
 * Result: 0, or -errno with health set when there is no socket.
 */
int netlink_open(void);
void netlink_close(void);

/* Descriptor to watch for reading, -1 when closed. */
int netlink_fd(void);

/* Handle what has arrived; a full resynchronisation after an overrun. */
void netlink_read(void);

/*
 * Ask the kernel about one neighbour (addr in wire order): keep it resolved
 * from now on; no longer; confirm it once. Failures are logged.
 */
void netlink_neighbour_manage(uint32_t ifindex, uint8_t family,
			      const uint8_t *addr);
void netlink_neighbour_release(uint32_t ifindex, uint8_t family,
			       const uint8_t *addr);
void netlink_neighbour_probe(uint32_t ifindex, uint8_t family,
			     const uint8_t *addr);

/* False when the kernel has no managed neighbours (before 5.16). */
bool netlink_can_manage(void);

/* Everything again, if the last attempt to read it failed. */
void netlink_resync(void);

/* Read one link again: not every change of it is announced (IPv6's MTU). */
void netlink_link_get(uint32_t ifindex);

/* Learn the forwarding sysctls of one link. */
void netlink_netconf_get(uint32_t ifindex);

#endif /* FRR_BPF_NETLINK_H */
