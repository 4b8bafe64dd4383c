# SPDX-License-Identifier: GPL-2.0-or-later
"""
What forwarded packets pass in the kernel and XDP does not know: netfilter rules, IPsec policies,
tc. While there is some, the kernel forwards what it may concern, so that it has its effect.

    h1 --- r1 (module) --- h2
"""

import pytest

import bpf

LINKS = ["r1:to-h1 h1:eth0", "r1:to-h2 h2:eth0"]
HOSTS = {
    "h1": ("10.1.0.2/24", "10.1.0.1", "2001:db8:1::2/64", "2001:db8:1::1"),
    "h2": ("10.2.0.2/24", "10.2.0.1", "2001:db8:2::2/64", "2001:db8:2::1"),
}
IPV4, IPV6 = "10.2.0.2", "2001:db8:2::2"
SOURCES = {IPV4: "10.1.0.2", IPV6: "2001:db8:1::2"}
COUNT = 20

NFT = "nft add table {0} t; nft 'add chain {0} t c {{ type filter hook {1} priority 0; }}'"
NFT_GONE = "nft delete table {0} t"

# what is done and undone; the destinations concerned, how many of their datagrams arrive; what
# "show bpf status" calls it
ROWS = {
    "nft-forward": (
        NFT.format("ip", "forward") + "; nft add rule ip t c ip daddr 10.2.0.2 drop",
        NFT_GONE.format("ip"),
        [IPV4],
        0,
        "nftables chain ip t c",
    ),
    "nft-forward6": (
        NFT.format("ip6", "forward") + "; nft add rule ip6 t c counter",
        NFT_GONE.format("ip6"),
        [IPV6],
        COUNT,
        "nftables chain ip6 t c",
    ),
    "nft-inet-prerouting": (
        NFT.format("inet", "prerouting") + "; nft add rule inet t c udp dport 9 drop",
        NFT_GONE.format("inet"),
        [IPV4, IPV6],
        0,
        "nftables chain inet t c",
    ),
    "nft-policy": (
        "nft add table ip t;"
        " nft 'add chain ip t c { type filter hook postrouting priority 0; policy drop; }'",
        NFT_GONE.format("ip"),
        [IPV4],
        0,
        "nftables chain ip t c",
    ),
    "nft-netdev": (
        "nft add table netdev t;"
        " nft 'add chain netdev t c { type filter hook ingress device to-h1 priority 0; }';"
        " nft add rule netdev t c udp dport 9 drop",
        NFT_GONE.format("netdev"),
        [IPV4, IPV6],
        0,
        "nftables chain netdev t c",
    ),
    "iptables": (
        "iptables-legacy -A FORWARD -d 10.2.0.2 -j DROP",
        "iptables-legacy -D FORWARD -d 10.2.0.2 -j DROP",
        [IPV4],
        0,
        "iptables -t filter, chain FORWARD",
    ),
    "iptables-policy": (
        "iptables-legacy -P FORWARD DROP",
        "iptables-legacy -P FORWARD ACCEPT",
        [IPV4],
        0,
        "iptables -t filter, chain FORWARD",
    ),
    "ip6tables": (
        "ip6tables-legacy -t mangle -A PREROUTING -p udp -j DROP",
        "ip6tables-legacy -t mangle -F PREROUTING",
        [IPV6],
        0,
        "ip6tables -t mangle, chain PREROUTING",
    ),
    "ip6tables-policy": (
        "ip6tables-legacy -P FORWARD DROP",
        "ip6tables-legacy -P FORWARD ACCEPT",
        [IPV6],
        0,
        "ip6tables -t filter, chain FORWARD",
    ),
    "xfrm": (
        "ip xfrm policy add src 10.1.0.0/24 dst 10.2.0.0/24 dir out action block",
        "ip xfrm policy flush",
        [IPV4],
        0,
        "direction out",
    ),
    "xfrm-fwd6": (
        "ip xfrm policy add src 2001:db8:1::/64 dst 2001:db8:2::/64 dir fwd action block",
        "ip xfrm policy flush",
        [IPV6],
        0,
        "direction fwd",
    ),
    "xfrm-default": (
        "ip xfrm policy setdefault fwd block",
        "ip xfrm policy setdefault fwd accept",
        [IPV4, IPV6],
        0,
        "IPsec default policy block",
    ),
}

