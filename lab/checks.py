# SPDX-License-Identifier: GPL-2.0-or-later
"""What the lab waits for and what it measures: sessions, routes, traffic, verdicts."""

import json
import subprocess

import topology
from network import LabError, in_node, vtysh, wait_for, wait_state
from topology import HOSTS, PREFIX

PINGS = 20  # echo requests a pair and family
UDP_MBIT = 20


def show_json(router, command):
    """A show command's JSON, or {} when the answer is not JSON (a daemon still starts)."""
    try:
        return json.loads(vtysh(router, ["-c", command + " json"], check=False).stdout)
    except ValueError:
        return {}


def bgp_established(family):
    """Number of r1's established BGP sessions of a family ("ipv4" or "ipv6")."""
    peers = show_json("r1", f"show bgp {family} unicast summary").get("peers", {})
    return sum(peer.get("state") == "Established" for peer in peers.values())


def ospf_full():
    """True when r1 has a full OSPFv2 and a full OSPFv3 adjacency."""
    neighbours = show_json("r1", "show ip ospf neighbor").get("neighbors", {})
    # FRR 10 says "nbrState"
    states = [
        entry.get("state") or entry.get("nbrState", "")
        for entries in neighbours.values()
        for entry in entries
    ]
    neighbours6 = show_json("r1", "show ipv6 ospf6 neighbor").get("neighbors", [])
    states6 = [entry.get("state", "") for entry in neighbours6]
    return any("Full" in state for state in states) and any("Full" in state for state in states6)


def rib_selected(family):
    """Prefixes of r1's RIB with a selected route. family is "ip" or "ipv6"."""
    routes = show_json("r1", f"show {family} route")
    return {
        prefix
        for prefix, entries in routes.items()
        if any(entry.get("selected") for entry in entries)
    }


def rib_complete():
    """True when r1 has every host network and all of BIRD's."""
    rib4, rib6 = rib_selected("ip"), rib_selected("ipv6")
    hosts4 = {host[2] for host in HOSTS.values()}
    hosts6 = {host[3] for host in HOSTS.values()}
    return (
        hosts4 <= rib4
        and hosts6 <= rib6
        and len(rib4) >= topology.BIRD_ROUTES4 + len(hosts4)
        and len(rib6) >= topology.BIRD_ROUTES6 + len(hosts6)
    )


def peers_complete():
    """True when hosts behind r2, r3 and r4 can answer every other host."""
    for router in ("r2", "r3", "r4"):
        table4 = in_node(router, ["ip", "-4", "route"]).stdout
        table6 = in_node(router, ["ip", "-6", "route"]).stdout
        if router == "r3":
            wanted4, wanted6 = ["default"], ["default"]
        else:
            wanted4 = [host[2] for host in HOSTS.values()]
            wanted6 = [host[3] for host in HOSTS.values()]
        if not all(prefix + " " in table4 for prefix in wanted4):
            return False
        if not all(prefix + " " in table6 for prefix in wanted6):
            return False
    return True


def missing_in_bpf():
    """Selected prefixes of r1's RIB without an entry in its BPF FIB (link-local ones aside)."""
    missing = []
    for rib, fib in (("ip", "ipv4"), ("ipv6", "ipv6")):
        entries = show_json("r1", f"show bpf fib {fib}")
        missing += sorted(rib_selected(rib) - set(entries))
    return missing


def wait_converged(kernel_only, say):
    """Wait for sessions and routes, saying what is waited for."""
    say("Waiting for BGP: two IPv4 and two IPv6 sessions (FRR r2, BIRD r4)")
    wait_state("four BGP sessions", lambda: all(bgp_established(f) == 2 for f in ("ipv4", "ipv6")))
    say("Waiting for OSPFv2 and OSPFv3 adjacencies with r3")
    wait_state("OSPF adjacencies", ospf_full)
    from_bird = topology.BIRD_ROUTES4 + topology.BIRD_ROUTES6
    say(f"Waiting for r1's routes ({from_bird} of them from BIRD)")
    wait_state("the routes of all peers in r1", rib_complete)
    wait_state("routes back to the hosts in r2, r3 and r4", peers_complete)
    if not kernel_only:
        say("Comparing r1's RIB with its BPF FIB, prefix by prefix")
        wait_state("every selected route in the BPF FIB", lambda: not missing_in_bpf())
        status = show_json("r1", "show bpf status")
        if status.get("health") != "ok":
            raise LabError(f"r1 is not well: {status.get('reasons')}")


