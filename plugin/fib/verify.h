/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * verify.h - whether the tries, hot rows and records say what they should, entry
 * by entry; what does not is mended (repair.h). The forwarder reads the maps, and whoever is
 * root may have written to them (bpftool). Callers hold the fib lock.
 */
#ifndef FRR_BPF_VERIFY_H
#define FRR_BPF_VERIFY_H

#include <stdbool.h>
#include <stdint.h>

#include "plugin/engine/maps.h"

/* A pass over all of them, to be freed with verify_end(). */
struct verify {
	/* Has the kernel's local table the prefix? */
	bool (*is_local)(const struct prefix_key *key);
	uint32_t generation; /* record_generation() */
	uint8_t *seen; /* bits, by route id: in the trie as it should be */
	/* Entries of the last step, where the next one goes on. */
	struct maps_lpm_entry last[MAPS_LPM_ENTRIES];
	int count;
	uint64_t visits; /* of this trie */
	uint32_t id;	 /* next record */
	bool damaged;	 /* a record was made anew: have all read again */
};

void verify_begin(struct verify *verify);
void verify_end(struct verify *verify);

/* The records have other ids since: it must begin anew. */
bool verify_outdated(const struct verify *verify);

/* A batch of the family's trie. Result: whether there is more. */
bool verify_trie(struct verify *verify, uint8_t family);

/*
 * A batch of records, after both tries. each() is called for each that is in
 * use, after it was mended. Result: whether there are more.
 */
bool verify_records(struct verify *verify,
		    void (*each)(uint32_t id, const struct fib_route *record));

#endif /* FRR_BPF_VERIFY_H */
