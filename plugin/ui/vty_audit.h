/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vty_audit.h - the audit in words.
 */
#ifndef FRR_BPF_VTY_AUDIT_H
#define FRR_BPF_VTY_AUDIT_H

#include <json-c/printbuf.h>

struct json_object;

/* A line, of model_audit(). */
void audit_text(struct printbuf *out, struct json_object *audit);

#endif /* FRR_BPF_VTY_AUDIT_H */
