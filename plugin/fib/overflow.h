/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * overflow.h - prefixes that the maps have no room for, and the covers that
 * catch their packets meanwhile.
 *
 * Leaving a route out of a longest-prefix table misroutes it to its cover. So
 * the longest cover in the FIB of each prefix that waits is punted, as long as
 * there is one that it is the longest cover of. Callers hold the fib lock.
 */
#ifndef FRR_BPF_OVERFLOW_H
#define FRR_BPF_OVERFLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "plugin/base/prefix_key.h"

/*
 * catches(cover, on) is called, lock held, when the first prefix waits of which
 * cover, which is in the FIB, is the longest cover, and when none does any more.
 */
void overflow_set_catches(void (*catches)(const struct prefix_key *cover,
					  bool on));

/* Length of the cover of a prefix that nothing in the FIB covers. */
#define OVERFLOW_NO_COVER 255

/* key waits; cover_len is the length of its longest cover in the FIB. */
void overflow_add(const struct prefix_key *key, uint8_t cover_len);
/* Why the last one tried could not go in: -ENOSPC is the table's limit. */
void overflow_failed(uint8_t family, int error);
/* It waits no more. */
void overflow_remove(const struct prefix_key *key);
bool overflow_has(const struct prefix_key *key);

/* Any prefix of the family that waits, a cover before what is within, or false. */
bool overflow_first(uint8_t family, struct prefix_key *key);

uint32_t overflow_count(uint8_t family);

/* If key were in the FIB, would it be the longest cover of any that waits? */
bool overflow_caught_by(const struct prefix_key *key);

/* key came into the FIB. */
void overflow_cover_added(const struct prefix_key *key);

/* key is about to leave the FIB, its own longest cover is of length cover_len. */
void overflow_cover_leaves(const struct prefix_key *key, uint8_t cover_len);

void overflow_fini(void);

#endif /* FRR_BPF_OVERFLOW_H */
