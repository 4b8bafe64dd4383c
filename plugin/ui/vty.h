/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vty.h - the commands of commands.h, with their handlers. Main thread.
 */
#ifndef FRR_BPF_VTY_H
#define FRR_BPF_VTY_H

#include "plugin/base/compat.h"
#include "lib/command.h"
#include "lib/json.h"

#include "plugin/ui/commands.h"

/* Definition of a command's handler; not every one needs its arguments. */
#define HANDLER(identifier)                                                    \
	int identifier(const struct cmd_element *self, struct vty *vty,        \
		       int argc, struct cmd_token *argv[])
#define UNUSED_ARGUMENTS ((void)self, (void)vty, (void)argc, (void)argv)

/* A handler for every command of the list. */
#define C(identifier, node, grammar, help)                                     \
	int identifier(const struct cmd_element *self, struct vty *vty,        \
		       int argc, struct cmd_token *argv[]);
BPF_COMMANDS(C)
#undef C

/* Install nodes and commands; in frr_late_init, before configuration is read. */
void vty_install(void);

/* Says so and is true while nothing is behind the maps. */
bool vty_not_ready(struct vty *vty);

/* True when the keyword is among the tokens typed. */
bool vty_has(int argc, struct cmd_token *argv[], const char *keyword);

/* Print the object (which is freed) as vtysh users expect JSON. */
int vty_show_json(struct vty *vty, struct json_object *object);

/* Member of an object as text or number; "-" or 0 when it is not there. */
const char *json_text(struct json_object *object, const char *name);
uint64_t json_number(struct json_object *object, const char *name);
bool json_true(struct json_object *object, const char *name);

#endif /* FRR_BPF_VTY_H */
