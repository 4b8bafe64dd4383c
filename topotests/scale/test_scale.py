# SPDX-License-Identifier: GPL-2.0-or-later
"""
100,000 BGP routes from BIRD: every one of them is in the BPF FIB and in the maps.

    h1 --- r1 (module) --- b2 (BIRD, 100,000 prefixes of lengths 20 to 32)
"""

import ipaddress
import json
import random
import re
import subprocess
from concurrent import futures

import pytest

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


def within(prefixes, net):
    """Those of the prefixes that lie within net."""
    net = ipaddress.ip_network(net)
    return {prefix for prefix in prefixes if ipaddress.ip_network(prefix).subnet_of(net)}


def test_longer_prefixes(tgen):
    """A prefix alone, what is within it, and lines that match, are what they are of all."""
    r1 = tgen.gears["r1"]
    everything = bpf.fib(r1, "ipv4")
    for net in ("20.0.0.0/10", "31.255.0.0/16", "16.0.0.0/4", "99.0.0.0/8", "0.0.0.0/0"):
        shown = bpf.fib(r1, "ipv4", f"{net} longer-prefixes")
        assert set(shown) == within(everything, net), net
        assert list(shown) == sorted(shown, key=ipaddress.ip_network)
    for prefix in random.Random(SEED).sample(sorted(everything), 20):
        assert set(bpf.fib(r1, "ipv4", prefix)) == {prefix}
    assert bpf.vtysh(r1, "show bpf fib 99.0.0.0/8") == "% Network not in table\n"
    shown = bpf.vtysh(r1, "show bpf fib ipv4 | include  2[0-3].17.*/24 ").splitlines()
    everything = bpf.vtysh(r1, "show bpf fib ipv4").splitlines()
    assert [line.split()[1] for line in shown] == [
        line.split()[1] for line in everything if re.search(r" 2[0-3].17.*/24 ", line)
    ]
    assert len(shown) > 10


def zebra_memory(router):
    """The most memory that zebra ever had, in KiB."""
    status = router.cmd_raises("cat /proc/$(cat /var/run/frr/zebra.pid)/status")
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1])


def reader(router, command):
    """vtysh in a pipe that nobody has read yet."""
    return router.popen(["vtysh", "-c", command], stdout=subprocess.PIPE)


@pytest.mark.parametrize("json_", ["", " json"], ids=["text", "json"])
def test_whole_table_in_little_memory(tgen, json_):
    """Showing all does not make zebra grow, whose reader pauses in the middle or goes."""
    r1 = tgen.gears["r1"]
    before = zebra_memory(r1)
    process = reader(r1, "show bpf fib ipv4" + json_)
    beginning = process.stdout.read(1000)
    # Its reader stopped reading: zebra serves others all the same.
    assert bpf.show(r1, "show bpf fib summary")["ipv4"]["routes"] > ROUTES
    changed = bpf.configure(r1, "ip route 98.0.0.0/24 blackhole")
    assert changed == ""
    bpf.wait("the route behind those shown", lambda: bpf.route(r1, "98.0.0.0/24"))
    shown = beginning + process.stdout.read()
    process.communicate()
    count = len(json.loads(shown)) if json_ else len(shown.splitlines())
    # The other routes of the table are connected and local ones.
    assert ROUTES < count < ROUTES + 20
    assert "98.0.0.0/24" in shown
    bpf.configure(r1, "no ip route 98.0.0.0/24 blackhole")
    for size in (1, 100000, 1000000):
        process = reader(r1, "show bpf fib ipv4" + json_)
        process.stdout.read(size)
        process.kill()
        process.communicate()
    assert len(bpf.fib(r1, "ipv4")) == count - 1
    assert zebra_memory(r1) - before < 8192


def resized(router):
    """Wait until all routes are in maps of the configured size."""
    bpf.wait("the resize", lambda: not bpf.show(router, "show bpf status")["resizing"], 120)


def test_resize_under_traffic(tgen):
    """Larger and smaller maps while routes change and packets pass: none is lost, nor its count."""
    nodes = tgen.gears
    r1, h1 = nodes["r1"], nodes["h1"]
    prefixes = random.Random(SEED + 2).sample(sorted(texts()), 500)
    destinations = [prefix.split("/")[0] for prefix in prefixes]
    bpf.vtysh(r1, "clear bpf counters")
    want = bpf.sender_arguments(h1, (r1, "to-h1"), destinations, 8000, interval=0.0005)
    receiver = bpf.Receiver(nodes["b2"], "to-r1", want["tag"])
    with futures.ThreadPoolExecutor() as pool:
        sending = pool.submit(bpf.send, h1, want)
        for number, size in enumerate((300000, 150000, 200000)):
            assert bpf.configure(r1, f"bpf fib max-routes ipv4 {size}") == ""
            assert bpf.show(r1, "show bpf status")["resizing"]
            bpf.configure(r1, f"ip route 98.0.{number}.0/24 blackhole", "bpf ecmp hash-seed 7")
            resized(r1)
            status = bpf.show(r1, "show bpf status")
            assert status["parameters"]["maxRoutesIpv4"] == size
            assert status["parameters"]["hashSeed"] == 7
            maps = {one["name"]: one["maxEntries"] for one in status["maps"]}
            assert maps["fib4_lpm"] == size
        assert not sending.done(), "traffic ended before the last resize"
        sending.result()
    report = receiver.finish()
    assert (report["count"], report["unique"], report["bad"]) == (8000, 8000, 0)
    assert not bpf.differences(r1, "ipv4")
    entries = bpf.fib(r1, "ipv4")
    assert sum(entries[prefix]["packets"] for prefix in texts()) == 8000
    assert {f"98.0.{number}.0/24" for number in range(3)} < set(entries)
    assert status["longestHold"] <= 192
    refused = bpf.configure(r1, "bpf fib max-routes ipv4 50000")
    assert refused == "% Not changed: cannot move the routes: more routes than that are in use\n"
    bpf.configure(r1, *[f"no ip route 98.0.{number}.0/24 blackhole" for number in range(3)])


def test_withdraw_all(tgen):
    """BIRD stops the session: nothing of it stays in the BPF FIB or the map."""
    r1 = tgen.gears["r1"]
    bpf.birdc(tgen, "b2", "disable bgp1")
    bpf.wait("zebra to drop the routes", lambda: bgp_routes(r1) == 0, 120)
    bpf.wait("the BPF FIB to follow", lambda: not texts() & set(bpf.fib(r1, "ipv4")), 60)
    dump = json.loads(r1.cmd_raises(f"bpftool -j map dump pinned {pin(r1)}"))
    assert len(dump) == len(bpf.fib(r1, "ipv4"))
