# SPDX-License-Identifier: GPL-2.0-or-later
"""
The lab of suite agreement.

    h1 --- r1 (module) === r2 (B)        to-r2, and spare
                  |
                  +------- r3 (C)        where the default routes lead
"""

import subprocess

import bpf

LINKS = [
    "r1:to-h1 h1:eth0",
    "r1:to-r2 r2:to-r1",
    "r1:to-r3 r3:to-r1",
    "r1:spare r2:spare",
]
HOSTS = {"h1": ("10.1.0.2/24", "10.1.0.1", "2001:db8:1::2/64", "2001:db8:1::1")}
# What a neighbour answers behind an interface of r1.
GATEWAYS = {
    "to-r2": ("10.0.12.2", "2001:db8:12::2"),
    "spare": ("10.0.14.2", "2001:db8:14::2"),
    "to-r3": ("10.0.13.3", "2001:db8:13::3"),
}
# The other end of an interface of r1.
PEERS = {"to-r2": ("r2", "to-r1"), "spare": ("r2", "spare"), "to-r3": ("r3", "to-r1")}
# Destinations that are r2's own, and r3's: they answer where r1 thinks them to be on the link.
EVERYWHERE = ("20.0.0.0/6", "10.77.0.0/16", "10.78.0.0/16", "2001:db9::/32")


def start(name):
    """Start the lab and wait until r1 has the default routes. Its nodes by name."""
    tgen = bpf.build(name, LINKS, HOSTS)
    bpf.load(tgen, "r1", [])
    for router in ("r2", "r3"):
        bpf.load(tgen, router, [], module=False)
    tgen.start_router()
    nodes = tgen.gears
    for router in ("r1", "r2", "r3"):
        # Addresses are there with their link, and answer at once.
        nodes[router].cmd_raises(
            "sysctl -w net.ipv6.conf.all.keep_addr_on_down=1;"
            "for file in /proc/sys/net/ipv6/conf/*/dad_transmits; do echo 0 >$file; done"
        )
    for router, last in (("r2", 12), ("r3", 13)):
        # Of the kernel: zebra 8.4 would not bring them back with their link.
        nodes[router].cmd_raises(f"ip route add 10.1.0.0/24 via 10.0.{last}.1")
        nodes[router].cmd_raises(f"ip -6 route add 2001:db8:1::/64 via 2001:db8:{last}::1")
        for prefix in EVERYWHERE:
            nodes[router].cmd_raises(f"ip route add local {prefix} dev lo")
    for ifname in ("to-r1", "spare"):
        link_local(nodes, ifname)
    bpf.wait_fib(nodes["r1"], ["0.0.0.0/0", "::/0"])
    return nodes


def link_local(nodes, ifname):
    """The address of r2 that routes via fe80::2 lead to."""
    nodes["r2"].cmd_raises(f"ip address add fe80::2/64 dev {ifname} nodad")


def remake(nodes):
    """The link to r2's spare is deleted, whatever r1 calls it, and made again."""
    r1, r2 = nodes["r1"], nodes["r2"]
    r2.cmd_raises("ip link del spare")
    # From outside of the nodes, which do not see each other's processes.
    subprocess.check_call(
        ["nsenter", "-t", str(r1.net.pid), "-n", "ip", "link", "add", "spare", "type", "veth"]
        + ["peer", "name", "spare", "netns", str(r2.net.pid)]
    )
    for node in (r1, r2):
        node.cmd_raises("ip link set spare up")
        bpf.offload_off(node, "spare")
    link_local(nodes, "spare")
    # As the library has them from the start: XDP leaves alone what accepts ICMP redirects.
    for ip in ("ipv4", "ipv6"):
        r1.cmd_raises(f"sysctl -w net.{ip}.conf.spare.accept_redirects=0")
