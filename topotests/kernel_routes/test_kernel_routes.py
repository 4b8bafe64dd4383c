# SPDX-License-Identifier: GPL-2.0-or-later
"""
Connected, local and kernel routes are in the BPF FIB exactly as long as they are in the kernel,
also where FRR does not tell a dataplane that they go, and the kernel does not tell anybody.

    h1 --- r1 (module) --- r2    where the covering routes lead
                  |
                  +------- r3    where the kernel's own routes lead
"""

import json
import time

import pytest

import bpf

LINKS = ["r1:to-h1 h1:eth0", "r1:to-r2 r2:to-r1", "r1:to-r3 r3:to-r1"]
HOSTS = {"h1": ("10.1.0.2/24", "10.1.0.1", "2001:db8:1::2/64", "2001:db8:1::1")}
# An interface that comes and goes, and a route through it.
NEW = [
    "ip link add x0 type veth peer name x1",
    "ip link set x1 up",
    "ip link set x0 up",
    "ip address add 10.70.0.1/24 dev x0",
    "ip -6 address add 2001:db8:70::1/64 dev x0 nodad",
    "ip route add 10.71.0.0/16 via 10.70.0.2",
    "ip -6 route add 2001:db8:71::/48 via 2001:db8:70::2",
    "ip route add 10.72.0.0/16 nexthop via 10.70.0.2 nexthop via 10.0.13.3",
]
NEW_PREFIXES = ["10.70.0.0/24", "10.71.0.0/16", "2001:db8:70::/64", "2001:db8:71::/48"]
MULTIPATH = "nexthop via 10.0.12.2 nexthop via 10.0.13.3"
MULTIPATH6 = "nexthop via 2001:db8:12::2 nexthop via 2001:db8:13::3"
# name: what makes the routes, those that are there then, what ends them
CASES = {
    "ipv4": (
        ["ip route add 10.50.0.0/16 via 10.0.13.3"],
        ["10.50.0.0/16"],
        ["ip route del 10.50.0.0/16"],
    ),
    "ipv6": (
        ["ip -6 route add 2001:db8:50::/48 via 2001:db8:13::3"],
        ["2001:db8:50::/48"],
        ["ip -6 route del 2001:db8:50::/48"],
    ),
    "blackhole": (
        ["ip route add blackhole 10.50.0.0/16", "ip -6 route add blackhole 2001:db8:50::/48"],
        ["10.50.0.0/16", "2001:db8:50::/48"],
        ["ip route del 10.50.0.0/16", "ip -6 route del 2001:db8:50::/48"],
    ),
    "any-protocol": (
        [
            "ip route add 10.50.0.0/16 via 10.0.13.3 proto 99",
            "ip route add 10.51.0.0/16 dev to-r3 proto 250",
        ],
        ["10.50.0.0/16", "10.51.0.0/16"],
        ["ip route del 10.50.0.0/16", "ip route del 10.51.0.0/16"],
    ),
    "multipath": (
        [
            f"ip route add 10.50.0.0/16 {MULTIPATH}",
            f"ip -6 route add 2001:db8:50::/48 {MULTIPATH6}",
        ],
        ["10.50.0.0/16", "2001:db8:50::/48"],
        ["ip route del 10.50.0.0/16", "ip -6 route del 2001:db8:50::/48"],
    ),
    "replaced": (
        [
            "ip route add 10.50.0.0/16 via 10.0.13.3",
            "ip route replace 10.50.0.0/16 via 10.0.12.2",
        ],
        ["10.50.0.0/16"],
        ["ip route del 10.50.0.0/16"],
    ),
    "address": (
        [
            "ip address add 10.60.0.1/24 dev to-r3",
            "ip -6 address add 2001:db8:60::1/64 dev to-r3 nodad",
        ],
        [
            "10.60.0.0/24",
            "10.60.0.1/32",
            "10.60.0.255/32",
            "2001:db8:60::/64",
            "2001:db8:60::1/128",
        ],
        [
            "ip address del 10.60.0.1/24 dev to-r3",
            "ip -6 address del 2001:db8:60::1/64 dev to-r3",
        ],
    ),
    "loopback": (
        [
            "ip address add 10.60.0.1/32 dev lo",
            "ip -6 address add 2001:db8:60::1/128 dev lo",
        ],
        ["10.60.0.1/32", "2001:db8:60::1/128"],
        [
            "ip address del 10.60.0.1/32 dev lo",
            "ip -6 address del 2001:db8:60::1/128 dev lo",
        ],
    ),
    "source-address": (
        [
            "ip address add 10.60.0.1/32 dev lo",
            "ip route add 10.50.0.0/16 via 10.0.13.3 src 10.60.0.1",
        ],
        ["10.50.0.0/16", "10.60.0.1/32"],
        ["ip address del 10.60.0.1/32 dev lo"],
    ),
    "last-address": (
        NEW + ["ip route add local 10.73.0.0/16 dev x0"],
        NEW_PREFIXES + ["10.73.0.0/16"],
        [
            "ip address del 10.70.0.1/24 dev x0",
            "ip -6 address del 2001:db8:70::1/64 dev x0",
            "ip -6 route del 2001:db8:71::/48",
        ],
    ),
    "link-down": (NEW, NEW_PREFIXES, ["ip link set x0 down"]),
    "link-down-quietly": (
        ["sysctl -qw net.ipv6.route.skip_notify_on_dev_down=1"] + NEW,
        NEW_PREFIXES,
        ["ip link set x0 down"],
    ),
    "link-deleted": (NEW, NEW_PREFIXES, ["ip link del x0"]),
    "by-hand": (
        NEW,
        NEW_PREFIXES,
        [
            "ip route del 10.71.0.0/16",
            "ip route del 10.70.0.0/24 dev x0",
            "ip -6 route del 2001:db8:71::/48",
            "ip -6 route del 2001:db8:70::/64 dev x0",
        ],
    ),
}
# It leaves silently with x0: zebra 10.7 keeps it, and does not see the next case's.
BLIND = ["10.72.0.0/16"]
CLEAN_UP = [
    "ip link del x0",
    "sysctl -qw net.ipv6.route.skip_notify_on_dev_down=0",
    "ip route del 10.72.0.0/16",
]


