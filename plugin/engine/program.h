/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * program.h - the XDP program and its attachments.
 *
 * Configuration is read-only data of the program; a change of it, or of the
 * size of the route maps, loads a new program beside the old and replaces it
 * in every link. Callers hold the fib lock; privileges are raised inside.
 */
#ifndef FRR_BPF_PROGRAM_H
#define FRR_BPF_PROGRAM_H

#include <stdbool.h>
#include <stdint.h>

#include "plugin/engine/maps.h"

/*
 * Load a program that uses m. Maps of m without a file descriptor are created
 * and mapped into memory. The program is not in use before program_use().
 * Result: 0, or -errno with the reason in error (size bytes).
 */
int program_load(struct maps *m, char *error, size_t size);

/* Make the program loaded last the current one; the one before is closed. */
void program_use(void);

/* Drop the program loaded last, if it is not in use. */
void program_discard(void);

/*
 * Attach the current program to an interface; a link of ours that an earlier
 * zebra left pinned is taken over without a gap.
 * Result: the link's file descriptor, or -errno (-EBUSY: another program is
 * there; -EOPNOTSUPP: the driver has no XDP and generic is false).
 */
int program_attach(uint32_t ifindex, bool generic);

/* Pin an attachment, so that it outlives the process. Result: 0 or -errno. */
int program_pin(int link_fd, uint32_t ifindex, bool generic);

/* Replace the program in a link by the current one. Result: 0 or -errno. */
int program_replace(int link_fd);

/*
 * Has the interface the current program, by this link? True, too, when it cannot
 * be told.
 */
bool program_attached(int link_fd, uint32_t ifindex);

/* Detach and close. */
void program_detach(int link_fd, uint32_t ifindex);

/* Id of the current program, 0 when none is loaded. Any thread. */
uint32_t program_id(void);

void program_fini(void);

#endif /* FRR_BPF_PROGRAM_H */