# All of this has no effect on forwarded packets. What is done and undone.
WITHOUT_EFFECT = [
    (NFT.format("inet", "forward"), NFT_GONE.format("inet")),
    (
        NFT.format("ip", "input") + "; nft add rule ip t c udp dport 9 drop",
        NFT_GONE.format("ip"),
    ),
    (
        "nft add table ip6 t; nft add chain ip6 t c; nft add rule ip6 t c drop",
        NFT_GONE.format("ip6"),
    ),
    ("iptables-legacy -A INPUT -p udp -j DROP", "iptables-legacy -F INPUT"),
    ("iptables-legacy -t nat -L", "true"),
    (
        "ip xfrm policy add src 10.1.0.0/24 dst 10.2.0.0/24 dir in action block",
        "ip xfrm policy del src 10.1.0.0/24 dst 10.2.0.0/24 dir in",
    ),
    (
        "ip xfrm policy add src 10.1.0.0/24 dst 10.2.0.0/24 dir out action block if_id 7",
        "ip xfrm policy del src 10.1.0.0/24 dst 10.2.0.0/24 dir out if_id 7",
    ),
    ("tc qdisc add dev to-h2 root pfifo limit 50", "tc qdisc del dev to-h2 root"),
    ("tc qdisc add dev to-h1 clsact", "tc qdisc del dev to-h1 clsact"),
]

# Each is noticed after what was done before it of its kind.
SETTLERS = [
    (
        "nft add table ip6 s; nft 'add chain ip6 s c { type filter hook forward priority 0; }';"
        " nft add rule ip6 s c counter",
        "nft delete table ip6 s",
    ),
    ROWS["ip6tables"][:2],
    (ROWS["xfrm-fwd6"][0], "ip xfrm policy del src 2001:db8:1::/64 dst 2001:db8:2::/64 dir fwd"),
]

# Classic BPF: IPv4 is dropped, the rest is left alone. The kernel of the tests has no u32.
DROP4 = (
    "tc filter add dev {0} {1} bpf da bytecode"
    " '4,40 0 0 12,21 0 1 2048,6 0 0 2,6 0 0 4294967295'"
)

# what is done and undone; the verdict of datagrams that cross, how many arrive; "show bpf interface"
TC = {
    "ingress": (
        "tc qdisc add dev to-h1 ingress; " + DROP4.format("to-h1", "ingress"),
        "tc qdisc del dev to-h1 ingress",
        "punt-netfilter",
        0,
        "to-h1: what arrives passes tc filters: it is punted",
    ),
    "egress": (
        "tc qdisc add dev to-h2 clsact; " + DROP4.format("to-h2", "egress"),
        "tc qdisc del dev to-h2 clsact",
        "punt-egress",
        0,
        "to-h2: what leaves passes tc filters: it is punted",
    ),
    "shaper": (
        "tc qdisc add dev to-h2 root tbf rate 1gbit burst 100k latency 50ms",
        "tc qdisc del dev to-h2 root",
        "punt-egress",
        COUNT,
        "to-h2: what leaves passes tc qdisc tbf: it is punted",
    ),
}


def setup_module(module):
    """Start the topology."""
    tgen = bpf.build(module.__name__, LINKS, HOSTS)
    bpf.load(tgen, "r1", [])
    tgen.start_router()
    bpf.wait_fib(tgen.gears["r1"], ["10.2.0.0/24", "2001:db8:2::/64"])
    for destination in SOURCES:
        bpf.warm(tgen.gears["h1"], destination)
        verdict(tgen, destination, "forward")


def teardown_module():
    """Remove the topology."""
    bpf.stop()


