// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * unit_rib_audit.c - zebra's RIB against the records while both change: it finds what
 * nobody told, nothing else, and holds on to nothing that others took away.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "plugin/zebra/rib_audit.h"

#include "plugin/base/compat.h"
#include "lib/table.h"
#include "zebra/zebra_router.h"

#include "fake_kernel.h"
#include "fake_route.h"

#include "plugin/base/lock.h"
#include "plugin/base/pace.h"
#include "plugin/base/repair.h"
#include "plugin/control/audit.h"
#include "plugin/control/orders.h"
#include "plugin/fib/record.h"
#include "plugin/zebra/rib_route.h"

#define PREFIXES 200
#define GATEWAYS 50
#define LOST 17	 /* in the RIB only */
#define STALE 23 /* in the records only */

struct zebra_router zrouter;

static struct route_table *rib;
static void (*check_rib)(void);
static bool checked, changing, mending;
static unsigned int missed, stale, pauses;
static unsigned int seed = 1;

static struct prefix_key key_of(uint32_t i)
{
	return key4(0x0b000000 + (i << 8), 24);
}

/* With the last route through a gateway its group goes. */
static struct route_spec *spec_of(uint32_t i)
{
	return via(key_of(i), (uint8_t)(1 + i % GATEWAYS));
}

static void remove_record(uint32_t i)
{
	struct prefix_key key = key_of(i);

	if (record_load(&key).owners & FIB_OWNER_ZEBRA)
		both_withdraw(&key, 9, 0);
}

static void set_rib(uint32_t i, bool there)
{
	struct prefix_ipv4 prefix = {
		.family = AF_INET,
		.prefixlen = 24,
		.prefix.s_addr = htonl(0x0b000000 + (i << 8)),
	};
	struct route_node *node = route_node_get(rib, (struct prefix *)&prefix);

	if (!node->info && there) {
		node->info = rib;
		return; /* its own reference */
	}
	if (node->info && !there) {
		node->info = NULL;
		route_unlock_node(node);
	}
	route_unlock_node(node);
}

static void all_right(void)
{
	for (uint32_t i = 0; i < PREFIXES; i++) {
		set_rib(i, i != STALE);
		if (i == LOST)
			remove_record(i);
		else
			both_install(spec_of(i));
	}
}

struct route_table *rib_route_table(uint8_t family)
{
	return family == AF_INET ? rib : NULL;
}

bool rib_route_of(struct route_node *node, struct route_spec *spec)
{
	uint32_t i = (ntohl(node->p.u.prefix4.s_addr) >> 8) & 0xffff;

	if (node->info)
		*spec = *spec_of(i);
	return node->info;
}

bool rib_route(const struct prefix_key *key, struct route_spec *spec)
{
	uint32_t i = (uint32_t)key->addr[1] << 8 | key->addr[2];

	if (i == STALE)
		return false;
	*spec = *spec_of(i);
	return true;
}

bool rib_route_busy(const struct prefix_key *key)
{
	(void)key;
	mending = true;
	return false;
}

bool orders_pending(void)
{
	return false;
}

void audit_set_rib(void (*check)(void))
{
	check_rib = check;
}

void audit_rib_done(void)
{
	checked = true;
}

bool audit_urgent(void)
{
	return true;
}

/* After each batch the event ends, and the main thread does something else. */
struct pace pace_begin(void)
{
	return (struct pace){ .began = pauses };
}

bool pace_spent(const struct pace *pace)
{
	return pauses > pace->began;
}

long pace_pause(const struct pace *pace)
{
	(void)pace;
	return 0;
}

void __wrap_repair_prefix(enum fault fault, const struct prefix_key *key);
void __wrap_repair_prefix(enum fault fault, const struct prefix_key *key)
{
	struct prefix_key lost = key_of(LOST), left = key_of(STALE);

	if (changing)
		return;
	missed += fault == FAULT_RIB_MISSED && !prefix_key_cmp(key, &lost);
	stale += fault == FAULT_RIB_STALE && !prefix_key_cmp(key, &left);
	assert_true(!prefix_key_cmp(key, &lost) || !prefix_key_cmp(key, &left));
}

/* Others have the lock: what is under the cursor goes, other things come. */
void __wrap_fib_lock_pause(void);
void __wrap_fib_lock_pause(void)
{
	bool gone = rand_r(&seed) % 2;

	pauses++;
	if (!changing || mending)
		return;
	for (uint32_t i = 0; i < PREFIXES; i++)
		if (gone)
			remove_record(i);
		else
			both_install(spec_of(i));
}

static void run_pass(void)
{
	struct event event;

	checked = mending = false;
	check_rib();
	while (!checked) {
		assert_non_null(event_fetch(zrouter.master, &event));
		fib_unlock();
		event_call(&event);
		fib_lock();
		for (uint32_t i = 0; changing && i < PREFIXES; i++)
			set_rib(i, rand_r(&seed) % 2);
	}
}

static void test_missed(void **state)
{
	(void)state;
	run_pass();
	assert_int_equal(missed, 1);
	assert_int_equal(stale, 1);
	run_pass();
	assert_int_equal(missed, 1);
	assert_int_equal(stale, 1);
}

static void test_changes_meanwhile(void **state)
{
	(void)state;
	changing = true;
	for (int i = 0; i < 3; i++)
		run_pass();
	changing = false;
	all_right();
	run_pass();
	assert_int_equal(missed, 1);
	assert_int_equal(stale, 1);
}

static int setup(void **state)
{
	(void)state;
	zrouter.master = event_master_create(NULL);
	rib = route_table_init();
	fake_fib_open(PREFIXES, 4);
	rib_audit_init();
	all_right();
	missed = stale = pauses = 0;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	fib_unlock();
	rib_audit_fini();
	fib_lock();
	for (uint32_t i = 0; i < PREFIXES; i++)
		set_rib(i, false);
	route_table_finish(rib);
	fake_fib_close();
	event_master_free(zrouter.master);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_missed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_changes_meanwhile, setup,
						teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
