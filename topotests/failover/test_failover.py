# SPDX-License-Identifier: GPL-2.0-or-later
"""
Links and neighbours change under traffic.

    h1 --- r1 (module) --- r2 (preferred) --- 10.99.0.0/16
                  |
                  +------- r3 (second) ------ 10.99.0.0/16
"""

import json
import subprocess

import bpf

LINKS = ["r1:to-h1 h1:eth0", "r1:to-r2 r2:to-r1", "r1:to-r3 r3:to-r1"]
HOSTS = {"h1": ("10.1.0.2/24", "10.1.0.1", "2001:db8:1::2/64", "2001:db8:1::1")}
PREFIX = "10.99.0.0/16"
DESTINATION = "10.99.1.1"


def setup_module(module):
    """Start the topology and wait for the route through r2."""
    tgen = bpf.build(module.__name__, LINKS, HOSTS)
    bpf.load(tgen, "r1", ["bgpd"])
    for peer in ("r2", "r3"):
        bpf.load(tgen, peer, ["bgpd"], module=False)
    tgen.start_router()
    r1 = tgen.gears["r1"]
    bpf.wait_fib(r1, [PREFIX])
    bpf.wait("the route through r2", lambda: interface(r1) == "to-r2")
    bpf.wait("r3's announcement", lambda: bgp_paths(r1) == 2)
    bpf.warm(r1, "10.0.12.2")
    bpf.warm(r1, "10.0.13.3")
    bpf.warm(tgen.gears["h1"], "10.1.0.1")


def teardown_module():
    """Remove the topology."""
    bpf.stop()


def interface(router):
    """The only resolved nexthop's interface of PREFIX, or None."""
    entry = bpf.route(router, PREFIX)
    hops = entry.get("nexthops", []) if entry else []
    return hops[0]["interfaceName"] if len(hops) == 1 and hops[0]["resolved"] else None


def bgp_paths(router):
    """Number of BGP paths to PREFIX."""
    return len(bpf.show(router, f"show bgp ipv4 unicast {PREFIX}").get("paths", []))


class Stream:
    """A datagram a millisecond from h1 to DESTINATION while the test changes things."""

    def __init__(self, tgen, count):
        nodes = tgen.gears
        want = bpf.sender_arguments(
            nodes["h1"], (nodes["r1"], "to-h1"), DESTINATION, count, interval=0.001, flows=8
        )
        self.count = count
        self.receivers = [
            bpf.Receiver(nodes[peer], "to-r1", want["tag"]) for peer in ("r2", "r3")
        ]
        self.process = nodes["h1"].popen(
            ["/usr/bin/python3", bpf.HERE + "/frames.py", "send"], stdin=subprocess.PIPE
        )
        self.process.stdin.write(json.dumps(want))
        self.process.stdin.close()
        self.process.stdin = None

    def finish(self):
        """Wait for the last datagram; the reports of r2 and r3."""
        output, error = self.process.communicate(timeout=120)
        assert self.process.returncode == 0, error
        assert json.loads(output)["sent"] == self.count
        return [receiver.finish() for receiver in self.receivers]


def test_link_down_and_up_under_traffic(tgen):
    """r1's link to r2 goes down: traffic goes on through r3; it comes back: through r2 again."""
    r1, r2 = tgen.gears["r1"], tgen.gears["r2"]
    stream = Stream(tgen, 8000)
    r2.cmd_raises("ip link set to-r1 down")
    bpf.wait("the route through r3", lambda: interface(r1) == "to-r3")
    third = bpf.counters(r1, PREFIX)[0]
    bpf.wait("packets through r3", lambda: bpf.counters(r1, PREFIX)[0] > third + 100)
    r2.cmd_raises("ip link set to-r1 up")
    bpf.wait("the route through r2 again", lambda: interface(r1) == "to-r2")
    by_r2, by_r3 = stream.finish()
    assert by_r3["count"] > 100
    assert by_r2["bad"] == by_r3["bad"] == 0
    # Long after the changes everything goes through r2.
    report_r2, report_r3 = bpf.traffic(
        tgen.gears["h1"],
        (r1, "to-h1"),
        DESTINATION,
        300,
        [(r2, "to-r1"), (tgen.gears["r3"], "to-r1")],
    )
    assert (report_r2["count"], report_r3["count"]) == (300, 0)


