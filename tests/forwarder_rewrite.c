/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * forwarder_rewrite.c - the output frame, exhaustively: every checksum with every
 * TTL, every frame length with every length in the header, multi-buffer frames.
 */
#include <errno.h>
#include <linux/bpf.h>
#include <string.h>
#include <sys/socket.h>

#include "frame.h"
#include "router.h"
#include "router_require.h"
#include "router_standard.h"

#define IP_CHECK (FRAME_IP + 10)
#define LENGTH_MAX 128

/* A nexthop whose neighbour has the ingress port's MAC: its frames can re-enter. */
#define ID_LOOP STANDARD_END

static struct router router;
static struct frame frame;
static struct router_result result;

static int group_setup(void **state)
{
	(void)state;
	router_namespace();
	router_open(&router, FIB_COUNTERS_NEXTHOP);
	if (!router_pin(router_cpu()))
		return -1;
	router_standard(&router);
	router_adjacency(&router, ID_LOOP, ROUTER_OUT1, 1500, 1500);
	frame_mac(FRAME_DMAC, router.adjacency[ID_LOOP].dmac);
	router_nexthop(&router, ID_LOOP, ROUTER_OUT1, AF_INET,
		       FIB_NEXTHOP_EGRESS, ID_LOOP);
	router_group(&router, ID_LOOP, 1, ID_LOOP);
	router_route(&router, ROUTER_TABLE, "10.50.0.0/16",
		     fib_word(FIB_FORWARD, ID_LOOP));
	return 0;
}

static int group_teardown(void **state)
{
	(void)state;
	router_close(&router);
	return 0;
}

static void send_expecting(enum verdict expected)
{
	router_run(&router, ROUTER_IN, &frame, &result);
	require(result.verdict == expected, "%u bytes: %s, expected %s",
		frame.length, router_verdict_name(result.verdict),
		router_verdict_name(expected));
	if (expected == VERDICT_FORWARD_IPV4 ||
	    expected == VERDICT_FORWARD_IPV6)
		return;
	router_require_untouched(&frame, &result);
}

/* The header's identification takes every value, and with it the checksum. */
static void set_id(__u32 id)
{
	frame.data[FRAME_IP + 4] = id >> 8;
	frame.data[FRAME_IP + 5] = id & 0xff;
	frame_checksum_set(&frame);
}

/* One forwarding step from every checksum, compared with one computed anew. */
static void checksum_one_step(__u8 ttl)
{
	bool seen[0x10000] = { false };
	__u32 id, check, distinct = 0;

	frame_build(&frame, &(struct frame_spec){ .destination = "10.1.0.1",
						  .ttl = ttl });
	for (id = 0; id <= 0xffff; id++) {
		set_id(id);
		check = frame.data[IP_CHECK] << 8 | frame.data[IP_CHECK + 1];
		distinct += !seen[check];
		seen[check] = true;
		send_expecting(VERDICT_FORWARD_IPV4);
		router_require_forwarded(&router, &frame, &result,
					 STANDARD_ADJ_OUT1);
	}
	/* 0xffff is the one value that a computed checksum never has. */
	require(distinct == 0xffff && !seen[0xffff], "%u checksums seen",
		distinct);
}

static void test_checksum_one_step(void **state)
{
	(void)state;
	checksum_one_step(2);
	checksum_one_step(64);
	checksum_one_step(255);
}

/*
 * Every checksum with every TTL: the frame re-enters 254 times, and each time
 * the forwarder itself verifies the checksum that it wrote before.
 */
static void test_checksum_every_ttl(void **state)
{
	struct fib_counter *forwarded;
	__u64 before;
	__u32 id;

	(void)state;
	frame_build(&frame, &(struct frame_spec){ .destination = "10.50.0.1",
						  .ttl = 255 });
	forwarded = router_verdict(&router, router_cpu(), ROUTER_IN + 1,
				   VERDICT_FORWARD_IPV4);
	for (id = 0; id <= 0xffff; id++) {
		set_id(id);
		before = forwarded->packets;
		require(!router_test_run(&router, ROUTER_IN, &frame, 254, 0,
					 &result),
			"test run failed");
		require(forwarded->packets - before == 254,
			"id %u: forwarded %llu of 254 times", id,
			forwarded->packets - before);
		require(result.out.data[FRAME_IP + 8] == 1, "id %u: TTL %u", id,
			result.out.data[FRAME_IP + 8]);
		require(frame_checksum(result.out.data + FRAME_IP, 20) == 0,
			"id %u: bad checksum at TTL 1", id);
	}
}

