/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * output.h - the output of a show command in parts, each made when vtysh has
 * taken the one before: memory stays bounded, and zebra does other things
 * meanwhile, however long the output is and however slow (a pager) its reader.
 * Main thread.
 */
#ifndef FRR_BPF_OUTPUT_H
#define FRR_BPF_OUTPUT_H

#include <json-c/printbuf.h>
#include <stdbool.h>

struct vty;

/*
 * Appends to out. Result: CMD_SUSPEND when there is more to come, else the
 * command's result; then the last line is complete.
 */
typedef int output_part(struct printbuf *out, void *state);

/*
 * Show what part() makes, from a command's handler, which returns the result.
 * state is of memory type TMP and freed here. Where it cannot wait (a telnet
 * session) all is shown at once.
 */
int output_show(struct vty *vty, output_part *part, void *state);

struct json_object;

/* value (which stays the caller's) as a member of an object that is shown in parts. */
void output_json_member(struct printbuf *out, const char *name,
			struct json_object *value, bool first);

/* Free what sessions that were closed in the middle have left. */
int output_fini(void);

#endif /* FRR_BPF_OUTPUT_H */
