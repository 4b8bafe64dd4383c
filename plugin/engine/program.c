// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/engine/program.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <unistd.h>

#include "plugin/base/compat.h"
#include "lib/log.h"
#include "lib/privs.h"
#include "zebra/zebra_router.h"

#include "bpf/forwarder.skel.h"
#include "plugin/engine/pin.h"

extern struct zebra_privs_t zserv_privs;

static struct forwarder *current, *next;
static uint32_t current_id;

/* What libbpf said last, for the error message. */
static char libbpf_text[160];

static int libbpf_log(enum libbpf_print_level level, const char *format,
		      va_list args)
{
	if (level == LIBBPF_DEBUG)
		return 0;
	vsnprintf(libbpf_text, sizeof(libbpf_text), format, args);
	libbpf_text[strcspn(libbpf_text, "\n")] = '\0';
	zlog_info("bpf: %s", libbpf_text);
	return 0;
}

/* Before load: reuse the maps that exist, size those that do not. */
static int program_prepare(struct forwarder *skeleton, const struct maps *m)
{
	for (int id = 0; id < MAPS; id++) {
		struct bpf_map *map = bpf_object__find_map_by_name(
			skeleton->obj, map_name(id));
		int ret;

		if (!map)
			return -ENOENT;
		ret = m->fd[id] >= 0 ? bpf_map__reuse_fd(map, m->fd[id])
				     : bpf_map__set_max_entries(
					       map, map_max_entries(m, id));
		if (ret)
			return ret;
	}
	skeleton->rodata->config = m->config;
	return 0;
}

/* After load: own a descriptor of each map that was created. */
static int program_take_maps(struct forwarder *skeleton, struct maps *m)
{
	for (int id = 0; id < MAPS; id++) {
		struct bpf_map *map = bpf_object__find_map_by_name(
			skeleton->obj, map_name(id));

		if (m->fd[id] >= 0)
			continue;
		m->fd[id] = fcntl(bpf_map__fd(map), F_DUPFD_CLOEXEC, 3);
		if (m->fd[id] < 0)
			return -errno;
	}
	return maps_mmap(m);
}

int program_load(struct maps *m, char *error, size_t size)
{
	bool created = !m->route;
	int ret;

	libbpf_set_print(libbpf_log);
	libbpf_text[0] = '\0';
	program_discard();
	next = forwarder__open();
	if (!next) {
		snprintf(error, size, "cannot open the BPF object: %s",
			 strerror(errno));
		return -errno;
	}
	ret = program_prepare(next, m);
	if (!ret) {
		frr_with_privs (&zserv_privs) {
			ret = forwarder__load(next);
			if (!ret && created)
				ret = program_take_maps(next, m);
		}
	}
	if (ret) {
		snprintf(error, size, "cannot load the BPF program: %s (%s)",
			 strerror(-ret), libbpf_text);
		program_discard();
	}
	return ret;
}

void program_use(void)
{
	struct bpf_prog_info info = { 0 };
	__u32 size = sizeof(info);

	if (!next)
		return;
	forwarder__destroy(current);
	current = next;
	current_id = 0;
	next = NULL;
	frr_with_privs (&zserv_privs) {
		if (!bpf_obj_get_info_by_fd(
			    bpf_program__fd(current->progs.xdp_forwarder),
			    &info, &size))
			current_id = info.id;
	}
}

void program_discard(void)
{
	forwarder__destroy(next);
	next = NULL;
}

/* A pin is only ours to take if it is an XDP link of this interface. */
static bool link_is_ours(int fd, uint32_t ifindex)
{
	struct bpf_link_info info = { 0 };
	__u32 size = sizeof(info);

	return !bpf_obj_get_info_by_fd(fd, &info, &size) &&
	       info.type == BPF_LINK_TYPE_XDP && info.xdp.ifindex == ifindex;
}

/* Take over what an earlier zebra left; a link of the other mode must go. */
static int link_adopt(uint32_t ifindex, bool generic, int program)
{
	int fd = pin_link_open(ifindex, generic);

	if (fd >= 0 && link_is_ours(fd, ifindex) &&
	    !bpf_link_update(fd, program, NULL))
		return fd;
	if (fd >= 0)
		close(fd);
	fd = pin_link_open(ifindex, !generic);
	if (fd >= 0) {
		if (link_is_ours(fd, ifindex))
			bpf_link_detach(fd);
		close(fd);
	}
	pin_link_remove(ifindex);
	return -ENOENT;
}

int program_attach(uint32_t ifindex, bool generic)
{
	LIBBPF_OPTS(bpf_link_create_opts, options,
		    .flags = generic ? XDP_FLAGS_SKB_MODE : XDP_FLAGS_DRV_MODE);
	int program, fd = -ENODEV;

	if (!current)
		return -ENODEV;
	program = bpf_program__fd(current->progs.xdp_forwarder);
	frr_with_privs (&zserv_privs) {
		fd = link_adopt(ifindex, generic, program);
		if (fd < 0) {
			fd = bpf_link_create(program, (int)ifindex, BPF_XDP,
					     &options);
			if (fd < 0)
				fd = -errno;
		}
	}
	return fd;
}

int program_pin(int link_fd, uint32_t ifindex, bool generic)
{
	int ret = 0;

	frr_with_privs (&zserv_privs) {
		ret = pin_link(link_fd, ifindex, generic);
	}
	return ret;
}

int program_replace(int link_fd)
{
	int ret = 0;

	frr_with_privs (&zserv_privs) {
		if (bpf_link_update(
			    link_fd,
			    bpf_program__fd(current->progs.xdp_forwarder),
			    NULL))
			ret = -errno;
	}
	return ret;
}

bool program_attached(int link_fd, uint32_t ifindex)
{
	struct bpf_link_info info = { 0 };
	__u32 size = sizeof(info);

	if (!current_id || bpf_obj_get_info_by_fd(link_fd, &info, &size))
		return true;
	return info.xdp.ifindex == ifindex && info.prog_id == current_id;
}

void program_detach(int link_fd, uint32_t ifindex)
{
	frr_with_privs (&zserv_privs) {
		bpf_link_detach(link_fd);
		pin_link_remove(ifindex);
	}
	close(link_fd);
}

uint32_t program_id(void)
{
	return current_id;
}

void program_fini(void)
{
	program_discard();
	forwarder__destroy(current);
	current = NULL;
	current_id = 0;
}