def setup_module(module):
    """Start the topology and wait until r1 has every route."""
    tgen = bpf.build(module.__name__, LINKS, HOSTS)
    bpf.load(tgen, "r1", [])
    for name in ("r2", "r3"):
        bpf.load(tgen, name, [], module=False)
    tgen.start_router()
    nodes = tgen.gears
    bpf.wait_fib(nodes["r1"], ["10.0.0.0/8", "2001:db8::/32"])
    for address in ("10.0.12.2", "10.0.13.3", "2001:db8:12::2", "2001:db8:13::3"):
        bpf.warm(nodes["h1"], address)


def teardown_module():
    """Remove the topology."""
    bpf.stop()


def kernel(router, family):
    """Prefixes that the kernel's tables main and local have."""
    length, flag = (32, "-4") if family == "ipv4" else (128, "-6")
    found = set()
    for table in ("main", "local"):
        for entry in json.loads(router.cmd_raises(f"ip -j -d {flag} route show table {table}")):
            if entry["type"] == "multicast":
                continue
            prefix = entry["dst"]
            if prefix == "default":
                prefix = "0.0.0.0/0" if family == "ipv4" else "::/0"
            found.add(prefix if "/" in prefix else f"{prefix}/{length}")
    return found


def disagreement(router):
    """Prefixes that only one of the kernel and the BPF FIB has, or that zebra has not told yet."""
    found = {}
    for family in ("ipv4", "ipv6"):
        mine, theirs = bpf.fib(router, family), kernel(router, family)
        for prefix in theirs - set(mine):
            found[prefix] = "only in the kernel"
        for prefix in set(mine) - theirs:
            found[prefix] = "only in the BPF FIB"
        for prefix, entry in mine.items():
            if entry.get("verdict") == "punt-differs":
                found[prefix] = "not of zebra"
    return found


