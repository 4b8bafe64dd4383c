# SPDX-License-Identifier: GPL-2.0-or-later
"""
BGP unnumbered: IPv4 routes with an IPv6 link-local nexthop (RFC 8950), module on both routers.

    h1 --- r1 (module) --- r2 (module) --- h2          no addresses between r1 and r2
"""

import pytest

import bpf

LINKS = ["r1:to-h1 h1:eth0", "r1:to-r2 r2:to-r1", "r2:to-h2 h2:eth0"]
HOSTS = {
    "h1": ("10.1.0.2/24", "10.1.0.1", "2001:db8:1::2/64", "2001:db8:1::1"),
    "h2": ("10.2.0.2/24", "10.2.0.1", "2001:db8:2::2/64", "2001:db8:2::1"),
}


def setup_module(module):
    """Start the topology and wait for the routes of the other side."""
    tgen = bpf.build(module.__name__, LINKS, HOSTS)
    for router in ("r1", "r2"):
        bpf.load(tgen, router, ["bgpd"])
    tgen.start_router()
    bpf.wait_fib(tgen.gears["r1"], ["10.2.0.0/24", "2001:db8:2::/64"])
    bpf.wait_fib(tgen.gears["r2"], ["10.1.0.0/24", "2001:db8:1::/64"])


def teardown_module():
    """Remove the topology."""
    bpf.stop()


def test_ipv4_route_has_ipv6_nexthop(tgen):
    """The IPv4 route's gateway is r2's link-local address, resolved to r2's MAC address."""
    r1, r2 = tgen.gears["r1"], tgen.gears["r2"]
    entry = bpf.wait(
        "the gateway to be resolved",
        lambda: next(
            (e for e in [bpf.route(r1, "10.2.0.0/24")] if e["nexthops"][0]["resolved"]), None
        ),
    )
    assert entry["action"] == "forward"
    assert entry["nexthops"][0]["ip"].startswith("fe80::")
    assert entry["nexthops"][0]["interfaceName"] == "to-r2"
    assert entry["nexthops"][0]["mac"] == bpf.mac(r2, "to-r1")


@pytest.mark.parametrize(
    "destination,prefix",
    [("10.2.0.2", "10.2.0.0/24"), ("2001:db8:2::2", "2001:db8:2::/64")],
    ids=["ipv4", "ipv6"],
)
def test_frames_cross(tgen, destination, prefix):
    """Both routers forward and count exactly what was sent."""
    nodes = tgen.gears
    bpf.warm(nodes["h1"], destination)
    before = bpf.counters(nodes["r2"], prefix)[0]
    gateway, receiver = (nodes["r1"], "to-h1"), (nodes["h2"], "eth0")
    bpf.check_forwarded(
        nodes["r1"], nodes["h1"], gateway, destination, prefix, 500, receiver, hops=2
    )
    assert bpf.counters(nodes["r2"], prefix)[0] - before == 500
