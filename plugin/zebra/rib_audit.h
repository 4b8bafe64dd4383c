/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rib_audit.h - the audit's part in zebra's main thread: are zebra's routes and
 * what we hold for its word the same? A route that is on its way is no fault: what
 * differs is looked at once more, when all orders have been carried out.
 */
#ifndef FRR_BPF_RIB_AUDIT_H
#define FRR_BPF_RIB_AUDIT_H

/* Main thread. */
void rib_audit_init(void);
void rib_audit_fini(void);

#endif /* FRR_BPF_RIB_AUDIT_H */
