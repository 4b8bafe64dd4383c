/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * verify.h - whether the tries, hot rows and records say what they should, entry
 * by entry; what does not is mended. The forwarder reads the maps, and whoever is
 * root may have written to them (bpftool). Callers hold the fib lock.
 */
#ifndef FRR_BPF_VERIFY_H
#define FRR_BPF_VERIFY_H

#include <stdbool.h>
#include <stdint.h>

#include "plugin/engine/maps.h"

/* What was found at a prefix, and mended. */
enum fault {
	FAULT_MISSING, /* the trie had no entry of its own for it */
	FAULT_OTHER,   /* the trie had another route's id */
	FAULT_FOREIGN, /* the trie had an entry, and there is no route */
	FAULT_WORD,    /* the forwarding word of a CPU's row */
	FAULT_RECORD,  /* the record made no sense: the kernel decides until
			* zebra's route and the kernel's are told again */
	/* Found by who looks into zebra's RIB: */
	FAULT_RIB_MISSED, /* zebra has a route, and we none or another one */
	FAULT_RIB_STALE,  /* zebra has none any more */
	/* By who has the kernel tell its routes again: */
	FAULT_KERNEL, /* the kernel has others than we took it to have */
};

/* In words. */
const char *fault_text(enum fault fault);

/* A pass over all of them, to be freed with verify_end(). */
struct verify {
	void (*found)(const struct prefix_key *key, enum fault fault);
	/* Has the kernel's local table the prefix? */
	bool (*is_local)(const struct prefix_key *key);
	uint32_t generation; /* record_generation() */
	uint8_t *seen; /* bits, by route id: in the trie as it should be */
	/* Entries of the last step, where the next one goes on. */
	struct maps_lpm_entry last[MAPS_LPM_ENTRIES];
	int count;
	uint64_t visits; /* of this trie */
	uint32_t id;	 /* next record */
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
