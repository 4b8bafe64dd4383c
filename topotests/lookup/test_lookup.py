# SPDX-License-Identifier: GPL-2.0-or-later
"""
"show bpf lookup" with source and ingress interface says the verdict that packets then have.

    h1 --- r1 (module) --- r2
                  |
                  +------- r3    where r1 has no bpf forwarding
"""

import json

import pytest

import bpf

LINKS = ["r1:to-h1 h1:eth0", "r1:to-r2 r2:to-r1", "r1:to-r3 r3:to-r1"]
HOSTS = {"h1": ("10.1.0.2/24", "10.1.0.1", "2001:db8:1::2/64", "2001:db8:1::1")}
COUNT = 20
IPV4 = ("10.2.0.1", "10.1.0.2")
IPV6 = ("2001:db8:2::1", "2001:db8:1::2")

# (destination, source), the verdict; what is done before, and after
ROWS = {
    "forward": (IPV4, "forward-ipv4", [], []),
    "forward6": (IPV6, "forward-ipv6", [], []),
    "no-route": (("10.99.0.1", "10.1.0.2"), "punt-no-route", [], []),
    "blackhole": (("10.4.0.1", "10.1.0.2"), "drop-blackhole", [], []),
    "own-destination": (("10.0.12.1", "10.1.0.2"), "punt-local", [], []),
    "no-neighbour": (("10.0.12.77", "10.1.0.2"), "punt-neighbour", [], []),
    "no-bpf-forwarding": (("10.3.0.1", "10.1.0.2"), "punt-egress", [], []),
    "hairpin": (("10.1.0.2", "10.1.0.7"), "punt-hairpin", [], []),
    "hairpin6": (("2001:db8:1::2", "2001:db8:1::7"), "punt-hairpin", [], []),
    "own-source": (("10.2.0.1", "10.1.0.1"), "punt-local-source", [], []),
    "broadcast-source": (("10.2.0.1", "10.1.0.255"), "punt-local-source", [], []),
    "loopback-source": (("10.2.0.1", "127.0.0.1"), "punt-ipv4-source", [], []),
    "link-local-source": (("2001:db8:2::1", "fe80::7"), "punt-ipv6-source", [], []),
    "multicast": (("224.0.0.99", "10.1.0.2"), "punt-ipv4-destination", [], []),
    "multicast6": (("ff0e::99", "2001:db8:1::2"), "punt-ipv6-destination", [], []),
    "strict": (
        ("10.2.0.1", "10.2.0.9"),
        "punt-rpf",
        ["sysctl -qw net.ipv4.conf.to-h1.rp_filter=1"],
        [],
    ),
    "strict-passes": (IPV4, "forward-ipv4", [], []),
    "loose": (
        ("10.2.0.1", "10.2.0.9"),
        "forward-ipv4",
        ["sysctl -qw net.ipv4.conf.to-h1.rp_filter=2"],
        [],
    ),
    "loose-without-route": (
        ("10.2.0.1", "10.99.0.1"),
        "punt-rpf",
        [],
        ["sysctl -qw net.ipv4.conf.to-h1.rp_filter=0"],
    ),
    "forwarding-off": (
        IPV4,
        "punt-forwarding-off",
        ["sysctl -qw net.ipv4.conf.to-h1.forwarding=0"],
        ["sysctl -qw net.ipv4.conf.to-h1.forwarding=1"],
    ),
    "forwarding6-off": (
        IPV6,
        "punt-forwarding-off",
        ["sysctl -qw net.ipv6.conf.all.forwarding=0"],
        ["sysctl -qw net.ipv6.conf.all.forwarding=1"],
    ),
    "pmtu": (
        IPV4,
        "punt-pmtu",
        ["sysctl -qw net.ipv4.ip_forward_use_pmtu=1"],
        ["sysctl -qw net.ipv4.ip_forward_use_pmtu=0"],
    ),
    "no-pmtu": (IPV4, "forward-ipv4", [], []),
    "rule": (
        IPV4,
        "punt-policy-rule",
        ["ip rule add from 10.98.0.1 lookup 100"],
        ["ip rule del from 10.98.0.1 lookup 100"],
    ),
    "rule6": (
        IPV6,
        "punt-policy-rule",
        ["ip -6 rule add from 2001:db8:98::1 lookup 100"],
        ["ip -6 rule del from 2001:db8:98::1 lookup 100"],
    ),
}


