/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * port_flags.h - the flags of a port's record: what links, sysctls, addresses and
 * policy rules allow the forwarder. Pure functions, no state.
 */
#ifndef FRR_BPF_PORT_FLAGS_H
#define FRR_BPF_PORT_FLAGS_H

#include <stdbool.h>
#include <stdint.h>

/* Where the VLAN tags of received frames are. */
enum port_tags {
	PORT_TAGS_IN_FRAME,
	PORT_TAGS_BESIDE, /* the program looks there */
	PORT_TAGS_HIDDEN,
};

/* What decides over one port. */
struct port_policy {
	bool up;
	bool master;  /* it has one: a bridge, a bond */
	bool generic; /* attached in generic mode */
	enum port_tags tags;
	bool filters;	  /* tc sees what arrives */
	bool forwarding4; /* net.ipv4.conf.IF.forwarding */
	bool force6;	  /* net.ipv6.conf.IF.force_forwarding */
	uint8_t rp_filter;
	unsigned int addresses4; /* own, of the family */
	unsigned int addresses6;
};

/* And what decides over all of them. */
struct port_policy_all {
	bool forwarding6; /* net.ipv6.conf.all.forwarding */
	uint8_t rp_filter;
	bool rules4; /* policy rules beyond the kernel's own */
	bool rules6;
	bool proxy6;	    /* net.ipv6.conf.all.proxy_ndp */
	bool use_pmtu;	    /* net.ipv4.ip_forward_use_pmtu */
	bool custom_locals; /* IPv4 local routes that others made */
	bool ignore_tags;   /* hidden ones: there are none */
	bool filters4;	    /* netfilter or IPsec sees it */
	bool filters6;
	bool ignore_filters; /* those and tc */
	bool suspended;	     /* what the kernel has is not known */
};

/* FIB_PORT_* of a port. */
uint32_t port_flags(const struct port_policy *port,
		    const struct port_policy_all *all);

#endif /* FRR_BPF_PORT_FLAGS_H */
