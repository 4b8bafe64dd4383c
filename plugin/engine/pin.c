// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/engine/pin.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
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
 * It and those in it, opened as root; the first carries the lock. They stay open
 * when the name has gone: what is reached by them needs no way from the root.
 */
static int instance = -1, maps_directory = -1, links_directory = -1;

/*
 * The maps' directory in it. A record means what it means to one FRR release
 * (protocol numbers shift) and one layout: another's must not have our name.
 */
static char maps_name[48];

#define MAPS_PREFIX "maps"

static bool maps_wait; /* to be pinned: it failed */

static int pin_failed(const char *path, int error)
{
	health_set(
		HEALTH_PINS,
		"cannot pin in %s: %s; forwarding in XDP will end with zebra",
		path,
		error == EWOULDBLOCK ? "another zebra uses it"
				     : strerror(error));
	return -error;
}

/* The BPF file system keeps names with dots for itself. */
static void maps_name_set(void)
{
	snprintf(maps_name, sizeof(maps_name), "%s-%s-%d", MAPS_PREFIX,
		 FRR_VER_SHORT, FIB_ABI_VERSION);
	for (char *dot = maps_name; (dot = strchr(dot, '.'));)
		*dot = '_';
}

/* Result: 0 or -errno. */
static int directories_open(uid_t uid, gid_t gid)
{
	int ret;

	maps_directory = pin_directory_within(instance, maps_name, uid, gid);
	if (maps_directory < 0)
		return maps_directory;
	links_directory = pin_directory_within(instance, PIN_LINKS, uid, gid);
	if (links_directory < 0)
		ret = links_directory;
	else
		ret = pin_directory_give(instance, uid, gid);
	if (ret)
		close(maps_directory);
	if (ret && links_directory >= 0)
		close(links_directory);
	return ret;
}

int pin_init(const char *root, const char *pathspace, uid_t uid, gid_t gid)
{
	int ret;

	maps_name_set();
	instance = pin_directory_open(root, pathspace, directory,
				      sizeof(directory));
	if (instance == -ENODEV) {
		health_set(
			HEALTH_PINS,
			"nothing can be pinned: no BPF file system at %s (mount -t bpf -o mode=0700 bpf /sys/fs/bpf); forwarding in XDP will end with zebra",
			directory);
		directory[0] = '\0';
		return -ENODEV;
	}
	ret = instance < 0 ? instance : directories_open(uid, gid);
	if (ret) {
		pin_failed(directory, -ret);
		directory[0] = '\0';
		if (instance >= 0)
			close(instance);
	}
	return ret;
}

const char *pin_directory(void)
{
	return directory[0] ? directory : NULL;
}

static void name_new(char *new, size_t size, const char *name)
{
	snprintf(new, size, "%s-new", name);
}

/* Pin beside what has the name. Result: 0 or -errno. */
static int pin_beside(int fd, int in, const char *name)
{
	char new[PIN_PATH_MAX], path[PIN_PATH_MAX];

	name_new(new, sizeof(new), name);
	unlinkat(in, new, 0);
	pin_directory_path(path, sizeof(path), in, new);
	return bpf_obj_pin(fd, path) < 0 ? -errno : 0;
}

/* Then take its place by rename(2): there is always a pin of the name. */
static int pin_switch(int in, const char *name)
{
	char new[PIN_PATH_MAX];
	int error;

	name_new(new, sizeof(new), name);
	if (renameat(in, new, in, name) == 0)
		return 0;
	error = errno;
	unlinkat(in, new, 0);
	return -error;
}

/* A directory of maps that another release or layout left. */
static void remove_other_maps(int in, const char *name, void *argument)
{
	(void)argument;
	if (strncmp(name, MAPS_PREFIX, strlen(MAPS_PREFIX)) ||
	    !strcmp(name, maps_name))
		return;
	pin_directory_clear(in, name);
	if (unlinkat(in, name, AT_REMOVEDIR) < 0)
		zlog_warn(
			"bpf: cannot remove %s/%s, maps of another release that take memory: %s; remove it by hand",
			directory, name, strerror(errno));
}

/* All or none: what is pinned belongs together. */
static int maps_pin(const struct maps *m)
{
	int ret = 0;

	for (int id = 0; !ret && id < MAPS; id++)
		ret = pin_beside(m->fd[id], maps_directory, map_name(id));
	for (int id = 0; !ret && id < MAPS; id++)
		ret = pin_switch(maps_directory, map_name(id));
	if (!ret)
		pin_directory_each(instance, remove_other_maps, NULL);
	return ret;
}

int pin_maps(const struct maps *m)
{
	char path[sizeof(directory) + sizeof(maps_name)];
	int ret = 0;

	if (!pin_directory())
		return 0;
	frr_with_privs (&zserv_privs) {
		ret = maps_pin(m);
	}
	maps_wait = ret;
	if (!ret) {
		health_clear(HEALTH_PINS);
		return 0;
	}
	snprintf(path, sizeof(path), "%s/%s", directory, maps_name);
	return pin_failed(path, -ret);
}

void pin_maps_retry(const struct maps *m)
{
	if (maps_wait)
		pin_maps(m);
}

static void link_name(char *name, size_t size, uint32_t ifindex, bool generic)
{
	snprintf(name, size, "%u%s", ifindex, generic ? "-generic" : "");
}

int pin_link(int link_fd, uint32_t ifindex, bool generic)
{
	char name[32];
	int ret;

	if (!pin_directory())
		return 0;
	link_name(name, sizeof(name), ifindex, generic);
	ret = pin_beside(link_fd, links_directory, name);
	return ret ? ret : pin_switch(links_directory, name);
}

int pin_link_open(uint32_t ifindex, bool generic)
{
	char name[32], path[PIN_PATH_MAX];
	int fd;

	if (!pin_directory())
		return -ENOENT;
	link_name(name, sizeof(name), ifindex, generic);
	pin_directory_path(path, sizeof(path), links_directory, name);
	fd = bpf_obj_get(path);
	return fd < 0 ? -errno : fd;
}

void pin_link_remove(uint32_t ifindex)
{
	char name[32];

	if (!pin_directory())
		return;
	link_name(name, sizeof(name), ifindex, false);
	unlinkat(links_directory, name, 0);
	link_name(name, sizeof(name), ifindex, true);
	unlinkat(links_directory, name, 0);
}

static void sweep_link(int in, const char *name, void *argument)
{
	bool (*const *keep)(uint32_t) = argument;
	char *end;
	unsigned long ifindex = strtoul(name, &end, 10);

	if ((*end && strcmp(end, "-generic")) || !(*keep)((uint32_t)ifindex))
		unlinkat(in, name, 0);
}

void pin_links_sweep(bool (*keep)(uint32_t ifindex))
{
	if (pin_directory())
		pin_directory_each(links_directory, sweep_link, &keep);
}

void pin_remove_all(void)
{
	if (!pin_directory())
		return;
	pin_directory_empty(instance);
	pin_directory_each(instance, remove_other_maps, NULL);
}