/*
 * Of all 65,536 checksums one header accepts those that complete its sum; a sum of
 * 0 has two of them, 0x0000 and 0xffff, and the kernel takes both.
 */
static void test_checksum_is_verified(void **state)
{
	__u32 id, check, accepted;

	(void)state;
	for (id = 0; id < 2; id++) {
		frame_build(&frame,
			    &(struct frame_spec){ .destination = "10.1.0.1" });
		if (id == 1) { /* makes the right checksum 0 */
			__u8 *ip = frame.data + FRAME_IP;
			__u32 sum;

			set_id(0);
			sum = ip[10] << 8 | ip[11];
			set_id(sum);
			require(ip[10] == 0 && ip[11] == 0, "checksum not 0");
		}
		accepted = 0;
		for (check = 0; check <= 0xffff; check++) {
			bool valid;

			frame.data[IP_CHECK] = check >> 8;
			frame.data[IP_CHECK + 1] = check & 0xff;
			valid = !frame_checksum(frame.data + FRAME_IP, 20);
			send_expecting(valid ? VERDICT_FORWARD_IPV4
					     : VERDICT_PUNT_IPV4_CHECKSUM);
			if (!valid)
				continue;
			accepted++;
			router_require_forwarded(&router, &frame, &result,
						 STANDARD_ADJ_OUT1);
		}
		require(accepted == 1 + id, "%u checksums accepted", accepted);
	}
}

static void test_every_ttl_and_hop_limit(void **state)
{
	__u32 ttl;

	(void)state;
	for (ttl = 2; ttl <= 255; ttl++) {
		frame_build(&frame,
			    &(struct frame_spec){ .destination = "10.1.0.1",
						  .ttl = ttl });
		send_expecting(VERDICT_FORWARD_IPV4);
		router_require_forwarded(&router, &frame, &result,
					 STANDARD_ADJ_OUT1);
		frame_build(&frame, &(struct frame_spec){
					    .destination = "2001:db8:1::1",
					    .ttl = ttl });
		send_expecting(VERDICT_FORWARD_IPV6);
		router_require_forwarded(&router, &frame, &result,
					 STANDARD_ADJ_OUT1);
	}
}

/* Sets the header's length field and gives the verdict it must lead to. */
static enum verdict set_l3_length(bool ipv6, __u32 length)
{
	__u8 *field = frame.data + FRAME_IP + (ipv6 ? 4 : 2);
	__u32 header = ipv6 ? 40 : 20;
	__u32 value = ipv6 ? length - 40 : length;

	field[0] = value >> 8;
	field[1] = value & 0xff;
	if (!ipv6)
		frame_checksum_set(&frame);
	if (frame.length < FRAME_IP + header)
		return VERDICT_PUNT_RUNT;
	if (length < header || length > frame.length - FRAME_IP)
		return ipv6 ? VERDICT_PUNT_IPV6_HEADER
			    : VERDICT_PUNT_IPV4_HEADER;
	return ipv6 ? VERDICT_FORWARD_IPV6 : VERDICT_FORWARD_IPV4;
}

static void every_length(bool ipv6)
{
	struct frame_spec spec = {
		.destination = ipv6 ? "2001:db8:1::1" : "10.1.0.1",
		.payload = LENGTH_MAX,
	};
	__u32 length, l3_length;
	enum verdict expected;

	frame_build(&frame, &spec);
	for (length = 14; length <= LENGTH_MAX; length++) {
		for (l3_length = ipv6 ? 40 : 0; l3_length <= LENGTH_MAX;
		     l3_length++) {
			frame.length = length;
			expected = set_l3_length(ipv6, l3_length);
			send_expecting(expected);
			if (result.action == XDP_REDIRECT)
				router_require_forwarded(&router, &frame,
							 &result,
							 STANDARD_ADJ_OUT1);
		}
	}
}

static void test_every_length_ipv4(void **state)
{
	(void)state;
	every_length(false);
}

static void test_every_length_ipv6(void **state)
{
	(void)state;
	every_length(true);
}

/* The kernel itself keeps such frames from XDP. */
static void test_shorter_than_ethernet(void **state)
{
	(void)state;
	frame_build(&frame, &(struct frame_spec){ .destination = "10.1.0.1" });
	for (frame.length = 0; frame.length < FRAME_IP; frame.length++)
		require(router_test_run(&router, ROUTER_IN, &frame, 1, 0,
					&result) == -EINVAL,
			"%u bytes accepted", frame.length);
}

