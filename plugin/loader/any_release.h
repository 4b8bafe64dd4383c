/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * any_release.h - how code of ours runs in releases of FRR that nobody has
 * seen yet: the loader, and the vtysh extension.
 */
#ifndef FRR_BPF_ANY_RELEASE_H
#define FRR_BPF_ANY_RELEASE_H

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

#endif /* FRR_BPF_ANY_RELEASE_H */
