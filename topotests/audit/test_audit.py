# SPDX-License-Identifier: GPL-2.0-or-later
"""
The audit: what somebody else wrote to the maps is found, mended and told once, and where zebra
and the kernel differ is shown side by side.

    h1 --- r1 (module) --- r2 (B)
                  |
                  +------- r3 (C)    where the default routes lead
"""

import ipaddress
import json
import struct

import pytest

import bpf
import planted

LINKS = ["r1:to-h1 h1:eth0", "r1:to-r2 r2:to-r1", "r1:to-r3 r3:to-r1"]
HOSTS = {"h1": ("10.1.0.2/24", "10.1.0.1", "2001:db8:1::2/64", "2001:db8:1::1")}
P, OTHER, NULL, Q = "10.2.0.0/16", "10.3.0.0/16", "10.4.0.0/16", "2001:db8:2::/48"


def setup_module(module):
    """Start the topology."""
    tgen = bpf.build(module.__name__, LINKS, HOSTS)
    bpf.load(tgen, "r1", [])
    for name in ("r2", "r3"):
        bpf.load(tgen, name, [], module=False)
    tgen.start_router()
    r1 = tgen.gears["r1"]
    bpf.wait_fib(r1, [P, OTHER, NULL, Q, "0.0.0.0/0", "::/0"])
    for address in ("10.0.12.2", "10.0.13.3", "2001:db8:12::2", "2001:db8:13::3"):
        bpf.warm(r1, address)


def teardown_module():
    """Remove the topology."""
    bpf.stop(planted=True)


def other_id(r1, prefix):
    """The trie has another route's id."""
    planted.trie_update(r1, prefix, bpf.route(r1, OTHER)["id"])


def missing(r1, prefix):
    """The trie has lost the prefix."""
    name, key = planted.trie_key(prefix)
    planted.bpftool(r1, "delete", name, *key)


def word(r1, prefix):
    """A CPU's row drops what should be forwarded."""
    row = bpf.route(r1, prefix)["id"]
    value = planted.element(r1, "route_hot", row)
    planted.element_update(r1, "route_hot", row, struct.pack("=I", 2 << 28) + value[4:])


def record_change(r1, prefix, offset, data):
    """Overwrite a part of the prefix's record (struct fib_route)."""
    index = bpf.route(r1, prefix)["id"]
    value = planted.element(r1, "route", index)
    planted.element_update(r1, "route", index, value[:offset] + data + value[offset + len(data) :])


def zeroed(r1, prefix):
    """The record is free."""
    record_change(r1, prefix, 8, bytes(40))


def half_written(r1, prefix):
    """A write of the record was cut short."""
    record_change(r1, prefix, 0, struct.pack("=I", 7))


def garbage(r1, prefix):
    """Its group and path do not exist."""
    record_change(r1, prefix, 36, struct.pack("=I", 1 << 28 | 0xFFFFF))
    record_change(r1, prefix, 44, b"\xf0" * 4)


def protocol(r1, prefix):
    """The record is of another protocol of zebra."""
    record_change(r1, prefix, 26, b"\x01")


PLANTED = [
    (other_id, "other"),
    (missing, "missing"),
    (word, "word"),
    (zeroed, "record"),
    (half_written, "record"),
    (garbage, "record"),
    (protocol, "rib-missed"),
]


def lasting(route):
    """What of a route does not change with time and packets."""
    return {name: route[name] for name in set(route) - {"age", "packets", "bytes"}}


def test_nothing_to_mend(tgen):
    """Where nothing happened nothing is found: all prefixes were looked at."""
    r1 = tgen.gears["r1"]
    report = bpf.audit(r1)
    assert report["repairs"] == [] and report["differences"] == {}
    assert report["audit"]["prefixes"] >= len(bpf.fib(r1))
    totals = bpf.show(r1, "show bpf status")["audit"]
    assert totals["passes"] == report["audit"]["passes"] and totals["age"] < 30


@pytest.mark.parametrize("prefix", [P, Q], ids=["ipv4", "ipv6"])
@pytest.mark.parametrize("plant,fault", PLANTED, ids=[plant.__name__ for plant, _ in PLANTED])
def test_planted(tgen, plant, fault, prefix):
    """What bpftool changed is mended, told once, and the packets go where they went."""
    r1, h1 = tgen.gears["r1"], tgen.gears["h1"]
    before, logged = bpf.route(r1, prefix), len(planted.lines(r1, prefix))
    known = planted.repairs(bpf.audit(r1)).get((prefix, fault), {"times": 0})["times"]
    plant(r1, prefix)
    mended = planted.repairs(bpf.audit(r1))[(prefix, fault)]
    assert mended["times"] == known + 1 and mended["age"] < 30
    bpf.wait("the route", lambda: lasting(bpf.route(r1, prefix)) == lasting(before))
    assert len(planted.lines(r1, prefix)) - logged >= (0 if known else 1)
    assert planted.repairs(bpf.audit(r1))[(prefix, fault)]["times"] == known + 1
    destination = str(ipaddress.ip_network(prefix)[1])
    gateway, receiver = (r1, "to-h1"), (tgen.gears["r2"], "to-r1")
    bpf.check_forwarded(r1, h1, gateway, destination, prefix, 100, receiver)