def wait_agreement(router, blind=()):
    """Wait until the BPF FIB has the kernel's prefixes; zebra may be blind for some."""
    deadline = time.monotonic() + 15
    while left := {
        prefix: what
        for prefix, what in disagreement(router).items()
        if what != "not of zebra" or prefix not in blind
    }:
        assert time.monotonic() < deadline, left
        time.sleep(0.2)


@pytest.mark.parametrize("name", CASES)
def test_goes_with_the_kernel(tgen, name):
    """Routes come into the BPF FIB with the kernel's and leave with them."""
    r1 = tgen.gears["r1"]
    make, prefixes, end = CASES[name]
    for command in make:
        r1.cmd_raises(command)
    bpf.wait("the routes", lambda: set(prefixes) <= set(bpf.fib(r1)))
    wait_agreement(r1, BLIND)
    for command in end:
        r1.cmd_raises(command)
    bpf.wait("the routes to go", lambda: not set(prefixes) & set(bpf.fib(r1)))
    wait_agreement(r1, BLIND)
    for command in CLEAN_UP:
        r1.cmd(command)
    wait_agreement(r1, BLIND)


@pytest.mark.parametrize(
    "flag,prefix,via,destination,cover",
    [
        ("-4", "10.50.0.0/16", "10.0.13.3", "10.50.1.1", "10.0.0.0/8"),
        ("-6", "2001:db8:50::/48", "2001:db8:13::3", "2001:db8:50::1", "2001:db8::/32"),
    ],
    ids=["ipv4", "ipv6"],
)
def test_packets_follow(tgen, flag, prefix, via, destination, cover):
    """Packets take the kernel's route, and when it has gone the covering one, in XDP."""
    nodes = tgen.gears
    r1, h1 = nodes["r1"], nodes["h1"]
    gateway = (r1, "to-h1")
    r1.cmd_raises(f"ip {flag} route add {prefix} via {via}")
    bpf.wait("the route", lambda: bpf.route(r1, prefix))
    bpf.check_forwarded(r1, h1, gateway, destination, prefix, 100, (nodes["r3"], "to-r1"))
    r1.cmd_raises(f"ip {flag} route del {prefix}")
    bpf.wait("the route to go", lambda: bpf.route(r1, prefix) is None)
    bpf.check_forwarded(r1, h1, gateway, destination, cover, 100, (nodes["r2"], "to-r1"))


def test_removed_by_hand_and_back(tgen):
    """zebra does not see that a connected route is removed by hand and comes back: XDP does."""
    nodes = tgen.gears
    r1, h1 = nodes["r1"], nodes["h1"]
    r1.cmd_raises("ip route del 10.0.13.0/24 dev to-r3")
    bpf.wait("the route to go", lambda: bpf.route(r1, "10.0.13.0/24") is None)
    r1.cmd_raises("ip route add 10.0.13.0/24 dev to-r3 proto kernel scope link src 10.0.13.1")
    bpf.wait("the route", lambda: bpf.route(r1, "10.0.13.0/24"))
    bpf.warm(h1, "10.0.13.3")
    receiver = (nodes["r3"], "to-r1")
    bpf.check_forwarded(r1, h1, (r1, "to-h1"), "10.0.13.3", "10.0.13.0/24", 50, receiver)


def test_noprefixroute(tgen):
    """An address without a route: only zebra 8.4 has a connected one, the kernel and XDP not."""
    r1 = tgen.gears["r1"]
    r1.cmd_raises("ip address add 10.60.0.1/24 dev to-r3 noprefixroute")
    bpf.wait("zebra to have it", lambda: "10.60.0.1/24" in bpf.vtysh(r1, "show interface to-r3"))
    wait_agreement(r1)
    assert bpf.route(r1, "10.60.0.0/24") is None
    r1.cmd_raises("ip route add 10.60.0.0/24 dev to-r3 proto dhcp")
    bpf.wait("the route", lambda: bpf.route(r1, "10.60.0.0/24"))
    r1.cmd_raises("ip address del 10.60.0.1/24 dev to-r3")
    r1.cmd("ip route del 10.60.0.0/24")
    wait_agreement(r1)


