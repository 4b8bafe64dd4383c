/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * frame.h - Ethernet frames for the program tests: built from a description,
 * and the frame that a router must make of them.
 */
#ifndef FRR_BPF_TESTS_FRAME_H
#define FRR_BPF_TESTS_FRAME_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#define FRAME_MAX 20480
#define FRAME_IP 14 /* offset of the IP header */

struct frame {
	__u32 length;
	__u8 data[FRAME_MAX];
};

/* One byte changed after the frame is built, before the checksum is made. */
struct frame_patch {
	bool set;
	__u16 offset;
	__u8 value;
};

#define FRAME_BYTE(at, byte)                                                   \
	{                                                                      \
		.set = true, .offset = (at), .value = (byte)                   \
	}

/*
 * A frame in words. What is 0 or NULL takes a default: a UDP packet with TTL 64
 * and 32 bytes of payload, from 198.51.100.7 or 2001:db8:f::7 (by the family of
 * the destination), to the ingress port's MAC.
 */
struct frame_spec {
	const char *destination;
	const char *source;
	const char *dmac;
	__u16 ethertype; /* all numbers in host order */
	__u8 ttl;
	__u8 tos;
	__u8 protocol;
	__u16 sport;
	__u16 dport;
	__u16 id;
	__u16 fragment; /* IPv4 flags and offset field */
	__u32 flow_label;
	__u16 options;	/* bytes of IPv4 options, a multiple of 4 */
	__u16 payload;	/* bytes behind the ports */
	__u16 padding;	/* bytes behind the IP packet */
	__u16 truncate; /* cut the frame to this length */
	bool empty;	/* no ports and no payload: an IP header alone */
	bool bad_checksum;
	struct frame_patch patch[4];
};

#define FRAME_DMAC "02:00:00:00:00:01"
#define FRAME_SMAC "02:00:00:00:05:01"

/* Aborts on a specification that makes no sense (an address that is none). */
void frame_build(struct frame *frame, const struct frame_spec *spec);

/* "02:00:00:00:00:01" into six bytes. */
void frame_mac(const char *text, __u8 mac[6]);

/*
 * What a router makes of the frame in: MACs as given, padding cut, TTL or hop
 * limit less one, and the IPv4 checksum computed anew from the whole header.
 */
void frame_forwarded(struct frame *out, const struct frame *in,
		     const __u8 dmac[6], const __u8 smac[6]);

/* RFC 1071 over length bytes, in wire order; the plain way. */
__u16 frame_checksum(const __u8 *data, size_t length);

/* Computes the IPv4 header's checksum and stores it. */
void frame_checksum_set(struct frame *frame);

/* Small deterministic generator (xorshift64*), so that a seed repeats a run. */
__u64 frame_random(__u64 *state);

/* The seed from the environment variable TEST_SEED, else from the clock; printed. */
__u64 frame_random_seed(const char *test);

#endif /* FRR_BPF_TESTS_FRAME_H */
