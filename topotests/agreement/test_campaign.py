# SPDX-License-Identifier: GPL-2.0-or-later
"""
Random operations; after each few, the kernel's answer to every destination from every ingress is what
"show bpf lookup" says, or that is a punt, and packets go where the kernel says.

FRR_BPF_CAMPAIGN is "SEED OPERATIONS" of another walk. A difference is shrunk to the operations
that it takes, in a new lab each time.
"""

import ipaddress
import itertools
import json
import os
import random
import time

import lab
from operations import NETS4, NETS6, Operations

import bpf

LONG = os.environ.get("FRR_BPF_LONG") == "1"
WALK = os.environ.get("FRR_BPF_CAMPAIGN", "13 10000" if LONG else "13 300")
SEED, COUNT = (int(number) for number in WALK.split())
# Ingress of r1: the node behind it, and its addresses.
INGRESSES = {
    "to-h1": ("h1", "10.1.0.2", "2001:db8:1::2"),
    "to-r2": ("r2", "10.0.12.2", "2001:db8:12::2"),
    "to-r3": ("r3", "10.0.13.3", "2001:db8:13::3"),
}
# So long may kernel and XDP differ after an operation, and so long is a walk shrunk, in seconds.
PATIENCE, SHRINK = 15, 240 if WALK == "13 300" else 3600
# Each so many times packets are sent, so many to each of so many destinations.
PACKETS_EVERY, PACKETS, SAMPLE = 20, 4, 8
FORWARDED = ("forward-ipv4", "forward-ipv6")


def addresses():
    """Destinations: beginning, end and what lies between of each prefix, and elsewhere."""
    nets = [ipaddress.ip_network(net) for net in NETS4 + NETS6]
    found = {str(net[i]) for net in nets for i in (0, 1, 9, 77, -1) if i < net.num_addresses}
    return sorted(found) + ["99.0.0.1", "2001:db8:ffff::1", "10.0.12.9", "10.0.12.2"]


# All that is compared: (destination, source, ingress).
ASKED = [
    (destination, INGRESSES[iif][1 + (":" in destination)], iif)
    for destination, iif in itertools.product(addresses(), INGRESSES)
]


def documents(text):
    """JSON documents one behind the other."""
    decoder, found, text = json.JSONDecoder(), [], text.strip()
    while text:
        document, end = decoder.raw_decode(text)
        found.append(document)
        text = text[end:].lstrip()
    return found


def hop_of(hop):
    """(gateway, interface) of a nexthop of the kernel's."""
    return hop.get("gateway") or hop.get("via", {}).get("host", ""), hop["dev"]


def hops_of(route):
    """Those of a route that are not dead."""
    hops = route.get("nexthops", [route])
    return {hop_of(hop) for hop in hops if "dead" not in hop.get("flags", [])}


def hop_told(hop):
    """The same of a nexthop in "show bpf lookup"."""
    return hop.get("ip", ""), hop["interfaceName"]


def devices(told):
    """Where the nexthops lead to that "show bpf lookup" tells."""
    return {hop["interfaceName"] for hop in told["route"]["nexthops"]}


def forwards_all(told, iif):
    """Whether XDP forwards all flows from an ingress: each has one of the nexthops."""
    if told["action"] != "forward" or iif in devices(told):
        return False
    return all(hop["egress"] and hop.get("resolved") for hop in told["route"]["nexthops"])


def difference(told, choice, hops):
    """
    Why what "show bpf lookup" tells is not what the kernel does, or None. choice and hops are of
    Router.kernel().
    """
    if told["action"] == "punt":
        return None
    if told["action"] == "drop":
        drops = choice == "Invalid argument" or choice and choice.get("type") == "blackhole"
        return None if drops else f"dropped, but {choice}"
    if isinstance(choice, str) or choice and choice.get("type", "unicast") != "unicast":
        return f"forwarded, but {choice}"
    # Of several, XDP and the kernel may choose different ones, that live.
    hop, several = hop_told(told["nexthop"]), [hop_told(one) for one in told["route"]["nexthops"]]
    if hop not in hops or choice and hop_of(choice) not in several:
        return f"forwarded to {hop} of {several}, but {choice} of {hops}"
    return None


