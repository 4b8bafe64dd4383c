# SPDX-License-Identifier: GPL-2.0-or-later
"""
Situations in which zebra loses, ignores or misreads a route of Linux: packets go where Linux
sends them without us.

    h1 --- r1 (module) --- r2 (B)
                  |
                  +------- r3 (C)    where the default routes lead

Each situation is a row: what is typed (in a shell of r1; after "zebra:" in vtysh), the prefix
that packets are sent to, and what undoes it. They are sent with bpf forwarding and
without, and must come out at the same neighbours.
"""

import ipaddress
import time

import pytest

import bpf

LINKS = ["r1:to-h1 h1:eth0", "r1:to-r2 r2:to-r1", "r1:to-r3 r3:to-r1"]
HOSTS = {"h1": ("10.1.0.2/24", "10.1.0.1", "2001:db8:1::2/64", "2001:db8:1::1")}
P, Q = "10.9.0.0/24", "2001:db8:9::/64"
B, C, B6, C6 = "10.0.12.2", "10.0.13.3", "2001:db8:12::2", "2001:db8:13::3"
BOTH = f"nexthop via {B} nexthop via {C}"
BOTH6 = f"nexthop via {B6} nexthop via {C6}"
ADDRESS = "ip address add 10.9.0.1/24 dev to-r2"
NO_ADDRESS = "ip address del 10.9.0.1/24 dev to-r2"
OBJECTS = [
    # zebra may have put back those of the row before.
    f"ip nexthop replace id 900 via {B} dev to-r2",
    f"ip nexthop replace id 901 via {C} dev to-r3",
    "ip nexthop replace id 902 group 900/901",
    f"ip route add {P} nhid 902",
]
ECMP = [f"zebra:ip route {P} {B}", f"zebra:ip route {P} {C}"]
NO_ECMP = [f"zebra:no ip route {P} {B}", f"zebra:no ip route {P} {C}"]
# name: (what is typed, where packets go to, what undoes it)
SITUATIONS = {
    "plain": ([f"ip route add {P} via {B}"], P, []),
    "plain6": ([f"ip -6 route add {Q} via {B6}"], Q, []),
    "joined6-one-deleted": (
        [f"ip -6 route add {Q} {BOTH6}", f"ip -6 route del {Q} via {C6}"],
        Q,
        [],
    ),
    "joined6-one-by-one": (
        [f"ip -6 route add {Q} via {C6}", f"ip -6 route append {Q} via {B6} proto 186"],
        Q,
        [],
    ),
    "appended": ([f"ip route add {P} via {B}", f"ip route append {P} via {C}"], P, []),
    "appended-and-deleted": (
        [
            f"ip route add {P} via {B}",
            f"ip route append {P} via {C}",
            f"ip route del {P} via {C}",
        ],
        P,
        [],
    ),
    "prepended": ([f"ip route add {P} via {C}", f"ip route prepend {P} via {B}"], P, []),
    "prepended-and-deleted": (
        [
            f"ip route add {P} via {B}",
            f"ip route prepend {P} via {C}",
            f"ip route del {P} via {C}",
        ],
        P,
        [],
    ),
    "replaced": ([f"ip route add {P} via {C}", f"ip route replace {P} via {B}"], P, []),
    "on-link-of-the-kernel": (
        [f"ip route add {P} dev to-r2 proto kernel scope link"],
        P,
        [],
    ),
    "protocol-babel": ([f"ip route add {P} via {B} proto 42"], P, []),
    "protocol-bgp": ([f"ip route add {P} via {B} proto 186"], P, []),
    "protocol-bgp6": ([f"ip -6 route add {Q} via {B6} proto 186"], Q, []),
    "protocol-zebra": ([f"ip route add {P} via {B} proto 11"], P, []),
    "blackhole-of-bgp": ([f"ip route add blackhole {P} proto 186"], P, []),
    "unreachable-of-bgp": ([f"ip route add unreachable {P} proto 186"], P, []),
    "throw": (
        [f"ip route add throw {P} proto 186", "ip route add 10.9.0.0/16 via " + B],
        P,
        [],
    ),
    "noprefixroute": ([ADDRESS + " noprefixroute"], P, [NO_ADDRESS]),
    "connected-deleted": ([ADDRESS, f"ip route del {P} dev to-r2"], P, [NO_ADDRESS]),
    "connected-and-lower-metric": (
        [ADDRESS + " metric 500", f"ip route add {P} via {C} metric 10"],
        P,
        [NO_ADDRESS],
    ),
    "connected6-and-lower-metric": (
        [
            "ip -6 address add 2001:db8:9::1/64 dev to-r2 nodad",
            f"ip -6 route add {Q} via {C6} metric 100",
        ],
        Q,
        ["ip -6 address del 2001:db8:9::1/64 dev to-r2"],
    ),
    "subnet-on-two-links": (
        [ADDRESS, "ip address add 10.9.0.2/24 dev to-r3", NO_ADDRESS],
        P,
        ["ip address del 10.9.0.2/24 dev to-r3"],
    ),
    "replaced-by-one-refused": (
        [
            f"zebra:ipv6 route {Q} {B6}",
            "zebra:ipv6 route 2001:db8:bad::/48 Null0",
            f"zebra:ipv6 route {Q} 2001:db8:bad::1",
        ],
        Q,
        [
            f"zebra:no ipv6 route {Q} {B6}",
            "zebra:no ipv6 route 2001:db8:bad::/48 Null0",
            f"zebra:no ipv6 route {Q} 2001:db8:bad::1",
        ],
    ),
    "object-of-zebra-deleted": (
        [
            f"zebra:ip route {P} {B}",
            f"until ip route show {P} | grep -q nhid; do sleep 0.1; done",
            f"ip nexthop del id $(ip route show {P} | sed 's/.*nhid \\([0-9]*\\).*/\\1/')",
        ],
        P,
        [f"zebra:no ip route {P} {B}"],
    ),
    "flushed": (
        [
            f"ip route add {P} via {B}",
            f"ip route append {P} proto 186 via {C}",
            f"ip route flush exact {P}",
        ],
        P,
        [],
    ),
    "several-and-link-down-and-up": (
        ECMP + ["ip link set to-r2 down", "ip link set to-r2 up"],
        P,
        NO_ECMP,
    ),
    "several-of-the-kernel-and-link-down-and-up": (
        [f"ip route add {P} {BOTH}", "ip link set to-r2 down", "ip link set to-r2 up"],
        P,
        [],
    ),
    "gateway-of-ipv6": ([f"ip route add {P} via inet6 {B6} dev to-r2"], P, []),
    "onlink": ([f"ip route add {P} via 10.77.0.2 dev to-r2 onlink"], P, []),
    "mtu": ([f"ip route add {P} via {B} mtu 1400"], P, []),
    "tos": ([f"ip route add {P} via {C}", f"ip route add {P} tos 0x10 via {B}"], P, []),
    "metric": (
        [f"ip route add {P} via {C} metric 20", f"ip route add {P} via {B} metric 10"],
        P,
        [],
    ),
    "objects": (OBJECTS, P, []),
    "objects-replaced": (OBJECTS + [f"ip nexthop replace id 901 via {B} dev to-r2"], P, []),
    "objects-member-deleted": (OBJECTS + ["ip nexthop del id 901"], P, []),
    "objects-deleted": (OBJECTS + ["ip nexthop del id 902"], P, []),
}
# In all of FRR's releases zebra has the same as Linux: XDP forwards.
SAME = ("plain", "plain6", "metric")
CLEAN_UP = [
    "ip link set to-r2 up",
    "ip route flush root 10.9.0.0/16",
    "ip -6 route flush root 2001:db8:9::/48",
] + [f"ip nexthop del id {number}" for number in (902, 901, 900)]


