/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * port_tags.h - does XDP see the VLAN tags of what a port receives? A tag that the
 * driver, a veth's peer or generic mode keep beside the frame would be overlooked,
 * and the packet be routed as the interface's own. Callers hold the fib lock.
 */
#ifndef FRR_BPF_PORT_TAGS_H
#define FRR_BPF_PORT_TAGS_H

#include "plugin/ports/port.h"

/* Why they are hidden, or NULL when they are not. Valid until the next call. */
const char *port_tags_reason(const struct port *port);

/* It was attached, in one mode or the other; its record is not written yet. */
void port_tags_attached(struct port *port);

/* That, or its link was told anew: is VLAN offload off? */
void port_tags_look(const struct port *port);

/* It is detached: the driver's VLAN offload is as it was before. */
void port_tags_release(struct port *port);

/* KERNEL_CTAGS and the like are offloaded now; those were turned off just now. */
void port_tags_told(uint32_t ifindex, uint8_t offloaded, uint8_t turned_off);

#endif /* FRR_BPF_PORT_TAGS_H */
