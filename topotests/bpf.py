# SPDX-License-Identifier: GPL-2.0-or-later
"""
What every topology test of ours needs: a topology from a few lines, routers with the module,
waiting for states, the BPF FIB and counters as Python values, exact traffic.
"""

import contextlib
import itertools
import json
import os
import select
import subprocess
import time

from lib.topogen import Topogen, TopoRouter, get_topogen  # pylint: disable=import-error

MODULE = os.environ["FRR_BPF_MODULE"]
BIN = os.environ["FRR_BPF_BIN"]
RELOAD = "/usr/lib/frr/frr-reload.py"
HERE = os.path.dirname(os.path.abspath(__file__))
FRAMES = HERE + "/frames.py"
ATTACH = HERE + "/attach.py"
DAEMONS = {
    "staticd": TopoRouter.RD_STATIC,
    "bgpd": TopoRouter.RD_BGP,
    "ospfd": TopoRouter.RD_OSPF,
    "ospf6d": TopoRouter.RD_OSPF6,
}
# What mgmtd of FRR 10.x adds to a configuration that changes nothing of its own.
MGMTD_NOTE = "% Configuration applied with notes:\nNo changes found to be committed!\n"
# "zebra version 8.4.4"
VERSION = subprocess.check_output(["/usr/lib/frr/zebra", "--version"], text=True).split()[2]
RELEASE = VERSION.split(".")
TAGS = itertools.count(1)


def wait(what, condition, timeout=40):
    """Poll until condition() is true and return its value; fail with its last value otherwise."""
    deadline = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"{what}: not within {timeout} s (last: {value!r})"
        time.sleep(0.2)


def build(name, links, hosts):
    """
    Make a topology: links is a list of "node:interface node:interface", hosts maps a host's
    name to (IPv4 address/length, IPv4 gateway, IPv6 address/length, IPv6 gateway); everything
    else is a router. Returns the Topogen.
    """

    def topology(tgen):
        for link in links:
            for end in link.split():
                node = end.split(":")[0]
                if node in tgen.gears:
                    continue
                if node in hosts:
                    address, gateway = hosts[node][:2]
                    tgen.add_host(node, address, f"via {gateway}")
                else:
                    tgen.add_router(node)
        for link in links:
            (node, ifname), (peer, peer_ifname) = (end.split(":") for end in link.split())
            tgen.add_link(tgen.gears[node], tgen.gears[peer], ifname, peer_ifname)

    tgen = Topogen(topology, name)
    tgen.start_topology()
    for link in links:
        for end in link.split():
            node, ifname = end.split(":")
            offload_off(tgen.gears[node], ifname)
    for host, (_, _, address6, gateway6) in hosts.items():
        node = tgen.gears[host]
        # A host that forwards would send back what is not for it.
        node.cmd_raises("sysctl -qw net.ipv4.ip_forward=0 net.ipv6.conf.all.forwarding=0")
        ifname = list(node.links)[0]
        node.cmd_raises(f"ip address add {address6} dev {ifname} nodad")
        node.cmd_raises(f"ip -6 route add default via {gateway6}")
    return tgen


def offload_off(node, ifname):
    """Full checksums on what is sent, and a veth that accepts redirected frames."""
    node.cmd_raises(f"ethtool -K {ifname} gro on tx off")


def load(tgen, name, daemons, module=True, arguments="", bpffs=True):
    """Load a router's frr.conf (beside the test) and say which daemons it runs."""
    router = tgen.gears[name]
    if module and bpffs:
        # As systemd does: only for root, which zebra does not stay.
        router.cmd_raises("mount -t bpf -o mode=0700 bpf /sys/fs/bpf")
    router.load_config(TopoRouter.RD_FRR, "frr.conf")
    option = f"-M {MODULE}{arguments}" if module else ""
    router.load_config(TopoRouter.RD_ZEBRA, "", option)
    for daemon in ["staticd"] + [d for d in daemons if d != "staticd"]:
        router.load_config(DAEMONS[daemon])
    return router


def start_bird(tgen, name, config):
    """Start BIRD in a router node that runs no FRR; config is its text."""
    router = tgen.gears[name]
    directory = f"{tgen.logdir}/{name}"
    with open(f"{directory}/bird.conf", "w", encoding="ascii") as file:
        file.write(config)
    router.cmd_raises(
        f"bird -c {directory}/bird.conf -s {directory}/bird.ctl -P {directory}/bird.pid"
        f" -D {directory}/bird.log"
    )


