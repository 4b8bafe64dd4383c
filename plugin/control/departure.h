/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * departure.h - routes that the kernel removes without a word. IPv4 routes
 * leave silently with their link and with their interface's last address,
 * before Linux 6.6 also with their source address; IPv6 routes with their link
 * where net.ipv6.route.skip_notify_on_dev_down is set; those through nexthop
 * objects with the object.
 * The reader only (sync.h), with the fib lock, which is handed over on the way.
 */
#ifndef FRR_BPF_DEPARTURE_H
#define FRR_BPF_DEPARTURE_H

#include "plugin/kernel/sink.h"

/* Nexthop objects changed: what was heard so far has been told (sink.h). */
void departure_settle(void);

/* RTM_DELNEXTHOP. */
void departure_object_gone(uint32_t id);

/* What a link is now; its port says so already. */
void departure_link(const struct kernel_link *link);

/* A link has gone, and its port. */
void departure_link_gone(uint32_t ifindex);

/* A route of table local has gone: an own address, perhaps. */
void departure_local_gone(const struct kernel_local *local);

#endif /* FRR_BPF_DEPARTURE_H */
