// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/fib/record_state.h"

#include "plugin/fib/nhgroup.h"
#include "plugin/fib/overflow.h"
#include "plugin/fib/record_map.h"

static void (*changed)(const struct fib_route *intent, enum record_state state);

void record_set_changed(void (*each)(const struct fib_route *intent,
				     enum record_state state))
{
	changed = each;
}

bool record_in_force(const struct fib_route *intent)
{
	return intent->owners & ~(FIB_OWNER_ZEBRA | FIB_OWNER_DEGRADED);
}

static bool works(uint32_t word)
{
	if (fib_word_action(word) == FIB_DROP)
		return true;
	return fib_word_action(word) == FIB_FORWARD &&
	       nhgroup_word_known(word) &&
	       nhgroup_transmits(fib_word_argument(word));
}

enum record_state record_state(const struct fib_route *intent)
{
	struct prefix_key key = route_key(intent);

	if (!(intent->owners & FIB_OWNER_ZEBRA))
		return RECORD_KERNEL;
	if (overflow_has(&key) ||
	    intent->word == fib_word(FIB_PUNT, VERDICT_PUNT_DEGRADED))
		return RECORD_WAITS;
	return record_in_force(intent) && works(record_word(intent))
		       ? RECORD_AGREED
		       : RECORD_KERNEL;
}

void record_tell(struct fib_route *record)
{
	enum record_state state = record_state(record);

	if (state == record->told)
		return;
	record->told = (uint8_t)state;
	if (changed && record->owners & FIB_OWNER_ZEBRA)
		changed(record, state);
}

void record_tell_again(const struct fib_route *intent)
{
	enum record_state state = record_state(intent);

	if (changed && state != RECORD_KERNEL)
		changed(intent, state);
}