def birdc(tgen, name, command):
    """Run a BIRD command."""
    return tgen.gears[name].cmd_raises(f"birdc -s {tgen.logdir}/{name}/bird.ctl '{command}'")


def running(router, daemon="zebra"):
    """True while a router's daemon has not ended."""
    command = f"test -e /proc/$(cat /var/run/frr/{daemon}.pid)/exe"
    return router.net.cmd_status(command, warn=False)[0] == 0


def log(router):
    """All that the router's zebra wrote: its log, stdout and stderr."""
    return router.cmd("cat zebra.log zebra.err zebra.out 2>/dev/null")


def stop_daemons(router, *daemons):
    """End daemons, those that do not run excepted, and wait for it."""
    for daemon in daemons:
        if running(router, daemon):
            router.cmd_raises(f"kill $(cat /var/run/frr/{daemon}.pid)")
            wait(f"{daemon} to end", lambda d=daemon: not running(router, d))
        router.cmd(f"rm -f /var/run/frr/{daemon}.pid")


def daemons(router):
    """The daemons that every router of ours runs."""
    return ["zebra", "staticd"] + (["mgmtd"] if running(router, "mgmtd") else [])


def vtysh(router, *commands):
    """Run commands in vtysh as a user would type them; the whole output."""
    arguments = " ".join(f"-c '{command}'" for command in commands)
    return router.net.cmd_status(f"vtysh {arguments} 2>&1", warn=False)[1]


def configure(router, *lines):
    """Configuration lines; the output, which is empty when all is well."""
    return vtysh(router, "configure terminal", *lines).replace(MGMTD_NOTE, "")


def write(router, path, text):
    """Write a file inside the router."""
    router.net.cmd_raises(["sh", "-c", f"cat > {path}; chown frr:frr {path}"], stdin=text)


def reload(router, action, path):
    """Run frr-reload.py on a file; its output."""
    router.cmd_raises("mkdir -p /var/log/frr")
    command = f"/usr/bin/python3 {RELOAD} {action} --stdout --bindir {BIN} {path}"
    status, output, error = router.net.cmd_status(command)
    assert status == 0, output + error
    return output + error


def show(router, command):
    """A show command's JSON; {} when the daemon does not answer."""
    try:
        return json.loads(vtysh(router, command + " json"))
    except ValueError:
        return {}


def yang(router, path=""):
    """What "show yang operational-data" says of a data path below ours."""
    text = vtysh(router, f"show yang operational-data /frr-bpf:bpf{path} zebra")
    return json.loads(text).get("frr-bpf:bpf", {})


def fib(router, family="", prefix=""):
    """The BPF FIB: {prefix: entry}. One table only, as in these tests."""
    command = " ".join(f"show bpf fib {family} {prefix}".split())
    return {prefix: entries[0] for prefix, entries in show(router, command).items()}


def route(router, prefix):
    """One entry of the BPF FIB, or None."""
    return fib(router, "ipv6" if ":" in prefix else "ipv4", prefix).get(prefix)


def counters(router, prefix):
    """(packets, bytes) of a prefix."""
    entry = route(router, prefix)
    assert entry, f"{prefix} is not in the BPF FIB of {router.name}"
    return entry["packets"], entry["bytes"]


def verdicts(router):
    """{verdict: packets}."""
    rows = show(router, "show bpf verdicts")
    assert rows, f"{router.name}: no answer to show bpf verdicts json"
    return {name: row["packets"] for name, row in rows.items()}


def rib(router, family):
    """{prefix: selected entry} of the RIB; family is "ipv4" or "ipv6"."""
    command = "show ip route" if family == "ipv4" else "show ipv6 route"
    selected = {}
    for prefix, entries in show(router, command).items():
        for entry in entries:
            if entry.get("selected"):
                selected[prefix] = entry
    return selected


def rib_nexthops(entry):
    """The nexthops zebra gave to the dataplane, as a sorted list of (gateway, interface)."""
    return sorted(
        (hop.get("ip", ""), hop["interfaceName"])
        for hop in entry["nexthops"]
        if hop.get("fib")
        # FRR 10.x says "fib" of nexthops that are gone, too.
        and hop.get("active")
        and not hop.get("recursive")
        and "interfaceName" in hop
    )