def verdict(tgen, destination, wanted):
    """Wait until r1 would do that with a datagram of h1 (the verdict begins so)."""
    command = f"show bpf lookup {destination} from {SOURCES[destination]} iif to-h1"
    bpf.wait(
        f"{wanted} for {destination}",
        lambda: bpf.show(tgen.gears["r1"], command)["verdict"].startswith(wanted),
    )


def check(tgen, destination, wanted, arrive=COUNT):
    """Datagrams from h1 have that verdict, and so many arrive at h2."""
    nodes = tgen.gears
    verdict(tgen, destination, wanted)
    before = bpf.verdicts(nodes["r1"])
    gateway, receiver = (nodes["r1"], "to-h1"), (nodes["h2"], "eth0")
    report = bpf.traffic(nodes["h1"], gateway, destination, COUNT, [receiver])[0]
    after = bpf.verdicts(nodes["r1"])
    counted = sum(after[name] - before[name] for name in after if name.startswith(wanted))
    assert (report["unique"], counted >= COUNT) == (arrive, True), (report, counted)


def filters(tgen):
    """What "show bpf status" says that forwarded packets pass."""
    return [one["name"] for one in bpf.show(tgen.gears["r1"], "show bpf status")["filters"]]


@pytest.mark.parametrize("name", ROWS)
def test_rules(tgen, name):
    """The kernel forwards the family concerned, and only while there is something."""
    r1 = tgen.gears["r1"]
    do, undo, concerned, arrive, called = ROWS[name]
    r1.cmd_raises(do)
    for destination in SOURCES:
        if destination in concerned:
            check(tgen, destination, "punt-netfilter", arrive)
        else:
            check(tgen, destination, "forward")
    assert called in "\n".join(filters(tgen))
    status = bpf.show(r1, "show bpf status")
    assert any(called in reason for reason in status["reasons"]), status["reasons"]
    r1.cmd_raises(undo)
    for destination in SOURCES:
        check(tgen, destination, "forward")
    assert filters(tgen) == []
    assert bpf.show(r1, "show bpf status")["health"] == "ok"


def settled(tgen):
    """Wait until all that is listened to or looked at was, once more than it is now."""
    r1 = tgen.gears["r1"]
    for do, undo in SETTLERS:
        r1.cmd_raises(do)
        verdict(tgen, IPV6, "punt")
        r1.cmd_raises(undo)
        verdict(tgen, IPV6, "forward")


def test_without_effect(tgen):
    """What does nothing to forwarded packets does not end forwarding in XDP."""
    r1 = tgen.gears["r1"]
    for do, _ in WITHOUT_EFFECT:
        r1.cmd_raises(do)
    settled(tgen)
    assert filters(tgen) == []
    assert "passes" not in bpf.vtysh(r1, "show bpf interface")
    for destination in SOURCES:
        check(tgen, destination, "forward")
    for _, undo in WITHOUT_EFFECT:
        r1.cmd_raises(undo)


@pytest.mark.parametrize("name", TC)
def test_tc(tgen, name):
    """On one link: what arrives there, or what leaves there."""
    r1 = tgen.gears["r1"]
    do, undo, wanted, arrive, called = TC[name]
    r1.cmd_raises(do)
    check(tgen, IPV4, wanted, arrive)
    assert called in bpf.vtysh(r1, "show bpf interface")
    r1.cmd_raises(undo)
    check(tgen, IPV4, "forward")
    assert "passes" not in bpf.vtysh(r1, "show bpf interface")


def test_netfilter_programs(tgen):
    """BPF programs at netfilter's hooks, of which nothing tells."""
    r1 = tgen.gears["r1"]
    with bpf.program(r1, "netfilter", "2", "2"):
        check(tgen, IPV4, "punt-netfilter", 0)
        check(tgen, IPV6, "forward")
        [name] = filters(tgen)
        assert name.startswith("BPF program ") and "at a netfilter hook" in name
    check(tgen, IPV4, "forward")
    # LOCAL_IN: forwarded packets do not pass it.
    with bpf.program(r1, "netfilter", "10", "1"):
        settled(tgen)
        check(tgen, IPV6, "forward")


