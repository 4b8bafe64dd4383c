/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * port_attach.h - the XDP program on a port, or not: as the configuration says,
 * whenever link, configuration or program change. Callers hold the fib lock.
 */
#ifndef FRR_BPF_PORT_ATTACH_H
#define FRR_BPF_PORT_ATTACH_H

#include "plugin/ports/port.h"

/* Result: 0 or -errno. */
int port_init(void);
/* Module end: forwarding in XDP ends. */
void port_fini(void);

/*
 * RTM_NEWLINK, RTM_DELLINK, and around a complete dump. Result: whether anything
 * of the link is new.
 */
bool port_link_update(const struct kernel_link *link);
void port_link_delete(uint32_t ifindex);
void port_dump_begin(void);
void port_dump_end(void);

/*
 * "bpf forwarding", "no bpf forwarding" (PORT_OFF). The configuration is kept
 * even when it cannot be applied now.
 * Result: NULL, or a text for the operator that says what is missing.
 */
const char *port_configure(const char *name, enum port_mode mode);

/* The program was replaced: every attachment follows. Result: 0 or -errno. */
int port_replace_programs(void);

/* Have attached ports program, record and redirect target? They are mended. */
void port_verify(void);

/* Ports that are not attached or pinned but should be are tried again. */
void port_retry(void);

/* Configuration has been read: forwarding nobody asks for ends. */
void port_sweep_pins(void);

/* Attached ports. */
unsigned int port_count(void);

#endif /* FRR_BPF_PORT_ATTACH_H */