def foreign(r1, prefix):
    """An entry that is no route's."""
    planted.trie_update(r1, prefix, bpf.route(r1, P)["id"])


def foreign_everywhere(r1, prefix):
    """One of all tables: shorter than any prefix."""
    planted.trie_update(r1, prefix, bpf.route(r1, P)["id"], bits=0)


@pytest.mark.parametrize(
    "plant,prefix",
    [
        (foreign, "10.200.0.0/16"),
        (foreign, "2001:db8:200::/48"),
        (foreign_everywhere, "0.0.0.0/0"),
    ],
    ids=["ipv4", "ipv6", "everywhere"],
)
def test_foreign(tgen, plant, prefix):
    """What no route is behind leaves the trie, and the rest of it stays."""
    r1 = tgen.gears["r1"]
    name = planted.trie_key(prefix)[0]
    before = json.loads(planted.bpftool(r1, "dump", name))
    plant(r1, prefix)
    assert len(json.loads(planted.bpftool(r1, "dump", name))) == len(before) + 1
    bpf.audit(r1)
    assert planted.lines(r1, prefix)
    after = json.loads(planted.bpftool(r1, "dump", name))
    assert sorted(map(str, after)) == sorted(map(str, before))


def test_route_that_left_the_rib(tgen):
    """A word of zebra that zebra does not stand by any more is withdrawn."""
    r1 = tgen.gears["r1"]
    r1.cmd_raises("ip route add 10.6.0.0/16 via 10.0.12.2 proto 186")
    bpf.wait("the route", lambda: bpf.route(r1, "10.6.0.0/16"))
    record_change(r1, "10.6.0.0/16", 30, b"\x21")
    assert ("10.6.0.0/16", "rib-stale") in planted.repairs(bpf.audit(r1))
    assert bpf.route(r1, "10.6.0.0/16")["protocol"] == "kernel"
    r1.cmd_raises("ip route del 10.6.0.0/16 via 10.0.12.2 proto 186")
    bpf.wait("it to go", lambda: not bpf.route(r1, "10.6.0.0/16"))


DIFFERENCES = {
    "different": (P, f"ip route add {P} via 10.0.13.3 metric 5 proto 186", "10.0.12.2", "10.0.13.3"),
    "kernel-only": ("10.5.0.0/16", "ip route add 10.5.0.0/16 via 10.0.13.3 proto 186", None, "10.0.13.3"),
    "unsure": (P, f"ip route add {P} via 10.0.13.3 metric 5 mtu 1300 proto 186", "10.0.12.2", None),
}


def gateways(side):
    """The gateways of a side of a difference; None without any."""
    hops = [hop["ip"] for hop in side.get("nexthops", [])] if side else []
    return hops[0] if hops else None


@pytest.mark.parametrize("difference", DIFFERENCES)
def test_difference(tgen, difference):
    """RIB, kernel and BPF side by side, while they differ."""
    prefix, command, rib, kernel = DIFFERENCES[difference]
    r1 = tgen.gears["r1"]
    r1.cmd_raises(command)

    def shown():
        return bpf.show(r1, "show bpf audit").get("differences", {}).get(prefix)

    one = bpf.wait("the difference", shown)
    assert one["difference"] == difference and one["age"] < 30
    assert (gateways(one.get("rib")), gateways(one["kernel"])) == (rib, kernel)
    assert one["bpf"]["action"] == "punt"
    assert one["kernel"].get("protocol") == "bgp"
    text = bpf.vtysh(r1, "show bpf audit")
    assert f"{prefix}, " in text and f"BPF:    punt ({one['bpf']['verdict']})" in text
    assert bpf.audit(r1)["audit"]["differences"] == 1
    r1.cmd_raises(command.replace("route add", "route del"))
    bpf.wait("the end of it", lambda: not shown())


def test_rib_only(tgen):
    """A route that zebra has, and that has left the kernel with its nexthop object."""
    r1, prefix = tgen.gears["r1"], "10.8.0.0/16"
    bpf.configure(r1, f"ip route {prefix} 10.0.12.9")

    def shown():
        return bpf.show(r1, "show bpf audit").get("differences", {}).get(prefix)

    def installed():
        route = json.loads(r1.cmd_raises(f"ip -j -d route show exact {prefix}"))
        return route and route[0].get("nhid")

    r1.cmd_raises(f"ip nexthop del id {bpf.wait('its nexthop object', installed)}")
    one = bpf.wait("the difference", shown)
    assert one["difference"] == "rib-only" and "kernel" not in one
    assert gateways(one["rib"]) == "10.0.12.9" and one["rib"]["protocol"] == "static"
    assert one["bpf"] == {"action": "punt", "verdict": "punt-differs"}
    bpf.configure(r1, f"no ip route {prefix} 10.0.12.9")
    bpf.wait("the end of it", lambda: not shown())


