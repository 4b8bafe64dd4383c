# SPDX-License-Identifier: GPL-2.0-or-later
"""
Routes that are not simply forwarded: blackhole, unreachable, prohibit, default, connected, local.

    h1 --- r1 (module) --- r2
"""

import re

import pytest

import bpf

LINKS = ["r1:to-h1 h1:eth0", "r1:to-r2 r2:to-r1"]
HOSTS = {"h1": ("10.1.0.2/24", "10.1.0.1", "2001:db8:1::2/64", "2001:db8:1::1")}
PROHIBIT = "10.84.0.0/16"
WANTED = ["0.0.0.0/0", "10.80.0.0/16", "10.81.0.0/16", "10.82.0.0/16", "10.83.0.0/16"]
WANTED += ["10.83.1.0/24", "::/0", "2001:db8:80::/48", "2001:db8:81::/48"]


def setup_module(module):
    """Start the topology; add a prohibit route to the kernel, which zebra learns."""
    tgen = bpf.build(module.__name__, LINKS, HOSTS)
    bpf.load(tgen, "r1", [])
    bpf.load(tgen, "r2", [], module=False)
    tgen.start_router()
    r1 = tgen.gears["r1"]
    r1.cmd_raises(f"ip route add prohibit {PROHIBIT} proto 99")
    bpf.wait_fib(r1, WANTED + [PROHIBIT])
    bpf.warm(r1, "10.0.12.2")
    bpf.warm(r1, "2001:db8:12::2")
    for address in ("10.1.0.1", "2001:db8:1::1"):
        bpf.warm(tgen.gears["h1"], address)


def teardown_module():
    """Remove the topology."""
    bpf.stop()


@pytest.mark.parametrize(
    "destination,prefix,verdict",
    [
        ("10.80.0.1", "10.80.0.0/16", "drop-blackhole"),
        ("10.82.0.1", "10.82.0.0/16", "drop-blackhole"),
        ("10.83.1.1", "10.83.1.0/24", "drop-blackhole"),
        ("10.81.0.1", "10.81.0.0/16", "punt-unreachable"),
        ("10.84.0.1", PROHIBIT, "punt-prohibit"),
        ("2001:db8:80::1", "2001:db8:80::/48", "drop-blackhole"),
        ("2001:db8:81::1", "2001:db8:81::/48", "punt-unreachable"),
    ],
    ids=["blackhole", "null0", "nested", "reject", "prohibit", "blackhole6", "reject6"],
)
def test_not_forwarded(tgen, destination, prefix, verdict):
    """The verdict and the route count exactly what was sent, and nothing crosses."""
    nodes = tgen.gears
    r1 = nodes["r1"]
    before, packets = bpf.verdicts(r1)[verdict], bpf.counters(r1, prefix)[0]
    gateway, receiver = (r1, "to-h1"), (nodes["r2"], "to-r1")
    report = bpf.traffic(nodes["h1"], gateway, destination, 100, [receiver])[0]
    assert report["count"] == 0
    assert bpf.verdicts(r1)[verdict] - before == 100
    assert bpf.counters(r1, prefix)[0] - packets == 100


@pytest.mark.parametrize(
    "destination,answer",
    [
        ("10.81.0.1", "Destination Host Unreachable"),
        ("10.84.0.1", "Packet filtered"),
        ("2001:db8:81::1", "Destination unreachable: No route"),
    ],
    ids=["reject", "prohibit", "reject6"],
)
def test_kernel_answers(tgen, destination, answer):
    """What is punted gets the ICMP error that the kernel sends."""
    h1 = tgen.gears["h1"]
    output = bpf.wait(
        "an ICMP error",
        lambda: (lambda text: text if "From " in text else None)(
            h1.cmd(f"ping -c 1 -W 1 {destination}")
        ),
    )
    assert answer in output