def fib_nexthops(entry):
    """The same of a BPF FIB entry."""
    return sorted((hop.get("ip", ""), hop["interfaceName"]) for hop in entry["nexthops"])


def differences(router, family):
    """What the RIB and the BPF FIB disagree on, as a list of lines; empty when they agree."""
    wanted, got, lines = rib(router, family), fib(router, family), []
    for prefix, entry in wanted.items():
        if prefix not in got:
            lines.append(f"{prefix}: missing in the BPF FIB")
            continue
        mine = got[prefix]
        if mine["protocol"] != entry["protocol"]:
            lines.append(f"{prefix}: protocol {mine['protocol']}, not {entry['protocol']}")
        if mine["action"] == "forward" and fib_nexthops(mine) != rib_nexthops(entry):
            lines.append(f"{prefix}: {fib_nexthops(mine)}, not {rib_nexthops(entry)}")
        if mine["action"] != "forward" and not expected_not_forward(prefix, entry, mine):
            lines.append(f"{prefix}: {mine['action']} ({mine.get('verdict')})")
    for prefix in set(got) - set(wanted):
        # punt-differs: zebra drops routes of a link without carrier, the kernel does not.
        if got[prefix].get("verdict") not in ("punt-local", "punt-differs"):
            lines.append(f"{prefix}: in the BPF FIB but not in the RIB")
    return lines


def expected_not_forward(prefix, entry, mine):
    """True when a route that XDP does not forward is one that it must not forward."""
    if any(hop.get("blackhole") or hop.get("unreachable") for hop in entry["nexthops"]):
        return True
    if mine.get("verdict") == "punt-local" or prefix.startswith("fe80:"):
        return True
    return all(hop.get("interfaceName") == "lo" for hop in entry["nexthops"])


def wait_fib(router, prefixes=(), timeout=40):
    """Wait for prefixes in the RIB, and for RIB and BPF FIB to agree in both families."""
    for prefix in prefixes:
        family = "ipv6" if ":" in prefix else "ipv4"
        what = f"{router.name}: {prefix} in the RIB"
        wait(what, lambda f=family, p=prefix: p in rib(router, f), timeout)
    deadline = time.monotonic() + timeout
    for family in ("ipv4", "ipv6"):
        while differences(router, family):
            assert time.monotonic() < deadline, "\n".join(differences(router, family)[:20])
            time.sleep(0.2)


def mac(node, ifname):
    """An interface's MAC address."""
    return json.loads(node.cmd_raises(f"ip -j link show {ifname}"))[0]["address"]


def pinned_maps(router):
    """The directory that the module pins its maps in."""
    status = show(router, "show bpf status")
    release = status["frrVersion"].replace(".", "_")
    return f"{status['pinDirectory']}/maps-{release}-{status['abiVersion']}"


def xdp(node, ifname):
    """The XDP part of "ip -j link", or None."""
    return json.loads(node.cmd_raises(f"ip -j link show {ifname}"))[0].get("xdp")


