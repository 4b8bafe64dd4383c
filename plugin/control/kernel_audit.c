// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/control/kernel_audit.h"

#include <errno.h>
#include <linux/rtnetlink.h>

#include "plugin/base/compat.h"
#include "lib/log.h"

#include "plugin/base/bitset.h"
#include "plugin/base/lock.h"
#include "plugin/base/memory.h"
#include "plugin/base/repair.h"
#include "plugin/control/agree.h"
#include "plugin/control/path_list.h"
#include "plugin/fib/intent.h"
#include "plugin/fib/path.h"
#include "plugin/fib/record.h"
#include "plugin/kernel/netlink.h"
#include "plugin/kernel/netlink_walk.h"

DEFINE_MTYPE_STATIC(BPF, BPF_KERNEL_AUDIT, "BPF audit of the kernel");

/* With more of them everything is read again. */
#define SUSPECTS_MAX 256

/* So often a suspect is asked about while events come. */
#define TRIES 3

struct suspect {
	struct prefix_key key;
	uint32_t list; /* as dumped */
};

static struct {
	bool dumping;
	uint64_t changes;     /* agree_changes() before the dump */
	struct prefix_key at; /* whose routes are told; family 0: none yet */
	uint32_t list;	      /* its routes so far */
	uint8_t *seen, *intents_seen;
	uint32_t records, intents; /* sizes of these sets */
	struct suspect suspects[SUSPECTS_MAX];
	uint32_t nsuspects;
	bool many;
} pass;

void kernel_audit_begin(void)
{
	kernel_audit_end();
	pass.changes = agree_changes();
	pass.records = maps.config.max_routes;
	pass.intents = intent_indexes();
	pass.seen = XCALLOC(MTYPE_BPF_KERNEL_AUDIT, bitset_size(pass.records));
	pass.intents_seen =
		XCALLOC(MTYPE_BPF_KERNEL_AUDIT, bitset_size(pass.intents));
}

void kernel_audit_end(void)
{
	path_list_free(pass.list);
	while (pass.nsuspects)
		path_list_free(pass.suspects[--pass.nsuspects].list);
	XFREE(MTYPE_BPF_KERNEL_AUDIT, pass.seen);
	XFREE(MTYPE_BPF_KERNEL_AUDIT, pass.intents_seen);
	memset(&pass, 0, sizeof(pass));
}

/* The place of an id; NULL: not followed, it is new. */
static uint8_t *seen_in(uint32_t *id)
{
	if (!intent_is(*id))
		return *id < pass.records ? pass.seen : NULL;
	*id &= ~INTENT_ID;
	return *id < pass.intents ? pass.intents_seen : NULL;
}

static bool has_path(uint32_t list, uint32_t path)
{
	for (uint32_t i = 0; i < path_list_count(list); i++)
		if (path_list_at(list, i) == path)
			return true;
	return false;
}

/* IPv6 tells no order among routes of the same metric, and needs none. */
static bool lists_same(uint8_t family, uint32_t a, uint32_t b)
{
	uint32_t count = path_list_count(a);

	if (count != path_list_count(b))
		return false;
	for (uint32_t i = 0; i < count; i++)
		if (family == AF_INET ? path_list_at(a, i) != path_list_at(b, i)
				      : !has_path(b, path_list_at(a, i)))
			return false;
	return true;
}

/* The list is given away. */
static void suspect(const struct prefix_key *key, uint32_t list)
{
	if (pass.nsuspects < SUSPECTS_MAX) {
		pass.suspects[pass.nsuspects++] =
			(struct suspect){ .key = *key, .list = list };
		return;
	}
	pass.many = true;
	path_list_free(list);
}

/* All routes of the prefix were told. */
static void prefix_check(void)
{
	struct fib_route intent = { .path = PATH_NONE };
	uint32_t id = record_any(&pass.at, &intent);
	uint8_t *seen = id ? seen_in(&id) : NULL;
	uint32_t list = pass.list;

	if (seen)
		bitset_set(seen, id);
	pass.list = 0;
	if (lists_same(pass.at.family, agree_list(&pass.at, intent.path), list))
		path_list_free(list);
	else
		suspect(&pass.at, list);
}

static void route(const struct kernel_route *told, enum kernel_order order)
{
	if (pass.at.family && !prefix_key_same(&pass.at, &told->key))
		prefix_check();
	pass.at = told->key;
	pass.list = agree_list_add(pass.list, told, order);
}

static const struct kernel_sink dump_sink = { .route = route };

int kernel_audit_dump(uint8_t family)
{
	int ret = pass.dumping ? 0 : netlink_walk_begin(family);

	pass.dumping = true;
	if (!ret)
		ret = netlink_walk_part(&dump_sink);
	if (ret > 0)
		return ret;
	pass.dumping = false;
	fib_lock();
	if (!ret && pass.at.family)
		prefix_check();
	pass.at.family = 0;
	fib_unlock();
	return ret;
}

void kernel_audit_unseen(uint32_t id, const struct fib_route *intent)
{
	struct prefix_key key = route_key(intent);
	const uint8_t *seen = seen_in(&id);

	if (seen && intent->owners & FIB_OWNER_KERNEL && !bitset_is(seen, id))
		suspect(&key, 0);
}

/* What the kernel answered. */
static struct {
	struct prefix_key key;
	uint32_t path; /* a list of one */
	bool local;
} answer;

static void answer_forget(void)
{
	path_list_free(answer.path);
	answer.path = PATH_NONE;
	answer.local = false;
}

static void answer_route(const struct kernel_route *told,
			 enum kernel_order order)
{
	answer_forget();
	answer.key = told->key;
	answer.path = agree_list_add(0, told, order);
}

