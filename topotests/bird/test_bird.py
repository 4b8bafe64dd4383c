# SPDX-License-Identifier: GPL-2.0-or-later
"""
BIRD as a foreign eBGP peer, IPv4 and IPv6.

    h1 --- r1 (module) --- b2 (BIRD) --- h2
"""

import pytest

import bpf

LINKS = ["r1:to-h1 h1:eth0", "r1:to-b2 b2:to-r1", "b2:to-h2 h2:eth0"]
HOSTS = {
    "h1": ("10.1.0.2/24", "10.1.0.1", "2001:db8:1::2/64", "2001:db8:1::1"),
    "h2": ("10.2.0.2/24", "10.2.0.1", "2001:db8:2::2/64", "2001:db8:2::1"),
}
PREFIXES = ["10.2.0.0/24", "2001:db8:2::/64", "0.0.0.0/0", "192.0.2.0/24", "192.0.2.64/26"]
PREFIXES += ["192.0.2.65/32", "2001:db8:b000::/36", "2001:db8:b001::/48", "2001:db8:b001::1/128"]


def setup_module(module):
    """Start the topology and wait until r1 has every route."""
    tgen = bpf.build(module.__name__, LINKS, HOSTS)
    bpf.load(tgen, "r1", ["bgpd"])
    tgen.start_router("r1")
    b2 = tgen.gears["b2"]
    addresses = [("to-r1", "10.0.12.2/24"), ("to-r1", "2001:db8:12::2/64")]
    addresses += [("to-h2", "10.2.0.1/24"), ("to-h2", "2001:db8:2::1/64")]
    for ifname, address in addresses:
        b2.cmd_raises(f"ip address add {address} dev {ifname} {'nodad' if ':' in address else ''}")
    with open(bpf.HERE + "/bird/b2.conf", encoding="ascii") as config:
        bpf.start_bird(tgen, "b2", config.read())
    bpf.wait_fib(tgen.gears["r1"], PREFIXES)


def teardown_module():
    """Remove the topology."""
    bpf.stop()


def test_fib_agrees_with_rib(tgen):
    """Every route of BIRD's is in the BPF FIB with BIRD's router as nexthop."""
    r1 = tgen.gears["r1"]
    for prefix in PREFIXES:
        hops = bpf.route(r1, prefix)["nexthops"]
        assert [hop["interfaceName"] for hop in hops] == ["to-b2"]
        assert hops[0]["mac"] == bpf.mac(tgen.gears["b2"], "to-r1")


@pytest.mark.parametrize(
    "destination,prefix",
    [("10.2.0.2", "10.2.0.0/24"), ("2001:db8:2::2", "2001:db8:2::/64")],
    ids=["ipv4", "ipv6"],
)
def test_frames_cross(tgen, destination, prefix):
    """Exactly what is sent arrives at the host behind BIRD, and is counted."""
    nodes = tgen.gears
    bpf.warm(nodes["h1"], destination)
    gateway, receiver = (nodes["r1"], "to-h1"), (nodes["h2"], "eth0")
    bpf.check_forwarded(
        nodes["r1"], nodes["h1"], gateway, destination, prefix, 500, receiver, hops=2
    )


@pytest.mark.parametrize(
    "destination,prefix",
    [
        ("192.0.2.65", "192.0.2.65/32"),
        ("192.0.2.66", "192.0.2.64/26"),
        ("192.0.2.1", "192.0.2.0/24"),
        ("203.0.113.1", "0.0.0.0/0"),
        ("2001:db8:b001::1", "2001:db8:b001::1/128"),
        ("2001:db8:b001::2", "2001:db8:b001::/48"),
        ("2001:db8:b002::2", "2001:db8:b000::/36"),
    ],
    ids=["32", "26", "24", "default", "128", "48", "36"],
)
def test_longest_prefix_wins(tgen, destination, prefix):
    """Of nested prefixes the longest match counts the packet."""
    nodes = tgen.gears
    gateway, receiver = (nodes["r1"], "to-h1"), (nodes["b2"], "to-r1")
    bpf.warm(nodes["h1"], "10.2.0.2")
    bpf.check_forwarded(nodes["r1"], nodes["h1"], gateway, destination, prefix, 50, receiver)


def test_session_down_and_up(tgen):
    """BIRD disables the session: its routes leave the BPF FIB; it enables it: they return."""
    r1 = tgen.gears["r1"]
    bpf.birdc(tgen, "b2", "disable r1_ipv4")
    bpf.wait("the routes to leave", lambda: bpf.route(r1, "192.0.2.0/24") is None)
    bpf.wait_fib(r1)
    bpf.birdc(tgen, "b2", "enable r1_ipv4")
    bpf.wait_fib(r1, PREFIXES)
