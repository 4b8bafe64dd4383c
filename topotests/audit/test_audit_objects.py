# SPDX-License-Identifier: GPL-2.0-or-later
"""
The audit of what routes lead to: nexthops, groups, neighbours, ports, own addresses that somebody
else wrote to the maps are found, mended and told once.

    h1 --- r1 (module) --- r2 (B)
                  |
                  +------- r3 (C)    where the default routes lead
"""

import collections
import ipaddress
import json
import struct

import pytest

import bpf
import planted

LINKS = ["r1:to-h1 h1:eth0", "r1:to-r2 r2:to-r1", "r1:to-r3 r3:to-r1"]
HOSTS = {"h1": ("10.1.0.2/24", "10.1.0.1", "2001:db8:1::2/64", "2001:db8:1::1")}
P = "10.2.0.0/16"  # via r2
SEVERAL = "10.9.0.0/16"  # via r2 and r3


def setup_module(module):
    """Start the topology."""
    tgen = bpf.build(module.__name__, LINKS, HOSTS)
    bpf.load(tgen, "r1", [])
    for name in ("r2", "r3"):
        bpf.load(tgen, name, [], module=False)
    tgen.start_router()
    r1 = tgen.gears["r1"]
    bpf.wait_fib(r1, [P, SEVERAL, "0.0.0.0/0", "::/0"])
    for address in ("10.0.12.2", "10.0.13.3", "2001:db8:12::2", "2001:db8:13::3"):
        bpf.warm(r1, address)


def teardown_module():
    """Remove the topology."""
    bpf.stop(planted=True)