def test_withdrawal_under_traffic_loses_nothing(tgen):
    """r2 withdraws: make before break, every datagram arrives at r2 or r3, none twice."""
    r1, r2 = tgen.gears["r1"], tgen.gears["r2"]
    before = bpf.verdicts(r1)
    stream = Stream(tgen, 4000)
    bpf.configure(r2, "no ip route 10.99.0.0/16 blackhole")
    bpf.wait("the route through r3", lambda: interface(r1) == "to-r3")
    by_r2, by_r3 = stream.finish()
    assert by_r2["count"] + by_r3["count"] == 4000
    assert by_r3["count"] > 0
    assert bpf.verdicts(r1)["punt-no-route"] == before["punt-no-route"]
    bpf.configure(r2, "ip route 10.99.0.0/16 blackhole")
    bpf.wait("the route through r2 again", lambda: interface(r1) == "to-r2")


def test_neighbour_mac_change_under_traffic(tgen):
    """r2 gets another MAC address: its new one is used, nothing is lost for good."""
    r1, r2 = tgen.gears["r1"], tgen.gears["r2"]
    old, new = bpf.mac(r2, "to-r1"), "02:00:00:00:12:34"
    stream = Stream(tgen, 3000)
    r2.cmd_raises(f"ip link set to-r1 address {new}")
    bpf.wait(
        "the new MAC address in the BPF FIB",
        lambda: (bpf.route(r1, PREFIX) or {"nexthops": [{}]})["nexthops"][0].get("mac") == new,
        60,
    )
    by_r2 = stream.finish()[0]
    mine = bpf.mac(r1, "to-r2")
    assert by_r2["macs"].get(f"{mine} {old}", 0) > 0 or by_r2["macs"].get(f"{mine} {new}", 0) > 0
    report = bpf.traffic(
        tgen.gears["h1"], (r1, "to-h1"), DESTINATION, 200, [(r2, "to-r1")]
    )[0]
    assert report["macs"] == {f"{mine} {new}": 200}


def test_silent_neighbour_mac_change(tgen):
    """
    The same without an announcement, after somebody replaced the entry by hand: gateways
    are kept resolved all the same, so the new address is found.
    """
    r1, r2 = tgen.gears["r1"], tgen.gears["r2"]
    new = "02:00:00:00:12:35"
    r2.cmd_raises("sysctl -qw net.ipv4.conf.all.arp_notify=0 net.ipv4.conf.to-r1.arp_notify=0")
    # r2 says nothing by itself: no BGP, no answer from its old address.
    bpf.configure(r2, "router bgp 65002", "neighbor 10.0.12.1 shutdown")
    bpf.configure(r1, "ip route 10.99.0.0/16 10.0.12.2 5")
    # The library makes r1 believe a confirmed neighbour for ten minutes.
    r1.cmd_raises("sysctl -qw net.ipv4.neigh.to-r2.base_reachable_time_ms=2000")
    r1.cmd_raises("ip neighbour del 10.0.12.2 dev to-r2")
    bpf.wait("the static route through r2", lambda: interface(r1) == "to-r2")
    entry = "10.0.12.2 dev to-r2"

    def managed():
        text = r1.cmd_raises(f"ip neighbour show {entry}")
        return "lladdr" in text and "managed" in text

    bpf.wait("the gateway to be managed", managed)
    r1.cmd_raises(f"ip neighbour replace {entry} lladdr {bpf.mac(r2, 'to-r1')} nud reachable")
    bpf.wait("the gateway to be managed again", managed)
    r2.cmd_raises(f"ip link set to-r1 address {new}")
    report = bpf.wait(
        "datagrams to the new MAC address",
        lambda: bpf.traffic(
            tgen.gears["h1"], (r1, "to-h1"), DESTINATION, 100, [(r2, "to-r1")]
        )[0]
        if (bpf.route(r1, PREFIX) or {"nexthops": [{}]})["nexthops"][0].get("mac") == new
        else None,
        90,
    )
    assert report["macs"] == {f"{bpf.mac(r1, 'to-r2')} {new}": 100}
    bpf.configure(r2, "router bgp 65002", "no neighbor 10.0.12.1 shutdown")
    bpf.configure(r1, "no ip route 10.99.0.0/16 10.0.12.2 5")
    bpf.wait("the BGP route through r2", lambda: bgp_paths(r1) == 2 and interface(r1) == "to-r2")


