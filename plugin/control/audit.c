// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/control/audit.h"

#include "lib/log.h"
#include "lib/prefix.h"

#include "plugin/base/lock.h"
#include "plugin/base/pace.h"
#include "plugin/control/local.h"
#include "plugin/fib/agreement.h"
#include "plugin/fib/intent.h"
#include "plugin/fib/record.h"
#include "plugin/fib/route.h"
#include "plugin/kernel/netlink.h"

/* Seconds from the beginning of a pass to that of the next, if it has ended. */
#define PERIOD 60

/* What was mended lately. */
#define REPAIRS 64

/* Lines in the log in one pass. */
#define LOGGED_MAX 16

enum phase {
	PHASE_IDLE,
	PHASE_TRIE4,
	PHASE_TRIE6,
	PHASE_RECORDS,
	PHASE_INTENTS,
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
	uint32_t logged;
	bool reread; /* all that the kernel has */
} pass;

static struct audit_status status;
static struct audit_repair repairs[REPAIRS];
static uint32_t newest, nrepairs;

static void (*rib_check)(void);
static struct event_loop *events;
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

const struct audit_repair *audit_repair_at(uint32_t index)
{
	return index < nrepairs ? &repairs[(newest + REPAIRS - index) % REPAIRS]
				: NULL;
}

/* The same as before? Somebody keeps writing: told once. */
static struct audit_repair *repair_find(const struct prefix_key *key,
					enum fault fault)
{
	for (uint32_t i = 0; i < nrepairs; i++)
		if (repairs[i].fault == fault &&
		    prefix_key_same(&repairs[i].key, key))
			return &repairs[i];
	return NULL;
}

static void repair_log(const struct prefix_key *key, enum fault fault)
{
	struct prefix prefix = {
		.family = key->family,
		.prefixlen = key->len,
	};

	if (++pass.logged > LOGGED_MAX)
		return;
	memcpy(&prefix.u, key->addr, family_bytes(key->family));
	zlog_warn("bpf: audit: %pFX %s: mended (see show bpf audit)", &prefix,
		  fault_text(fault));
}

void audit_repaired(const struct prefix_key *key, enum fault fault)
{
	struct audit_repair *repair = repair_find(key, fault);

	status.repaired++;
	if (!repair) {
		newest = (newest + 1) % REPAIRS;
		nrepairs += nrepairs < REPAIRS;
		repair = &repairs[newest];
		*repair = (struct audit_repair){ .key = *key, .fault = fault };
		repair_log(key, fault);
	}
	repair->when = record_now();
	repair->times++;
}

static void found(const struct prefix_key *key, enum fault fault)
{
	pass.reread = pass.reread || fault == FAULT_RECORD;
	audit_repaired(key, fault);
}

static void count(const struct fib_route *intent)
{
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
		count(intent_at(pass.intent));
	}
	return true;
}

static void begin(void)
{
	memset(&pass.count, 0, sizeof(pass.count));
	pass.intent = 0;
	pass.verify.found = found;
	pass.verify.is_local = local_present;
	verify_begin(&pass.verify);
	pass.phase = PHASE_TRIE4;
}

/* A batch. Result: false when it is another thread's turn. */
static bool step(void)
{
	bool more = true;

	if (pass.phase < PHASE_INTENTS && verify_outdated(&pass.verify)) {
		verify_end(&pass.verify);
		begin();
	}
	switch (pass.phase) {
	case PHASE_TRIE4:
		more = verify_trie(&pass.verify, AF_INET);
		break;
	case PHASE_TRIE6:
		more = verify_trie(&pass.verify, AF_INET6);
		break;
	case PHASE_RECORDS:
		more = verify_records(&pass.verify, count);
		break;
	case PHASE_INTENTS:
		more = intents_count();
		break;
	case PHASE_IDLE:
	case PHASE_RIB:
		return false;
	}
	pass.phase += !more;
	return pass.phase != PHASE_RIB;
}

/* A record has lost which route the kernel has. */
static void reread(void)
{
	bool wanted;

	fib_lock();
	wanted = pass.reread;
	pass.reread = false;
	fib_unlock();
	if (wanted)
		netlink_distrust();
}

static void handle_step(struct event *event)
{
	struct pace pace = pace_begin();
	bool more = true;

	(void)event;
	reread();
	fib_lock();
	if (pass.phase == PHASE_IDLE) {
		pass.began = record_now();
		pass.logged = 0;
		begin();
	}
	while (more && !pass.reread && !pace_spent(&pace)) {
		more = step();
		fib_lock_pause();
	}
	if (more)
		event_add_timer_msec(events, handle_step, NULL,
				     pass.urgent ? 0 : pace_pause(&pace),
				     &step_event);
	else if (pass.phase == PHASE_RIB && rib_check)
		rib_check();
	else
		audit_rib_done();
	fib_unlock();
}

void audit_rib_done(void)
{
	long wait = PERIOD;

	if (pass.phase != PHASE_RIB)
		return;
	if (pass.logged > LOGGED_MAX)
		zlog_warn("bpf: audit: %u more mended",
			  pass.logged - LOGGED_MAX);
	verify_end(&pass.verify);
	status.passes++;
	status.ended = record_now();
	status.took = status.ended - pass.began;
	status.count = pass.count;
	pass.phase = PHASE_IDLE;
	pass.urgent = pass.again;
	pass.again = false;
	if (pass.urgent)
		wait = 0;
	else if (status.took < PERIOD)
		wait = PERIOD - status.took;
	if (events)
		event_add_timer(events, handle_step, NULL, wait, &step_event);
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

void audit_start(struct event_loop *loop)
{
	events = loop;
	event_add_timer(events, handle_step, NULL, PERIOD, &step_event);
}

void audit_stop(void)
{
	events = NULL;
	verify_end(&pass.verify);
	memset(&pass, 0, sizeof(pass));
	memset(&status, 0, sizeof(status));
	nrepairs = 0;
}
