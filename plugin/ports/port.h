/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * port.h - the machine's links, and those of them that forward in XDP.
 *
 * Configuration is by name ("interface eth0 / bpf forwarding"), the kernel's
 * links are by index: a port is where both meet. Callers hold the fib lock.
 */
#ifndef FRR_BPF_PORT_H
#define FRR_BPF_PORT_H

#include <stdbool.h>
#include <stdint.h>

#include "plugin/base/compat.h"
#include "lib/typesafe.h"

#include "plugin/kernel/sink.h"
#include "plugin/ports/port_config.h"
#include "plugin/ports/port_flags.h"

PREDECL_HASH(port_table);

/* Does the kernel use gateways of which ICMP redirects told? */
struct port_redirects {
	bool accepts; /* such, */
	time_t since; /* if so; in seconds, monotonic */
	time_t until; /* those that it took when it did are kept */
	bool in_force;
};

/* Receive VLAN offload: KERNEL_CTAGS, KERNEL_STAGS. */
struct port_tag_offload {
	bool known;
	uint8_t offloaded;  /* now; while it is not known it may be */
	uint8_t turned_off; /* by us */
};

struct port {
	struct port_table_item item;
	struct kernel_link link;
	struct port_policy policy; /* of sysctls and addresses */
	struct port_redirects redirects4, redirects6;
	struct port_tag_offload tags;
	struct kernel_link_filters filters;
	bool programs_in, programs_out; /* of tcx */
	bool seen;
	bool xmit;	 /* driver takes redirected frames (native mode) */
	bool xmit_frags; /* multi-buffer ones as well */
	bool xmit_told;	 /* by the kernel, since 6.3 */
	int link_fd;	 /* the XDP attachment, -1 = none */
	bool generic;	 /* mode of the attachment */
	int pin_error;	 /* -errno: it is not pinned */
	uint16_t slot;	 /* row in verdict_cnt; 0 = none */
	char error[160]; /* why it is not attached */
};

/* What a frame that leaves by a port needs. MTUs in bytes of layer 3. */
struct port_egress {
	uint8_t mac[6];
	uint32_t mtu4;
	uint32_t mtu6;
	bool xmit;
	bool xmit_frags;
};

/*
 * Who is told: a link is new; what port_egress() says of one may differ; its VLAN
 * offload shall be off, or on again for such tags; what do tc and tcx do there?
 */
struct port_watcher {
	void (*appeared)(uint32_t ifindex);
	void (*egress_changed)(uint32_t ifindex);
	void (*show_tags)(uint32_t ifindex);
	void (*hide_tags)(uint32_t ifindex, uint8_t tags);
	void (*look_filters)(uint32_t ifindex);
};

/* Before any link is known; the watcher stays valid. */
void port_watch(const struct port_watcher *who);

/* "bpf vlan-offload ignore": nobody sends tagged frames where they are hidden. */
void port_ignore_tags(bool ignore);

/* netfilter or IPsec sees forwarded packets of the family; that is ignored. */
void port_filters_exist(bool ipv4, bool ipv6);
void port_ignore_filters(bool ignore);

/* RTM_NEWNETCONF. */
void port_netconf(const struct kernel_netconf *told);

/* Learned path MTUs bind forwarded IPv4 packets, or do not. */
void port_use_pmtu(bool on);

/* So many own addresses more, or fewer, on the link; an unknown one is ignored. */
void port_address_count(uint32_t ifindex, uint8_t family, int change);

/* Policy rules beyond the kernel's own three exist for the family. */
void port_policy_rules(uint8_t family, bool exist);

/* Local routes that the kernel did not make itself exist for IPv4. */
void port_custom_locals(bool exist);

/* What the kernel has is not known: every port punts everything. */
void port_suspend(bool suspended);

/* Not so: a link that has no port does not exist. */
bool port_links_known(void);

/* The driver can or cannot transmit redirected frames; multi-buffer ones. */
void port_xmit(uint32_t ifindex, bool able, bool able_frags);

/* True, and *egress filled (may be NULL), when frames may leave by ifindex. */
bool port_egress(uint32_t ifindex, struct port_egress *egress);

/*
 * May the kernel use another gateway than a route's of that family, for some
 * destinations? Never a route's without a gateway (family 0).
 */
bool port_redirects(uint32_t ifindex, uint8_t family);

const struct port *port_find(uint32_t ifindex);
const struct port *port_find_name(const char *name);

/* Every link that is a port or should be one: next after NULL or port. */
const struct port *port_next(const struct port *port);

/* Name of a link, or NULL. */
const char *port_name(uint32_t ifindex);

/*
 * For port_*.c: links that may be changed, or NULL; all of them, next after
 * NULL or port; a new one, or the one that is there; write its record; say that
 * what leaves by it changed.
 */
struct port *port_get(uint32_t ifindex);
struct port *port_get_name(const char *name);
struct port *port_walk(struct port *port);
struct port *port_make(uint32_t ifindex);
void port_free(struct port *port);
void port_publish(const struct port *port);
struct fib_port port_record(const struct port *port);
void port_tell_egress(const struct port *port);
const struct port_watcher *port_watcher(void);

#endif /* FRR_BPF_PORT_H */
