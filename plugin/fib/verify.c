// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/fib/verify.h"

#include "plugin/base/compat.h"

#include "plugin/base/bitset.h"
#include "plugin/base/boottime.h"
#include "plugin/base/health.h"
#include "plugin/base/lock.h"
#include "plugin/base/memory.h"
#include "plugin/base/repair.h"
#include "plugin/engine/counters.h"
#include "plugin/fib/nhgroup.h"
#include "plugin/fib/path.h"
#include "plugin/fib/record.h"
#include "plugin/fib/srcdest.h"

DEFINE_MTYPE_STATIC(BPF, BPF_VERIFY, "BPF verification");

/* Free records passed over at most in a batch. */
#define FREE_MAX 4096

/* So many entries more than routes are no reason to end a walk. */
#define FOREIGN_MAX 65536

void verify_begin(struct verify *verify)
{
	verify->generation = record_generation();
	verify->seen =
		XCALLOC(MTYPE_BPF_VERIFY, bitset_size(maps.config.max_routes));
	verify->count = 0;
	verify->visits = 0;
	verify->id = 1;
}

void verify_end(struct verify *verify)
{
	XFREE(MTYPE_BPF_VERIFY, verify->seen);
}

bool verify_outdated(const struct verify *verify)
{
	return verify->generation != record_generation();
}

static bool record_is(uint32_t id, const struct prefix_key *key)
{
	const struct fib_route *record = &maps.route[id];
	struct prefix_key own;

	if (!id || id >= maps.config.max_routes ||
	    record->family != key->family || record->prefixlen != key->len)
		return false;
	own = route_key(record);
	return prefix_key_same(&own, key);
}

/*
 * Nothing that it says is believed; the references that it had are lost. That
 * zebra has a route, and which the kernel has, is for others to find.
 */
static void rebuild(struct verify *verify, uint32_t id,
		    const struct prefix_key *key)
{
	struct fib_route intent = {
		.table = key->table,
		.family = key->family,
		.prefixlen = key->len,
		.owners = FIB_OWNER_KERNEL,
		.path = PATH_UNSURE,
		.word = fib_word(FIB_PUNT, VERDICT_PUNT_DIFFERS),
		.updated = boottime(),
		.told = RECORD_UNTOLD,
	};

	memcpy(intent.addr, key->addr, sizeof(intent.addr));
	if (srcdest_has(key))
		intent.owners |= FIB_OWNER_SRCDEST;
	if (verify->is_local(key))
		intent.owners |= FIB_OWNER_LOCAL;
	health_map_write("a route", record_restore(id, key, &intent));
	counters_route_reset(id);
	verify->damaged = true;
	repair_prefix(FAULT_RECORD, key);
}

static void foreign_remove(const struct maps_lpm_entry *entry)
{
	int ret = maps_lpm_remove_entry(&maps, entry);

	health_map_write("a foreign route", ret == -ENOENT ? 0 : ret);
	repair_prefix(FAULT_FOREIGN, &entry->key);
}

static void entry_verify(struct verify *verify,
			 const struct maps_lpm_entry *entry)
{
	uint32_t id = 0;

	if (record_is(entry->id, &entry->key)) {
		bitset_set(verify->seen, entry->id);
		return;
	}
	if (entry->bits >= FIB_KEY_TABLE_BITS)
		id = record_find(&entry->key);
	if (!id) {
		foreign_remove(entry);
		return;
	}
	bitset_set(verify->seen, id);
	if (id == entry->id) {
		rebuild(verify, id, &entry->key);
		return;
	}
	health_map_write("a route", maps_lpm_insert(&maps, &entry->key, id));
	repair_prefix(FAULT_OTHER, &entry->key);
}

/* Where to go on: the last entry that is still a route's. */
static const struct prefix_key *resume_at(struct verify *verify)
{
	while (verify->count--)
		if (record_find(&verify->last[verify->count].key))
			return &verify->last[verify->count].key;
	return NULL;
}

bool verify_trie(struct verify *verify, uint8_t family)
{
	/* It begins anew when others take out where it stands. */
	uint64_t limit = 2 * (uint64_t)record_count(family) + FOREIGN_MAX;

	verify->count = maps_lpm_entries(&maps, family, resume_at(verify),
					 verify->last);
	for (int i = 0; i < verify->count; i++) {
		fib_lock_count();
		entry_verify(verify, &verify->last[i]);
	}
	verify->visits += MAPS_LPM_ENTRIES;
	if (verify->count == MAPS_LPM_ENTRIES && verify->visits < limit)
		return true;
	verify->count = 0;
	verify->visits = 0;
	return false;
}

static void words_verify(uint32_t id, const struct fib_route *record,
			 const struct prefix_key *key)
{
	uint32_t word = record_word(record);

	for (uint32_t cpu = 0; cpu < maps.config.ncpus; cpu++) {
		size_t row = (size_t)cpu * maps.config.max_routes + id;

		if (maps.route_hot[row].word == word)
			continue;
		record_restore(id, key, record);
		repair_prefix(FAULT_WORD, key);
		return;
	}
}

static bool makes_sense(const struct verify *verify,
			const struct fib_route *record,
			const struct prefix_key *key)
{
	if (record_half_written(record))
		return false;
	if (record->owners & FIB_OWNER_LOCAL && !verify->is_local(key))
		return false;
	if (record->owners & FIB_OWNER_SRCDEST && !srcdest_has(key))
		return false;
	return path_known(record->path) && nhgroup_word_known(record->word);
}

/* A record without an entry in the trie. */
static void unseen_verify(uint32_t id, const struct prefix_key *key)
{
	uint32_t found = 0;

	/* It may be new, or the kernel has no walk. */
	if (!maps_lpm_lookup(&maps, key, &found) && found == id)
		return;
	health_map_write("a route", maps_lpm_insert(&maps, key, id));
	repair_prefix(FAULT_MISSING, key);
}

static void record_verify(struct verify *verify, uint32_t id)
{
	struct fib_route record = maps.route[id];
	struct prefix_key key = route_key(&record);

	if (!bitset_is(verify->seen, id)) {
		if (record_find(&key) != id) {
			maps.route[id].family = 0;
			repair_prefix(FAULT_FOREIGN, &key);
			return;
		}
		unseen_verify(id, &key);
	}
	if (makes_sense(verify, &record, &key))
		words_verify(id, &record, &key);
	else
		rebuild(verify, id, &key);
}

bool verify_records(struct verify *verify,
		    void (*each)(uint32_t id, const struct fib_route *record))
{
	uint32_t handled = 0, passed = 0;

	while (verify->id < record_ids() && handled < FIB_LOCK_BATCH &&
	       passed++ < FREE_MAX) {
		uint32_t id = verify->id++;

		if (!maps.route[id].family)
			continue;
		fib_lock_count();
		handled++;
		record_verify(verify, id);
		if (maps.route[id].family)
			each(id, &maps.route[id]);
	}
	return verify->id < record_ids();
}
