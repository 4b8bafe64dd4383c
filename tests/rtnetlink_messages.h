/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rtnetlink_messages.h - messages about one prefix, as the kernel writes them,
 * parsed into a sink.
 */
#ifndef FRR_BPF_TESTS_RTNETLINK_MESSAGES_H
#define FRR_BPF_TESTS_RTNETLINK_MESSAGES_H

#include <linux/rtnetlink.h>

#include "plugin/kernel/sink.h"

struct hop {
	uint32_t ifindex;
	uint8_t gateway; /* last byte of its address; 0: none */
};

#define MESSAGE_HOPS 4

/* What is zero is left out; the type of a route is RTN_UNICAST then. */
struct message {
	uint16_t type;
	uint16_t flags;
	uint8_t family;
	uint8_t protocol;
	uint8_t route_type;
	uint8_t tos;
	bool via6; /* gateways as RTA_VIA, of IPv6 */
	uint32_t priority;
	uint32_t object;
	uint32_t mtu;
	uint32_t source;	       /* IPv4, host order */
	struct hop hops[MESSAGE_HOPS]; /* several: RTA_MULTIPATH */
};

/* The prefix, of length 16, that all messages are about. */
void message_prefix(uint8_t family, uint8_t *addr);

void message_route(const struct kernel_sink *sink,
		   const struct message *message);

/* RTM_NEWNEXTHOP: a hop, or a group of count objects. */
void message_object(const struct kernel_sink *sink, uint32_t id, uint8_t family,
		    const struct hop *hop, const uint32_t *members,
		    uint32_t count);

/* A hop in zebra's terms. */
struct nexthop_key message_nexthop(uint8_t family, const struct hop *hop);

#endif /* FRR_BPF_TESTS_RTNETLINK_MESSAGES_H */