def setup_module(module):
    """Start the topology."""
    tgen = bpf.build(module.__name__, LINKS, HOSTS)
    bpf.load(tgen, "r1", [])
    for name in ("r2", "r3"):
        bpf.load(tgen, name, [], module=False)
    tgen.start_router()
    r1 = tgen.gears["r1"]
    bpf.wait_fib(r1, ["10.2.0.0/16", "10.3.0.0/16", "10.4.0.0/16", "2001:db8:2::/48"])
    for address in ("10.0.12.2", "10.1.0.2", "2001:db8:12::2", "2001:db8:1::2"):
        bpf.warm(r1, address)


def teardown_module():
    """Remove the topology."""
    bpf.stop()


def lookup(r1, packet, iif="to-h1"):
    """What is said of frames.py's packets."""
    destination, source = packet
    return bpf.show(r1, f"show bpf lookup {destination} from {source} iif {iif}")


def counted(tgen, packet, verdict):
    """Send some from h1: how many more have the verdict now."""
    r1 = tgen.gears["r1"]
    before = bpf.verdicts(r1)[verdict]
    destination, source = packet
    bpf.traffic(tgen.gears["h1"], (r1, "to-h1"), destination, COUNT, [], source=source)
    return bpf.verdicts(r1)[verdict] - before


def check(tgen, packet, verdict):
    """It is told before, and it is what packets have."""
    r1 = tgen.gears["r1"]
    bpf.wait(f"{verdict} to be told", lambda: lookup(r1, packet)["verdict"] == verdict)
    assert counted(tgen, packet, verdict) >= COUNT
    told = lookup(r1, packet)
    assert (told["iif"], told["verdict"]) == ("to-h1", verdict)
    assert verdict.startswith(told["action"])
    if told["action"] == "forward":
        destination, source = packet
        kernel = json.loads(r1.cmd_raises(f"ip -j route get {destination} from {source} iif to-h1"))
        assert kernel[0]["dev"] == told["interfaceName"]


@pytest.mark.parametrize("row", ROWS)
def test_verdict(tgen, row):
    """Of each row; what is said without interface and source is about the route alone."""
    r1 = tgen.gears["r1"]
    packet, verdict, before, after = ROWS[row]
    for command in before:
        r1.cmd_raises(command)
    check(tgen, packet, verdict)
    for command in after:
        r1.cmd_raises(command)


def test_route_alone(tgen):
    """Without source and interface the rest is left out."""
    r1 = tgen.gears["r1"]
    assert bpf.show(r1, "show bpf lookup 10.1.0.2")["verdict"] == "forward-ipv4"
    assert "iif" not in bpf.show(r1, "show bpf lookup 10.1.0.2")


def test_interfaces(tgen):
    """One that has no bpf forwarding punts; one that does not exist is refused."""
    r1 = tgen.gears["r1"]
    assert lookup(r1, IPV4, "to-r3")["verdict"] == "punt-port"
    text = bpf.vtysh(r1, "show bpf lookup 10.2.0.1 iif nosuch")
    assert text.strip() == "% Interface nosuch does not exist"


def test_egress_that_does_not_transmit(tgen):
    """A driver that takes no redirected frames: punted if they come from one in native mode."""
    r1 = tgen.gears["r1"]
    tgen.gears["r2"].cmd_raises("ethtool -K to-r1 gro off")
    check(tgen, IPV4, "punt-egress")
    bpf.configure(r1, "bpf vlan-offload ignore", "interface to-h1", "bpf forwarding generic")
    check(tgen, IPV4, "forward-ipv4")
    bpf.configure(r1, "no bpf vlan-offload", "interface to-h1", "bpf forwarding native")
    check(tgen, IPV4, "punt-egress")
    tgen.gears["r2"].cmd_raises("ethtool -K to-r1 gro on")
    check(tgen, IPV4, "forward-ipv4")


def test_proxied_solicitation(tgen):
    """A neighbour solicitation for a proxied address is answered by r1, as in Linux."""
    nodes = tgen.gears
    r1, target = nodes["r1"], "2001:db8:2::7"

    def answered():
        command = [bpf.FRAMES, "solicit", "eth0", bpf.mac(r1, "to-h1"), "2001:db8:1::2", target]
        return json.loads(nodes["h1"].net.cmd_raises(["/usr/bin/python3", *command]))

    assert not answered()
    r1.cmd_raises("sysctl -qw net.ipv6.conf.all.proxy_ndp=1 net.ipv6.conf.to-h1.proxy_ndp=1")
    r1.cmd_raises(f"ip -6 neigh add proxy {target} dev to-h1")
    bpf.wait("an answer", answered)
    assert counted(tgen, IPV6, "forward-ipv6") >= COUNT
