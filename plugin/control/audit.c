// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/control/audit.h"

#include "plugin/base/boottime.h"
#include "plugin/base/health.h"
#include "plugin/base/lock.h"
#include "plugin/base/pace.h"
#include "plugin/base/repair.h"
#include "plugin/control/kernel_audit.h"
#include "plugin/control/local.h"
#include "plugin/control/object_audit.h"
#include "plugin/control/table_audit.h"
#include "plugin/fib/agreement.h"
#include "plugin/fib/intent.h"
#include "plugin/fib/verify.h"
#include "plugin/fib/route.h"
#include "plugin/kernel/netlink.h"

/* Seconds from the beginning of a pass to that of the next, if it has ended. */
#define PERIOD 60

/* Seconds until it is tried again when the kernel could not be asked. */
#define RETRY 1

enum phase {
	PHASE_IDLE,
	PHASE_OBJECTS,
	PHASE_TABLES,
	PHASE_KERNEL4,
	PHASE_KERNEL6,
	PHASE_TRIE4,
	PHASE_TRIE6,
	PHASE_RECORDS,
	PHASE_INTENTS,
	PHASE_SETTLE,
	PHASE_RIB,
};

/* All of it under the fib lock. */
static struct {
	enum phase phase;
	bool urgent; /* without pauses */
	bool again;  /* once more, and urgent */
	uint32_t began;
	struct verify verify;
	uint32_t intent; /* the last one seen */
	struct audit_count count;
	bool failed; /* it could not be asked */
} pass;

static struct audit_status status;

static void (*rib_check)(void);
static struct event_loop *events;
static const struct kernel_sink *sink;
static struct event *step_event, *now_event;

void audit_set_rib(void (*check)(void))
{
	rib_check = check;
}

bool audit_urgent(void)
{
	return pass.urgent;
}

struct audit_status audit_status(void)
{
	status.running = pass.phase != PHASE_IDLE;
	return status;
}

static void count(uint32_t id, const struct fib_route *intent)
{
	kernel_audit_unseen(id, intent);
	pass.count.prefixes++;
	pass.count.differences += agreement_of(intent) != AGREEMENT_SAME;
}

/* What is outside of the maps. Result: whether there is more. */
static bool intents_count(void)
{
	for (int i = 0; i < FIB_LOCK_BATCH; i++) {
		pass.intent = intent_next(pass.intent);
		if (!pass.intent)
			return false;
		fib_lock_count();
		count(pass.intent, intent_at(pass.intent));
	}
	return true;
}

static void begin(void)
{
	verify_end(&pass.verify);
	memset(&pass.count, 0, sizeof(pass.count));
	pass.intent = 0;
	pass.verify.is_local = local_present;
	verify_begin(&pass.verify);
	object_audit_begin();
	table_audit_begin(sink);
	health_maps_begin();
	pass.phase = PHASE_OBJECTS;
}

/* A batch of the phase that looks into the maps. Result: whether there is more. */
static bool maps_step(void)
{
	switch (pass.phase) {
	case PHASE_OBJECTS:
		return object_audit_step();
	case PHASE_TRIE4:
		return verify_trie(&pass.verify, AF_INET);
	case PHASE_TRIE6:
		return verify_trie(&pass.verify, AF_INET6);
	case PHASE_RECORDS:
		return verify_records(&pass.verify, count);
	default:
		return intents_count();
	}
}

/* A part of what the kernel has. Result: whether there is more. */
static bool kernel_step(void)
{
	int ret = 0;

	if (pass.phase == PHASE_TABLES)
		ret = table_audit_step();
	else if (pass.phase == PHASE_SETTLE)
		kernel_audit_settle();
	else
		ret = kernel_audit_dump(pass.phase == PHASE_KERNEL4 ? AF_INET
								    : AF_INET6);
	if (ret < 0)
		pass.failed = true;
	return ret > 0;
}

static bool asks_kernel(enum phase phase)
{
	return phase == PHASE_TABLES || phase == PHASE_KERNEL4 ||
	       phase == PHASE_KERNEL6 || phase == PHASE_SETTLE;
}

/* Result: false when it is another thread's turn, or the pass has failed. */
static bool step(void)
{
	bool more;

	if (asks_kernel(pass.phase)) {
		more = kernel_step();
		fib_lock();
	} else {
		fib_lock();
		more = maps_step();
	}
	if (verify_outdated(&pass.verify))
		begin();
	else if (!more && ++pass.phase == PHASE_KERNEL4)
		kernel_audit_begin();
	fib_unlock();
	return pass.phase != PHASE_RIB && !pass.failed;
}

static void handle_step(struct event *event);

/* A record has lost which route the kernel has. */
static void reread(void)
{
	bool wanted;

	fib_lock();
	wanted = pass.verify.damaged;
	pass.verify.damaged = false;
	fib_unlock();
	if (wanted)
		netlink_distrust();
}

/* Lock held. */
static void step_end(bool more, const struct pace *pace)
{
	if (more)
		event_add_timer_msec(events, handle_step, NULL,
				     pass.urgent ? 0 : pace_pause(pace),
				     &step_event);
	else if (pass.phase == PHASE_RIB && rib_check)
		rib_check();
	else
		audit_rib_done();
}

static void handle_step(struct event *event)
{
	struct pace pace = pace_begin();
	bool more = true;

	(void)event;
	reread();
	fib_lock();
	if (pass.phase == PHASE_IDLE) {
		pass.began = boottime();
		pass.failed = false;
		begin();
	}
	fib_unlock();
	while (more && !pass.verify.damaged && !pace_spent(&pace))
		more = step();
	fib_lock();
	step_end(more, &pace);
	fib_unlock();
}

/* One that could not read the kernel is none. */
static void pass_count(void)
{
	if (pass.failed)
		return;
	health_maps_end();
	status.passes++;
	status.ended = boottime();
	status.took = status.ended - pass.began;
	status.count = pass.count;
}

/* Seconds until the next. */
static long pass_wait(void)
{
	uint32_t gone = boottime() - pass.began;

	if (pass.failed)
		return RETRY;
	return pass.urgent || gone >= PERIOD ? 0 : PERIOD - (long)gone;
}

void audit_rib_done(void)
{
	if (pass.phase == PHASE_IDLE)
		return;
	repair_log_more();
	verify_end(&pass.verify);
	kernel_audit_end();
	pass_count();
	pass.phase = PHASE_IDLE;
	if (!pass.failed) {
		pass.urgent = pass.again;
		pass.again = false;
	}
	if (events)
		event_add_timer(events, handle_step, NULL, pass_wait(),
				&step_event);
}

static void handle_now(struct event *event)
{
	bool idle;

	(void)event;
	fib_lock();
	idle = pass.phase == PHASE_IDLE;
	pass.urgent = true;
	pass.again = !idle;
	fib_unlock();
	if (idle) {
		event_cancel(&step_event);
		event_add_event(events, handle_step, NULL, 0, &step_event);
	}
}

void audit_now(void)
{
	if (events)
		event_add_event(events, handle_now, NULL, 0, &now_event);
}

void audit_start(struct event_loop *loop, const struct kernel_sink *to)
{
	events = loop;
	sink = to;
	event_add_timer(events, handle_step, NULL, PERIOD, &step_event);
}

void audit_stop(void)
{
	events = NULL;
	kernel_audit_end();
	verify_end(&pass.verify);
	memset(&pass, 0, sizeof(pass));
	memset(&status, 0, sizeof(status));
	repair_fini();
}
