/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * repair.h - what was found to be wrong, and mended: counted, logged once, the
 * latest kept for "show bpf audit". Callers hold the fib lock.
 */
#ifndef FRR_BPF_REPAIR_H
#define FRR_BPF_REPAIR_H

#include <stdint.h>

#include "plugin/base/compat.h"
#include "plugin/base/prefix_key.h"

/* What was found: F(identifier, name, text); the text follows the object's name. */
// clang-format off
#define FAULTS(F)                                                                                \
	/* in the maps, */                                                                       \
	F(MISSING, "missing", "was not in the map")                                              \
	F(FOREIGN, "foreign", "did not belong in the map")                                       \
	F(CONTENT, "content", "had other contents in the map")                                   \
	F(OTHER, "other", "had another route's ID in the map")                                   \
	F(WORD, "word", "had another forwarding word in the map")                                \
	F(BUCKETS, "buckets", "had other buckets in the map")                                    \
	/* (the kernel decides until its route and zebra's are told again) */                    \
	F(RECORD, "record", "had a damaged record in the map")                                   \
	/* of a port, */                                                                         \
	F(PROGRAM, "program", "had lost the XDP program")                                        \
	F(TARGET, "target", "was no redirect target")                                            \
	/* of zebra's RIB, */                                                                    \
	F(RIB_MISSED, "rib-missed", "was not as in the RIB")                                     \
	F(RIB_STALE, "rib-stale", "had left the RIB without a word")                             \
	/* of the kernel. */                                                                     \
	F(KERNEL, "kernel", "was not as in the kernel")
// clang-format on

enum fault {
#define F(id, name, text) FAULT_##id,
	FAULTS(F)
#undef F
};

const char *fault_name(enum fault fault);
const char *fault_text(enum fault fault);

struct repair {
	char object[96]; /* as an operator knows it: a prefix, or in words */
	enum fault fault;
	uint32_t when;	/* the last time: boottime() */
	uint32_t times; /* in a row */
};

void repair_prefix(enum fault fault, const struct prefix_key *key);

/* The object's name is as of printf(). */
void repair_object(enum fault fault, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Of what was mended lately, the latest first; NULL at the end. */
const struct repair *repair_at(uint32_t index);

/* Since start. */
uint64_t repair_count(void);

/* The log takes some more lines; how many too many there were is logged. */
void repair_log_more(void);

void repair_fini(void);

#endif /* FRR_BPF_REPAIR_H */
