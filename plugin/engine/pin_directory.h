/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pin_directory.h - where a router instance's pins are: INSTANCE below ROOT on
 * a BPF file system. Files only: it needs neither FRR nor libbpf, because the
 * loader uses it in releases of FRR that the module cannot run in.
 */
#ifndef FRR_BPF_PIN_DIRECTORY_H
#define FRR_BPF_PIN_DIRECTORY_H

#include <stddef.h>
#include <sys/types.h>

/* Parent of the instances' directories unless the operator names another. */
#define PIN_ROOT_DEFAULT "/sys/fs/bpf/frr-bpf"
#define PIN_DIRECTORY_MAX 256
/* The directory of XDP attachments in an instance's. */
#define PIN_LINKS "links"

/*
 * Open the instance's directory below root (NULL: the default), made if it is
 * not there, and lock it; the lock lasts as long as the descriptor. For root.
 * path becomes its name, on errors the name of what failed. Result:
 * descriptor, -ENODEV without a BPF file system, -EWOULDBLOCK when another
 * zebra uses it, -errno.
 */
int pin_directory_open(const char *root, const char *pathspace, char *path,
		       size_t size);

/*
 * Make the directories of these names (the last is NULL) in an open instance's
 * and give all to uid:gid. Result: 0 or -errno.
 */
int pin_directory_give(int instance, const char *const *names, uid_t uid,
		       gid_t gid);

/* Call each() for every entry of a directory. */
void pin_directory_each(const char *in,
			void (*each)(const char *path, const char *name,
				     void *argument),
			void *argument);

/* Remove the pins in a directory, not those below. Result: how many. */
unsigned int pin_directory_clear(const char *path);

/* Remove all pins of an instance; its directories stay. Result: how many. */
unsigned int pin_directory_empty(const char *instance);

#endif /* FRR_BPF_PIN_DIRECTORY_H */
