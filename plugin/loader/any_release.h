/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * any_release.h - how code of ours runs in releases of FRR that nobody has
 * seen yet: the loader, and the vtysh extension.
 */
#ifndef FRR_BPF_ANY_RELEASE_H
#define FRR_BPF_ANY_RELEASE_H

#include "lib/zebra.h"

#include "lib/command.h"
#include "lib/vector.h"

/*
 * All that they use of libfrr. Weak: what zebra or vtysh loads is bound whole,
 * and in a release that lacks a function they must start.
 */
#pragma weak _hook_frr_config_post
#pragma weak _hook_frr_late_init
#pragma weak _hook_register
#pragma weak _install_element
#pragma weak cmdvec
#pragma weak config_default
#pragma weak frr_defaults_version
#pragma weak frr_sysconfdir
#pragma weak uninstall_element
#pragma weak vector_lookup
#pragma weak vty_out
#pragma weak vzlogx

/* FRR's structure, and room for what a later release appends to it. */
#define ROOMY(type, name)                                                      \
	union {                                                                \
		type name;                                                     \
		char room[sizeof(type) + 256];                                 \
	}

/* A command element in such room; then what it has beside grammar and help. */
#define ROOMY_ELEMENT(identifier, grammar, help, ...)                          \
	static ROOMY(struct cmd_element, element)                              \
		identifier##_roomy = { .element = { .string = grammar,         \
						    .doc = help,               \
						    .name = #identifier,       \
						    __VA_ARGS__ } };

/*
 * Nodes up to CONFIG_NODE have the same numbers in every release, the interface
 * node has not. A zebra that has none is in CONFIG_NODE when vtysh is in it.
 */
static inline enum node_type any_interface_node(void)
{
	const struct cmd_node *node;

	for (unsigned int number = 0; number <= UINT8_MAX; number++) {
		node = vector_lookup(cmdvec, number);
		if (node && !strcmp(node->name, "interface"))
			return node->node;
	}
	return CONFIG_NODE;
}

#endif /* FRR_BPF_ANY_RELEASE_H */
