/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * health.h - what an operator must know: reasons why the module does less than
 * configured. Shown by "show bpf status", logged once when they begin and end.
 */
#ifndef FRR_BPF_HEALTH_H
#define FRR_BPF_HEALTH_H

#include <stdbool.h>
#include <stddef.h>

enum health_reason {
	HEALTH_ARGUMENT,    /* malformed module argument */
	HEALTH_PROGRAM,	    /* program or maps could not be loaded */
	HEALTH_PINS,	    /* nothing is pinned, or old maps */
	HEALTH_LINKS,	    /* an interface's link is not pinned */
	HEALTH_NETLINK,	    /* no rtnetlink socket */
	HEALTH_ROUTES4,	    /* IPv4 routes that do not fit */
	HEALTH_ROUTES6,	    /* IPv6 routes that do not fit */
	HEALTH_NEXTHOPS,    /* routes without room for their nexthops */
	HEALTH_ADJACENCIES, /* neighbours without room */
	HEALTH_FILTERS,	    /* netfilter, IPsec: the kernel forwards */
	HEALTH_PORT,	    /* an interface could not be attached */
	HEALTH_MAPS,	    /* a map write failed */
	HEALTH_REASONS
};

/* Begin (or reword) a reason. Any thread; callers hold the fib lock. */
void health_set(enum health_reason reason, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * A map write failed (ret is -errno, 0 is ignored); what says which. That ends
 * when all that should be in the maps was looked at from begin to end, and what
 * was missing written, without another failure.
 */
void health_map_write(const char *what, int ret);
void health_maps_begin(void);
void health_maps_end(void);

/* End a reason. */
void health_clear(enum health_reason reason);

/* Text of a reason that holds now, else NULL. Valid while the lock is held. */
const char *health_text(enum health_reason reason);

/* True when no reason holds. */
bool health_ok(void);

#endif /* FRR_BPF_HEALTH_H */
