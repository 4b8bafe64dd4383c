// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/base/change.h"

static uint64_t changes;

void change_made(void)
{
	changes++;
}

uint64_t change_count(void)
{
	return changes;
}