def test_own_mac_change(tgen):
    """r1's own MAC address changes: frames leave with the new one, to the old one are punted."""
    r1, h1 = tgen.gears["r1"], tgen.gears["h1"]
    new = "02:00:00:00:56:78"
    r1.cmd_raises(f"ip link set to-r2 address {new}")
    bpf.wait(
        "the new MAC address",
        lambda: bpf.show(r1, "show bpf interface")["to-r2"]["mac"] == new,
    )
    bpf.warm(r1, "10.0.12.2")
    bpf.wait("the route through r2", lambda: interface(r1) == "to-r2")
    report = bpf.wait(
        "frames with the new source",
        lambda: bpf.traffic(h1, (r1, "to-h1"), DESTINATION, 100, [(tgen.gears["r2"], "to-r1")])[0],
    )
    assert [pair.split()[0] for pair in report["macs"]] == [new], report


def cold(tgen, router, host, destination):
    """Forget a neighbour and send it a burst at once; the receiver's report."""
    nodes = tgen.gears
    bpf.warm(nodes[router], destination)
    # Flushing is content when the kernel has dropped the entry by itself.
    nodes[router].cmd_raises(f"ip neighbour flush to {destination} dev to-{host}")
    bpf.wait(
        "the adjacency to go",
        lambda: destination not in str(bpf.show(nodes[router], "show bpf adjacency")),
    )
    return bpf.traffic(
        nodes["r3"], (nodes[router], "to-r3"), destination, 40, [(nodes[host], "eth0")]
    )[0]


def test_cold_connected_host_loses_nothing(tgen):
    """The first packets to an unresolved host are punted; the kernel resolves and delivers them."""
    r1 = tgen.gears["r1"]
    for family, destination in ((4, "10.1.0.2"), (6, "2001:db8:1::2")):
        before = bpf.verdicts(r1)["punt-neighbour"]
        report = cold(tgen, "r1", "h1", destination)
        assert (report["count"], report["unique"], report["bad"]) == (40, 40, 0), report
        assert bpf.verdicts(r1)["punt-neighbour"] > before
        bpf.wait(
            "the host's adjacency",
            lambda d=destination: d in str(bpf.show(r1, "show bpf adjacency")),
        )
        prefix = "10.1.0.0/24" if family == 4 else "2001:db8:1::/64"
        gateway = (r1, "to-r3")
        receiver = (tgen.gears["h1"], "eth0")
        bpf.check_forwarded(
            r1, tgen.gears["r3"], gateway, destination, prefix, 100, receiver
        )


def test_gateway_is_kept_resolved(tgen):
    """A forgotten gateway is resolved again without any traffic through the kernel."""
    r1 = tgen.gears["r1"]
    r1.cmd_raises("ip neighbour del 10.0.12.2 dev to-r2")
    bpf.wait("the gateway to be resolved again", lambda: interface(r1) == "to-r2")
    bpf.wait(
        "the kernel's own neighbour entry",
        lambda: "lladdr" in r1.cmd_raises("ip neighbour show 10.0.12.2 dev to-r2"),
    )


def test_interface_leaves_and_returns(tgen):
    """"no bpf forwarding" detaches and the kernel forwards; "bpf forwarding" attaches again."""
    r1, r2, h1 = tgen.gears["r1"], tgen.gears["r2"], tgen.gears["h1"]
    assert bpf.configure(r1, "interface to-h1", "no bpf forwarding").strip() == ""
    bpf.wait("XDP to be detached", lambda: not bpf.xdp(r1, "to-h1"))
    before = bpf.verdicts(r1)["forward-ipv4"]
    report = bpf.traffic(h1, (r1, "to-h1"), DESTINATION, 100, [(r2, "to-r1")])[0]
    assert (report["count"], report["bad"]) == (100, 0)
    assert bpf.verdicts(r1)["forward-ipv4"] == before
    assert bpf.configure(r1, "interface to-h1", "bpf forwarding").strip() == ""
    bpf.wait("XDP to be attached", lambda: bpf.xdp(r1, "to-h1"))
    bpf.check_forwarded(r1, h1, (r1, "to-h1"), DESTINATION, PREFIX, 100, (r2, "to-r1"))
