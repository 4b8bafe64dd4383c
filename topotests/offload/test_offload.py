# SPDX-License-Identifier: GPL-2.0-or-later
"""
What zebra and bgpd are told: the offloaded flag, and "bgp suppress-fib-pending".

    r2 --- r1 (module) --- r3
"""

import pytest

import bpf

LINKS = ["r1:to-r2 r2:to-r1", "r1:to-r3 r3:to-r1"]
PREFIXES = ["10.20.0.0/24", "10.20.1.0/24", "10.20.2.0/24"]


def setup_module(module):
    """Start the topology and wait for r2's routes."""
    tgen = bpf.build(module.__name__, LINKS, {})
    bpf.load(tgen, "r1", ["bgpd"])
    for peer in ("r2", "r3"):
        bpf.load(tgen, peer, ["bgpd"], module=False)
    tgen.start_router()
    bpf.wait_fib(tgen.gears["r1"], PREFIXES)


def teardown_module():
    """Remove the topology."""
    bpf.stop()


def offloaded(router, prefix):
    """The offloaded flag of a prefix in "show ip route json"."""
    return bpf.rib(router, "ipv4").get(prefix, {}).get("offloaded", False)


def fib_flags(router, prefix):
    """What bgpd believes about a prefix: fibInstalled, waiting, or none when it failed."""
    text = bpf.vtysh(router, f"show bgp ipv4 unicast {prefix} json")
    flags = ("fibInstalled", "fibPending", "fibWaitForInstall")
    return {flag for flag in flags if f'"{flag}":true' in text}


def test_offloaded_flag(tgen):
    """Routes that the maps forward are offloaded and installed in "show ip route json"."""
    r1 = tgen.gears["r1"]
    for prefix in PREFIXES:
        bpf.wait(f"{prefix} to be offloaded", lambda p=prefix: offloaded(r1, p))
        assert bpf.rib(r1, "ipv4")[prefix]["installed"] is True


def test_suppress_fib_pending(tgen):
    """With "bgp suppress-fib-pending" r1 advertises what is in its FIB."""
    r3 = tgen.gears["r3"]
    for prefix in PREFIXES:
        bpf.wait(f"{prefix} at r3", lambda p=prefix: p in bpf.rib(r3, "ipv4"))


def test_new_route_is_offloaded_and_advertised(tgen):
    """A route that comes later is treated the same."""
    r1, r2, r3 = (tgen.gears[name] for name in ("r1", "r2", "r3"))
    bpf.configure(r2, "ip route 10.20.3.0/24 blackhole")
    bpf.wait_fib(r1, ["10.20.3.0/24"])
    bpf.wait("the route to be offloaded", lambda: offloaded(r1, "10.20.3.0/24"))
    bpf.wait("the route at r3", lambda: "10.20.3.0/24" in bpf.rib(r3, "ipv4"))


def test_route_without_bpf_egress_is_not_offloaded(tgen):
    """A route whose egress has no bpf forwarding is punted: not offloaded, but installed."""
    r1 = tgen.gears["r1"]
    bpf.configure(r1, "interface to-r2", "no bpf forwarding")
    bpf.wait("to-r2 to be left alone", lambda: not bpf.xdp(r1, "to-r2"))
    for prefix in PREFIXES:
        bpf.wait(f"{prefix} not to be offloaded", lambda p=prefix: not offloaded(r1, p))
        assert bpf.rib(r1, "ipv4")[prefix]["installed"] is True
    bpf.configure(r1, "interface to-r2", "bpf forwarding")
    bpf.wait("to-r2 to be back", lambda: bpf.xdp(r1, "to-r2"))
    bpf.wait("the route to be offloaded", lambda: offloaded(r1, "10.20.0.0/24"))


# What takes 10.20.0.0/24 out of XDP though zebra has it installed; how that ends.
OVERRIDES = {
    "local": ("ip route add local 10.20.0.0/24 dev lo", "ip route del local 10.20.0.0/24 dev lo"),
    "local-cover": ("ip route add local 10.0.0.0/8 dev lo", "ip route del local 10.0.0.0/8 dev lo"),
    "kernel-prefers": (
        "ip route add 10.20.0.0/24 via 10.0.13.3 proto bgp metric 5",
        "ip route del 10.20.0.0/24 via 10.0.13.3 proto bgp metric 5",
    ),
}


@pytest.mark.parametrize("override", OVERRIDES)
def test_overridden_route_is_not_offloaded(tgen, override):
    """What the kernel alone decides is not offloaded, and is again afterwards."""
    r1 = tgen.gears["r1"]
    for step, expected in zip(OVERRIDES[override], (False, True)):
        r1.cmd_raises(step)
        bpf.wait(
            f"offloaded to be {expected}",
            lambda e=expected: offloaded(r1, "10.20.0.0/24") is e,
        )
        assert bpf.rib(r1, "ipv4")["10.20.0.0/24"]["installed"] is True


def test_route_without_room(tgen):
    """It works, nexthops resolve through it, but bgpd does not advertise it until there is room."""
    r1, r2, r3 = (tgen.gears[name] for name in ("r1", "r2", "r3"))
    prefix, behind, cover = "10.20.9.0/24", "10.30.0.0/24", "10.20.0.0/16"
    bpf.configure(r1, f"ip route {cover} 10.0.12.2")
    bpf.wait("the cover to be offloaded", lambda: offloaded(r1, cover))
    full = bpf.show(r1, "show bpf status")["counts"]["routesIpv4"]
    assert bpf.configure(r1, f"bpf fib max-routes ipv4 {full}") == ""
    bpf.configure(r2, f"ip route {prefix} blackhole")
    bpf.wait("no room", lambda: bpf.show(r1, "show bpf status")["counts"]["overflowIpv4"] == 1)
    bpf.configure(r1, f"ip route {behind} 10.20.9.7")
    bpf.wait("the static route", lambda: behind in bpf.rib(r1, "ipv4"))
    bpf.wait("bgpd to be told", lambda: fib_flags(r1, prefix) == set())
    bpf.wait("the route to leave r3", lambda: prefix not in bpf.rib(r3, "ipv4"))
    bpf.wait("the cover not to be offloaded", lambda: not offloaded(r1, cover))
    for one in (prefix, behind, cover):
        assert bpf.rib(r1, "ipv4")[one]["installed"] is True
        assert not offloaded(r1, one)
    assert bpf.configure(r1, "no bpf fib max-routes ipv4") == ""
    for one in (prefix, behind, cover):
        bpf.wait("the route to be offloaded", lambda p=one: offloaded(r1, p))
    bpf.wait("the route at r3", lambda: prefix in bpf.rib(r3, "ipv4"))
    assert fib_flags(r1, prefix) == {"fibInstalled"}
