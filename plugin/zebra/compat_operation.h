/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * compat_operation.h - what a dataplane operation of any FRR release means to
 * the FIB. Pure; any thread.
 */
#ifndef FRR_BPF_COMPAT_OPERATION_H
#define FRR_BPF_COMPAT_OPERATION_H

#include "plugin/base/compat.h"
#include "zebra/zebra_dplane.h"

enum operation {
	OPERATION_INSTALL,  /* a route, new or in place of another */
	OPERATION_WITHDRAW, /* a route */
	OPERATION_OTHER,    /* nothing of the FIB's */
};

enum operation compat_operation(enum dplane_op_e op);

/* Have zebra tell of all routes that go. zebra's main thread, at start. */
void compat_operation_start(void);

#endif /* FRR_BPF_COMPAT_OPERATION_H */
