// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/engine/pin.h"

#include <bpf/bpf.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "plugin/base/compat.h"
#include "lib/log.h"

#include "plugin/base/health.h"

static char directory[256]; /* empty: nothing is pinned */

/*
 * The maps' directory in it. A record means what it means to one FRR release
 * (protocol numbers shift) and one layout: another's must not have our name.
 */
static char maps_directory[48];

#define MAPS_PREFIX "maps"

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

static int directory_give(int fd, mode_t mode, uid_t uid, gid_t gid)
{
	return fchown(fd, uid, gid) < 0 || fchmod(fd, mode) < 0 ? -errno : 0;
}

/* The part of root that exists decides which file system it will be on. */
static bool on_bpffs(const char *root)
{
	char path[sizeof(directory)];
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

static int pin_failed(const char *path, int error)
{
	health_set(
		HEALTH_PINS,
		"cannot pin in %s: %s; forwarding in XDP will end with zebra",
		path,
		error == EWOULDBLOCK ? "another zebra uses it"
				     : strerror(error));
	directory[0] = '\0';
	return -error;
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

/* The directories of maps and links in the instance's. Result: 0 or -errno. */
static int instance_fill(int instance, uid_t uid, gid_t gid)
{
	const char *const names[] = { maps_directory, "links" };
	int ret = 0;

	for (int i = 0; !ret && i < 2; i++) {
		int fd = directory_open(instance, names[i]);

		if (fd < 0)
			return fd;
		ret = directory_give(fd, 0750, uid, gid);
		close(fd);
	}
	return ret ? ret : directory_give(instance, 0750, uid, gid);
}

/* The BPF file system keeps names with dots for itself. */
static void maps_directory_name(void)
{
	snprintf(maps_directory, sizeof(maps_directory), "%s-%s-%d",
		 MAPS_PREFIX, FRR_VER_SHORT, FIB_ABI_VERSION);
	for (char *dot = maps_directory; (dot = strchr(dot, '.'));)
		*dot = '_';
}

int pin_init(const char *root, const char *pathspace, uid_t uid, gid_t gid)
{
	static int instance = -1; /* kept open: it carries the lock */
	char name[64];
	int fd, ret;

	if (!root)
		root = PIN_ROOT_DEFAULT;
	if (!on_bpffs(root)) {
		health_set(
			HEALTH_PINS,
			"nothing can be pinned: no BPF file system at %s (mount -t bpf -o mode=0755 bpf /sys/fs/bpf); forwarding in XDP will end with zebra",
			root);
		return -ENODEV;
	}
	instance_name(name, sizeof(name), pathspace);
	snprintf(directory, sizeof(directory), "%s/%s", root, name);
	maps_directory_name();
	fd = root_open(root);
	if (fd < 0)
		return pin_failed(root, -fd);
	instance = directory_open(fd, name);
	close(fd);
	if (instance < 0)
		return pin_failed(directory, -instance);
	ret = flock(instance, LOCK_EX | LOCK_NB) < 0
		      ? -errno
		      : instance_fill(instance, uid, gid);
	if (ret) {
		close(instance);
		return pin_failed(directory, -ret);
	}
	return 0;
}

const char *pin_directory(void)
{
	return directory[0] ? directory : NULL;
}

/* A pin that exists is replaced by rename(2): there is always one. */
static int pin_replace(int fd, const char *path)
{
	char new[sizeof(directory) + 48];

	snprintf(new, sizeof(new), "%s-new", path);
	unlink(new);
	if (bpf_obj_pin(fd, new) < 0)
		return -errno;
	if (rename(new, path) < 0) {
		int error = errno;

		unlink(new);
		return -error;
	}
	return 0;
}

/* Call each() for every entry of the directory in. */
static void each_entry(const char *in,
		       void (*each)(const char *path, const char *name,
				    void *argument),
		       void *argument)
{
	char path[PATH_MAX];
	struct dirent *entry;
	DIR *dir = opendir(in);

	if (!dir)
		return;
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", in, entry->d_name);
		each(path, entry->d_name, argument);
	}
	closedir(dir);
}

static void each_link(void (*each)(const char *path, const char *name,
				   void *argument),
		      void *argument)
{
	char path[sizeof(directory) + 8];

	snprintf(path, sizeof(path), "%s/links", directory);
	each_entry(path, each, argument);
}

static void remove_pin(const char *path, const char *name, void *argument)
{
	(void)name;
	(void)argument;
	unlink(path);
}

/* A directory of maps, ours or another release's; only ours stays, empty. */
static void remove_maps(const char *path, const char *name, void *argument)
{
	(void)argument;
	if (strncmp(name, MAPS_PREFIX, strlen(MAPS_PREFIX)))
		return;
	each_entry(path, remove_pin, NULL);
	if (strcmp(name, maps_directory) && rmdir(path) < 0)
		zlog_warn(
			"bpf: cannot remove %s, maps of another release that take memory: %s; remove it by hand",
			path, strerror(errno));
}

static void remove_other_maps(const char *path, const char *name,
			      void *argument)
{
	if (strcmp(name, maps_directory))
		remove_maps(path, name, argument);
}

int pin_maps(const struct maps *m)
{
	char path[sizeof(directory) + sizeof(maps_directory) + 32];
	int ret;

	if (!pin_directory())
		return 0;
	for (int id = 0; id < MAPS; id++) {
		snprintf(path, sizeof(path), "%s/%s/%s", directory,
			 maps_directory, map_name(id));
		ret = pin_replace(m->fd[id], path);
		if (ret) {
			return pin_failed(path, -ret);
		}
	}
	each_entry(directory, remove_other_maps, NULL);
	return 0;
}

static void link_path(char *path, size_t size, uint32_t ifindex, bool generic)
{
	snprintf(path, size, "%s/links/%u%s", directory, ifindex,
		 generic ? "-generic" : "");
}

int pin_link(int link_fd, uint32_t ifindex, bool generic)
{
	char path[sizeof(directory) + 32];
	int ret;

	if (!pin_directory())
		return 0;
	link_path(path, sizeof(path), ifindex, generic);
	ret = pin_replace(link_fd, path);
	return ret ? pin_failed(path, -ret) : 0;
}

int pin_link_open(uint32_t ifindex, bool generic)
{
	char path[sizeof(directory) + 32];
	int fd;

	if (!pin_directory())
		return -ENOENT;
	link_path(path, sizeof(path), ifindex, generic);
	fd = bpf_obj_get(path);
	return fd < 0 ? -errno : fd;
}

void pin_link_remove(uint32_t ifindex)
{
	char path[sizeof(directory) + 32];

	if (!pin_directory())
		return;
	link_path(path, sizeof(path), ifindex, false);
	unlink(path);
	link_path(path, sizeof(path), ifindex, true);
	unlink(path);
}

static void sweep_link(const char *path, const char *name, void *argument)
{
	bool (*const *keep)(uint32_t) = argument;
	char *end;
	unsigned long ifindex = strtoul(name, &end, 10);

	if ((*end && strcmp(end, "-generic")) || !(*keep)((uint32_t)ifindex))
		unlink(path);
}

void pin_links_sweep(bool (*keep)(uint32_t ifindex))
{
	if (pin_directory())
		each_link(sweep_link, &keep);
}

void pin_remove_all(void)
{
	if (!pin_directory())
		return;
	each_link(remove_pin, NULL);
	each_entry(directory, remove_maps, NULL);
}