def shares(r1):
    """How many buckets each nexthop of the route with several has."""
    group = bpf.route(r1, SEVERAL)["nexthopGroupId"]
    count, first = struct.unpack("=II", planted.element(r1, "nhgroup", group))
    rows = [planted.element(r1, "bucket", (first + at) // 16) for at in range(0, count, 16)]
    return collections.Counter(struct.unpack(f"={count}I", b"".join(rows)))


def dumped(r1, name):
    """All of a map, without the marks that the forwarder leaves there; the largest: shares()."""
    if name == "bucket":
        return shares(r1)
    entries = json.loads(planted.bpftool(r1, "dump", name))
    if name in ("neigh4", "neigh6"):
        entries = [{**entry, "value": entry["value"][:4]} for entry in entries]
    return sorted(map(str, entries))


def hop(r1, prefix=P):
    """The first nexthop of a route."""
    return bpf.route(r1, prefix)["nexthops"][0]


def nexthop_name(r1):
    """As the audit calls it."""
    return f"nexthop {hop(r1)['id']} (10.0.12.2 on to-r2)"


def nexthop_change(r1, index, offset, data):
    """Overwrite a part of a nexthop's record (struct fib_nexthop)."""
    value = planted.element(r1, "nexthop", index)
    planted.element_update(r1, "nexthop", index, value[:offset] + data + value[offset + len(data) :])


def nexthop_elsewhere(r1):
    """It leads to r3."""
    name = nexthop_name(r1)
    nexthop_change(r1, hop(r1)["id"], 0, struct.pack("=I", hop(r1, "0.0.0.0/0")["adjacency"]))
    return name


def nexthop_garbage(r1):
    """There is no such interface, no such family."""
    name = nexthop_name(r1)
    nexthop_change(r1, hop(r1)["id"], 0, b"\xff" * 32)
    return name


def nexthop_foreign(r1):
    """One that nobody made."""
    nexthop_change(r1, 999, 0, planted.element(r1, "nexthop", hop(r1)["id"]))
    return "nexthop 999"


def group_elsewhere(r1):
    """The group's only nexthop is another one."""
    group = bpf.route(r1, P)["nexthopGroupId"]
    planted.element_update(r1, "nhgroup", group, struct.pack("=II", 1, hop(r1, "0.0.0.0/0")["id"]))
    return f"nexthop group {group}"


def group_garbage(r1):
    """Its buckets lie outside of the map."""
    group = bpf.route(r1, SEVERAL)["nexthopGroupId"]
    planted.element_update(r1, "nhgroup", group, b"\xff" * 8)
    return f"nexthop group {group}"


def group_foreign(r1):
    """One that nobody made."""
    planted.element_update(r1, "nhgroup", 999, struct.pack("=II", 1, hop(r1)["id"]))
    return "nexthop group 999"


def buckets_of_one(r1):
    """All flows go to one of two nexthops, and some nowhere."""
    group = bpf.route(r1, SEVERAL)["nexthopGroupId"]
    first = struct.unpack("=II", planted.element(r1, "nhgroup", group))[1] // 16
    for index in range(first, first + 4):
        ids = [hop(r1)["id"]] * 15 + [0xFFFFFFFF]
        planted.element_update(r1, "bucket", index, struct.pack("=16I", *ids))
    return f"nexthop group {group}"


def mac_of_another(r1):
    """Frames to r2 are for another one."""
    index = hop(r1)["adjacency"]
    planted.element_update(r1, "adjacency", index, bytes(6) + planted.element(r1, "adjacency", index)[6:])
    return "neighbour 10.0.12.2 on to-r2"


def ifindex(r1, name):
    """The number of an interface."""
    return json.loads(r1.cmd_raises(f"ip -j link show {name}"))[0]["ifindex"]


def neighbour_key(r1, address):
    """The key of a neighbour on to-r2, as bpftool has it typed."""
    packed = ipaddress.ip_address(address).packed
    return ["key", *planted.octets(struct.pack("=I", ifindex(r1, "to-r2")) + packed)]


def neighbour_missing(r1):
    """The map has lost a neighbour."""
    planted.bpftool(r1, "delete", "neigh4", *neighbour_key(r1, "10.0.12.2"))
    return "neighbour 10.0.12.2 on to-r2"


def neighbour_elsewhere(r1):
    """Packets to it go to r3."""
    value = planted.octets(struct.pack("=II", hop(r1, "::/0")["adjacency"], 0))
    planted.bpftool(r1, "update", "neigh6", *neighbour_key(r1, "2001:db8:12::2"), "value", *value)
    return "neighbour 2001:db8:12::2 on to-r2"


def neighbour_foreign(r1):
    """One that the kernel does not have."""
    value = planted.octets(struct.pack("=II", hop(r1)["adjacency"], 0))
    planted.bpftool(r1, "update", "neigh4", *neighbour_key(r1, "10.0.12.99"), "value", *value)
    return "neighbour 10.0.12.99 on to-r2"


def own_key(address):
    """The key of an own address."""
    return ["key", *planted.octets(struct.pack("=I", 254) + ipaddress.ip_address(address).packed)]


def own_missing(r1):
    """Packets may come from an address of ours."""
    planted.bpftool(r1, "delete", "local4", *own_key("10.1.0.1"))
    return "own address 10.1.0.1"


def own_foreign(r1):
    """An address of h1 is ours."""
    planted.bpftool(r1, "update", "local4", *own_key("10.1.0.2"), "value", "1")
    return "own address 10.1.0.2"


def port_missing(r1):
    """All that comes from h1 is punted."""
    planted.bpftool(r1, "delete", "port", "key", *planted.octets(struct.pack("=I", ifindex(r1, "to-h1"))))
    return "interface to-h1"


def port_changed(r1):
    """It is down."""
    key = ["key", *planted.octets(struct.pack("=I", ifindex(r1, "to-h1")))]
    planted.bpftool(r1, "update", "port", *key, "value", *planted.octets(bytes(16)))
    return "interface to-h1"


def port_foreign(r1):
    """One that has no bpf forwarding."""
    key = ["key", *planted.octets(struct.pack("=I", ifindex(r1, "lo")))]
    planted.bpftool(r1, "update", "port", *key, "value", *planted.octets(bytes(16)))
    return "interface lo"


def no_target(r1):
    """Frames are not sent to r2."""
    planted.bpftool(r1, "delete", "devmap", "key", *planted.octets(struct.pack("=I", ifindex(r1, "to-r2"))))
    return "interface to-r2"


OBJECTS = [
    (nexthop_elsewhere, "nexthop", "content"),
    (nexthop_garbage, "nexthop", "content"),
    (nexthop_foreign, "nexthop", "foreign"),
    (group_elsewhere, "nhgroup", "content"),
    (group_garbage, "nhgroup", "content"),
    (group_foreign, "nhgroup", "foreign"),
    (buckets_of_one, "bucket", "buckets"),
    (mac_of_another, "adjacency", "content"),
    (neighbour_missing, "neigh4", "missing"),
    (neighbour_elsewhere, "neigh6", "content"),
    (neighbour_foreign, "neigh4", "foreign"),
    (own_missing, "local4", "missing"),
    (own_foreign, "local4", "foreign"),
    (port_missing, "port", "missing"),
    (port_changed, "port", "content"),
    (port_foreign, "port", "foreign"),
    (no_target, "devmap", "target"),
]


def times(r1, name, fault):
    """How often that was mended, after an audit."""
    return planted.repairs(bpf.audit(r1)).get((name, fault), {"times": 0})["times"]


@pytest.mark.parametrize(
    "plant,table,fault", OBJECTS, ids=[plant.__name__ for plant, _, _ in OBJECTS]
)
def test_planted_object(tgen, plant, table, fault):
    """What routes lead to is mended as well, and is then as before."""
    r1, h1 = tgen.gears["r1"], tgen.gears["h1"]
    report = bpf.audit(r1)
    known, mended = planted.repairs(report), report["audit"]["repaired"]
    before, spread = dumped(r1, table), shares(r1)
    name = plant(r1)
    assert dumped(r1, table) != before
    # Nothing of it ends who reads it.
    bpf.show(r1, "show bpf nexthop")
    bpf.show(r1, "show bpf lookup 10.9.0.1")
    bpf.yang(r1)
    assert times(r1, name, fault) == known.get((name, fault), {"times": 0})["times"] + 1
    assert f"audit: {name} " in bpf.log(r1)
    assert bpf.audit(r1)["audit"]["repaired"] == mended + 1
    # A new adjacency is made, and the old one left behind.
    assert dumped(r1, table) == before or table == "adjacency"
    assert shares(r1) == spread
    gateway, receiver = (r1, "to-h1"), (tgen.gears["r2"], "to-r1")
    bpf.check_forwarded(r1, h1, gateway, "10.2.0.1", P, 100, receiver)


def test_program_detached(tgen):
    """A port whose program somebody detached gets it again."""
    r1 = tgen.gears["r1"]
    directory = bpf.show(r1, "show bpf status")["pinDirectory"]
    links = r1.cmd_raises(f"ls {directory}/links").split()
    pin = next(one for one in links if one.startswith(str(ifindex(r1, "to-h1"))))
    r1.net.cmd_raises(["bpftool", "link", "detach", "pinned", f"{directory}/links/{pin}"])
    assert not bpf.xdp(r1, "to-h1")
    assert times(r1, "interface to-h1", "program") == 1
    assert bpf.xdp(r1, "to-h1")["prog"]["id"] == bpf.show(r1, "show bpf status")["programs"][0]["id"]
    gateway, receiver = (r1, "to-h1"), (tgen.gears["r2"], "to-r1")
    bpf.check_forwarded(r1, tgen.gears["h1"], gateway, "10.2.0.1", P, 100, receiver)
    assert times(r1, "interface to-h1", "program") == 1