def setup_module(module):
    """Start the topology and wait until r1 has the default routes."""
    tgen = bpf.build(module.__name__, LINKS, HOSTS)
    bpf.load(tgen, "r1", [])
    for name in ("r2", "r3"):
        bpf.load(tgen, name, [], module=False)
    tgen.start_router()
    nodes = tgen.gears
    for name, last in (("r2", 12), ("r3", 13)):
        # Of the kernel: zebra 8.4 would not bring them back with their link.
        nodes[name].cmd_raises(f"ip route add 10.1.0.0/24 via 10.0.{last}.1")
        nodes[name].cmd_raises(f"ip -6 route add 2001:db8:1::/64 via 2001:db8:{last}::1")
        # They answer for destinations that r1 thinks to be on the link.
        for prefix in ("10.9.0.0/16", "10.77.0.0/16", "2001:db8:9::/48"):
            nodes[name].cmd_raises(f"ip route add local {prefix} dev lo")
    bpf.wait_fib(nodes["r1"], ["0.0.0.0/0", "::/0"])
    warm(nodes)


def teardown_module():
    """Remove the topology."""
    bpf.stop()


def warm(nodes):
    """Both neighbours are resolved, for both families."""
    for address in (B, C, B6, C6):
        bpf.warm(nodes["h1"], address)


def carry_out(router, commands):
    """Lines of a row."""
    for command in commands:
        if command.startswith("zebra:"):
            assert bpf.configure(router, command.removeprefix("zebra:")) == ""
        else:
            router.cmd_raises(command)


def settle(router):
    """Wait until kernel and BPF FIB have not changed for a while."""
    seen, since = None, time.monotonic()
    while time.monotonic() < since + 0.7:
        now = router.cmd("ip route; ip -6 route; ip nexthop"), {
            prefix: (entry["action"], entry.get("verdict"), entry.get("nexthops"))
            for prefix, entry in bpf.fib(router).items()
        }
        if now != seen:
            seen, since = now, time.monotonic()
        time.sleep(0.2)


