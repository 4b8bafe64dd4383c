/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * commands.h - every vtysh command, once.
 *
 * C(name, node, string, help) lists a command's identifier, the node it lives
 * in, its grammar in FRR's command language and one help line a token. The
 * module makes command elements with handlers from it, the vtysh extension
 * elements without; neither can have a command that the other lacks.
 * Node VIEW is visible in the enable node too (libfrr's install_element()).
 */
#ifndef FRR_BPF_COMMANDS_H
#define FRR_BPF_COMMANDS_H

#define BPF_STR "BPF forwarding (XDP)\n"
#define BPF_JSON_STR "JavaScript Object Notation\n"
#define BPF_NO_STR "Negate a command or set its defaults\n"
#define BPF_SHOW_STR "Show running system information\n"
#define BPF_FIB_STR "BPF forwarding table\n"
#define BPF_FORWARDING_HELP                                                    \
	BPF_STR                                                                \
	"Forward packets that arrive here in XDP\n"                            \
	"In the driver (default; generic where the driver has no XDP)\n"       \
	"In the generic hook, for any driver\n"
#define BPF_MAX_ROUTES_HELP                                                    \
	BPF_STR BPF_FIB_STR                                                    \
		"Capacity of the table\n"                                      \
		"IPv4 routes\n"                                                \
		"IPv6 routes\n"                                                \
		"Number of routes\n"
#define BPF_COUNTERS_HELP                                                      \
	BPF_STR                                                                \
	"Packet and byte counters\n"                                           \
	"Per route and per nexthop\n"                                          \
	"Per nexthop only\n"                                                   \
	"Neither (verdicts are always counted)\n"
#define BPF_HASH_SEED_HELP                                                     \
	BPF_STR                                                                \
	"Equal-cost multipath\n"                                               \
	"Seed of the flow hash\n"                                              \
	"Seed (give each router its own to avoid polarisation)\n"
#define BPF_VLAN_OFFLOAD_HELP                                                  \
	BPF_STR                                                                \
	"Interfaces on which VLAN tags can be hidden from XDP\n"               \
	"The kernel forwards what arrives there (default)\n"                   \
	"Nobody sends tagged frames there\n"
#define BPF_NETFILTER_HELP                                                     \
	BPF_STR                                                                \
	"netfilter rules, IPsec policies and tc that forwarded packets pass\n" \
	"The kernel forwards what they may concern (default)\n"                \
	"XDP forwards past them\n"
#define BPF_DEBUG_HELP                                                         \
	"Zebra configuration\n" BPF_STR                                        \
	"Route, link and port events\n"                                        \
	"Neighbour and adjacency changes\n"                                    \
	"Map writes\n"

// clang-format off
#define BPF_COMMANDS(C)                                                        \
	C(bpf_forwarding, INTERFACE, "bpf forwarding [<native|generic>]",      \
	  BPF_FORWARDING_HELP)                                                 \
	C(no_bpf_forwarding, INTERFACE,                                        \
	  "no bpf forwarding [<native|generic>]",                              \
	  BPF_NO_STR BPF_FORWARDING_HELP)                                      \
	C(bpf_fib_max_routes, CONFIG,                                          \
	  "bpf fib max-routes <ipv4|ipv6> (1-16777216)", BPF_MAX_ROUTES_HELP)  \
	C(no_bpf_fib_max_routes, CONFIG,                                       \
	  "no bpf fib max-routes <ipv4|ipv6> [(1-16777216)]",                  \
	  BPF_NO_STR BPF_MAX_ROUTES_HELP)                                      \
	C(bpf_counters, CONFIG, "bpf counters <route|nexthop|none>",           \
	  BPF_COUNTERS_HELP)                                                   \
	C(no_bpf_counters, CONFIG, "no bpf counters [<route|nexthop|none>]",   \
	  BPF_NO_STR BPF_COUNTERS_HELP)                                        \
	C(bpf_ecmp_hash_seed, CONFIG, "bpf ecmp hash-seed (0-4294967295)",     \
	  BPF_HASH_SEED_HELP)                                                  \
	C(no_bpf_ecmp_hash_seed, CONFIG,                                       \
	  "no bpf ecmp hash-seed [(0-4294967295)]",                            \
	  BPF_NO_STR BPF_HASH_SEED_HELP)                                       \
	C(bpf_vlan_offload, CONFIG, "bpf vlan-offload <punt|ignore>",          \
	  BPF_VLAN_OFFLOAD_HELP)                                               \
	C(no_bpf_vlan_offload, CONFIG,                                         \
	  "no bpf vlan-offload [<punt|ignore>]",                               \
	  BPF_NO_STR BPF_VLAN_OFFLOAD_HELP)                                    \
	C(bpf_netfilter, CONFIG, "bpf netfilter <punt|ignore>",                \
	  BPF_NETFILTER_HELP)                                                  \
	C(no_bpf_netfilter, CONFIG, "no bpf netfilter [<punt|ignore>]",        \
	  BPF_NO_STR BPF_NETFILTER_HELP)                                       \
	C(debug_zebra_bpf, DEBUG,                                              \
	  "debug zebra bpf [<events|neighbours|maps>]",                        \
	  "Debugging functions (see also 'undebug')\n" BPF_DEBUG_HELP)         \
	C(no_debug_zebra_bpf, DEBUG,                                           \
	  "no debug zebra bpf [<events|neighbours|maps>]",                     \
	  BPF_NO_STR                                                           \
	  "Debugging functions (see also 'undebug')\n" BPF_DEBUG_HELP)         \
	C(show_bpf_status, VIEW, "show bpf status [json]",                     \
	  BPF_SHOW_STR BPF_STR                                                 \
	  "Module, programs, maps, memory, pins and health\n" BPF_JSON_STR)    \
	C(show_bpf_fib, VIEW,                                                  \
	  "show bpf fib [<ipv4|ipv6>] [<A.B.C.D/M|X:X::X:X/M> [longer-prefixes]] [json]", \
	  BPF_SHOW_STR BPF_STR BPF_FIB_STR                                     \
	  "IPv4 routes\n"                                                      \
	  "IPv6 routes\n"                                                      \
	  "The route of this prefix\n"                                         \
	  "The route of this prefix\n"                                         \
	  "The routes within the prefix\n" BPF_JSON_STR)                       \
	C(show_bpf_fib_summary, VIEW, "show bpf fib summary [json]",           \
	  BPF_SHOW_STR BPF_STR BPF_FIB_STR                                     \
	  "Routes by protocol and action\n" BPF_JSON_STR)                      \
	C(show_bpf_lookup, VIEW,                                               \
	  "show bpf lookup <A.B.C.D|X:X::X:X> [from <A.B.C.D|X:X::X:X>] [iif IFNAME] [protocol (0-255) source-port (0-65535) destination-port (0-65535)] [json]", \
	  BPF_SHOW_STR BPF_STR                                                 \
	  "What the forwarder does with a destination\n"                       \
	  "Destination address\n"                                              \
	  "Destination address\n"                                              \
	  "Source of the packet\n"                                             \
	  "Source address\n"                                                   \
	  "Source address\n"                                                   \
	  "Interface that the packet comes in by\n"                            \
	  "Interface name\n"                                                   \
	  "IP protocol of the packet\n"                                        \
	  "IP protocol number\n"                                               \
	  "Source port of the packet\n"                                        \
	  "Source port\n"                                                      \
	  "Destination port of the packet\n"                                   \
	  "Destination port\n" BPF_JSON_STR)                                   \
	C(show_bpf_nexthop, VIEW, "show bpf nexthop [(1-4294967295)] [json]",  \
	  BPF_SHOW_STR BPF_STR                                                 \
	  "Nexthops\n"                                                         \
	  "Nexthop ID\n" BPF_JSON_STR)                                         \
	C(show_bpf_adjacency, VIEW, "show bpf adjacency [json]",               \
	  BPF_SHOW_STR BPF_STR                                                 \
	  "Neighbours that packets are forwarded to\n" BPF_JSON_STR)           \
	C(show_bpf_interface, VIEW, "show bpf interface [IFNAME] [json]",      \
	  BPF_SHOW_STR BPF_STR                                                 \
	  "Interfaces with BPF forwarding\n"                                   \
	  "Interface name\n" BPF_JSON_STR)                                     \
	C(show_bpf_verdicts, VIEW, "show bpf verdicts [json]",                 \
	  BPF_SHOW_STR BPF_STR                                                 \
	  "What became of the packets, by reason\n" BPF_JSON_STR)              \
	C(show_bpf_audit, VIEW, "show bpf audit [json]",                       \
	  BPF_SHOW_STR BPF_STR                                                 \
	  "Where RIB, kernel and BPF differ, and what was mended\n"            \
	  BPF_JSON_STR)                                                        \
	C(bpf_audit_now, ENABLE, "bpf audit now",                              \
	  BPF_STR                                                              \
	  "Compare the BPF maps with the RIB and the kernel\n"                 \
	  "At once, and without pauses\n")                                     \
	C(clear_bpf_counters, ENABLE, "clear bpf counters",                    \
	  "Reset functions\n" BPF_STR "Packet and byte counters\n")
// clang-format on

/* Install an element in commands.h's node; interface is that one's number. */
#define BPF_INSTALL(node, element, interface)                                  \
	BPF_INSTALL_##node(element, interface)
#define BPF_INSTALL_VIEW(element, interface)                                   \
	_install_element(VIEW_NODE, element)
#define BPF_INSTALL_ENABLE(element, interface)                                 \
	_install_element(ENABLE_NODE, element)
#define BPF_INSTALL_CONFIG(element, interface)                                 \
	_install_element(CONFIG_NODE, element)
#define BPF_INSTALL_INTERFACE(element, interface)                              \
	_install_element(interface, element)
#define BPF_INSTALL_DEBUG(element, interface)                                  \
	(_install_element(ENABLE_NODE, element),                               \
	 _install_element(CONFIG_NODE, element))

#endif /* FRR_BPF_COMMANDS_H */
