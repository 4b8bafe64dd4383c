/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vtysh-interface.h - "interface IFNAME" reaches zebra, where our commands of
 * the interface node are.
 *
 * Since FRR 10 zebra has no such node of its own and vtysh sends the line to
 * other daemons only. A zebra with our module has the node, one without calls
 * the line unknown: vtysh must know which one it talks to.
 */
#ifndef FRR_BPF_VTYSH_INTERFACE_H
#define FRR_BPF_VTYSH_INTERFACE_H

/* vtysh's bit for zebra in cmd_element.daemon. vtysh.h, which names it
 * VTYSH_ZEBRA, is not among the headers that FRR installs.
 */
#define DAEMON_ZEBRA 0x00001

/*
 * vtysh_interface_take() - replace vtysh's elements that enter and leave the
 * interface node, where they do not reach zebra, by copies that can be made to.
 *
 * In vtysh's only thread, after its own elements are installed and before it
 * connects to a daemon. From then on every connection to zebra is preceded by
 * asking that zebra, see connect() in the source.
 */
void vtysh_interface_take(void);

#endif
