/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * northbound.h - yang/frr-bpf.yang in zebra: "show yang operational-data
 * /frr-bpf:bpf zebra", answered from the JSON objects of model.h.
 */
#ifndef FRR_BPF_NORTHBOUND_H
#define FRR_BPF_NORTHBOUND_H

/* Make the module's text known to libyang; in module init. */
void northbound_embed(void);

/*
 * Load it and serve it; in frr_late_init, after zebra's own northbound is up. A failure
 * is logged and leaves zebra without our YANG, nothing else.
 */
void northbound_install(void);

#endif /* FRR_BPF_NORTHBOUND_H */
