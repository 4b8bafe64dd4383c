// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/fib/anyip.h"

#include "plugin/fib/tables.h"

static struct tables nets;

void anyip_set(const struct prefix_key *key, bool present)
{
	if (present)
		tables_set(&nets, key, 1);
	else
		tables_remove(&nets, key);
}

bool anyip_covers(const struct prefix_key *key)
{
	struct prefix_key cover = *key;

	return tables_cover(&nets, &cover);
}

void anyip_fini(void)
{
	tables_fini(&nets);
}
