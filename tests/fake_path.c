// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel always agrees with zebra. */
#include "plugin/fib/path.h"

uint32_t path_agree(uint32_t id, uint32_t word)
{
	(void)id;
	return word;
}

bool path_known(uint32_t id)
{
	(void)id;
	return true;
}

void path_hold(uint32_t id)
{
	(void)id;
}

void path_put(uint32_t id)
{
	(void)id;
}
