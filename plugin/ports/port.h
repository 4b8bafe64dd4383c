/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * port.h - the machine's links, and those of them that forward in XDP.
 *
 * Configuration is by name ("interface eth0 / bpf forwarding"), the kernel's
 * links are by index: a port is where both meet. Callers hold the fib lock.
 */
#ifndef FRR_BPF_PORT_H
#define FRR_BPF_PORT_H

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

#include "plugin/base/compat.h"
#include "lib/typesafe.h"

enum port_mode { PORT_OFF, PORT_AUTO, PORT_NATIVE, PORT_GENERIC };

PREDECL_HASH(port_table);

/* A link of this network namespace, as RTM_NEWLINK tells it. */
struct port_link {
	uint32_t ifindex;
	char name[IFNAMSIZ];
	uint8_t mac[6];
	bool ethernet;
	bool up;      /* administratively */
	bool running; /* and with carrier */
	uint32_t mtu;
	uint32_t mtu6; /* IPv6's own, 0 = as mtu */
	uint32_t master;
};

struct port {
	struct port_table_item item;
	struct port_link link;
	bool forwarding4; /* net.ipv4.conf.IF.forwarding */
	bool force6;	  /* net.ipv6.conf.IF.force_forwarding */
	uint8_t rp_filter;
	bool seen;
	bool xmit;	 /* driver takes redirected frames (native mode) */
	bool xmit_frags; /* multi-buffer ones as well */
	bool xmit_told;	 /* by the kernel, since 6.3 */
	int link_fd;	 /* the XDP attachment, -1 = none */
	bool generic;	 /* mode of the attachment */
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

int port_init(void);
/* Module end: forwarding in XDP ends. */
void port_fini(void);

/* RTM_NEWLINK, RTM_DELLINK, and around a complete dump. */
void port_link_update(const struct port_link *link);
void port_link_delete(uint32_t ifindex);
void port_dump_begin(void);
void port_dump_end(void);

/*
 * RTM_NEWNETCONF: attributes that are -1 are not in the message. ifindex is the
 * kernel's: -1 for "all".
 */
void port_netconf(int ifindex, uint8_t family, int forwarding, int rp_filter,
		  int force_forwarding);

/* Policy rules beyond the kernel's own three exist for the family. */
void port_policy_rules(uint8_t family, bool exist);

/* Local routes that the kernel did not make itself exist for IPv4. */
void port_custom_locals(bool exist);

/* What the kernel has is not known: every port punts everything. */
void port_suspend(bool suspended);

/* Look at every port for changes that nobody announces. */
void port_refresh(void);

/* The driver can or cannot transmit redirected frames; multi-buffer ones. */
void port_xmit(uint32_t ifindex, bool able, bool able_frags);

/* Addresses came or went on the link (local.h). */
void port_addresses_changed(uint32_t ifindex);

/*
 * "bpf forwarding", "no bpf forwarding" (PORT_OFF). The configuration is kept
 * even when it cannot be applied now.
 * Result: NULL, or a text for the operator that says what is missing.
 */
const char *port_configure(const char *name, enum port_mode mode);

/* True, and *egress filled (may be NULL), when frames may leave by ifindex. */
bool port_egress(uint32_t ifindex, struct port_egress *egress);

const struct port *port_find(uint32_t ifindex);
const struct port *port_find_name(const char *name);

/* Every link that is a port or should be one: next after NULL or port. */
const struct port *port_next(const struct port *port);

/* Name of a link, or NULL. */
const char *port_name(uint32_t ifindex);

/* The program was replaced: every attachment follows. Result: 0 or -errno. */
int port_replace_programs(void);

/* Ports that are not attached but should be are tried again. */
void port_retry(void);

/* Configuration has been read: forwarding nobody asks for ends. */
void port_sweep_pins(void);

/* Attached ports. */
unsigned int port_count(void);

#endif /* FRR_BPF_PORT_H */
