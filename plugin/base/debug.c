// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/base/debug.h"

_Atomic unsigned int debug_flags;
