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

/* Give a directory to uid:gid, and to nobody else. Result: 0 or -errno. */
int pin_directory_give(int directory, uid_t uid, gid_t gid);

/*
 * Open a directory in an open instance's, made if it is not there, and give it to
 * uid:gid. Result: descriptor or -errno.
 */
int pin_directory_within(int instance, const char *name, uid_t uid, gid_t gid);

/*
 * A path to what name is in an open directory, for calls that take no descriptor.
 * The directories above need not let us pass: systemd mounts the BPF file system
 * for root alone (mode 0700), and zebra does not stay root.
 */
#define PIN_PATH_MAX 96
void pin_directory_path(char *path, size_t size, int directory,
			const char *name);

/* Call each() for every entry of an open directory. */
void pin_directory_each(int directory,
			void (*each)(int directory, const char *name,
				     void *argument),
			void *argument);

/* Remove the pins in an open instance's directory. Result: how many. */
unsigned int pin_directory_clear(int instance, const char *name);

/* Remove all pins of an instance; its directories stay. Result: how many. */
unsigned int pin_directory_empty(int instance);

#endif /* FRR_BPF_PIN_DIRECTORY_H */
