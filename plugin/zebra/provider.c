// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/zebra/provider.h"

#include <errno.h>
#include <stdatomic.h>

#include "plugin/base/compat.h"
#include "lib/log.h"
#include "zebra/zebra_dplane.h"
#include "zebra/zebra_router.h"

#include "plugin/control/lifecycle.h"
#include "plugin/control/orders.h"
#include "plugin/fib/record.h"
#include "plugin/zebra/compat_operation.h"
#include "plugin/zebra/context.h"
#include "plugin/zebra/offload.h"
#include "plugin/zebra/rib_audit.h"

static struct zebra_dplane_provider *provider;

/* Contexts of other kinds; written by the dataplane thread only. */
static _Atomic uint64_t ignored;

uint64_t provider_ignored(void)
{
	return ignored;
}

/* Routes carry their nexthops, so nexthop-group contexts tell nothing new. */
static void handle(const struct zebra_dplane_ctx *ctx)
{
	enum operation operation = compat_operation(dplane_ctx_get_op(ctx));
	struct order order;

	if (operation == OPERATION_OTHER || !context_order(ctx, &order)) {
		ignored++;
		return;
	}
	if (operation == OPERATION_INSTALL) {
		order.kind = ORDER_INSTALL;
		context_route(ctx, &order.route);
		orders_add(&order);
		return;
	}
	/*
	 * zebra withdraws everything when it is told to stop; lifecycle.h
	 * decides what that means for forwarding.
	 */
	order.kind = ORDER_WITHDRAW;
	if (!dplane_is_in_shutdown())
		orders_add(&order);
}

static int process(struct zebra_dplane_provider *prov)
{
	int limit = dplane_provider_get_work_limit(prov), count;
	struct zebra_dplane_ctx *ctx;

	for (count = 0; count < limit; count++) {
		ctx = dplane_provider_dequeue_in_ctx(prov);
		if (!ctx)
			break;
		handle(ctx);
		dplane_provider_enqueue_out_ctx(prov, ctx);
	}
	orders_hand_over();
	if (count >= limit)
		dplane_provider_work_ready();
	return 0;
}

static void changed(const struct fib_route *route, enum record_state state)
{
	struct offload_report report = {
		.key = route_key(route),
		.protocol = route->protocol,
		.instance = route->instance,
		.state = state,
	};

	offload_report(&report);
}

static int start(struct zebra_dplane_provider *prov)
{
	(void)prov;
	compat_operation_start();
	record_set_changed(changed);
	rib_audit_init();
	return lifecycle_start();
}

static int finish(struct zebra_dplane_provider *prov, bool early)
{
	(void)prov;
	if (early) {
		/* zebra's tables go before we do. */
		rib_audit_fini();
		return 0;
	}
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
