# SPDX-License-Identifier: GPL-2.0-or-later
"""
100,000 BGP routes from BIRD: every one of them is in the BPF FIB and in the maps.

    h1 --- r1 (module) --- b2 (BIRD, 100,000 prefixes of lengths 20 to 32)
"""

import ipaddress
import json
import random

import bpf

LINKS = ["r1:to-h1 h1:eth0", "r1:to-b2 b2:to-r1"]
HOSTS = {"h1": ("10.1.0.2/24", "10.1.0.1", "2001:db8:1::2/64", "2001:db8:1::1")}
ROUTES = 100000
SEED = 8195


def make_prefixes():
    """ROUTES distinct prefixes in 16.0.0.0/4, nested ones among them."""
    numbers, prefixes = random.Random(SEED), set()
    while len(prefixes) < ROUTES:
        length = numbers.choice((20, 21, 22, 23, 24, 24, 24, 24, 25, 28, 30, 32, 32))
        bits = numbers.getrandbits(28) & -1 << 32 - length
        prefixes.add((0x10000000 | bits, length))
    return sorted(prefixes)


PREFIXES = make_prefixes()


def setup_module(module):
    """Start the topology; BIRD announces everything."""
    tgen = bpf.build(module.__name__, LINKS, HOSTS)
    bpf.load(tgen, "r1", ["bgpd"])
    tgen.start_router("r1")
    tgen.gears["b2"].cmd_raises("ip address add 10.0.12.2/24 dev to-r1")
    lines = ["router id 10.255.0.2;", "protocol device { }", "protocol static {", "ipv4;"]
    for address, length in PREFIXES:
        lines.append(f"route {ipaddress.ip_address(address)}/{length} blackhole;")
    lines.append("}")
    lines.append("protocol bgp { local as 65002; neighbor 10.0.12.1 as 65001;")
    lines.append("connect delay time 1; connect retry time 1; error wait time 1, 2;")
    lines.append("ipv4 { import none; export all; }; }")
    bpf.start_bird(tgen, "b2", "\n".join(lines) + "\n")
    bpf.wait("100,000 routes in zebra", lambda: bgp_routes(tgen.gears["r1"]) == ROUTES, 180)


def teardown_module():
    """Remove the topology."""
    bpf.stop()


def pin(router):
    """Where the module pinned the IPv4 trie."""
    return bpf.pinned_maps(router) + "/fib4_lpm"


def bgp_routes(router):
    """Number of installed eBGP routes of the RIB."""
    rows = bpf.show(router, "show ip route summary").get("routes", [])
    return sum(row["fib"] for row in rows if row["type"] == "ebgp")


def texts():
    """All prefixes as text."""
    return {f"{ipaddress.ip_address(address)}/{length}" for address, length in PREFIXES}


def test_every_route_is_in_the_fib(tgen):
    """RIB and BPF FIB agree entry by entry, and both have what BIRD announced."""
    r1 = tgen.gears["r1"]
    bpf.wait("RIB and BPF FIB to agree", lambda: not bpf.differences(r1, "ipv4"), 120)
    entries = bpf.fib(r1, "ipv4")
    assert texts() - set(entries) == set()
    others = [prefix for prefix in texts() if entries[prefix]["action"] != "forward"]
    assert others == []


def test_map_has_every_prefix(tgen):
    """bpftool's dump of the map has exactly the prefixes that "show bpf fib" has."""
    r1 = tgen.gears["r1"]
    dump = json.loads(r1.cmd_raises(f"bpftool -j map dump pinned {pin(r1)}"))
    in_map = set()
    for element in dump:
        key = element["formatted"]["key"]
        address = key["addr"].to_bytes(4, "little")
        in_map.add(f"{ipaddress.ip_address(address)}/{key['prefixlen'] - 32}")
    assert len(in_map) == len(dump)
    assert texts() - in_map == set()
    assert in_map == set(bpf.fib(r1, "ipv4"))


def test_frames_to_random_destinations(tgen):
    """Datagrams to 2,000 destinations all over the table arrive, and each route counted its own."""
    nodes = tgen.gears
    r1, numbers = nodes["r1"], random.Random(SEED + 1)
    by_length = [{} for _ in range(33)]
    for address, length in PREFIXES:
        by_length[length][address] = f"{ipaddress.ip_address(address)}/{length}"
    wanted, destinations = {}, []
    for address, length in numbers.sample(PREFIXES, 2000):
        destination = address | numbers.getrandbits(32 - length) if length < 32 else address
        destinations.append(str(ipaddress.ip_address(destination)))
        for bits in range(32, 0, -1):
            match = by_length[bits].get(destination & -1 << 32 - bits & 0xFFFFFFFF)
            if match:
                wanted[match] = wanted.get(match, 0) + 1
                break
    bpf.warm(nodes["h1"], "10.1.0.1")
    bpf.warm(r1, "10.0.12.2")
    bpf.vtysh(r1, "clear bpf counters")
    gateway, receiver = (r1, "to-h1"), (nodes["b2"], "to-r1")
    report = bpf.traffic(nodes["h1"], gateway, destinations, 2000, [receiver])[0]
    assert (report["count"], report["unique"], report["bad"]) == (2000, 2000, 0)
    entries, announced = bpf.fib(r1, "ipv4"), texts()
    counted = {p: e["packets"] for p, e in entries.items() if e["packets"] and p in announced}
    assert counted == wanted


def test_withdraw_all(tgen):
    """BIRD stops the session: nothing of it stays in the BPF FIB or the map."""
    r1 = tgen.gears["r1"]
    bpf.birdc(tgen, "b2", "disable bgp1")
    bpf.wait("zebra to drop the routes", lambda: bgp_routes(r1) == 0, 120)
    bpf.wait("the BPF FIB to follow", lambda: not texts() & set(bpf.fib(r1, "ipv4")), 60)
    dump = json.loads(r1.cmd_raises(f"bpftool -j map dump pinned {pin(r1)}"))
    assert len(dump) == len(bpf.fib(r1, "ipv4"))
