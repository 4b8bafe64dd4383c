/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * provider.h - the module's place among zebra's dataplane providers.
 */
#ifndef FRR_BPF_PROVIDER_H
#define FRR_BPF_PROVIDER_H

#include "plugin/base/compat.h"

/* Register with zebra's dataplane. Main thread, in frr_late_init. 0 or -errno. */
int provider_register(void);

/* Contexts since start that are not about routes we serve. Any thread. */
uint64_t provider_ignored(void);

#endif /* FRR_BPF_PROVIDER_H */
