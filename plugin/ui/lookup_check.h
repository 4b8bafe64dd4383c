/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lookup_check.h - what else than its route decides on a packet: the port it comes
 * in by, its addresses, the port it leaves by. In the order of bpf/, where the
 * forwarder decides; lengths and header fields are taken to be good.
 *
 * Callers hold the fib lock.
 */
#ifndef FRR_BPF_LOOKUP_CHECK_H
#define FRR_BPF_LOOKUP_CHECK_H

#include "plugin/ui/model.h"

/* Each: the verdict that ends it, or VERDICTS. Before the route is looked up; */
enum verdict lookup_check(const struct lookup *lookup);

/* when that forwards (rpf.h); */
enum verdict lookup_check_source(const struct lookup *lookup);

/* with an adjacency (egress_check()). */
enum verdict lookup_check_egress(const struct lookup *lookup,
				 const struct fib_adjacency *adjacency);

#endif /* FRR_BPF_LOOKUP_CHECK_H */
