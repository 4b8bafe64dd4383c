/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * port_flags.h - the flags of a port's record: what sysctls, addresses and
 * policy rules allow the forwarder. The functions that hear of changes are in
 * port.h. Callers hold the fib lock.
 */
#ifndef FRR_BPF_PORT_FLAGS_H
#define FRR_BPF_PORT_FLAGS_H

#include "plugin/ports/port.h"

/* FIB_PORT_* of a port as it is now. */
uint32_t port_flags(const struct port *port);

/* Of port.c: a link that may be changed, or NULL; write records anew. */
struct port *port_get(uint32_t ifindex);
void port_publish(const struct port *port);
void port_publish_all(void);

#endif /* FRR_BPF_PORT_FLAGS_H */
