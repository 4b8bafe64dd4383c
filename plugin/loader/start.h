/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * start.h - how the loader (dplane_bpf.so) starts the module proper
 * (dplane_bpf_core.so) that lies beside it.
 */
#ifndef FRR_BPF_START_H
#define FRR_BPF_START_H

/* What the operator and zebra said; strings live as long as the process. */
struct module_start {
	const char *pin_root;	  /* -M dplane_bpf:pin=DIR, or NULL */
	const char *pathspace;	  /* -N, "" without */
	const char *bad_argument; /* of -M, or NULL */
};

/* The symbol of dplane_bpf_core.so, and its type. */
#define MODULE_START "frr_bpf_start"
typedef void module_start_function(const struct module_start *start);

/*
 * Register all hooks. In zebra's main thread, as root, before zebra has an
 * event loop or commands.
 */
module_start_function frr_bpf_start;

#endif /* FRR_BPF_START_H */
