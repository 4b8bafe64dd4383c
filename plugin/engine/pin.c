// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/engine/pin.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "plugin/base/compat.h"
#include "lib/log.h"
#include "lib/privs.h"

#include "plugin/base/health.h"
#include "plugin/engine/pin_directory.h"

extern struct zebra_privs_t zserv_privs;

static char directory[PIN_DIRECTORY_MAX]; /* empty: nothing is pinned */

/*
 * The maps' directory in it. A record means what it means to one FRR release
 * (protocol numbers shift) and one layout: another's must not have our name.
 */
static char maps_directory[48];

#define MAPS_PREFIX "maps"

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
	const char *const names[] = { maps_directory, PIN_LINKS, NULL };
	int instance, ret;

	maps_directory_name();
	/* It stays open: it carries the lock. */
	instance = pin_directory_open(root, pathspace, directory,
				      sizeof(directory));
	if (instance == -ENODEV) {
		health_set(
			HEALTH_PINS,
			"nothing can be pinned: no BPF file system at %s (mount -t bpf -o mode=0755 bpf /sys/fs/bpf); forwarding in XDP will end with zebra",
			directory);
		directory[0] = '\0';
		return -ENODEV;
	}
	if (instance < 0)
		return pin_failed(directory, -instance);
	ret = pin_directory_give(instance, names, uid, gid);
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

/* A directory of maps that another release or layout left. */
static void remove_other_maps(const char *path, const char *name,
			      void *argument)
{
	(void)argument;
	if (strncmp(name, MAPS_PREFIX, strlen(MAPS_PREFIX)) ||
	    !strcmp(name, maps_directory))
		return;
	pin_directory_clear(path);
	if (rmdir(path) < 0)
		zlog_warn(
			"bpf: cannot remove %s, maps of another release that take memory: %s; remove it by hand",
			path, strerror(errno));
}

static int maps_pin(const struct maps *m)
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
	pin_directory_each(directory, remove_other_maps, NULL);
	return 0;
}

int pin_maps(const struct maps *m)
{
	int ret = 0;

	frr_with_privs (&zserv_privs) {
		ret = maps_pin(m);
	}
	return ret;
}

static void link_path(char *path, size_t size, uint32_t ifindex, bool generic)
{
	snprintf(path, size, "%s/" PIN_LINKS "/%u%s", directory, ifindex,
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
	char path[sizeof(directory) + 8];

	if (!pin_directory())
		return;
	snprintf(path, sizeof(path), "%s/" PIN_LINKS, directory);
	pin_directory_each(path, sweep_link, &keep);
}

void pin_remove_all(void)
{
	if (!pin_directory())
		return;
	pin_directory_empty(directory);
	pin_directory_each(directory, remove_other_maps, NULL);
}