static void answer_local(const struct kernel_local *told, bool replaced)
{
	(void)told;
	(void)replaced;
	answer.local = true;
}

static const struct kernel_sink answer_sink = {
	.route = answer_route,
	.local = answer_local,
};

#define ADDRESSES 8

/* The i-th address to ask about: the first four, the last four. Or false. */
static bool address_at(const struct prefix_key *key, uint32_t i,
		       struct prefix_key *host)
{
	unsigned int bits = family_bits(key->family);

	*host = *key;
	host->len = (uint8_t)bits;
	if (bits - key->len < 2 && i % 4 >> (bits - key->len))
		return false;
	for (unsigned int bit = key->len; i >= 4 && bit < bits; bit++)
		host->addr[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
	host->addr[bits / 8 - 1] ^= (uint8_t)(i % 4);
	return true;
}

/* An address of the prefix that is in no longer one. Lock held. */
static bool address_find(const struct prefix_key *key, struct prefix_key *host)
{
	for (uint32_t i = 0; i < ADDRESSES; i++) {
		struct prefix_key longest;

		if (!address_at(key, i, host))
			continue;
		longest = *host;
		if (!record_longest(&longest) || longest.len <= key->len)
			return true;
	}
	return false;
}

/* How Linux answers a packet for which a route of this kind is used. */
static bool is_refusal(uint32_t path, int error)
{
	uint8_t type = path > PATH_UNSURE ? path_at(path)->route.type : 0;

	switch (error) {
	case -EINVAL:
		return type == RTN_BLACKHOLE;
	case -EHOSTUNREACH:
	case -ENETUNREACH:
		return type == RTN_UNREACHABLE;
	case -EACCES:
		return type == RTN_PROHIBIT;
	default:
		return false;
	}
}

/*
 * IPv6 routes of one nexthop object share its cache (rt6_get_pcpu_route()): the kernel
 * answers with any of them, or that there is none (fib6_drop_pcpu_from()). Does the
 * answer say nothing about the route that is used?
 */
static bool is_shared(uint8_t family, int error)
{
	if (family == AF_INET)
		return false;
	return error == -ENETUNREACH || (!error && answer.path > PATH_UNSURE &&
					 path_at(answer.path)->route.object);
}

/*
 * The path that the kernel uses at the suspect's prefix, or PATH_NONE. False when
 * it cannot be asked, or its answer is about something else.
 */
static bool ask(const struct suspect *one, uint32_t *path)
{
	uint32_t dumped = agree_choice(one->key.family, one->list);
	struct prefix_key host;
	bool can;
	int ret;

	fib_lock();
	can = address_find(&one->key, &host);
	answer_forget();
	fib_unlock();
	if (!can)
		return false;
	ret = netlink_walk_get(host.family, host.addr, &answer_sink);
	if (is_shared(host.family, ret)) {
		/* Unless it is what was dumped. */
		*path = answer.path;
		return !ret && answer.path == dumped &&
		       prefix_key_same(&answer.key, &one->key);
	}
	if (ret && is_refusal(dumped, ret))
		*path = dumped;
	else if (ret == -ENETUNREACH)
		*path = PATH_NONE;
	else if (ret || answer.local || !answer.path ||
		 answer.key.len > one->key.len)
		return false;
	else
		*path = answer.key.len == one->key.len ? answer.path
						       : PATH_NONE;
	return true;
}

/* Lock held. The list, a reference to the path, is given away. */
static void mend(const struct suspect *one, uint32_t list)
{
	bool quiet = pass.changes == agree_changes();

	agree_set(&one->key, list);
	if (quiet)
		pass.changes = agree_changes();
	repair_prefix(FAULT_KERNEL, &one->key);
}

static bool is_different(const struct suspect *one)
{
	struct fib_route intent = record_load(&one->key);

	return !lists_same(one->key.family, agree_list(&one->key, intent.path),
			   one->list);
}

/* Nothing changed since the dump began: it is right. Result: whether it did. */
static bool settle_quiet(struct suspect *one)
{
	bool quiet;

	fib_lock();
	quiet = pass.changes == agree_changes();
	if (quiet && is_different(one)) {
		mend(one, one->list);
		one->list = 0;
	}
	fib_unlock();
	return quiet;
}

/* With what the kernel uses now, or with all that it told, if that begins so. */
static void settle_asked(struct suspect *one, uint32_t path)
{
	uint8_t family = one->key.family;
	struct fib_route intent;

	fib_lock();
	intent = record_load(&one->key);
	if (agree_choice(family, agree_list(&one->key, intent.path)) != path) {
		if (agree_choice(family, one->list) == path) {
			mend(one, one->list);
			one->list = 0;
		} else {
			path_hold(path);
			mend(one, path);
		}
	}
	fib_unlock();
}

static void settle(struct suspect *one)
{
	uint32_t path;

	for (int i = 0; i < TRIES; i++) {
		if (settle_quiet(one) || !ask(one, &path))
			return;
		/* Is it of the same moment as what we have? */
		if (!netlink_read()) {
			settle_asked(one, path);
			return;
		}
	}
}

void kernel_audit_settle(void)
{
	bool quiet;

	for (int i = 0; i < TRIES && pass.nsuspects && netlink_read(); i++)
		;
	fib_lock();
	quiet = pass.changes == agree_changes();
	fib_unlock();
	for (uint32_t i = 0; i < pass.nsuspects; i++)
		settle(&pass.suspects[i]);
	/* While routes change most suspects are none: the next pass tells. */
	if (pass.many && quiet) {
		zlog_warn(
			"bpf: audit: more than %u prefixes were not as in the kernel: reading all routes again",
			SUSPECTS_MAX);
		netlink_distrust();
	}
	fib_lock();
	answer_forget();
	fib_unlock();
}
