/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * inert.h - what is left of the module in a zebra that it cannot run in: the
 * reason, in the log and as the answer to each of our commands.
 *
 * All here runs in releases of FRR that nobody has seen yet. It uses few of
 * libfrr's functions, each weak, and leaves room behind FRR's structures for
 * members that a later release appends.
 */
#ifndef FRR_BPF_INERT_H
#define FRR_BPF_INERT_H

#include "plugin/loader/start.h"

/*
 * Answer our commands with a reason (copied) from now on, and end forwarding
 * that an earlier zebra left pinned: nobody would follow the kernel's routes.
 * In zebra's main thread, as root, before zebra has commands.
 */
void inert_start(const struct module_start *start, const char *reason);

#endif /* FRR_BPF_INERT_H */
