/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * router_run.c - frames through the forwarder, and what must be true of them.
 */
#include "router.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <string.h>

#include "router_require.h"

static const char *const verdict_names[] = {
#define V(id, name, action, meaning) name,
	FIB_VERDICTS(V)
#undef V
};

static const int verdict_actions[] = {
#define PUNT XDP_PASS
#define DROP XDP_DROP
#define REDIRECT XDP_REDIRECT
#define V(id, name, action, meaning) action,
	FIB_VERDICTS(V)
#undef V
#undef PUNT
#undef DROP
#undef REDIRECT
};

const char *router_verdict_name(enum verdict verdict)
{
	return verdict < VERDICTS ? verdict_names[verdict] : "(none)";
}

int router_test_run(struct router *router, enum router_interface in,
		    const struct frame *frame, __u32 repeat, __u32 linear,
		    struct router_result *result)
{
	struct xdp_md md = {
		.data_end = linear ? linear : frame->length,
		.ingress_ifindex = router->ifindex[in],
	};
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame->data,
		    .data_size_in = frame->length, .data_out = result->out.data,
		    .data_size_out = sizeof(result->out.data), .ctx_in = &md,
		    .ctx_size_in = sizeof(md), .repeat = repeat);
	int error = bpf_prog_test_run_opts(router->program, &opts);

	if (error)
		return error;
	result->action = opts.retval;
	result->out.length = opts.data_size_out;
	return 0;
}

/* Finds the one verdict that counted the frame, in row slot. */
static void find_verdict(struct router *router, __u32 slot,
			 const struct fib_counter *before,
			 const struct frame *frame,
			 struct router_result *result)
{
	struct fib_counter *now = router_verdict(router, router_cpu(), slot, 0);
	int i;

	for (i = 0; i < VERDICTS; i++) {
		__u64 packets = now[i].packets - before[i].packets;
		__u64 bytes = now[i].bytes - before[i].bytes;

		if (!packets && !bytes)
			continue;
		require(result->verdict == VERDICTS, "counted as %s and as %s",
			router_verdict_name(result->verdict), verdict_names[i]);
		require(packets == 1 && bytes == frame->length,
			"%s counted %llu packets, %llu bytes of %u",
			verdict_names[i], packets, bytes, frame->length);
		result->verdict = i;
		result->slot = slot;
	}
}

void router_run(struct router *router, enum router_interface in,
		const struct frame *frame, struct router_result *result)
{
	__u32 slot = in == ROUTER_BARE ? 0 : in + 1;
	struct fib_counter before[VERDICTS];
	int error;

	memcpy(before, router_verdict(router, router_cpu(), slot, 0),
	       sizeof(before));
	error = router_test_run(router, in, frame, 1, 0, result);
	require(!error, "test run, %u bytes: %s", frame->length,
		strerror(-error));
	router->runs++;
	result->verdict = VERDICTS;
	find_verdict(router, slot, before, frame, result);
	require(result->verdict != VERDICTS, "no verdict counted the frame");
	require(result->action == verdict_actions[result->verdict],
		"%s but action %d", verdict_names[result->verdict],
		result->action);
}

static void require_same(const struct frame *expected, const struct frame *out)
{
	__u32 i;

	require(out->length == expected->length, "%u bytes, expected %u",
		out->length, expected->length);
	for (i = 0; i < out->length; i++)
		require(out->data[i] == expected->data[i],
			"byte %u is 0x%02x, expected 0x%02x", i, out->data[i],
			expected->data[i]);
}

void router_require_forwarded(struct router *router, const struct frame *in,
			      const struct router_result *result,
			      __u32 adjacency)
{
	const struct fib_adjacency *record = &router->adjacency[adjacency];
	static struct frame expected;

	frame_forwarded(&expected, in, record->dmac, record->smac);
	require_same(&expected, &result->out);
}

void router_require_untouched(const struct frame *in,
			      const struct router_result *result)
{
	require_same(in, &result->out);
}
