/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * frame.c - Ethernet frames for the program tests.
 */
#include "frame.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ETHERTYPE_IPV4 0x0800
#define ETHERTYPE_IPV6 0x86dd
#define TRANSPORT_PORTS 4
#define PAYLOAD_DEFAULT 32

static void store16(__u8 *at, __u16 value)
{
	at[0] = value >> 8;
	at[1] = value & 0xff;
}

static void address(int family, const char *text, __u8 *at)
{
	if (inet_pton(family, text, at) == 1)
		return;
	fprintf(stderr, "frame: \"%s\" is no address\n", text);
	abort();
}

void frame_mac(const char *text, __u8 mac[6])
{
	if (sscanf(text, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", &mac[0], &mac[1],
		   &mac[2], &mac[3], &mac[4], &mac[5]) == 6)
		return;
	fprintf(stderr, "frame: \"%s\" is no MAC\n", text);
	abort();
}

__u16 frame_checksum(const __u8 *data, size_t length)
{
	__u32 sum = 0;
	size_t i;

	for (i = 0; i + 1 < length; i += 2)
		sum += data[i] << 8 | data[i + 1];
	while (sum > 0xffff)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum & 0xffff;
}

void frame_checksum_set(struct frame *frame)
{
	__u8 *ip = frame->data + FRAME_IP;

	store16(ip + 10, 0);
	store16(ip + 10, frame_checksum(ip, (ip[0] & 0x0f) * 4));
}

/* Returns the length of the header. */
static __u32 build_ipv4(__u8 *ip, const struct frame_spec *spec, __u32 payload)
{
	__u32 header = 20 + spec->options;

	ip[0] = 0x40 | header / 4;
	ip[1] = spec->tos;
	store16(ip + 2, header + payload);
	store16(ip + 4, spec->id ? spec->id : 0x1234);
	store16(ip + 6, spec->fragment);
	ip[8] = spec->ttl ? spec->ttl : 64;
	ip[9] = spec->protocol ? spec->protocol : IPPROTO_UDP;
	address(AF_INET, spec->source ? spec->source : "198.51.100.7", ip + 12);
	address(AF_INET, spec->destination, ip + 16);
	memset(ip + 20, 1, spec->options); /* no-operation options */
	return header;
}

static __u32 build_ipv6(__u8 *ip, const struct frame_spec *spec, __u32 payload)
{
	ip[0] = 0x60 | spec->tos >> 4;
	ip[1] = (spec->tos & 0x0f) << 4 | (spec->flow_label >> 16 & 0x0f);
	store16(ip + 2, spec->flow_label & 0xffff);
	store16(ip + 4, payload);
	ip[6] = spec->protocol ? spec->protocol : IPPROTO_UDP;
	ip[7] = spec->ttl ? spec->ttl : 64;
	address(AF_INET6, spec->source ? spec->source : "2001:db8:f::7",
		ip + 8);
	address(AF_INET6, spec->destination, ip + 24);
	return 40;
}

void frame_build(struct frame *frame, const struct frame_spec *spec)
{
	const char *destination = spec->destination;
	bool ipv6 = destination && strchr(destination, ':');
	__u32 payload = TRANSPORT_PORTS +
			(spec->payload ? spec->payload : PAYLOAD_DEFAULT);
	struct frame_spec filled = *spec;
	__u8 *ip = frame->data + FRAME_IP;
	__u32 header;
	size_t i;

	if (!destination)
		filled.destination = "10.1.0.1";
	if (spec->empty)
		payload = 0;
	/* No byte is 0 by accident: what must not change is seen to change. */
	for (i = 0; i < sizeof(frame->data); i++)
		frame->data[i] = 0x80 | (i * 7 & 0x7f);

	frame_mac(spec->dmac ? spec->dmac : FRAME_DMAC, frame->data);
	frame_mac(FRAME_SMAC, frame->data + 6);
	store16(frame->data + 12, spec->ethertype ? spec->ethertype
				  : ipv6	  ? ETHERTYPE_IPV6
						  : ETHERTYPE_IPV4);
	header = ipv6 ? build_ipv6(ip, &filled, payload)
		      : build_ipv4(ip, &filled, payload);
	if (!spec->empty) {
		store16(ip + header, spec->sport ? spec->sport : 4000);
		store16(ip + header + 2, spec->dport ? spec->dport : 53);
	}
	frame->length = FRAME_IP + header + payload + spec->padding;
	if (frame->length > FRAME_MAX)
		abort();

	for (i = 0; i < sizeof(spec->patch) / sizeof(spec->patch[0]); i++) {
		if (spec->patch[i].set)
			frame->data[spec->patch[i].offset] =
				spec->patch[i].value;
	}
	if (!ipv6)
		frame_checksum_set(frame);
	if (spec->bad_checksum)
		ip[11] ^= 0x01;
	if (spec->truncate)
		frame->length = spec->truncate;
}

void frame_forwarded(struct frame *out, const struct frame *in,
		     const __u8 dmac[6], const __u8 smac[6])
{
	bool ipv6 = in->data[12] == 0x86;
	__u8 *ip = out->data + FRAME_IP;

	memcpy(out->data, in->data, in->length);
	memcpy(out->data, dmac, 6);
	memcpy(out->data + 6, smac, 6);
	if (ipv6) {
		out->length = FRAME_IP + 40 + (ip[4] << 8 | ip[5]);
		ip[7]--;
		return;
	}
	out->length = FRAME_IP + (ip[2] << 8 | ip[3]);
	ip[8]--;
	frame_checksum_set(out);
}

__u64 frame_random(__u64 *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * 0x2545f4914f6cdd1dULL >> 8;
}

__u64 frame_random_seed(const char *test)
{
	const char *text = getenv("TEST_SEED");
	struct timespec now;
	__u64 seed;

	clock_gettime(CLOCK_REALTIME, &now);
	seed = text ? strtoull(text, NULL, 0)
		    : (__u64)now.tv_sec * 1000000007ULL + now.tv_nsec;
	if (!seed)
		seed = 1;
	fprintf(stderr, "# %s: TEST_SEED=%llu repeats this run\n", test,
		(unsigned long long)seed);
	return seed;
}
