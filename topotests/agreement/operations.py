# SPDX-License-Identifier: GPL-2.0-or-later
"""
Random operations on a router: routes of the kernel and of zebra with every flag, addresses, links,
neighbours, rules, sysctls. The same seed gives the same ones.

An operation is a list of lines: "router:shell command", "zebra:commands of vtysh", "remake:" (the
link spare is deleted and made again). Many fail, for what they are about is not there, and are part
of it.
"""

import random

from lab import GATEWAYS, PEERS

NETS4 = ["20.1.0.0/16", "20.1.9.0/24", "20.1.9.128/25", "20.1.9.77/32", "20.2.0.0/16", "20.2.9.0/24"]
NETS6 = [
    "2001:db9:1::/48",
    "2001:db9:1:9::/64",
    "2001:db9:1:9:8000::/65",
    "2001:db9:1:9::77/128",
    "2001:db9:2::/48",
    "2001:db9:2:9::/64",
]
# Nexthop objects; zebra's begin at 1, and go on behind these.
OBJECTS, GROUPS = (90001, 90002, 90003, 90004), (90011, 90012)


class Operations:
    """Draws them."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        # Static routes that may be configured.
        self.configured = set()
        # What takes much away is undone soon: [how many draws later, lines].
        self.undo = []
        self.kinds = (
            [self.route] * 30
            + [self.static] * 16
            + [self.object] * 8
            + [self.object_route] * 6
            + [self.address] * 8
            + [self.link] * 8
            + [self.neighbour] * 4
            + [self.sysctl] * 4
            + [self.rule] * 1
            + [self.flush] * 6
            + [self.mtu] * 2
            + [self.forwarding] * 2
            + [self.default] * 4
            + [self.fresh] * 4
        )

    def draw(self):
        """The lines of the next one."""
        for one in self.undo:
            one[0] -= 1
        for one in self.undo:
            if one[0] < 0:
                self.undo.remove(one)
                return one[1]
        lines = self.random.choice(self.kinds)()
        return [lines] if isinstance(lines, str) else lines

    def undone(self, *lines):
        """Lines that are drawn in a while."""
        self.undo.append([self.random.randrange(6), list(lines)])

    def one(self, *choices):
        """One of them."""
        return self.random.choice(choices)

    def chance(self, percent):
        """True so often."""
        return self.random.randrange(100) < percent

    def link_name(self):
        """An interface of r1, not the one that is never touched."""
        return self.one(*GATEWAYS)

    def version(self):
        """0: IPv4, 1: IPv6."""
        return self.random.randrange(2)

    def prefix(self, version):
        """Where all of it happens."""
        return self.one(*(NETS4, NETS6)[version])

    def hop(self, version):
        """via, dev and flags of a nexthop."""
        dev = self.link_name()
        via = f"via {GATEWAYS[dev][version]}"
        if not version and self.chance(5):
            via = f"via inet6 {GATEWAYS[dev][1]}"
        kind = self.random.randrange(10)
        if kind == 0:
            return f"dev {dev}"
        if kind == 1:
            return f"{via} dev {dev} onlink"
        return f"{via} dev {dev}" if "inet6" in via or self.chance(50) else via

    def route(self):
        """ip route."""
        version = self.version()
        prefix = self.prefix(version)
        ip = ("ip route", "ip -6 route")[version]
        verb = self.one(*["add"] * 4 + ["append", "prepend", "replace", "replace", "change"])
        if version and verb == "prepend":
            verb = "append"
        flags = ""
        if self.chance(40):
            flags += f" proto {self.one(2, 3, 4, 11, 16, 42, 99, 186, 188, 196)}"
        if self.chance(40):
            flags += f" metric {self.one(5, 10, 20, 100, 1024)}"
        if self.chance(5):
            flags += f" mtu {self.one(1300, 1400)}"
        if self.chance(5):
            flags += " tos 0x10"
        if self.chance(25):
            return f"r1:ip {'-6 ' if version else ''}route del {prefix}{flags}"
        if self.chance(15):
            kind = self.one("blackhole", "unreachable", "prohibit", "throw")
            return f"r1:{ip} {verb} {kind} {prefix}{flags}"
        if self.chance(30):
            hops = [self.hop(version) for _ in range(self.one(2, 2, 3))]
            weights = [f" weight {self.one(1, 1, 2, 5)}" for _ in hops]
            several = " ".join(f"nexthop {hop}{weight}" for hop, weight in zip(hops, weights))
            return f"r1:{ip} {verb} {prefix}{flags} {several}"
        return f"r1:{ip} {verb} {prefix} {self.hop(version)}{flags}"

    def static(self):
        """ip route of staticd."""
        version = self.version()
        dev = self.link_name()
        word = ("ip route", "ipv6 route")[version]
        gateway = GATEWAYS[dev][version]
        target = self.one(gateway, gateway, gateway, f"{gateway} {dev}", dev, "Null0", "reject")
        distance = self.one("", "", " 5", " 200")
        route = f"{word} {self.prefix(version)} {target}{distance}"
        if self.configured and self.chance(40):
            route = self.one(*sorted(self.configured))
            self.configured.remove(route)
            return f"zebra:no {route}"
        self.configured.add(route)
        return f"zebra:{route}"

    def object(self):
        """ip nexthop, zebra's own too."""
        if self.chance(3):
            return "r1:ip nexthop flush proto zebra"
        if self.chance(25):
            return f"r1:ip nexthop del id {self.one(*OBJECTS + GROUPS)}"
        if self.chance(35):
            members = self.random.sample(OBJECTS, self.one(1, 2, 2, 3))
            group = "/".join(f"{one},{self.one(1, 1, 3)}" for one in members)
            return f"r1:ip nexthop replace id {self.one(*GROUPS)} group {group}"
        if self.chance(10):
            return f"r1:ip nexthop replace id {self.one(*OBJECTS)} blackhole"
        dev = self.link_name()
        via = f"via {GATEWAYS[dev][self.version()]} " if self.chance(85) else ""
        return f"r1:ip nexthop replace id {self.one(*OBJECTS)} {via}dev {dev}"

    def object_route(self):
        """A route through an object."""
        version = self.version()
        ip = ("ip route", "ip -6 route")[version]
        verb = self.one("add", "replace", "append")
        return f"r1:{ip} {verb} {self.prefix(version)} nhid {self.one(*OBJECTS + GROUPS)}"

    def address(self):
        """ip address, in the same prefixes and next to the interfaces' own."""
        dev, verb = self.link_name(), self.one("add", "add", "del")
        if self.version():
            address = self.one("2001:db9:1:9::1/64", "2001:db9:2:9::1/64", "2001:db9:1:9::2/64")
            flags = self.one("", " noprefixroute") + " nodad"
        else:
            address = self.one("20.1.9.1/24", "20.2.9.1/24", "20.1.9.2/24", "10.0.12.9/24")
            flags = self.one("", " noprefixroute", " metric 500")
        return f"r1:ip address {verb} {address} dev {dev}{flags if verb == 'add' else ''}"

    def link(self):
        """Links and their carrier."""
        dev = self.link_name()
        router, peer = PEERS[dev]
        down, up = f"r1:ip link set {dev} down", f"r1:ip link set {dev} up"
        kind = self.random.randrange(8)
        if kind < 2:
            self.undone(up)
            return down
        if kind < 4:
            return [down, up]
        if kind < 6:
            self.undone(f"{router}:ip link set {peer} up")
            return f"{router}:ip link set {peer} down"
        if kind == 6:
            self.undone(
                "r1:ip link set renamed down",
                "r1:ip link set renamed name spare",
                "r1:ip link set spare up",
            )
            return ["r1:ip link set spare down", "r1:ip link set spare name renamed"] + self.one(
                [], ["r1:ip link set renamed up"]
            )
        return "remake:"

    def neighbour(self):
        """ip neighbour."""
        dev = self.link_name()
        gateway = GATEWAYS[dev][self.version()]
        return "r1:" + self.one(
            f"ip neighbour del {gateway} dev {dev}",
            f"ip neighbour flush dev {dev}",
            f"ping -c 1 -W 1 {gateway}",
            f"ip neighbour replace {gateway} dev {dev} lladdr 02:00:00:00:00:77 nud stale",
        )

    def sysctl(self):
        """Those that decide where packets go."""
        dev = self.one(*GATEWAYS, "to-h1")
        name, usual = self.one(
            (f"ipv4.conf.{dev}.rp_filter", 0),
            (f"ipv4.conf.{dev}.forwarding", 1),
            (f"ipv4.conf.{dev}.ignore_routes_with_linkdown", 0),
            (f"ipv6.conf.{dev}.ignore_routes_with_linkdown", 0),
            ("ipv6.conf.all.forwarding", 1),
        )
        self.undone(f"r1:sysctl -w net.{name}={usual}")
        other = self.one(1, 2) if "rp_filter" in name else 1 - usual
        return f"r1:sysctl -w net.{name}={other}"

    def rule(self):
        """ip rule, which leaves all to the kernel: it goes again soon."""
        ip = self.one("ip", "ip -6")
        self.undone(f"r1:{ip} rule del pref 100")
        return f"r1:{ip} rule add pref 100 lookup 77"

    def flush(self):
        """Many at once."""
        version = self.version()
        ip = ("ip route", "ip -6 route")[version]
        prefix = self.prefix(version)
        return f"r1:{ip} flush " + self.one(
            f"exact {prefix}", f"root {prefix}", f"dev {self.link_name()} proto boot", "proto 186"
        )

    def mtu(self):
        """Of a link."""
        return f"r1:ip link set {self.link_name()} mtu {self.one(1300, 1500)}"

    def forwarding(self):
        """bpf forwarding of an interface."""
        interface = f"zebra:interface {self.one(*GATEWAYS, 'to-h1')}"
        self.undone(f"{interface}\nbpf forwarding")
        return f"{interface}\nno bpf forwarding"

    def default(self):
        """The default route anew, for zebra may have lost it with a link."""
        route = self.one("ip route 0.0.0.0/0 {}", "ipv6 route ::/0 {}")
        route = route.format(GATEWAYS["to-r3"]["ipv6" in route])
        return f"zebra:no {route}\n{route}"

    def fresh(self):
        """All routes and addresses go."""
        configured = "\n".join(f"no {route}" for route in sorted(self.configured))
        self.configured = set()
        flush = [
            f"r1:ip {kind} flush {prefix}"
            for kind, prefix in (
                ("address", "to 20.0.0.0/8"),
                ("-6 address", "to 2001:db9::/32"),
                ("address", "to 10.0.12.9"),
                ("route", "root 20.0.0.0/8"),
                ("-6 route", "root 2001:db9::/32"),
            )
        ]
        return flush + ([f"zebra:{configured}"] if configured else [])