class Router:
    """r1 of a new lab, and what it answers."""

    def __init__(self, name):
        self.nodes = lab.start(name)
        self.r1 = self.nodes["r1"]
        # What "show bpf lookup" told last, and how often it told each action.
        self.told = []
        self.actions = {"forward": 0, "punt": 0, "drop": 0}

    def carry_out(self, lines):
        """Lines of operations.py, which may fail."""
        for line in lines:
            where, _, rest = line.partition(":")
            if where == "zebra":
                bpf.configure(self.r1, *rest.split("\n"))
            elif where == "remake":
                lab.remake(self.nodes)
            else:
                self.nodes[where].cmd(rest)

    def get(self, word=""):
        """What "ip route get" answers to ASKED: a route of each, or an error."""
        lines = [f"route get {word} {d} from {s} iif {iif}\n" for d, s, iif in ASKED]
        _, output, error = self.r1.net.cmd_status(
            ["/bin/ip", "-j", "-force", "-batch", "-"], stdin="".join(lines), warn=False
        )
        errors, reasons = {}, error.splitlines()
        for reason, failed in zip(reasons, reasons[1:]):
            if failed.startswith("Command failed"):
                errors[int(failed.split(":")[1]) - 1] = reason.removeprefix("RTNETLINK answers: ")
        routes = iter(documents(output))
        return [errors.get(n) or next(routes)[0] for n in range(len(lines))]

    def table6(self):
        """
        The IPv6 routes that the kernel uses of its table, as {prefix: living nexthops}: those of
        the lowest metric that has some.
        """
        best = {}
        for route in json.loads(self.r1.cmd("ip -j -6 route show table main")):
            rank = (not hops_of(route), route["metric"])
            lowest, hops = best.get(route["dst"], (rank, set()))
            if rank < lowest:
                hops = set()
            if rank <= lowest:
                best[route["dst"]] = (rank, hops | hops_of(route))
        return {
            ipaddress.ip_network(prefix.replace("default", "::/0")): hops
            for prefix, (_, hops) in best.items()
        }

    def kernel(self):
        """
        What the kernel does with ASKED: its choice, a route or an error, and the nexthops that it
        may choose. IPv6 routes that share a nexthop object share its cache, so that "ip route get"
        answers with any of them, or that there is none, of which the choice is then None.
        """
        choices, routes, table6 = self.get(), self.get("fibmatch"), self.table6()
        for (destination, _, _), choice, route in zip(ASKED, choices, routes):
            if ":" in destination:
                address = ipaddress.ip_address(destination)
                matches = [prefix for prefix in table6 if address in prefix]
                longest = max(matches, key=lambda prefix: prefix.prefixlen, default=None)
                hops = table6.get(longest, set())
                yield None if hops and choice == "Network is unreachable" else choice, hops
            else:
                yield choice, set() if isinstance(route, str) else hops_of(route)

    def differences(self):
        """Lines about them."""
        found, kernel = [], list(self.kernel())
        commands = [f"show bpf lookup {d} from {s} iif {iif} json" for d, s, iif in ASKED]
        self.told = documents(bpf.vtysh(self.r1, *commands))
        for (destination, source, iif), told, (choice, hops) in zip(ASKED, self.told, kernel):
            reason = difference(told, choice, hops)
            if reason:
                found.append(f"{destination} from {source} iif {iif}: {reason}")
        return found

    def settled(self):
        """The differences that stay when nothing changes any more, neighbours resolved if any."""
        gateways = [gateway for pair in lab.GATEWAYS.values() for gateway in pair]
        self.r1.cmd(" ".join(f"ping -c 1 -W 0.2 {gateway} &" for gateway in gateways) + " wait")
        deadline = time.monotonic() + PATIENCE
        before, found = None, []
        while time.monotonic() < deadline:
            found = self.differences()
            now = [(told["action"], told.get("interfaceName")) for told in self.told]
            if not found and now == before:
                break
            before = now
        for told in self.told:
            self.actions[told["action"]] += 1
        return found

    def packets(self, drawn):
        """
        Packets to some destinations that are forwarded: all must come to where their route leads.
        Lines about others.
        """
        found = []
        links = json.loads(self.r1.cmd("ip -j link"))
        up = [link["ifname"] for link in links if "LOWER_UP" in link["flags"]]
        iif = drawn.choice([name for name in INGRESSES if name in up])
        for version in (4, 6):
            some = [
                (question[0], told)
                for question, told in zip(ASKED, self.told)
                if question[2] == iif
                and (":" in question[0]) == (version == 6)
                and forwards_all(told, iif)
            ]
            some = drawn.sample(some, min(SAMPLE, len(some)))
            if some:
                found += self.sent(iif, some)
        return found

    def sent(self, iif, some):
        """What went wrong with packets from an ingress to (destination, what is told of it)."""
        peers = [(self.nodes[name], ifname) for name, ifname in lab.PEERS.values()]
        before = bpf.verdicts(self.r1)
        reports = bpf.traffic(
            self.nodes[INGRESSES[iif][0]],
            (self.r1, iif),
            [destination for destination, _ in some],
            PACKETS * len(some),
            peers,
        )
        verdicts = {
            name: count - before[name]
            for name, count in bpf.verdicts(self.r1).items()
            if count > before[name]
        }
        found = []
        for index, (destination, told) in enumerate(some):
            counts = {dev: one["flows"].get(index, 0) for dev, one in zip(lab.PEERS, reports)}
            at = {dev for dev, count in counts.items() if count}
            leads_to = {dev.replace("renamed", "spare") for dev in devices(told)}
            if sum(counts.values()) != PACKETS or not at <= leads_to:
                found.append(f"{destination} iif {iif}: {counts} packets came, not to {leads_to}")
        if sum(verdicts.get(name, 0) for name in FORWARDED) < PACKETS * len(some):
            found.append(f"{[one[0] for one in some]} iif {iif} were counted as {verdicts}")
        return found


