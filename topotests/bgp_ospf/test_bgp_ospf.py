# SPDX-License-Identifier: GPL-2.0-or-later
"""
BGP and OSPF routes forward packets in XDP.

    h1 --- r1 (module) --- r2 (eBGP) --- h2
                  |
                  +------- r3 (OSPFv2, OSPFv3) --- h3
"""

import json

import pytest

import bpf

LINKS = [
    "r1:to-h1 h1:eth0",
    "r1:to-r2 r2:to-r1",
    "r1:to-r3 r3:to-r1",
    "r2:to-h2 h2:eth0",
    "r3:to-h3 h3:eth0",
]
HOSTS = {
    "h1": ("10.1.0.2/24", "10.1.0.1", "2001:db8:1::2/64", "2001:db8:1::1"),
    "h2": ("10.2.0.2/24", "10.2.0.1", "2001:db8:2::2/64", "2001:db8:2::1"),
    "h3": ("10.3.0.2/24", "10.3.0.1", "2001:db8:3::2/64", "2001:db8:3::1"),
}
PREFIXES = ["10.2.0.0/24", "10.3.0.0/24", "2001:db8:2::/64", "2001:db8:3::/64"]
PREFIXES += ["198.51.100.0/25", "203.0.113.0/24", "2001:db8:2000::/36"]
# sender, router's interface towards it, destination host, destination, its prefix
PATHS = [
    ("h1", "to-h1", "h2", "10.2.0.2", "10.2.0.0/24"),
    ("h1", "to-h1", "h3", "10.3.0.2", "10.3.0.0/24"),
    ("h1", "to-h1", "h2", "2001:db8:2::2", "2001:db8:2::/64"),
    ("h1", "to-h1", "h3", "2001:db8:3::2", "2001:db8:3::/64"),
    ("h2", "r2", "h3", "10.3.0.2", "10.3.0.0/24"),
    ("h3", "r3", "h2", "2001:db8:2::2", "2001:db8:2::/64"),
]


def setup_module(module):
    """Start the topology and wait until r1 has every route."""
    tgen = bpf.build(module.__name__, LINKS, HOSTS)
    bpf.load(tgen, "r1", ["bgpd", "ospfd", "ospf6d"])
    bpf.load(tgen, "r2", ["bgpd"], module=False)
    bpf.load(tgen, "r3", ["ospfd", "ospf6d"], module=False)
    tgen.start_router()
    bpf.wait_fib(tgen.gears["r1"], PREFIXES)


def teardown_module():
    """Remove the topology."""
    bpf.stop()


def test_fib_agrees_with_rib(tgen):
    """Every selected route has its entry, with zebra's nexthops; nothing else is there."""
    r1 = tgen.gears["r1"]
    for family in ("ipv4", "ipv6"):
        assert bpf.differences(r1, family) == []
    protocols = {prefix: bpf.route(r1, prefix)["protocol"] for prefix in PREFIXES}
    assert protocols["10.2.0.0/24"] == protocols["2001:db8:2::/64"] == "bgp"
    assert protocols["10.3.0.0/24"] == "ospf"
    assert protocols["2001:db8:3::/64"] == "ospf6"


def test_fib_agrees_with_kernel(tgen):
    """Every unicast route of the kernel's main table has an entry."""
    r1 = tgen.gears["r1"]
    for family, flag in (("ipv4", "-4"), ("ipv6", "-6")):
        entries = bpf.fib(r1, family)
        for kernel in json.loads(r1.cmd_raises(f"ip -j {flag} route show table main")):
            prefix = kernel["dst"]
            if "/" not in prefix and prefix != "default":
                prefix += "/32" if family == "ipv4" else "/128"
            assert prefix in entries, kernel


