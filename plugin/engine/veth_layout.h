/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * veth_layout.h - where the running kernel keeps the VLAN tag of a frame that a
 * veth hands to XDP in native mode.
 */
#ifndef FRR_BPF_VETH_LAYOUT_H
#define FRR_BPF_VETH_LAYOUT_H

#include "bpf/abi.h"

/*
 * From the kernel's BTF. Result: all zero where it is not known: Linux before 6.3
 * does not have the frame's skb within reach, and the kernel may be without BTF or
 * locked down. Main thread; raises privileges inside.
 */
struct fib_veth_layout veth_layout(void);

#endif /* FRR_BPF_VETH_LAYOUT_H */