class Terminal:
    """A program on a terminal, typed at."""

    def __init__(self, router, command):
        self.process = router.popen(
            ["script", "--quiet", "--return", "--command", f"TERM=dumb {command}", "/dev/null"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.output = self.process.stdout.fileno()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.communicate()

    def type(self, keys, end, timeout=40):
        """Type keys and return all that is shown up to where end is the last of it."""
        self.process.stdin.write(keys)
        self.process.stdin.flush()
        shown, deadline = "", time.monotonic() + timeout
        while not shown.endswith(end):
            left = deadline - time.monotonic()
            assert left > 0, f"no {end!r} after {keys!r} within {timeout} s: {shown!r}"
            if select.select([self.output], [], [], left)[0]:
                some = os.read(self.output, 65536).decode(errors="replace")
                assert some, f"the end instead of {end!r} after {keys!r}: {shown!r}"
                shown += some.replace("\r", "")
        return shown


class Receiver:
    """Counts marked datagrams on an interface of a node, from entry to finish()."""

    def __init__(self, node, ifname, tag):
        self.process = node.popen(
            ["/usr/bin/python3", FRAMES, "receive", ifname, str(tag)],
            stdin=subprocess.PIPE,
        )
        assert self.process.stdout.readline() == "ready\n", self.process.communicate()[1]

    def finish(self):
        """Stop and return the report; flow and TTL keys as numbers."""
        output, error = self.process.communicate(input="", timeout=60)
        assert self.process.returncode == 0, error
        report = json.loads(output)
        for key in ("flows", "ttls"):
            report[key] = {int(name): value for name, value in report[key].items()}
        return report


@contextlib.contextmanager
def program(node, *arguments):
    """A BPF program of attach.py, while the context lasts."""
    process = node.popen(["/usr/bin/python3", ATTACH, *arguments], stdin=subprocess.PIPE)
    assert process.stdout.readline() == "ready\n", process.communicate()[1]
    try:
        yield
    finally:
        process.communicate(input="")


def sender_arguments(host, gateway, destinations, count, **more):
    """What frames.py needs to send from a host through a router's interface (node, ifname)."""
    ifname = list(host.links)[0]
    want = {"ifname": ifname, "dmac": mac(*gateway), "count": count, "tag": next(TAGS)}
    want["destinations"] = [destinations] if isinstance(destinations, str) else destinations
    family = 6 if ":" in want["destinations"][0] else 4
    addresses = json.loads(host.cmd_raises(f"ip -j -{family} address show {ifname}"))
    want["source"] = [a["local"] for a in addresses[0]["addr_info"] if a["scope"] == "global"][0]
    want.update(more)
    return want


def send(host, want):
    """Send frames and return when the last one is out."""
    command = ["/usr/bin/python3", FRAMES, "send"]
    host.net.cmd_raises(command, stdin=json.dumps(want))


def traffic(host, gateway, destinations, count, receivers, **more):
    """
    Send count datagrams from a host and count them at the receivers, a list of (node, ifname).
    Returns the receivers' reports.
    """
    want = sender_arguments(host, gateway, destinations, count, **more)
    listening = [Receiver(node, ifname, want["tag"]) for node, ifname in receivers]
    send(host, want)
    return [receiver.finish() for receiver in listening]


def warm(host, address):
    """Have neighbours resolved along the way: ping until an answer comes."""
    wait(
        f"{host.name} reaches {address}",
        lambda: host.net.cmd_status(f"ping -c 1 -W 1 {address}", warn=False)[0] == 0,
    )


def frame_length(destination, size=64):
    """Length of a frame of frames.py, Ethernet header included."""
    return 14 + (40 if ":" in destination else 20) + 8 + size


def check_forwarded(router, host, gateway, destination, prefix, count, receiver, hops=1):
    """
    Send count datagrams and require: all arrive once, intact, with the TTL reduced by hops; the
    route and the forward verdict of the router counted exactly these.
    """
    family = 6 if ":" in destination else 4
    before, packets = verdicts(router), counters(router, prefix)
    report = traffic(host, gateway, destination, count, [receiver], flows=16)[0]
    after, packets_after = verdicts(router), counters(router, prefix)
    assert (report["count"], report["unique"], report["bad"]) == (count, count, 0), report
    assert report["ttls"] == {64 - hops: count}
    assert packets_after[0] - packets[0] == count
    assert packets_after[1] - packets[1] == count * frame_length(destination)
    name = f"forward-ipv{family}"
    assert after[name] - before[name] >= count


def audit(router):
    """A complete audit from now on; what "show bpf audit" says then."""
    before = show(router, "show bpf status")["audit"]
    vtysh(router, "bpf audit now")
    wanted = before["passes"] + (2 if before["running"] else 1)

    def ended():
        found = show(router, "show bpf audit")
        totals = found.get("audit", {})
        return found if totals.get("passes", 0) >= wanted and not totals["running"] else None

    return wait("the audit to end", ended)


def expected(repair):
    """
    FRR does not tell a dataplane of all that changes in its RIB: that a kernel's route went, or
    (10.x) that a member of a group did with its link. The audit finds it.
    """
    return repair["fault"] == "rib-stale" or repair["fault"] == "rib-missed" and RELEASE[0] != "8"


def stop(planted=False):
    """
    Remove the topology, and fail when a daemon left a core file, or when an audit of a router
    finds something to mend that nobody has planted.
    """
    tgen = get_topogen()
    mended = {}
    for name, router in tgen.routers().items():
        if not planted and running(router) and show(router, "show bpf status"):
            mended[name] = [one for one in audit(router)["repairs"] if not expected(one)]
    cores = "".join(router.net.checkRouterCores() or "" for router in tgen.routers().values())
    tgen.stop_topology()
    assert not cores, cores
    assert not any(mended.values()), mended
