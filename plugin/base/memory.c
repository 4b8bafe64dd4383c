// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/base/memory.h"

DEFINE_MGROUP(BPF, "BPF dataplane");
