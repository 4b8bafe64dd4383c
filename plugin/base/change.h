/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * change.h - counts what changed in what we take the kernel to have of links,
 * addresses, neighbours, nexthop objects and rules (routes: agree_changes()), so
 * that who tells it all again learns whether that was news. Not counted is what
 * the kernel itself does not tell, or tells later. Callers hold the fib lock.
 */
#ifndef FRR_BPF_CHANGE_H
#define FRR_BPF_CHANGE_H

#include "plugin/base/compat.h"

void change_made(void);
uint64_t change_count(void);

#endif /* FRR_BPF_CHANGE_H */
