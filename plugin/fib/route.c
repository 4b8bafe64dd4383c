// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/fib/route.h"

#include <errno.h>

#include "plugin/base/compat.h"

#include "plugin/base/debug.h"
#include "plugin/base/boottime.h"
#include "plugin/base/lock.h"
#include "plugin/fib/anyip.h"
#include "plugin/fib/intent.h"
#include "plugin/fib/nhgroup.h"
#include "plugin/fib/overflow.h"
#include "plugin/fib/path.h"
#include "plugin/fib/record.h"
#include "plugin/fib/srcdest.h"
#include "plugin/fib/unplaced.h"

/* Seconds in which the kernel's word follows zebra's, or it is punted. */
#define OVERDUE 2

/* So many sets of nexthops are tried in vain, in a row, until the next time. */
#define PLACE_FAILURES_MAX 64

int route_init(void)
{
	return record_init();
}

void route_fini(void)
{
	record_fini();
	srcdest_fini();
	anyip_fini();
	unplaced_fini();
}

static void word_release(uint32_t word)
{
	if (fib_word_action(word) == FIB_FORWARD)
		nhgroup_put(fib_word_argument(word));
}

/* The forwarding word of a spec, holding its group. 1: PUNT in its place. */
static int spec_word(const struct route_spec *spec, uint32_t before,
		     uint32_t *word)
{
	uint32_t like = fib_word_action(before) == FIB_FORWARD
				? fib_word_argument(before)
				: 0;
	uint32_t group = 0;

	*word = fib_word(spec->action, spec->verdict);
	if (spec->action == FIB_FORWARD) {
		if (nhgroup_get(spec->nexthops, spec->count, like, &group)) {
			*word = fib_word(FIB_PUNT, VERDICT_PUNT_DEGRADED);
			unplaced_set(&spec->key, spec->nexthops, spec->count);
			return 1;
		}
		*word = fib_word(FIB_FORWARD, group);
	}
	unplaced_remove(&spec->key);
	return 0;
}

/*
 * zebra's route is not the kernel's, though it should be: it must not go to its
 * cover in case that we are wrong. What zebra learned from the kernel itself it
 * may keep to itself that it has gone (FRR 10).
 */
static void alone_mark(struct fib_route *intent)
{
	intent->owners &= (uint8_t)~FIB_OWNER_ALONE;
	if (intent->owners & FIB_OWNER_ZEBRA && intent->path == PATH_NONE &&
	    intent->protocol != ZEBRA_ROUTE_CONNECT &&
	    intent->protocol != ZEBRA_ROUTE_KERNEL)
		intent->owners |= FIB_OWNER_ALONE;
}

int route_install(const struct route_spec *spec)
{
	struct fib_route intent = record_load(&spec->key);
	struct fib_route before = intent;
	bool had_word = intent.owners & FIB_OWNER_ZEBRA;
	int punted, ret;

	punted = spec_word(spec, had_word ? before.word : 0, &intent.word);
	intent.owners |= FIB_OWNER_ZEBRA;
	intent.protocol = spec->protocol;
	intent.instance = spec->instance;
	intent.distance = spec->distance;
	intent.metric = spec->metric;
	if (intent.owners & FIB_OWNER_ALONE)
		alone_mark(&intent);
	if (!memcmp(&before, &intent, sizeof(intent))) {
		/* A repeated context: only the group was held twice. */
		word_release(intent.word);
		record_tell_again(&intent);
		return overflow_has(&spec->key) ? -ENOSPC : punted;
	}
	/* It may be another entry of the RIB, which knows of no state yet. */
	if (intent.told != RECORD_KERNEL)
		intent.told = RECORD_UNTOLD;
	intent.updated = boottime();
	ret = record_store(&spec->key, &intent);
	if (had_word)
		word_release(before.word);
	debug_maps("bpf: route install: word %#x -> %#x: %s", before.word,
		   intent.word, ret ? strerror(-ret) : "ok");
	return ret ? ret : punted;
}

bool route_is(const struct route_spec *spec, const struct fib_route *intent)
{
	if (!(intent->owners & FIB_OWNER_ZEBRA) ||
	    intent->protocol != spec->protocol ||
	    intent->instance != spec->instance)
		return false;
	if (spec->action != FIB_FORWARD)
		return intent->word == fib_word(spec->action, spec->verdict);
	if (fib_word_action(intent->word) != FIB_FORWARD)
		return intent->word ==
		       fib_word(FIB_PUNT, VERDICT_PUNT_DEGRADED);
	return nhgroup_is(fib_word_argument(intent->word), spec->nexthops,
			  spec->count);
}