def test_tcx_programs(tgen):
    """BPF programs on a link, of which tc does not know."""
    r1 = tgen.gears["r1"]
    index = {port: row["ifindex"] for port, row in bpf.show(r1, "show bpf interface").items()}
    with bpf.program(r1, "tcx", str(index["to-h1"]), "0"):
        check(tgen, IPV4, "punt-netfilter", 0)
        shown = bpf.vtysh(r1, "show bpf interface")
        assert "to-h1: what arrives passes tcx programs: it is punted" in shown
    check(tgen, IPV4, "forward")
    with bpf.program(r1, "tcx", str(index["to-h2"]), "1"):
        check(tgen, IPV4, "punt-egress", 0)
    check(tgen, IPV4, "forward")


def test_ignore(tgen):
    """"bpf netfilter ignore": XDP forwards past them, and says so."""
    r1 = tgen.gears["r1"]
    r1.cmd_raises(ROWS["nft-inet-prerouting"][0])
    r1.cmd_raises(TC["egress"][0])
    check(tgen, IPV4, "punt-netfilter", 0)
    assert bpf.configure(r1, "bpf netfilter ignore").strip() == ""
    for destination in SOURCES:
        check(tgen, destination, "forward")
    assert "bpf netfilter ignore" in bpf.vtysh(r1, "show running-config").splitlines()
    status = bpf.vtysh(r1, "show bpf status")
    assert "Health: ok" in status
    assert "XDP forwards past (bpf netfilter ignore):\n   nftables chain inet t c\n" in status
    shown = bpf.vtysh(r1, "show bpf interface")
    assert "to-h2: what leaves passes tc filters: it is forwarded past that" in shown
    expected = [{"name": "nftables chain inet t c", "afi": "all"}]
    assert bpf.yang(r1)["status"]["filter"] == expected
    assert bpf.configure(r1, "no bpf netfilter").strip() == ""
    check(tgen, IPV4, "punt-netfilter", 0)
    r1.cmd_raises(ROWS["nft-inet-prerouting"][1])
    check(tgen, IPV4, "punt-egress", 0)
    r1.cmd_raises(TC["egress"][1])
    check(tgen, IPV4, "forward")


def test_many(tgen):
    """More than are listed are counted; the rest is there when some have gone."""
    r1 = tgen.gears["r1"]
    for number in range(12):
        r1.cmd_raises(
            f"nft add table ip t{number};"
            f" nft 'add chain ip t{number} c {{ type filter hook forward priority 0; }}';"
            f" nft add rule ip t{number} c counter"
        )
    more = "and 4 more like nftables chain ip t0 c"
    bpf.wait("all to be noticed", lambda: filters(tgen)[-1:] == [more])
    r1.cmd_raises("; ".join(f"nft delete table ip t{number}" for number in range(11)))
    bpf.wait("one to be left", lambda: filters(tgen) == ["nftables chain ip t11 c"])
    check(tgen, IPV4, "punt-netfilter")
    r1.cmd_raises("nft delete table ip t11")
    check(tgen, IPV4, "forward")


def test_restart(tgen):
    """What is there when zebra starts is seen before anything is forwarded."""
    r1 = tgen.gears["r1"]
    bpf.stop_daemons(r1, "zebra", "staticd")
    r1.cmd_raises("sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1")
    r1.cmd_raises("iptables-legacy -P FORWARD DROP")
    r1.startDaemons(["zebra", "staticd"])
    r1.cmd_raises("vtysh -b")
    bpf.wait_fib(r1, ["10.2.0.0/24", "2001:db8:2::/64"])
    check(tgen, IPV4, "punt-netfilter", 0)
    assert bpf.verdicts(r1)["forward-ipv4"] == 0
    r1.cmd_raises("iptables-legacy -P FORWARD ACCEPT")
    check(tgen, IPV4, "forward")
