/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pin.h - where maps and links live when zebra does not.
 *
 * A directory for each router instance on a BPF file system:
 *   DIR/maps-RELEASE-LAYOUT/NAME
 *                     the maps; RELEASE of FRR with underscores for dots,
 *                     LAYOUT: FIB_ABI_VERSION of abi.h
 *   DIR/links/IFINDEX the XDP attachments; generic ones as IFINDEX-generic,
 *                     since a link does not tell its mode
 * Without a BPF file system nothing is pinned and forwarding in XDP ends
 * with zebra; health says so. The directories are opened by root, at module load;
 * from then on they are reached by their descriptors.
 */
#ifndef FRR_BPF_PIN_H
#define FRR_BPF_PIN_H

#include <stdbool.h>
#include <stdint.h>

#include "plugin/engine/maps.h"

/*
 * Choose and create the instance's directory below root (NULL: the default)
 * and hand it to uid:gid. For module load, while zebra is still root.
 * Result: 0, or -errno with health set; pinning is off then.
 */
int pin_init(const char *root, const char *pathspace, uid_t uid, gid_t gid);

/* The instance's directory, or NULL when nothing is pinned. */
const char *pin_directory(void);

/*
 * Pin every map of m in place of the one pinned before, then remove those that
 * another release or layout left. Raises privileges. Result: 0, or -errno with
 * health set; what was pinned before still is, then.
 */
int pin_maps(const struct maps *m);

/* Again, if the last time failed. */
void pin_maps_retry(const struct maps *m);

/* Pin the link of an interface in place of one pinned before. Result: 0, -errno. */
int pin_link(int link_fd, uint32_t ifindex, bool generic);

/* Open the pinned link of an interface. Result: fd, -ENOENT, -errno. */
int pin_link_open(uint32_t ifindex, bool generic);

/* Unpin the interface's link of either mode. */
void pin_link_remove(uint32_t ifindex);

/*
 * Remove pinned links that keep() refuses: forwarding that no configuration
 * asks for. The kernel detaches a link with its last reference.
 */
void pin_links_sweep(bool (*keep)(uint32_t ifindex));

/* Clean stop: unpin everything of this instance. */
void pin_remove_all(void);

#endif /* FRR_BPF_PIN_H */