/* zebra has no route of the prefix any more. */
static void zebra_leave(const struct prefix_key *key, struct fib_route *intent)
{
	uint32_t word = intent->word;

	intent->owners &= (uint8_t) ~(FIB_OWNER_ZEBRA | FIB_OWNER_ALONE);
	intent->word = fib_word(FIB_PUNT, VERDICT_PUNT_DIFFERS);
	intent->protocol = 0;
	intent->instance = 0;
	intent->distance = 0;
	intent->metric = 0;
	intent->updated = boottime();
	unplaced_remove(key);
	record_store(key, intent);
	word_release(word);
}

int route_withdraw(const struct prefix_key *key, uint8_t protocol,
		   uint16_t instance)
{
	struct fib_route intent = record_load(key);

	if (intent.owners & FIB_OWNER_ZEBRA && intent.protocol == protocol &&
	    intent.instance == instance)
		zebra_leave(key, &intent);
	return 0;
}

static void owner_change(const struct prefix_key *key, uint8_t owner, bool on)
{
	struct fib_route intent = record_load(key);
	uint8_t before = intent.owners;

	if (on)
		intent.owners |= owner;
	else
		intent.owners &= (uint8_t)~owner;
	if (intent.owners == before)
		return;
	record_store(key, &intent);
}

void route_srcdest_add(const struct prefix_key *key,
		       const struct prefix_key *source)
{
	srcdest_add(key, source);
	owner_change(key, FIB_OWNER_SRCDEST, true);
}

void route_srcdest_delete(const struct prefix_key *key,
			  const struct prefix_key *source)
{
	if (!srcdest_delete(key, source))
		owner_change(key, FIB_OWNER_SRCDEST, false);
}

void route_local_set(const struct prefix_key *key, bool present)
{
	bool net = key->len < family_bits(key->family);

	if (net)
		anyip_set(key, present);
	owner_change(key, FIB_OWNER_LOCAL, present);
	if (net)
		record_refresh_within(key);
}

void route_kernel_set(const struct prefix_key *key, uint32_t path)
{
	struct fib_route intent = record_load(key), before = intent;

	path_hold(path);
	intent.path = path;
	intent.owners &= (uint8_t)~FIB_OWNER_KERNEL;
	if (path != PATH_NONE)
		intent.owners |= FIB_OWNER_KERNEL;
	alone_mark(&intent);
	if (intent.owners || before.owners)
		record_store(key, &intent);
	path_put(before.path);
}

uint32_t route_kernel_get(const struct prefix_key *key)
{
	return record_load(key).path;
}

void route_overdue(void)
{
	for (uint32_t id = 0; (id = intent_next(id));) {
		struct fib_route intent = *intent_at(id);
		struct prefix_key key = route_key(&intent);

		fib_lock_count();
		if (boottime() - intent.updated >= OVERDUE)
			alone_mark(&intent);
		if (intent.owners != intent_at(id)->owners)
			record_store(&key, &intent);
		fib_lock_pause();
	}
}

/* Result: whether they have room now. */
static bool place(const struct unplaced *unplaced)
{
	struct prefix_key key = unplaced->key;
	struct fib_route intent = record_load(&key);
	uint32_t group;

	if (nhgroup_get(unplaced->nexthops, unplaced->count, 0, &group))
		return false;
	unplaced_remove(&key);
	intent.word = fib_word(FIB_FORWARD, group);
	intent.updated = boottime();
	record_store(&key, &intent);
	return true;
}

void route_place(void)
{
	static struct prefix_key at;
	const struct unplaced *unplaced;
	int failures = 0;

	while (failures < PLACE_FAILURES_MAX &&
	       (unplaced = unplaced_after(&at))) {
		failures = place(unplaced) ? 0 : failures + 1;
		fib_lock_pause();
	}
	if (failures < PLACE_FAILURES_MAX)
		memset(&at, 0, sizeof(at));
}

uint32_t route_overflow_count(uint8_t family)
{
	return overflow_count(family);
}
