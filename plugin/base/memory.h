/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * memory.h - the group that the module's memory types stand in ("show memory").
 */
#ifndef FRR_BPF_MEMORY_H
#define FRR_BPF_MEMORY_H

#include "plugin/base/compat.h"
#include "lib/memory.h"

DECLARE_MGROUP(BPF);

#endif /* FRR_BPF_MEMORY_H */