MISSED = {
    "added": ([], "ip route add 10.7.0.0/16 via 10.0.13.3 proto 186"),
    "deleted": (["ip route add 10.7.0.0/16 via 10.0.13.3 proto 186"], "ip route del 10.7.0.0/16"),
    "preferred": (
        ["ip route add 10.7.0.0/16 via 10.0.13.3 proto 186 metric 9"],
        "ip route add 10.7.0.0/16 via 10.0.12.2 proto 186 metric 5",
    ),
    "behind": (
        ["ip route add 10.7.0.0/16 via 10.0.13.3 proto 186 metric 5"],
        "ip route add 10.7.0.0/16 via 10.0.12.2 proto 186 metric 9",
    ),
    "blackhole": (
        ["ip route add 10.7.0.0/16 via 10.0.13.3 proto 186"],
        "ip route replace blackhole 10.7.0.0/16 proto 186",
    ),
    "added6": ([], "ip -6 route add 2001:db8:7::/48 via 2001:db8:12::2 proto 186"),
    "deleted6": (
        ["ip -6 route add 2001:db8:7::/48 via 2001:db8:12::2 proto 186"],
        "ip -6 route del 2001:db8:7::/48",
    ),
}


@pytest.mark.parametrize("case", MISSED)
def test_missed_event(tgen, case):
    """What the kernel told and we did not hear is found, mended and told once."""
    r1 = tgen.gears["r1"]
    before, command = MISSED[case]
    family, prefix = ("-6", "2001:db8:7::/48") if "6" in case else ("-4", "10.7.0.0/16")
    for line in before:
        r1.cmd_raises(line)
    bpf.wait("the route", lambda: bool(bpf.route(r1, prefix)) == bool(before))
    known = planted.repairs(bpf.audit(r1)).get((prefix, "kernel"), {"times": 0})["times"]
    planted.unheard(r1, command)
    assert planted.repairs(bpf.audit(r1))[(prefix, "kernel")]["times"] == known + 1
    assert len(planted.lines(r1, prefix)) == 1
    assert bool(bpf.route(r1, prefix)) == (not case.startswith("deleted"))
    side = bpf.show(r1, "show bpf audit")["differences"].get(prefix, {}).get("kernel", {})
    kernel = json.loads(r1.cmd_raises(f"ip -j {family} route show exact {prefix}"))
    assert gateways(side) == (kernel[0].get("gateway") if kernel else None)
    r1.cmd_raises(f"ip {family} route flush exact {prefix}")
    bpf.wait("it to go", lambda: not bpf.route(r1, prefix))
    assert planted.repairs(bpf.audit(r1))[(prefix, "kernel")]["times"] == known + 1


def flag(r1, name, bit):
    """A flag of a port's record (FIB_PORT_*, bpf/abi.h)."""
    index = json.loads(r1.cmd_raises(f"ip -j link show {name}"))[0]["ifindex"]
    key = planted.octets(struct.pack("=I", index))
    value = json.loads(planted.bpftool(r1, "lookup", "port", "key", *key))["value"]
    return bool(int(value[12], 16) & bit)


def interface(r1, name):
    """What is shown of an interface."""
    return bpf.show(r1, f"show bpf interface {name}")[name]


def kernel_gateway(r1, prefix):
    """The gateway that we take the kernel to use where zebra has no route, or None."""
    difference = bpf.show(r1, "show bpf audit").get("differences", {}).get(prefix, {})
    return gateways(difference.get("kernel"))


def gateway_of(r1, destination):
    """The gateway that packets are forwarded to, or None."""
    return bpf.show(r1, f"show bpf lookup {destination}").get("nexthop", {}).get("ip")


MAC = "02:00:00:00:00:99"

