/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * compat_leaf.h - leaves and leaf-lists of yang/frr-bpf.yang for libfrr's northbound.
 *
 * FRR 8.4 asks for a leaf by its xpath, with the keys of the lists above it. FRR 10
 * leaves keys out as it walks, but has a callback that is told the node. Main thread.
 */
#ifndef FRR_BPF_COMPAT_LEAF_H
#define FRR_BPF_COMPAT_LEAF_H

#include "plugin/base/compat.h"
#include "lib/northbound.h"

/* Set the callbacks of a leaf or leaf-list node. */
void compat_leaf_callbacks(struct nb_node *node);

#endif /* FRR_BPF_COMPAT_LEAF_H */