@pytest.mark.parametrize(
    "destination,prefix",
    [("203.0.113.1", "0.0.0.0/0"), ("10.83.2.1", "10.83.0.0/16"), ("2001:db8:99::1", "::/0")],
    ids=["default", "covering", "default6"],
)
def test_forwarded(tgen, destination, prefix):
    """The default route and the cover of a blackhole forward."""
    nodes = tgen.gears
    gateway, receiver = (nodes["r1"], "to-h1"), (nodes["r2"], "to-r1")
    bpf.check_forwarded(nodes["r1"], nodes["h1"], gateway, destination, prefix, 200, receiver)


@pytest.mark.parametrize(
    "address",
    ["10.1.0.1", "10.0.12.1", "10.255.0.1", "2001:db8:1::1", "2001:db8:ff::1"],
    ids=["near", "far", "loopback", "near6", "loopback6"],
)
def test_local_addresses_answer(tgen, address):
    """Own addresses are punted, whatever the covering route says, and answer."""
    r1, h1 = tgen.gears["r1"], tgen.gears["h1"]
    before = bpf.verdicts(r1)["punt-local"]
    output = h1.cmd_raises(f"ping -c 5 -i 0.05 -W 2 {address}")
    assert " 0% packet loss" in output
    assert bpf.verdicts(r1)["punt-local"] - before >= 5


def test_new_local_address_is_local_at_once(tgen):
    """An address that is added to r1 is punted; after it is removed the route forwards again."""
    nodes = tgen.gears
    r1, h1 = nodes["r1"], nodes["h1"]
    r1.cmd_raises("ip address add 10.83.9.9/32 dev lo")
    bpf.wait(
        "the address in the BPF FIB",
        lambda: (bpf.route(r1, "10.83.9.9/32") or {}).get("verdict") == "punt-local",
    )
    bpf.warm(h1, "10.83.9.9")
    r1.cmd_raises("ip address del 10.83.9.9/32 dev lo")
    bpf.wait("the address to go", lambda: bpf.route(r1, "10.83.9.9/32") is None)
    gateway, receiver = (r1, "to-h1"), (nodes["r2"], "to-r1")
    bpf.check_forwarded(r1, h1, gateway, "10.83.9.9", "10.83.0.0/16", 50, receiver)


def missing(entry, shown, where):
    """Members of a JSON object of ours that its YANG entry lacks or has with another value."""
    for name, value in entry.items():
        leaf = re.sub("[A-Z]", lambda letter: "-" + letter[0].lower(), name)
        if isinstance(value, list):
            nested = {str(element["id"]): element for element in shown.get(leaf[:-1], [])}
            for element in value:
                yield from missing(element, nested.get(str(element["id"]), {}), f"{where} {leaf}")
        elif leaf not in shown:
            yield f"{where}: no {leaf}"
        elif name not in ("age", "packets", "bytes") and str(shown[leaf]) != str(value):
            yield f"{where}: {leaf} is {shown[leaf]}, not {value}"


# FRR 8.4 answers for containers only.
LISTS = [] if bpf.RELEASE[0] == "8" else ["/route", '/route[table="254"]']


@pytest.mark.parametrize("path", ["", *LISTS])
def test_yang_has_whole_entries(tgen, path):
    """show yang operational-data has every route with all that show bpf fib json has of it."""
    r1 = tgen.gears["r1"]
    shown = {route["prefix"]: route for route in bpf.yang(r1, path)["route"]}
    entries = {**bpf.fib(r1, "ipv4"), **bpf.fib(r1, "ipv6")}
    assert set(shown) == set(entries)
    assert [line for name in entries for line in missing(entries[name], shown[name], name)] == []
    assert entries["10.83.0.0/16"]["nexthops"], "a route without nexthops shows nothing"


def test_yang_has_the_status(tgen):
    """The members of show bpf status json, those of its containers too."""
    r1 = tgen.gears["r1"]
    status, shown = bpf.show(r1, "show bpf status"), bpf.yang(r1, "/status")["status"]
    for ours, theirs in (("frrVersion", "frr-version"), ("pinDirectory", "pin-directory"), ("longestHold", "longest-hold")):
        assert shown[theirs] == status[ours]
    seed = shown["parameters"]["hash-seed"]
    assert seed == status["parameters"]["hashSeed"]
    assert len(shown["map"]) == len(status["maps"])