# (commands before, the one that is missed, what is mended, what then holds, commands after)
TABLES = {
    "down": (
        [],
        "ip link set to-r3 down",
        "interface to-r3",
        lambda r1: not interface(r1, "to-r3")["up"] and not bpf.route(r1, "0.0.0.0/0"),
        ["ip link set to-r3 up"],
    ),
    "mtu": (
        [],
        "ip link set to-r2 mtu 1400",
        "interface to-r2",
        lambda r1: interface(r1, "to-r2")["mtu"] == 1400,
        ["ip link set to-r2 mtu 1500"],
    ),
    "no-forwarding": (
        [],
        "sysctl -qw net.ipv4.conf.to-h1.forwarding=0",
        "interface to-h1",
        lambda r1: not flag(r1, "to-h1", 0x2),
        ["sysctl -qw net.ipv4.conf.to-h1.forwarding=1"],
    ),
    "rp_filter": (
        [],
        "sysctl -qw net.ipv4.conf.to-h1.rp_filter=1",
        "net.ipv4.conf.to-h1",
        lambda r1: flag(r1, "to-h1", 0x8),
        ["sysctl -qw net.ipv4.conf.to-h1.rp_filter=0"],
    ),
    "address": (
        [],
        "ip address add 10.77.0.1/24 dev to-r3",
        "local route 10.77.0.1/32",
        lambda r1: bpf.route(r1, "10.77.0.1/32"),
        ["ip address del 10.77.0.1/24 dev to-r3"],
    ),
    "address-gone": (
        ["ip address add 10.77.0.1/24 dev to-r3"],
        "ip address del 10.77.0.1/24 dev to-r3",
        "table local",
        lambda r1: not bpf.route(r1, "10.77.0.1/32"),
        [],
    ),
    "neighbour": (
        [],
        f"ip neigh replace 10.0.12.2 lladdr {MAC} dev to-r2 nud permanent",
        "neighbour 10.0.12.2 on to-r2",
        lambda r1: bpf.route(r1, P)["nexthops"][0]["mac"] == MAC,
        ["ip neigh del 10.0.12.2 dev to-r2"],
    ),
    "neighbour-gone": (
        [f"ip neigh add 10.0.12.77 lladdr {MAC} dev to-r2 nud permanent"],
        "ip neigh del 10.0.12.77 dev to-r2",
        "the list of neighbours",
        lambda r1: "10.0.12.77" not in bpf.vtysh(r1, "show bpf adjacency"),
        [],
    ),
    "object": (
        [
            "ip nexthop add id 77 via 10.0.12.2 dev to-r2",
            "ip route add 10.7.0.0/16 nhid 77 proto 186",
        ],
        "ip nexthop replace id 77 via 10.0.13.3 dev to-r3",
        "nexthop object 77",
        lambda r1: kernel_gateway(r1, "10.7.0.0/16") == "10.0.13.3",
        ["ip nexthop del id 77"],
    ),
    "link": (
        [],
        "ip link add new7 type veth peer name new8",
        "interface new7",
        lambda r1: True,
        ["ip link del new7"],
    ),
    "link-gone": (
        ["ip link add new7 type veth peer name new8"],
        "ip link del new7",
        "the list of interfaces",
        lambda r1: True,
        [],
    ),
    "rule": (
        [],
        "ip rule add from 10.99.0.1 lookup 100",
        "the list of rules",
        lambda r1: flag(r1, "to-h1", 0x20),
        ["ip rule del from 10.99.0.1 lookup 100"],
    ),
}


def missed(r1, case):
    """
    Plant it: whether the audit found it. It does not when the look at all links, each few
    seconds, was first.
    """
    before, command, name, holds, _ = TABLES[case]
    for line in before:
        r1.cmd_raises(line)
    bpf.audit(r1)
    assert case not in ("down", "object") or not holds(r1)
    planted.unheard(r1, command)
    found = (name, "kernel") in planted.repairs(bpf.audit(r1))
    assert found or holds(r1)
    return found


@pytest.mark.parametrize("case", TABLES)
def test_missed_event_of_a_table(tgen, case):
    """Links, sysctls, addresses, neighbours, nexthop objects and rules are asked for again."""
    r1 = tgen.gears["r1"]
    _, _, name, holds, after = TABLES[case]
    for _ in range(3):
        if found := missed(r1, case):
            break
        for line in after:
            r1.cmd_raises(line)
    assert found
    assert f"audit: {name} was not as in the kernel" in bpf.log(r1)
    assert holds(r1)
    times = planted.repairs(bpf.audit(r1))[(name, "kernel")]["times"]
    for line in after:
        r1.cmd_raises(line)
    bpf.wait("the routes", lambda: gateway_of(r1, "10.2.0.1") and bpf.route(r1, "0.0.0.0/0"))
    assert planted.repairs(bpf.audit(r1))[(name, "kernel")]["times"] == times
    assert not holds(r1) or not after or case == "link"


def test_in_the_background(tgen):
    """Nobody has to ask: a pass comes about once a minute."""
    r1 = tgen.gears["r1"]
    passes = bpf.audit(r1)["audit"]["passes"]
    missing(r1, OTHER)

    def passed():
        report = bpf.show(r1, "show bpf audit")
        return report if report["audit"]["passes"] > passes else None

    assert (OTHER, "missing") in planted.repairs(bpf.wait("a pass", passed, 90))
    assert len(planted.lines(r1, OTHER)) == 1