# The library cuts test names at "::", so IPv6 addresses must not appear in them.
@pytest.mark.parametrize(
    "source,via,target,destination,prefix",
    PATHS,
    ids=[f"{p[0]}-{p[2]}-ipv{6 if ':' in p[3] else 4}" for p in PATHS],
)
def test_frames_cross(tgen, source, via, target, destination, prefix):
    """Exactly what is sent arrives, and exactly that is counted."""
    nodes = tgen.gears
    host, receiver = nodes[source], (nodes[target], "eth0")
    bpf.warm(host, destination)
    if via == "to-h1":
        gateway, hops = (nodes["r1"], "to-h1"), 2
    else:
        gateway, hops = (nodes[via], f"to-{source}"), 3
    bpf.check_forwarded(
        nodes["r1"], host, gateway, destination, prefix, 500, receiver, hops=hops
    )


def test_connected_hosts(tgen):
    """Frames back to a connected network go to the host's own MAC address."""
    nodes = tgen.gears
    for destination, prefix in (("10.1.0.2", "10.1.0.0/24"), ("2001:db8:1::2", "2001:db8:1::/64")):
        bpf.warm(nodes["h2"], destination)
        bpf.check_forwarded(
            nodes["r1"],
            nodes["h2"],
            (nodes["r2"], "to-h2"),
            destination,
            prefix,
            300,
            (nodes["h1"], "eth0"),
            hops=2,
        )


def test_ttl_expiry_is_the_kernels(tgen):
    """A datagram whose TTL ends here is punted, and the kernel answers it."""
    nodes = tgen.gears
    before = bpf.verdicts(nodes["r1"])
    report = bpf.traffic(
        nodes["h1"], (nodes["r1"], "to-h1"), "10.2.0.2", 5, [(nodes["h2"], "eth0")], ttl=1
    )[0]
    assert report["count"] == 0
    assert bpf.verdicts(nodes["r1"])["punt-ipv4-ttl"] - before["punt-ipv4-ttl"] == 5
    trace = nodes["h1"].cmd_raises("ping -c 1 -W 2 -t 1 10.2.0.2 || true")
    assert "Time to live exceeded" in trace and "10.1.0.1" in trace


def test_counters_survive_update_and_clear(tgen):
    """An update of a route keeps its counters; "clear bpf counters" sets them to zero."""
    r1, r2 = tgen.gears["r1"], tgen.gears["r2"]
    packets = bpf.counters(r1, "10.2.0.0/24")[0]
    assert packets > 0
    bpf.configure(r2, "route-map med permit 10", "set metric 77")
    bpf.configure(
        r2,
        "router bgp 65002",
        "address-family ipv4 unicast",
        "neighbor 10.0.12.1 route-map med out",
    )
    bpf.wait("the new metric", lambda: bpf.rib(r1, "ipv4")["10.2.0.0/24"]["metric"] == 77)
    bpf.wait_fib(r1)
    assert bpf.counters(r1, "10.2.0.0/24")[0] == packets
    bpf.vtysh(r1, "clear bpf counters")
    assert bpf.counters(r1, "10.2.0.0/24") == (0, 0)
    assert bpf.verdicts(r1)["forward-ipv4"] == 0


def test_withdrawn_route_leaves(tgen):
    """A withdrawn route is gone from the BPF FIB, and comes back."""
    r1, r2 = tgen.gears["r1"], tgen.gears["r2"]
    bpf.configure(r2, "no ip route 203.0.113.0/24 blackhole")
    bpf.wait("the withdrawal", lambda: bpf.route(r1, "203.0.113.0/24") is None)
    bpf.configure(r2, "ip route 203.0.113.0/24 blackhole")
    bpf.wait_fib(r1, ["203.0.113.0/24"])


def test_interfaces(tgen):
    """show bpf interface agrees with the kernel."""
    r1 = tgen.gears["r1"]
    shown = bpf.show(r1, "show bpf interface")
    for ifname in ("to-h1", "to-r2", "to-r3"):
        assert shown[ifname]["mode"] == "native"
        assert shown[ifname]["mac"] == bpf.mac(r1, ifname)
        assert shown[ifname]["up"] is True
        assert bpf.xdp(r1, ifname)
    assert bpf.show(r1, "show bpf status")["health"] == "ok"