def ping(source, target, family):
    """PINGS echo requests; the number of replies."""
    address = HOSTS[target][0 if family == 4 else 1]
    command = ["ping", f"-{family}", "-q", "-c", str(PINGS), "-i", "0.01", "-W", "2", address]
    output = in_node(source, command, check=False).stdout
    for part in output.split(","):
        words = part.split()
        if words[1:2] == ["received"]:
            return int(words[0])
    raise LabError(f"ping {source} to {target}: {output.strip()}")


def ping_all(say):
    """Ping every ordered pair of hosts, both families; the packets that crossed r1, per family."""
    crossed = {4: 0, 6: 0}
    for family in (4, 6):
        lost = []
        for source in HOSTS:
            for target in HOSTS:
                if source == target:
                    continue
                replies = ping(source, target, family)
                crossed[family] += 2 * replies
                if replies < PINGS:
                    lost.append(f"{source} to {target}: {replies} of {PINGS}")
        pairs = len(HOSTS) * (len(HOSTS) - 1)
        outcome = ", ".join(lost) or "no loss"
        say(f"  IPv{family} ping, {pairs} pairs of hosts, {PINGS} each: {outcome}")
        if lost:
            raise LabError("packets were lost")
    return crossed


def iperf(source, target, family, udp):
    """One iperf3 transfer of two seconds. Returns (text, data packets known to have crossed)."""
    address = HOSTS[target][0 if family == 4 else 1]
    server_command = ["ip", "netns", "exec", PREFIX + target, "iperf3", "-s", "-1"]
    with subprocess.Popen(
        server_command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            wait_for(
                "iperf3 to listen",
                lambda: ":5201 " in in_node(target, ["ss", "-Hltn"]).stdout,
                10,
            )
            command = ["iperf3", "-J", f"-{family}", "-c", address, "-t", "2"]
            if udp:
                command += ["-u", "-b", f"{UDP_MBIT}M", "-l", "1200"]
            output = in_node(source, command, check=False).stdout
            server.wait(timeout=10)
        finally:
            if server.poll() is None:
                server.kill()
    report = json.loads(output)
    if "error" in report:
        raise LabError(f"iperf3 {source} to {target}: {report['error']}")
    if udp:
        total = report["end"]["sum"]
        received = total["packets"] - total["lost_packets"]
        text = f"{total['packets']} datagrams, {total['lost_packets']} lost"
        return text, received
    received = report["end"]["sum_received"]
    text = f"{received['bytes'] / 1e6:.0f} MB at {received['bits_per_second'] / 1e6:.0f} Mbit/s"
    return text, received["bytes"] // 1448


def transfers(say):
    """TCP and UDP between hosts behind different peers; packets that crossed, per family."""
    crossed = {4: 0, 6: 0}
    plan = [("h2", "h3", 4, False), ("h4", "h2", 6, False), ("h3", "h4", 4, True)]
    plan += [("h1", "h4", 6, True)]
    for source, target, family, udp in plan:
        text, packets = iperf(source, target, family, udp)
        crossed[family] += packets
        name = "UDP" if udp else "TCP"
        say(f"  IPv{family} {name} {source} to {target}: {text}")
        if packets == 0:
            raise LabError(f"{name} {source} to {target}: nothing arrived")
    return crossed


def verdicts():
    """{verdict: packets} of r1, all interfaces."""
    answer = show_json("r1", "show bpf verdicts")
    if not answer:
        raise LabError("r1 does not answer \"show bpf verdicts json\"")
    return {name: row["packets"] for name, row in answer.items()}


def host_routes():
    """{prefix: (packets, bytes)} of r1's routes to the hosts."""
    rows = {}
    for host in HOSTS.values():
        for family, prefix in (("ipv4", host[2]), ("ipv6", host[3])):
            for entry in show_json("r1", f"show bpf fib {family} {prefix}").get(prefix, []):
                rows[prefix] = (entry["packets"], entry["bytes"])
    return rows


def judge(before, after, crossed, say):
    """Compare verdicts with what crossed; LabError unless XDP forwarded it."""
    delta = {name: after[name] - before.get(name, 0) for name in after}
    punted = sum(packets for name, packets in delta.items() if name.startswith("punt-"))
    forwarded = delta["forward-ipv4"] + delta["forward-ipv6"]
    for family in (4, 6):
        got, wanted = delta[f"forward-ipv{family}"], crossed[family]
        say(f"  IPv{family}: {got} packets forwarded in XDP, at least {wanted} sent and arrived")
        if got < wanted:
            raise LabError(f"only {got} of {wanted} IPv{family} packets were forwarded in XDP")
    reasons = "routing protocols, neighbour discovery, first packets"
    say(f"  all interfaces: {punted} packets went to the kernel ({reasons})")
    if punted * 10 > forwarded:
        raise LabError(f"{punted} punts against {forwarded} forwarded packets")
