// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/zebra/rib_audit.h"

#include "plugin/base/compat.h"
#include "lib/table.h"
#include "zebra/zebra_router.h"

#include "plugin/base/lock.h"
#include "plugin/base/pace.h"
#include "plugin/base/repair.h"
#include "plugin/control/audit.h"
#include "plugin/control/orders.h"
#include "plugin/fib/record.h"
#include "plugin/zebra/rib_route.h"

/* So many prefixes that differ at most: more are the next pass's. */
#define SUSPECTS_MAX 1024

/* Milliseconds until they are looked at again. */
#define SUSPECTS_WAIT 1000

/*
 * Both are walked through in the same order, a step at a time. What is under the
 * cursors may come and go between two parts.
 */
static struct {
	uint8_t family; /* 0: nothing to do */
	route_table_iter_t rib;
	struct record_walk records;
	bool rib_ended, records_ended;
	bool has_route; /* of the RIB: */
	struct route_spec route;
	struct nexthop_key nexthops[ROUTE_NEXTHOPS_MAX];
	bool has_record; /* with a route of zebra, at records.at: */
	struct fib_route record;
	struct prefix_key suspects[SUSPECTS_MAX];
	uint32_t nsuspects;
} pass;

static struct event *work_event, *start_event;

static bool begin(uint8_t family)
{
	struct route_table *table = rib_route_table(family);

	pass.family = table ? family : 0;
	if (!table)
		return false;
	route_table_iter_init(&pass.rib, table);
	pass.records = record_walk_all(family);
	pass.rib_ended = pass.records_ended = false;
	pass.has_route = pass.has_record = false;
	return true;
}

static void suspect(const struct prefix_key *key)
{
	if (pass.nsuspects < SUSPECTS_MAX)
		pass.suspects[pass.nsuspects++] = *key;
}

static void rib_step(void)
{
	struct route_node *node = route_table_iter_next(&pass.rib);

	fib_lock_count();
	pass.rib_ended = !node;
	pass.has_route = node && rib_route_of(node, &pass.route);
	if (!pass.has_route)
		return;
	/* They outlive this call. */
	memcpy(pass.nexthops, pass.route.nexthops,
	       pass.route.count * sizeof(*pass.nexthops));
	pass.route.nexthops = pass.nexthops;
}

static void record_step(void)
{
	uint32_t id = record_next_any(&pass.records);

	pass.records_ended = !id;
	if (id)
		pass.record = record_of(id, &pass.records.at);
	pass.has_record = id && pass.record.owners & FIB_OWNER_ZEBRA;
}

/* Others had the lock: it may have gone, and what it refers to with it. */
static void record_again(void)
{
	if (!pass.has_record)
		return;
	pass.record = record_load(&pass.records.at);
	pass.has_record = pass.record.owners & FIB_OWNER_ZEBRA;
}

/* Negative: what comes next is a record, and the RIB has no route of it. */
static int compare(void)
{
	if (!pass.has_record)
		return 1;
	return pass.has_route
		       ? prefix_key_cmp(&pass.records.at, &pass.route.key)
		       : -1;
}

/* Result: whether there is more. */
static bool walk(void)
{
	int order;

	if (!pass.has_record && !pass.records_ended) {
		record_step();
		return true;
	}
	if (!pass.has_route && !pass.rib_ended) {
		rib_step();
		return true;
	}
	if (!pass.has_route && !pass.has_record) {
		route_table_iter_cleanup(&pass.rib);
		return pass.family == AF_INET && begin(AF_INET6);
	}
	order = compare();
	if (order < 0)
		suspect(&pass.records.at);
	else if (order > 0 || !route_is(&pass.route, &pass.record))
		suspect(&pass.route.key);
	if (order <= 0)
		pass.has_record = false;
	if (order >= 0)
		pass.has_route = false;
	return true;
}

/* Still not the same? Then nobody will tell. */
static void mend(const struct prefix_key *key)
{
	struct fib_route intent = record_load(key);
	struct route_spec spec;

	if (rib_route_busy(key))
		return;
	if (rib_route(key, &spec)) {
		if (route_is(&spec, &intent))
			return;
		route_install(&spec);
		repair_prefix(FAULT_RIB_MISSED, key);
	} else if (intent.owners & FIB_OWNER_ZEBRA) {
		route_withdraw(key, intent.protocol, intent.instance);
		repair_prefix(FAULT_RIB_STALE, key);
	}
}

static void handle_suspects(struct event *event)
{
	(void)event;
	fib_lock();
	if (!orders_pending())
		for (uint32_t i = 0; i < pass.nsuspects; i++) {
			mend(&pass.suspects[i]);
			fib_lock_pause();
		}
	pass.nsuspects = 0;
	pass.family = 0;
	audit_rib_done();
	fib_unlock();
}

static void handle_work(struct event *event)
{
	struct pace pace = pace_begin();
	bool more = true, urgent;

	(void)event;
	fib_lock();
	while (more && !pace_spent(&pace)) {
		record_again();
		for (int i = 0; more && i < FIB_LOCK_BATCH; i++)
			more = walk();
		fib_lock_pause();
	}
	urgent = audit_urgent();
	fib_unlock();
	if (more) {
		route_table_iter_pause(&pass.rib);
		event_add_timer_msec(zrouter.master, handle_work, NULL,
				     urgent ? 0 : pace_pause(&pace),
				     &work_event);
	} else {
		event_add_timer_msec(zrouter.master, handle_suspects, NULL,
				     pass.nsuspects ? SUSPECTS_WAIT : 0,
				     &work_event);
	}
}

static void handle_start(struct event *event)
{
	bool begun;

	fib_lock();
	begun = begin(AF_INET);
	fib_unlock();
	if (begun) {
		handle_work(event);
		return;
	}
	handle_suspects(event);
}

/* The reader. */
static void check(void)
{
	event_add_event(zrouter.master, handle_start, NULL, 0, &start_event);
}

void rib_audit_init(void)
{
	audit_set_rib(check);
}

void rib_audit_fini(void)
{
	fib_lock();
	audit_set_rib(NULL);
	fib_unlock();
	event_cancel(&start_event);
	event_cancel(&work_event);
	if (pass.family)
		route_table_iter_cleanup(&pass.rib);
	memset(&pass, 0, sizeof(pass));
}
