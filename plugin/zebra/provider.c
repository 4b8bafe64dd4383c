// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/zebra/provider.h"

#include <errno.h>
#include <stdatomic.h>

#include "plugin/base/compat.h"
#include "lib/log.h"
#include "zebra/zebra_dplane.h"
#include "zebra/zebra_router.h"

#include "plugin/base/lock.h"
#include "plugin/control/lifecycle.h"
#include "plugin/fib/record.h"
#include "plugin/zebra/compat_operation.h"
#include "plugin/zebra/context.h"
#include "plugin/zebra/offload.h"

static struct zebra_dplane_provider *provider;

/* Written by the dataplane thread only. */
static _Atomic uint64_t installs, withdrawals, punted, failures, ignored;

struct provider_statistics provider_statistics(void)
{
	return (struct provider_statistics){
		.installs = installs,
		.withdrawals = withdrawals,
		.punted = punted,
		.failures = failures,
		.ignored = ignored,
	};
}

/* The route is forwarded from the maps: for zebra. */
static void report(const struct zebra_dplane_ctx *ctx,
		   const struct route_spec *spec)
{
	struct offload_report report = {
		.key = spec->key,
		.vrf_id = dplane_ctx_get_vrf(ctx),
		.protocol = dplane_ctx_get_type(ctx),
		.instance = dplane_ctx_get_instance(ctx),
		.offloaded = true,
	};

	offload_report(&report);
}

/*
 * A route that the maps have no room for works all the same, by the kernel. bgpd
 * is told of a failure, so that "bgp suppress-fib-pending" attracts no more
 * traffic; for any other protocol zebra would stop to resolve nexthops through the
 * route and take working routes out of the kernel.
 */
static enum zebra_dplane_result install_result(const struct route_spec *spec,
					       int ret)
{
	return ret && ret != -EAGAIN && spec->protocol == ZEBRA_ROUTE_BGP
		       ? ZEBRA_DPLANE_REQUEST_FAILURE
		       : ZEBRA_DPLANE_REQUEST_SUCCESS;
}

static enum zebra_dplane_result install(struct zebra_dplane_ctx *ctx)
{
	static struct route_spec spec; /* large; one dataplane thread */
	struct prefix_key source;
	int ret;

	if (!context_key(ctx, &spec.key, &source)) {
		ignored++;
		return ZEBRA_DPLANE_REQUEST_SUCCESS;
	}
	if (source.len) {
		route_srcdest_add(&spec.key, &source);
		return ZEBRA_DPLANE_REQUEST_SUCCESS;
	}
	context_route(ctx, &spec);
	ret = route_install(&spec);
	installs++;
	if (ret > 0)
		punted++;
	else if (ret && ret != -EAGAIN)
		failures++;
	if (!ret && spec.action != FIB_PUNT)
		report(ctx, &spec);
	return install_result(&spec, ret);
}

static enum zebra_dplane_result withdraw(struct zebra_dplane_ctx *ctx)
{
	struct prefix_key key, source;

	if (!context_key(ctx, &key, &source)) {
		ignored++;
		return ZEBRA_DPLANE_REQUEST_SUCCESS;
	}
	/*
	 * zebra withdraws everything when it is told to stop; lifecycle.h
	 * decides what that means for forwarding.
	 */
	if (dplane_is_in_shutdown())
		return ZEBRA_DPLANE_REQUEST_SUCCESS;
	withdrawals++;
	if (source.len)
		route_srcdest_delete(&key, &source);
	else
		route_withdraw(&key, (uint8_t)dplane_ctx_get_type(ctx),
			       dplane_ctx_get_instance(ctx));
	return ZEBRA_DPLANE_REQUEST_SUCCESS;
}

/* Routes carry their nexthops, so nexthop-group contexts tell nothing new. */
static enum zebra_dplane_result handle(struct zebra_dplane_ctx *ctx)
{
	switch (compat_operation(dplane_ctx_get_op(ctx))) {
	case OPERATION_INSTALL:
		return install(ctx);
	case OPERATION_WITHDRAW:
		return withdraw(ctx);
	case OPERATION_OTHER:
		break;
	}
	ignored++;
	return ZEBRA_DPLANE_REQUEST_SUCCESS;
}

static int process(struct zebra_dplane_provider *prov)
{
	int limit = dplane_provider_get_work_limit(prov), count;
	struct zebra_dplane_ctx *ctx;

	fib_lock();
	for (count = 0; count < limit; count++) {
		ctx = dplane_provider_dequeue_in_ctx(prov);
		if (!ctx)
			break;
		dplane_ctx_set_status(
			ctx, lifecycle_ready() ? handle(ctx)
					       : ZEBRA_DPLANE_REQUEST_SUCCESS);
		dplane_provider_enqueue_out_ctx(prov, ctx);
		fib_lock_pause();
	}
	fib_unlock();
	if (count >= limit)
		dplane_provider_work_ready();
	return 0;
}

/* It is forwarded now, though zebra may have been told of a failure, or no longer. */
static void changed(const struct fib_route *route)
{
	struct offload_report report = {
		.key = route_key(route),
		.vrf_id = VRF_DEFAULT,
		.protocol = route->protocol,
		.instance = route->instance,
		.offloaded = record_agreed(route),
		.recovered = true,
	};

	offload_report(&report);
}

static int start(struct zebra_dplane_provider *prov)
{
	(void)prov;
	compat_operation_start();
	record_set_changed(changed);
	return lifecycle_start();
}

static int finish(struct zebra_dplane_provider *prov, bool early)
{
	(void)prov;
	if (early)
		return 0;
	lifecycle_stop();
	offload_fini();
	return 0;
}

int provider_register(void)
{
	/* After the kernel: it has a route before XDP may punt to it. */
	int ret = dplane_provider_register("bpf", DPLANE_PRIO_POSTPROCESS,
					   DPLANE_PROV_FLAGS_DEFAULT, start,
					   process, finish, NULL, &provider);

	return ret ? -EINVAL : 0;
}
