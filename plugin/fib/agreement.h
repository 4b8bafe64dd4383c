/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * agreement.h - whether zebra's route and the kernel's are the same, for who asks
 * about a prefix. Callers hold the fib lock.
 */
#ifndef FRR_BPF_AGREEMENT_H
#define FRR_BPF_AGREEMENT_H

#include "bpf/abi.h"

enum agreement {
	AGREEMENT_SAME, /* or neither has one, or it does not matter */
	AGREEMENT_KERNEL_ONLY,
	AGREEMENT_RIB_ONLY,
	AGREEMENT_DIFFERENT,
	AGREEMENT_UNSURE, /* what the kernel does, only itself can tell */
};

enum agreement agreement_of(const struct fib_route *intent);

#endif /* FRR_BPF_AGREEMENT_H */
