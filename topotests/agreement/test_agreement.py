# SPDX-License-Identifier: GPL-2.0-or-later
"""
Situations in which zebra loses, ignores or misreads a route of Linux: packets go where Linux
sends them without us.

situations.py has them. All rows of an event are carried out at once; packets to each are then
sent with bpf forwarding and without, as many must arrive, and at the same neighbours.
"""

import ipaddress
import time

import lab
import pytest
import situations
from lib.topogen import get_topogen

import bpf

# What is sent to a row: two packets to each of 16 addresses.
# By default Linux hashes addresses only: of too few, none may take a light member.
ADDRESSES, FLOWS = 32, 1


def setup_module(module):
    """Start the lab, neighbours resolved."""
    warm(lab.start(module.__name__))


def teardown_module():
    """Remove the topology."""
    bpf.stop()


def warm(nodes):
    """The neighbours are resolved, for both families."""
    for address in lab.GATEWAYS["to-r3"] + lab.GATEWAYS["to-r2"]:
        bpf.warm(nodes["h1"], address)


class Row:
    """A row of situations.py with prefixes of its own."""

    numbers = iter(range(1, 1000))

    def __init__(self, row, dev):
        number = next(self.numbers)
        net, net6 = f"{20 + number // 250}.{number % 250}", f"2001:db9:{number}"
        values = {
            "N": number,
            "dev": dev,
            "net": net,
            "net6": net6,
            "P": f"{net}.9.0/24",
            "P16": f"{net}.0.0/16",
            "Q": f"{net6}:9::/64",
            "Q48": f"{net6}::/48",
            "B": lab.GATEWAYS[dev][0],
            "B6": lab.GATEWAYS[dev][1],
            "C": lab.GATEWAYS["to-r3"][0],
            "C6": lab.GATEWAYS["to-r3"][1],
            "LL": "fe80::2",
        }
        self.name, prefix, lines = row
        self.lines = [line.format(**values) for line in lines]
        self.text = values[prefix]
        self.prefix = ipaddress.ip_network(self.text)

    def destinations(self):
        """Those that packets are sent to."""
        return [str(self.prefix[i]) for i in range(16, 16 + ADDRESSES)]


def carry_out(nodes, lines, router="r1"):
    """Lines of situations.py."""
    for line in lines:
        where, _, rest = line.partition(":")
        if where == "zebra":
            assert bpf.configure(nodes[router], rest) == ""
        elif where == "until":
            bpf.wait(rest, lambda rest=rest: nodes[router].net.cmd_status(rest, warn=False)[0] == 0)
        elif where in nodes:
            carry_out(nodes, [rest], where)
        else:
            nodes[router].cmd_raises(line)


def settle(router):
    """Wait until kernel and BPF FIB have not changed for a while."""
    seen, since = None, time.monotonic()
    while time.monotonic() < since + 0.7:
        now = router.cmd("ip route; ip -6 route; ip nexthop"), {
            prefix: (entry["action"], entry.get("verdict"), entry.get("nexthops"))
            for prefix, entry in bpf.fib(router).items()
        }
        if now != seen:
            seen, since = now, time.monotonic()
        time.sleep(0.2)


def has_link(node, ifname):
    """Whether there is such an interface."""
    return node.net.cmd_status(f"ip link show {ifname}", warn=False)[0] == 0


def received(nodes, rows):
    """How many packets to each row came to r2 and r3, as {name: (at r2, at r3)}."""
    peers = [(nodes[name], ifname) for name, ifname in lab.PEERS.values()]
    peers = [(node, ifname) for node, ifname in peers if has_link(node, ifname)]
    counts = {}
    for version in (4, 6):
        some = [row for row in rows if row.prefix.version == version]
        destinations = [one for row in some for one in row.destinations()]
        reports = bpf.traffic(
            nodes["h1"],
            (nodes["r1"], "to-h1"),
            destinations,
            len(destinations) * FLOWS,
            peers,
            flows=FLOWS,
        )
        for index, row in enumerate(some):
            at = {"r2": 0, "r3": 0}
            flows = range(index * ADDRESSES * FLOWS, (index + 1) * ADDRESSES * FLOWS)
            for (node, _), report in zip(peers, reports):
                at[node.name] += sum(report["flows"].get(flow, 0) for flow in flows)
            counts[row.name] = (at["r2"], at["r3"])
    return counts


OUTCOMES = {}


def outcome(event, name):
    """Of a row, whose event is carried out once."""
    if event not in OUTCOMES:
        OUTCOMES[event] = None
        OUTCOMES[event] = carried_out(situations.EVENTS[event])
    if not OUTCOMES[event]:
        pytest.skip("the event's rows were not all carried out: see the first")
    return OUTCOMES[event][name]