def test_lost_events(tgen):
    """
    More events than the socket holds: what happened meanwhile is found, and forwarding goes on.
    zebra 10.3 loses the events, too, and never learns of the new route: then the kernel has it.
    """
    nodes = tgen.gears
    r1, h1 = nodes["r1"], nodes["h1"]
    pid = r1.cmd_raises("cat /var/run/frr/zebra.pid").strip()
    r1.cmd_raises("ip route add 10.50.0.0/16 via 10.0.13.3")
    wait_agreement(r1)
    storm = [
        f"neigh replace 10.0.12.99 dev to-r2 lladdr 02:00:00:{i >> 16:02x}"
        f":{i >> 8 & 255:02x}:{i & 255:02x}\n"
        for i in range(250000)
    ]
    r1.cmd_raises(f"kill -STOP {pid}")
    try:
        r1.net.cmd_raises(["ip", "-batch", "-"], stdin="".join(storm))
        r1.cmd_raises("ip route del 10.50.0.0/16")
        r1.cmd_raises("ip route add 10.51.0.0/16 via 10.0.13.3")
        r1.cmd_raises("ip address add 10.60.0.1/32 dev lo")
        r1.cmd_raises("ip neigh del 10.0.12.99 dev to-r2")
    finally:
        r1.cmd_raises(f"kill -CONT {pid}")
    bpf.wait("the overrun", lambda: "rtnetlink overrun" in bpf.log(r1))
    wait_agreement(r1, ["10.51.0.0/16"])
    assert bpf.route(r1, "10.60.0.1/32")["verdict"] == "punt-local"
    gateway = (r1, "to-h1")
    report = bpf.traffic(h1, gateway, "10.51.0.1", 50, [(nodes["r3"], "to-r1")])[0]
    assert report["count"] == 50
    for prefix, destination in (("10.0.0.0/8", "10.50.0.1"), ("2001:db8::/32", "2001:db8:50::1")):
        bpf.check_forwarded(r1, h1, gateway, destination, prefix, 50, (nodes["r2"], "to-r1"))
    r1.cmd_raises("ip address del 10.60.0.1/32 dev lo")
    r1.cmd_raises("ip route del 10.51.0.0/16")
    wait_agreement(r1)


def test_flapping(tgen):
    """However fast routes, addresses and links change, the end is what the kernel has."""
    r1 = tgen.gears["r1"]
    for last in ("add", "del"):
        script = "\n".join(
            [
                "for i in $(seq 40); do",
                " ip route add 10.50.0.0/16 via 10.0.13.3; ip address add 10.60.0.1/24 dev to-r3",
                " ip -6 route add 2001:db8:50::/48 via 2001:db8:13::3",
                f" [ $i = 40 ] && [ {last} = add ] && break",
                " ip route del 10.50.0.0/16; ip address del 10.60.0.1/24 dev to-r3",
                " ip -6 route del 2001:db8:50::/48",
                "done",
            ]
        )
        r1.net.cmd_raises(["bash", "-c", f"exec 2>/dev/null\n{script}\ntrue"])
        wait_agreement(r1)
        assert (bpf.route(r1, "10.50.0.0/16") is not None) == (last == "add")
    flap = "for i in $(seq 10); do ip link set to-r3 down; ip link set to-r3 up; done"
    r1.net.cmd_raises(["bash", "-c", flap])
    wait_agreement(r1)
    bpf.wait(
        "10.0.13.0/24 to be forwarded",
        lambda: (bpf.route(r1, "10.0.13.0/24") or {}).get("action") == "forward",
    )
