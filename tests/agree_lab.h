/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * agree_lab.h - one prefix, the kernel's messages about it on one side, zebra's
 * routes on the other, and what the forwarder does.
 */
#ifndef FRR_BPF_TESTS_AGREE_LAB_H
#define FRR_BPF_TESTS_AGREE_LAB_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "fake_kernel.h"
#include "fake_route.h"
#include "rtnetlink_messages.h"

#include "plugin/fib/record.h"

extern const struct kernel_sink agree_sink;

#define ADD(...)                                                               \
	message_route(&agree_sink, &(struct message){ .type = RTM_NEWROUTE,    \
						      .flags = NLM_F_EXCL,     \
						      __VA_ARGS__ })
#define ADD_AS(how, ...)                                                       \
	message_route(&agree_sink, &(struct message){ .type = RTM_NEWROUTE,    \
						      .flags = (how),          \
						      __VA_ARGS__ })
#define DEL(...)                                                               \
	message_route(&agree_sink,                                             \
		      &(struct message){ .type = RTM_DELROUTE, __VA_ARGS__ })

/* Nexthops: interface and last byte of the gateway. */
#define B                                                                      \
	{                                                                      \
		1, 7                                                           \
	}
#define C                                                                      \
	{                                                                      \
		2, 8                                                           \
	}
#define D                                                                      \
	{                                                                      \
		3, 9                                                           \
	}

/* Of the prefix; set by begin(). */
extern uint8_t family;

/* How often record_set_changed() has called. */
extern unsigned int changes;

/* Everything anew, and, when all was taken back, that nothing is left. */
void begin(uint8_t of);
void end(void);

/* A route of zebra through these nexthops. */
void install(uint8_t protocol, const struct hop *hops, uint32_t count);
#define INSTALL(protocol, ...)                                                 \
	install(protocol, (const struct hop[]){ __VA_ARGS__ },                 \
		sizeof((const struct hop[]){ __VA_ARGS__ }) /                  \
			sizeof(struct hop))

void withdraw(uint8_t protocol);

struct prefix_key prefix(void);

/* The forwarding word for the prefix. */
uint32_t word(void);
/* Forwarded through exactly these of B, C and D. */
void assert_through(const char *hops);
void assert_verdict(enum verdict verdict);
void assert_differs(void);
/* The prefix is its cover's business. */
void assert_no_route(void);

/* A route of table local went. */
void local_gone(const struct kernel_local *local);

#endif /* FRR_BPF_TESTS_AGREE_LAB_H */
