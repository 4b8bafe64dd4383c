/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * compat_interface.h - the interface node of zebra's command line. Since FRR
 * 10 mgmtd has the interfaces' configuration and zebra has no such node. Main
 * thread.
 */
#ifndef FRR_BPF_COMPAT_INTERFACE_H
#define FRR_BPF_COMPAT_INTERFACE_H

#include "plugin/base/compat.h"
#include "lib/command.h"

#include "plugin/ports/port_config.h"

/*
 * See to it that INTERFACE_NODE exists and that the vty's xpath names the
 * interface there. write() prints the line of an interface that has a mode,
 * inside its "interface NAME" block; the fib lock is held.
 */
void compat_interface_install(void (*write)(struct vty *vty,
					    enum port_mode mode));

#endif /* FRR_BPF_COMPAT_INTERFACE_H */