def where(nodes, prefix):
    """Who receives packets to 32 addresses of the prefix, 64 in all."""
    network = ipaddress.ip_network(prefix)
    destinations = [str(network[i]) for i in range(16, 48)]
    peers = [(nodes["r2"], "to-r1"), (nodes["r3"], "to-r1")]
    reports = bpf.traffic(nodes["h1"], (nodes["r1"], "to-h1"), destinations, 64, peers)
    return {name for name, report in zip("BC", reports) if report["count"] > 8}


@pytest.mark.parametrize("name", SITUATIONS)
def test_as_linux(tgen, name):
    """Packets of a situation come out where they do without bpf forwarding."""
    nodes = tgen.gears
    r1 = nodes["r1"]
    commands, prefix, undo = SITUATIONS[name]
    carry_out(r1, commands)
    settle(r1)
    warm(nodes)
    before = bpf.verdicts(r1)
    xdp = where(nodes, prefix)
    after = bpf.verdicts(r1)
    bpf.configure(r1, "interface to-h1", "no bpf forwarding")
    bpf.wait("to-h1 to be left alone", lambda: not bpf.xdp(r1, "to-h1"))
    linux = where(nodes, prefix)
    bpf.configure(r1, "interface to-h1", "bpf forwarding")
    bpf.wait("to-h1 to be back", lambda: bpf.xdp(r1, "to-h1"))
    carry_out(r1, undo)
    for command in CLEAN_UP:
        r1.cmd(command)
    settle(r1)
    assert xdp == linux
    forwarded = sum(after[f"forward-ipv{n}"] - before[f"forward-ipv{n}"] for n in (4, 6))
    assert name not in SAME or forwarded >= 64


# An ICMP redirect, sent by r2 to r1: use GATEWAY for DESTINATION. The packet that it is about
# is an echo reply of r1's.
REDIRECT = """
import socket, struct, sys
sys.path.insert(0, sys.argv[1])
import frames
def ip(protocol, source, destination, body):
    header = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(body), 1, 0, 64, protocol, 0,
                         socket.inet_aton(source), socket.inet_aton(destination))
    return header[:10] + struct.pack("!H", frames.checksum(header)) + header[12:] + body
def icmp(kind, code, rest):
    body = struct.pack("!BBH", kind, code, 0) + rest
    return body[:2] + struct.pack("!H", frames.checksum(body)) + body[4:]
about = ip(1, "10.0.12.1", "DESTINATION", icmp(0, 0, struct.pack("!HH", 1, 1)))
message = icmp(5, 1, socket.inet_aton("GATEWAY") + about)
raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
raw.sendto(message, ("10.0.12.1", 0))
"""
TWIN = "10.0.12.9"


def accept_redirects(router, accept):
    """Set the sysctl, and wait until the module has looked again."""
    router.cmd_raises(f"sysctl -w net.ipv4.conf.all.accept_redirects={accept}")
    bpf.wait(
        f"accept_redirects {accept} to be noticed",
        lambda: bpf.show(router, "show bpf interface")["to-r2"]["icmpRedirects"] is bool(accept),
    )


def at_twin(nodes, destination):
    """How many of 64 packets to destination come to r2's twin."""
    peers = [(nodes["r2"], "twin")]
    gateway = (nodes["r1"], "to-h1")
    return bpf.traffic(nodes["h1"], gateway, [destination], 64, peers)[0]["count"]


def test_accepted_redirects(tgen):
    """Where the kernel accepts ICMP redirects, packets leave by the gateways that they name."""
    nodes = tgen.gears
    r1, r2 = nodes["r1"], nodes["r2"]
    destination = "10.9.0.77"
    carry_out(r1, [f"ip route add {P} via {B}"])
    r2.cmd_raises(
        "ip link add link to-r1 name twin type macvlan mode bridge;"
        f"ip address add {TWIN}/32 dev twin; ip link set twin up;"
        "sysctl -w net.ipv4.conf.to-r1.arp_ignore=1"
    )
    settle(r1)
    warm(nodes)
    # None has come yet: nothing is kept of a time in which they were accepted.
    accept_redirects(r1, 1)
    accept_redirects(r1, 0)
    before = bpf.verdicts(r1)
    assert at_twin(nodes, destination) == 0
    assert bpf.verdicts(r1)["punt-redirects"] == before["punt-redirects"]
    accept_redirects(r1, 1)
    r1.cmd_raises(f"ping -c 1 {TWIN}")
    script = REDIRECT.replace("DESTINATION", destination).replace("GATEWAY", TWIN)
    r2.net.cmd_raises(["/usr/bin/python3", "-c", script, bpf.HERE])
    assert at_twin(nodes, destination) == 64
    # Linux keeps it for 300 seconds.
    r1.cmd_raises("sysctl -w net.ipv4.conf.all.accept_redirects=0")
    bpf.wait(
        "two more looks", lambda t=time.monotonic() + 11: time.monotonic() > t
    )
    assert at_twin(nodes, destination) == 64
    assert bpf.verdicts(r1)["punt-redirects"] == before["punt-redirects"] + 128