def walk(router, operations):
    """
    Carry out operations, lists of lines, some at a time, until kernel and XDP differ. Returns how
    many were, and what differs.
    """
    drawn = random.Random(SEED)
    done = looks = 0
    while done < len(operations):
        for lines in operations[done : done + drawn.choice((1, 1, 2, 3))]:
            router.carry_out(lines)
            done += 1
        found = router.settled()
        looks += 1
        if not found and looks % PACKETS_EVERY == 0:
            found = router.packets(drawn)
        if found:
            return done, found
    return done, []


def differs(operations):
    """Whether a new router and the kernel differ after operations."""
    router = Router("campaign")
    for lines in operations:
        router.carry_out(lines)
    found = router.settled()
    bpf.stop(planted=True)
    return bool(found)


def shrunk(operations):
    """The operations without those that the difference does not take, halves first."""
    deadline = time.monotonic() + SHRINK
    size = len(operations) // 2
    while size:
        at = 0
        while at < len(operations):
            fewer = operations[:at] + operations[at + size :]
            if time.monotonic() < deadline and differs(fewer):
                operations = fewer
            else:
                at += size
        size //= 2
    return operations


def test_campaign():
    """No difference after any of the operations."""
    draw = Operations(SEED)
    operations = [draw.draw() for _ in range(COUNT)]
    router = Router("campaign")
    done, found = walk(router, operations)
    bpf.stop(planted=bool(found))
    if found:
        lines = [line for lines in shrunk(operations[:done]) for line in lines]
        assert False, "\n".join([f"seed {SEED}, operation {done}:"] + lines + ["differ:"] + found)
    # Had all been punted, nothing would have been compared.
    assert router.actions["forward"] > sum(router.actions.values()) // 4