def carried_out(event):
    """
    All rows of an event at once: {name: (packets at r2 and r3 with bpf forwarding, without, how
    many the row's own route forwarded in XDP)}.
    """
    nodes = get_topogen().gears
    r1 = nodes["r1"]
    rows = [Row(row, event.dev) for row in event.rows]
    for row in rows:
        carry_out(nodes, row.lines)
    settle(r1)
    carry_out(nodes, event.lines)
    settle(r1)
    for address in lab.GATEWAYS["to-r3"] + lab.GATEWAYS["to-r2"]:
        r1.cmd(f"ping -c 1 -W 1 {address}")
    before = bpf.fib(r1)
    xdp = received(nodes, rows)
    after = bpf.fib(r1)
    bpf.configure(r1, "interface to-h1", "no bpf forwarding")
    bpf.wait("to-h1 to be left alone", lambda: not bpf.xdp(r1, "to-h1"))
    linux = received(nodes, rows)
    bpf.configure(r1, "interface to-h1", "bpf forwarding")
    bpf.wait("to-h1 to be back", lambda: bpf.xdp(r1, "to-h1"))
    carry_out(nodes, event.undo)
    settle(r1)
    nothing = {"packets": 0}
    return {
        row.name: (
            xdp[row.name],
            linux[row.name],
            after.get(row.text, nothing)["packets"] - before.get(row.text, nothing)["packets"],
        )
        for row in rows
    }


ROWS = [(name, row[0]) for name, event in situations.EVENTS.items() for row in event.rows]


@pytest.mark.parametrize("event,name", ROWS)
def test_as_linux(tgen, event, name):
    """Packets of a situation come out where they do without bpf forwarding."""
    xdp, linux, forwarded = outcome(event, name)
    assert [n > 0 for n in xdp] == [n > 0 for n in linux]
    assert sum(xdp) == sum(linux)
    if name in situations.EVENTS[event].forwarded:
        assert forwarded == ADDRESSES * FLOWS


# An ICMP redirect, sent by r2 to r1: use GATEWAY for DESTINATION. The packet that it is about
# is an echo reply of r1's.
REDIRECT = """
import socket, struct, sys
sys.path.insert(0, sys.argv[1])
import frames
def ip(protocol, source, destination, body):
    header = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(body), 1, 0, 64, protocol, 0,
                         socket.inet_aton(source), socket.inet_aton(destination))
    return header[:10] + struct.pack("!H", frames.checksum(header)) + header[12:] + body
def icmp(kind, code, rest):
    body = struct.pack("!BBH", kind, code, 0) + rest
    return body[:2] + struct.pack("!H", frames.checksum(body)) + body[4:]
about = ip(1, "10.0.12.1", "DESTINATION", icmp(0, 0, struct.pack("!HH", 1, 1)))
message = icmp(5, 1, socket.inet_aton("GATEWAY") + about)
raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
raw.sendto(message, ("10.0.12.1", 0))
"""
TWIN = "10.0.12.9"


def accept_redirects(router, accept):
    """Set the sysctl, and wait until the module has looked again."""
    router.cmd_raises(f"sysctl -w net.ipv4.conf.all.accept_redirects={accept}")
    bpf.wait(
        f"accept_redirects {accept} to be noticed",
        lambda: bpf.show(router, "show bpf interface")["to-r2"]["icmpRedirects"] is bool(accept),
    )


def at_twin(nodes, destination):
    """How many of 64 packets to destination come to r2's twin."""
    peers = [(nodes["r2"], "twin")]
    gateway = (nodes["r1"], "to-h1")
    return bpf.traffic(nodes["h1"], gateway, [destination], 64, peers)[0]["count"]


def test_accepted_redirects(tgen):
    """Where the kernel accepts ICMP redirects, packets leave by the gateways that they name."""
    nodes = tgen.gears
    r1, r2 = nodes["r1"], nodes["r2"]
    destination = "10.9.0.77"
    r1.cmd_raises("ip route add 10.9.0.0/24 via 10.0.12.2")
    r2.cmd_raises(
        "ip link add link to-r1 name twin type macvlan mode bridge;"
        f"ip address add {TWIN}/32 dev twin; ip link set twin up;"
        "sysctl -w net.ipv4.conf.to-r1.arp_ignore=1"
    )
    settle(r1)
    warm(nodes)
    # None has come yet: nothing is kept of a time in which they were accepted.
    accept_redirects(r1, 1)
    accept_redirects(r1, 0)
    before = bpf.verdicts(r1)
    assert at_twin(nodes, destination) == 0
    assert bpf.verdicts(r1)["punt-redirects"] == before["punt-redirects"]
    accept_redirects(r1, 1)
    r1.cmd_raises(f"ping -c 1 {TWIN}")
    script = REDIRECT.replace("DESTINATION", destination).replace("GATEWAY", TWIN)
    r2.net.cmd_raises(["/usr/bin/python3", "-c", script, bpf.HERE])
    assert at_twin(nodes, destination) == 64
    # Linux keeps it for 300 seconds.
    r1.cmd_raises("sysctl -w net.ipv4.conf.all.accept_redirects=0")
    bpf.wait(
        "two more looks", lambda t=time.monotonic() + 11: time.monotonic() > t
    )
    assert at_twin(nodes, destination) == 64
    assert bpf.verdicts(r1)["punt-redirects"] == before["punt-redirects"] + 128