/* Frames larger than a page arrive as a linear part and fragments. */
static void test_multi_buffer(void **state)
{
	static const __u16 payloads[] = { 3400, 3500, 3600, 4096, 5000,
					  7000, 8192, 8900, 8976 };
	static const __u16 paddings[] = { 0, 1, 200, 4096, 9000 };
	__u32 i, j;

	(void)state;
	for (i = 0; i < sizeof(payloads) / sizeof(payloads[0]); i++) {
		for (j = 0; j < sizeof(paddings) / sizeof(paddings[0]); j++) {
			struct frame_spec spec = {
				.destination = "10.8.0.1",
				.payload = payloads[i],
				.padding = paddings[j],
			};

			frame_build(&frame, &spec);
			send_expecting(VERDICT_FORWARD_IPV4);
			router_require_forwarded(&router, &frame, &result,
						 STANDARD_ADJ_JUMBO);
			spec.destination = "2001:db8:8::1";
			spec.payload -= 20;
			frame_build(&frame, &spec);
			send_expecting(VERDICT_FORWARD_IPV6);
			router_require_forwarded(&router, &frame, &result,
						 STANDARD_ADJ_JUMBO);
		}
	}
}

/* All but a small packet is padding: whole fragments are cut. */
static void test_multi_buffer_small_packet(void **state)
{
	__u32 padding;

	(void)state;
	for (padding = 3400; padding < 16000; padding += 700) {
		frame_build(&frame,
			    &(struct frame_spec){ .destination = "10.1.0.1",
						  .padding = padding });
		send_expecting(VERDICT_FORWARD_IPV4);
		router_require_forwarded(&router, &frame, &result,
					 STANDARD_ADJ_OUT1);
	}
}

static void test_multi_buffer_punts(void **state)
{
	(void)state;
	/* One byte above the jumbo MTU of 9000, with and without padding. */
	frame_build(&frame, &(struct frame_spec){ .destination = "10.8.0.1",
						  .payload = 8977 });
	send_expecting(VERDICT_PUNT_TOO_BIG);
	frame_build(&frame, &(struct frame_spec){ .destination = "10.8.0.1",
						  .payload = 8977,
						  .padding = 3000 });
	send_expecting(VERDICT_PUNT_TOO_BIG);
	frame_build(&frame,
		    &(struct frame_spec){ .destination = "2001:db8:8::1",
					  .payload = 8957 });
	send_expecting(VERDICT_PUNT_TOO_BIG);
	/* The header promises one byte more than all fragments hold. */
	frame_build(&frame, &(struct frame_spec){ .destination = "10.8.0.1",
						  .payload = 8000 });
	frame.length--;
	send_expecting(VERDICT_PUNT_IPV4_HEADER);
	frame_build(&frame,
		    &(struct frame_spec){ .destination = "2001:db8:8::1",
					  .payload = 8000 });
	frame.length--;
	send_expecting(VERDICT_PUNT_IPV6_HEADER);
	frame_build(&frame, &(struct frame_spec){ .destination = "11.0.0.1",
						  .payload = 8000,
						  .padding = 100 });
	send_expecting(VERDICT_PUNT_NO_ROUTE);
}

/* A driver may leave less than the headers in the linear part. */
static void test_short_linear_part(void **state)
{
	__u32 linear;
	int error;

	(void)state;
	frame_build(&frame, &(struct frame_spec){ .destination = "10.1.0.1",
						  .padding = 8 });
	for (linear = 14; linear < frame.length; linear++) {
		error = router_test_run(&router, ROUTER_IN, &frame, 1, linear,
					&result);
		if (error == -EINVAL) {
			print_message(
				"# skipped: this kernel's test run does "
				"not take the size of the linear part\n");
			skip();
		}
		require(!error, "linear %u: %s", linear, strerror(-error));
		if (linear < FRAME_IP + 20) {
			require(result.action == XDP_PASS, "linear %u", linear);
			router_require_untouched(&frame, &result);
		} else {
			require(result.action == XDP_REDIRECT, "linear %u",
				linear);
			router_require_forwarded(&router, &frame, &result,
						 STANDARD_ADJ_OUT1);
		}
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_checksum_one_step),
		cmocka_unit_test(test_checksum_every_ttl),
		cmocka_unit_test(test_checksum_is_verified),
		cmocka_unit_test(test_every_ttl_and_hop_limit),
		cmocka_unit_test(test_every_length_ipv4),
		cmocka_unit_test(test_every_length_ipv6),
		cmocka_unit_test(test_shorter_than_ethernet),
		cmocka_unit_test(test_multi_buffer),
		cmocka_unit_test(test_multi_buffer_small_packet),
		cmocka_unit_test(test_multi_buffer_punts),
		cmocka_unit_test(test_short_linear_part),
	};

	return cmocka_run_group_tests_name("forwarder: rewrite", tests,
					   group_setup, group_teardown);
}
