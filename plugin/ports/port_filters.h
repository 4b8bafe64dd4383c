/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * port_filters.h - netfilter rules, IPsec policies and tc that packets pass in the
 * kernel, and that XDP does not know: the kernel forwards what they may concern, or,
 * with "bpf netfilter ignore", they do not concern it. Callers hold the fib lock.
 */
#ifndef FRR_BPF_PORT_FILTERS_H
#define FRR_BPF_PORT_FILTERS_H

#include "plugin/ports/port.h"

/* All of a kind. */
void port_filters_told(const struct kernel_filter_list *list);

/* What tc does on a link; are there programs of tcx? */
void port_link_filters_told(uint32_t ifindex,
			    const struct kernel_link_filters *filters);
void port_link_programs_told(uint32_t ifindex, bool in, bool out);

/* What sees packets that arrive at a port, and that leave there, or NULL. */
const char *port_filters_in(const struct port *port);
const char *port_filters_out(const struct port *port);

/* It was attached; its record is not written yet. Before it is known, tc may. */
void port_filters_attached(struct port *port);

/* What does tc do there now? */
void port_filters_look(const struct port *port);
/* Of one link, or of all ports (0). */
void port_filters_changed(uint32_t ifindex);

/* "bpf netfilter ignore" */
void port_filters_ignore(bool ignore);

/* Call each() for what there is of netfilter and IPsec; the last of many say so. */
void port_filters_walk(void (*each)(const struct kernel_filter *filter,
				    void *argument),
		       void *argument);

#endif /* FRR_BPF_PORT_FILTERS_H */
