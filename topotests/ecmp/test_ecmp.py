# SPDX-License-Identifier: GPL-2.0-or-later
"""
Equal-cost and weighted multipath: three eBGP peers announce the same prefixes, 10.99.0.0/16 with
link bandwidths 10, 30 and 60 Mbyte/s (FRR makes weights of them), the others without.

    h1 --- r1 (module) --- r2, r3, r4 (the prefixes end here)
"""

import bpf

LINKS = [
    "r1:to-h1 h1:eth0",
    "r1:to-r2 r2:to-r1",
    "r1:to-r3 r3:to-r1",
    "r1:to-r4 r4:to-r1",
]
HOSTS = {"h1": ("10.1.0.2/24", "10.1.0.1", "2001:db8:1::2/64", "2001:db8:1::1")}
PEERS = ("r2", "r3", "r4")
PREFIXES = ["10.99.0.0/16", "10.98.0.0/16", "2001:db8:99::/48"]
FLOWS = 3000
TOLERANCE = 0.05  # of all flows; the hash seed is fixed, so the outcome is too


def setup_module(module):
    """Start the topology and wait for three nexthops on every prefix."""
    tgen = bpf.build(module.__name__, LINKS, HOSTS)
    bpf.load(tgen, "r1", ["bgpd"])
    for peer in PEERS:
        bpf.load(tgen, peer, ["bgpd"], module=False)
    tgen.start_router()
    r1 = tgen.gears["r1"]
    bpf.wait_fib(r1, PREFIXES)
    for prefix in PREFIXES:
        bpf.wait(f"three nexthops of {prefix}", lambda p=prefix: members(r1, p) == 3)
    for peer in PEERS:
        number = peer[1]
        bpf.warm(r1, f"10.0.1{number}.{number}")
        bpf.warm(r1, f"2001:db8:1{number}::{number}")


def teardown_module():
    """Remove the topology."""
    bpf.stop()


def members(router, prefix):
    """Number of resolved nexthops of a prefix in the BPF FIB."""
    entry = bpf.route(router, prefix)
    return sum(hop["resolved"] for hop in entry.get("nexthops", [])) if entry else 0


def kernel_peers(router, prefix):
    """Those of r2 to r4 that the kernel's route leads to."""
    text = router.cmd_raises(f"ip route show {prefix}")
    return {peer for peer in ("r2", "r3", "r4") if f"dev to-{peer}" in text}


def spread(tgen, destination, rounds=1):
    """Send every flow so many times; {flow: peer} and the packets each peer got."""
    nodes = tgen.gears
    receivers = [(nodes[peer], "to-r1") for peer in PEERS]
    gateway = (nodes["r1"], "to-h1")
    reports = bpf.traffic(
        nodes["h1"], gateway, destination, FLOWS * rounds, receivers, flows=FLOWS, size=32
    )
    paths, got = {}, {}
    for peer, report in zip(PEERS, reports):
        assert report["bad"] == 0
        got[peer] = report["count"]
        for flow, packets in report["flows"].items():
            assert flow not in paths, f"flow {flow} went to {paths[flow]} and to {peer}"
            assert packets == rounds
            paths[flow] = peer
    assert len(paths) == FLOWS
    return paths, got


def assert_shares(got, shares):
    """The peers got their shares of the flows."""
    total = sum(got.values())
    for peer, share in shares.items():
        assert abs(got[peer] / total - share) < TOLERANCE, f"{got}, wanted {shares}"


def test_weights_in_fib(tgen):
    """The BPF FIB has the weights that zebra has."""
    r1 = tgen.gears["r1"]
    for prefix in PREFIXES[:2]:
        wanted = {hop["ip"]: hop["weight"] for hop in bpf.rib(r1, "ipv4")[prefix]["nexthops"]}
        got = {hop["ip"]: hop["weight"] for hop in bpf.route(r1, prefix)["nexthops"]}
        assert got == wanted
    weights = sorted(hop["weight"] for hop in bpf.route(r1, "10.99.0.0/16")["nexthops"])
    assert weights[0] < weights[1] < weights[2]


def test_equal_shares(tgen):
    """Without weights every member gets a third, each flow stays on one path."""
    got = spread(tgen, "10.98.1.2", rounds=2)[1]
    assert_shares(got, {"r2": 1 / 3, "r3": 1 / 3, "r4": 1 / 3})


def test_equal_shares_ipv6(tgen):
    """The same for IPv6."""
    got = spread(tgen, "2001:db8:99::2", rounds=2)[1]
    assert_shares(got, {"r2": 1 / 3, "r3": 1 / 3, "r4": 1 / 3})


def test_weighted_shares(tgen):
    """Members get flows in proportion to their weights, and the nexthop counters say so."""
    r1 = tgen.gears["r1"]
    hops = bpf.route(r1, "10.99.0.0/16")["nexthops"]
    before = nexthop_packets(r1, hops)
    got = spread(tgen, "10.99.1.2", rounds=2)[1]
    assert_shares(got, {"r2": 0.1, "r3": 0.3, "r4": 0.6})
    after = nexthop_packets(r1, hops)
    counted = {ip: after[ip] - before[ip] for ip in after}
    assert counted == {
        "10.0.12.2": got["r2"],
        "10.0.13.3": got["r3"],
        "10.0.14.4": got["r4"],
    }


def nexthop_packets(router, hops):
    """{gateway: packets} of nexthops, from "show bpf nexthop"."""
    rows = bpf.show(router, "show bpf nexthop")
    return {hop["ip"]: rows[str(hop["id"])]["packets"] for hop in hops}


def test_lookup_names_the_path(tgen):
    """"show bpf lookup" names the nexthop that the packets of a flow really take."""
    r1 = tgen.gears["r1"]
    paths = spread(tgen, "10.98.7.7")[0]
    for flow in range(20):
        command = (
            "show bpf lookup 10.98.7.7 from 10.1.0.2 protocol 17"
            f" source-port {10000 + flow} destination-port 9"
        )
        answer = bpf.show(r1, command)
        assert answer["nexthop"]["interfaceName"] == f"to-{paths[flow]}", answer


def test_member_loss_moves_only_its_flows(tgen):
    """
    When r4's link goes, its flows spread over the rest and no other flow moves; and back, if the
    kernel has r4 again: zebra's nexthop group does not come back in all releases.
    """
    r1, r4 = tgen.gears["r1"], tgen.gears["r4"]
    before = spread(tgen, "10.98.3.4")[0]
    r4.cmd_raises("ip link set to-r1 down")
    bpf.wait("r4 to be left out", lambda: members(r1, "10.98.0.0/16") == 2)
    bpf.wait_fib(r1)
    during = spread(tgen, "10.98.3.4")[0]
    moved = [flow for flow, peer in before.items() if peer != "r4" and during[flow] != peer]
    assert moved == []
    assert set(during.values()) == {"r2", "r3"}
    r4.cmd_raises("ip link set to-r1 up")
    bpf.wait("r4 at zebra", lambda: len(bpf.rib(r1, "ipv4")["10.98.0.0/16"]["nexthops"]) == 3)
    bpf.warm(r1, "10.0.14.4")
    bpf.wait(
        "the kernel's nexthops",
        lambda: members(r1, "10.98.0.0/16") == len(kernel_peers(r1, "10.98.0.0/16")),
    )
    peers = kernel_peers(r1, "10.98.0.0/16")
    assert_shares(spread(tgen, "10.98.3.4")[1], {peer: 1 / len(peers) for peer in peers})
