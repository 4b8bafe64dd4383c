// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/engine/pin_directory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

/*
 * Two routers in different network namespaces may share a BPF file system;
 * the initial namespace has the plain name. inode: of /proc/self/ns/net.
 */
static void instance_name(char *name, size_t size, const char *pathspace)
{
	const char *base = pathspace && *pathspace ? pathspace : "default";
	struct stat own, initial;

	if (stat("/proc/self/ns/net", &own) == 0 &&
	    (stat("/proc/1/ns/net", &initial) < 0 ||
	     own.st_ino != initial.st_ino))
		snprintf(name, size, "%s-netns%lu", base,
			 (unsigned long)own.st_ino);
	else
		snprintf(name, size, "%s", base);
}

/*
 * Open a directory below parent, made if it is not there. We are root and the
 * BPF file system may be writable for all: never follow a link, never leave
 * the file system. Result: descriptor or -errno.
 */
static int directory_open(int parent, const char *name)
{
	struct stat above, here;
	int fd;

	if (mkdirat(parent, name, 0700) < 0 && errno != EEXIST)
		return -errno;
	fd = openat(parent, name,
		    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (fstat(parent, &above) == 0 && fstat(fd, &here) == 0 &&
	    above.st_dev == here.st_dev)
		return fd;
	close(fd);
	return -EXDEV;
}

/* The part of root that exists decides which file system it will be on. */
static bool on_bpffs(const char *root)
{
	char path[PIN_DIRECTORY_MAX];
	struct statfs fs;
	char *slash;

	snprintf(path, sizeof(path), "%s", root);
	while (statfs(path, &fs) < 0) {
		slash = strrchr(path, '/');
		if (!slash || slash == path)
			return false;
		*slash = '\0';
	}
	return (unsigned long)fs.f_type == BPF_FS_MAGIC;
}

/* The root belongs to root, or its contents could be anybody's. */
static int root_open(const char *root)
{
	struct stat info;
	int fd;

	if (mkdir(root, 0755) == 0)
		/* zebra's umask is stricter than what all pass through. */
		chmod(root, 0755);
	fd = open(root, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &info) == 0 && info.st_uid == geteuid())
		return fd;
	close(fd);
	return -EPERM;
}

int pin_directory_open(const char *root, const char *pathspace, char *path,
		       size_t size)
{
	char name[64];
	int fd, instance;

	if (!root)
		root = PIN_ROOT_DEFAULT;
	snprintf(path, size, "%s", root);
	if (!on_bpffs(root))
		return -ENODEV;
	fd = root_open(root);
	if (fd < 0)
		return fd;
	instance_name(name, sizeof(name), pathspace);
	snprintf(path, size, "%s/%s", root, name);
	instance = directory_open(fd, name);
	close(fd);
	if (instance >= 0 && flock(instance, LOCK_EX | LOCK_NB) < 0) {
		int error = errno;

		close(instance);
		return -error;
	}
	return instance;
}

int pin_directory_give(int directory, uid_t uid, gid_t gid)
{
	return fchown(directory, uid, gid) < 0 || fchmod(directory, 0750) < 0
		       ? -errno
		       : 0;
}

int pin_directory_within(int instance, const char *name, uid_t uid, gid_t gid)
{
	int fd = directory_open(instance, name);
	int ret = fd < 0 ? fd : pin_directory_give(fd, uid, gid);

	if (ret && fd >= 0)
		close(fd);
	return ret ? ret : fd;
}

void pin_directory_path(char *path, size_t size, int directory,
			const char *name)
{
	snprintf(path, size, "/proc/self/fd/%d/%s", directory, name);
}

void pin_directory_each(int directory,
			void (*each)(int directory, const char *name,
				     void *argument),
			void *argument)
{
	int fd = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!dir) {
		if (fd >= 0)
			close(fd);
		return;
	}
	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			each(directory, entry->d_name, argument);
	closedir(dir);
}

static void remove_pin(int directory, const char *name, void *argument)
{
	unsigned int *removed = argument;

	if (unlinkat(directory, name, 0) == 0)
		++*removed;
}

unsigned int pin_directory_clear(int instance, const char *name)
{
	unsigned int removed = 0;
	int fd = openat(instance, name,
			O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return 0;
	pin_directory_each(fd, remove_pin, &removed);
	close(fd);
	return removed;
}

static void clear(int instance, const char *name, void *argument)
{
	unsigned int *removed = argument;

	*removed += pin_directory_clear(instance, name);
}

unsigned int pin_directory_empty(int instance)
{
	unsigned int removed = 0;

	pin_directory_each(instance, clear, &removed);
	return removed;
}
