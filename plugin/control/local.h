/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * local.h - the kernel's table local: own addresses, broadcast and anycast
 * addresses. The kernel looks there before any other table, so its prefixes are
 * punted whatever zebra's routes say.
 * The reader only (sync.h), with the fib lock, which walks over all of them hand
 * over on the way.
 */
#ifndef FRR_BPF_LOCAL_H
#define FRR_BPF_LOCAL_H

#include <stdint.h>

#include "plugin/kernel/sink.h"

/* replaced: others of its prefix, TOS and priority have gone. */
void local_add(const struct kernel_local *local, bool replaced);
void local_delete(const struct kernel_local *local);

/* Delete those that gone() says have gone. */
void local_remove_if(bool (*gone)(const struct kernel_local *local,
				  const void *argument),
		     const void *argument);

/* Is there one that is(), of the prefix (NULL: of any)? */
bool local_any(const struct prefix_key *key,
	       bool (*is)(const struct kernel_local *local,
			  const void *argument),
	       const void *argument);

/* Is there one of the prefix? */
bool local_present(const struct prefix_key *key);

/*
 * Is what the maps have of the next one what it should be? It is mended
 * (repair.h). at: where a walk stands, zeroed at its start. Result: false at the
 * end.
 */
bool local_verify_next(struct kernel_local *at);

/* Is the IPv4 address an own one, which no source may be? */
bool local_is_source(uint32_t table, const uint8_t *addr);

void local_dump_begin(void);
void local_dump_end(void);

/* Tell the interface's port, which is new, of the addresses it has already. */
void local_port_appeared(uint32_t ifindex);

void local_fini(void);

#endif /* FRR_BPF_LOCAL_H */
