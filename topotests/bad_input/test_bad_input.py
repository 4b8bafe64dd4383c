# SPDX-License-Identifier: GPL-2.0-or-later
"""
Wrong and missing things: a clear error where the operator looks, zebra keeps running, the
kernel forwards.

    h1 --- r1 (module) --- r2
"""

import glob
import json
import os
import re
import shutil

import pytest

import bpf

LINKS = ["r1:to-h1 h1:eth0", "r1:to-r2 r2:to-r1"]
HOSTS = {"h1": ("10.1.0.2/24", "10.1.0.1", "2001:db8:1::2/64", "2001:db8:1::1")}
# Directories with modules that were built for other releases, named for these.
OTHERS = os.environ["FRR_BPF_OTHERS"]
FOREIGN = """
__attribute__((section("xdp"), used)) int foreign(void *ctx) { return 2; }
char _license[] __attribute__((section("license"), used)) = "GPL";
"""


def setup_module(module):
    """Start the topology with the module loaded as it should be."""
    tgen = bpf.build(module.__name__, LINKS, HOSTS)
    bpf.load(tgen, "r1", [])
    bpf.load(tgen, "r2", [], module=False)
    tgen.start_router()
    bpf.wait_fib(tgen.gears["r1"], ["10.99.0.0/16"])
    bpf.warm(tgen.gears["h1"], "10.0.12.2")


def teardown_module():
    """Remove the topology."""
    bpf.stop()


def log(tgen):
    """What r1's zebra wrote."""
    return bpf.log(tgen.gears["r1"])


def crosses(tgen, destination="10.99.1.1", count=100):
    """Require that datagrams from h1 reach r2, whoever forwards them."""
    nodes = tgen.gears
    gateway, receiver = (nodes["r1"], "to-h1"), (nodes["r2"], "to-r1")
    report = bpf.traffic(nodes["h1"], gateway, destination, count, [receiver])[0]
    assert (report["unique"], report["bad"]) == (count, 0), report


def restart(tgen, arguments="", module=bpf.MODULE, bpffs=True, vtysh="vtysh"):
    """Stop r1's daemons, change the module, its arguments or the mount, start again."""
    r1 = tgen.gears["r1"]
    bpf.stop_daemons(r1, "staticd", "zebra")
    mounted = r1.cmd("stat -f -c %T /sys/fs/bpf").strip() == "bpf_fs"
    if bpffs and not mounted:
        r1.cmd_raises("mount -t bpf bpf /sys/fs/bpf")
    if mounted and not bpffs:
        r1.cmd_raises("umount /sys/fs/bpf")
    r1.cmd("rm -f zebra.log zebra.err zebra.out")
    r1.net.daemons_options["zebra"] = f"-M {module}{arguments}" if module else ""
    r1.startDaemons(["zebra", "staticd"])
    r1.cmd(f"{vtysh} -f /etc/frr/frr.conf")
    bpf.wait("zebra to run with its routes", lambda: "10.99.0.0/16" in bpf.rib(r1, "ipv4"))
    bpf.warm(tgen.gears["h1"], "10.0.12.2")


def test_unknown_interface(tgen):
    """An interface that does not exist is accepted, said to be absent, and used when it comes."""
    r1 = tgen.gears["r1"]
    bpf.configure(r1, "interface later0", "bpf forwarding")
    assert bpf.running(r1)
    assert "later0" in bpf.vtysh(r1, "show bpf interface later0")
    r1.cmd_raises("ip link add later0 type veth peer name later1")
    r1.cmd_raises("ip link set later1 up; ip link set later0 up")
    bpf.wait("XDP on later0", lambda: bpf.xdp(r1, "later0"))
    r1.cmd_raises("ip link del later0")
    bpf.wait(
        "later0 to be absent",
        lambda: not bpf.show(r1, "show bpf interface").get("later0", {}).get("up"),
    )
    bpf.configure(r1, "interface later0", "no bpf forwarding")
    assert bpf.running(r1)
    crosses(tgen)


def test_show_unknown_names(tgen):
    """Questions about what is not there get an answer in words."""
    r1 = tgen.gears["r1"]
    assert "nosuch0" in bpf.vtysh(r1, "show bpf interface nosuch0")
    assert "%" in bpf.vtysh(r1, "show bpf nexthop 4294967295")
    assert bpf.vtysh(r1, "show bpf fib 10.77.0.0/16").strip() != ""


def test_foreign_xdp_program_stays(tgen):
    """XDP owned by another program: it stays attached, vtysh or the log says so, traffic flows."""
    r1 = tgen.gears["r1"]
    bpf.configure(r1, "interface to-h1", "no bpf forwarding")
    bpf.wait("XDP to be detached", lambda: not bpf.xdp(r1, "to-h1"))
    with open(f"{tgen.logdir}/foreign.c", "w", encoding="ascii") as source:
        source.write(FOREIGN)
    r1.cmd_raises(f"clang -O2 -target bpf -c {tgen.logdir}/foreign.c -o {tgen.logdir}/foreign.o")
    r1.cmd_raises(f"ip link set dev to-h1 xdpdrv obj {tgen.logdir}/foreign.o sec xdp")
    foreign = bpf.xdp(r1, "to-h1")["prog"]["id"]
    reply = bpf.configure(r1, "interface to-h1", "bpf forwarding")
    said = reply + bpf.vtysh(r1, "show bpf interface to-h1") + bpf.vtysh(r1, "show bpf status")
    assert re.search(r"to-h1.*(another|busy|other|in use)", said, re.I | re.S), said
    assert bpf.xdp(r1, "to-h1")["prog"]["id"] == foreign
    assert bpf.show(r1, "show bpf status")["health"] == "degraded"
    crosses(tgen)
    r1.cmd_raises("ip link set dev to-h1 xdpdrv off")
    bpf.configure(r1, "interface to-h1", "no bpf forwarding")
    assert bpf.configure(r1, "interface to-h1", "bpf forwarding").strip() == ""
    bpf.wait("our program", lambda: (bpf.xdp(r1, "to-h1") or {}).get("prog", {}).get("id"))
    bpf.wait("health to be ok", lambda: bpf.show(r1, "show bpf status")["health"] == "ok")


def test_map_full_punts_and_recovers(tgen):
    """More routes than max-routes: none is misrouted, health says so, and it recovers."""
    nodes = tgen.gears
    r1 = nodes["r1"]
    # 10.99.0.0/16 goes to r2, the more specific routes are blackholes: a packet for one of
    # them that follows the cover shows up at r2.
    lines = [f"ip route 10.99.{number}.0/24 blackhole" for number in range(60)]
    bpf.configure(r1, *lines)
    bpf.wait("60 routes in the RIB", lambda: "10.99.59.0/24" in bpf.rib(r1, "ipv4"))
    bpf.wait("a reason in the status", lambda: bpf.show(r1, "show bpf status")["reasons"])
    assert bpf.show(r1, "show bpf status")["health"] == "degraded"
    missing = [n for n in range(60) if bpf.route(r1, f"10.99.{n}.0/24") is None]
    assert missing
    before = bpf.verdicts(r1)
    gateway, receiver = (r1, "to-h1"), (nodes["r2"], "to-r1")
    destinations = [f"10.99.{number}.1" for number in range(60)]
    report = bpf.traffic(nodes["h1"], gateway, destinations, 120, [receiver])[0]
    assert report["count"] == 0, "a blackholed destination was forwarded by its cover"
    after = bpf.verdicts(r1)
    delta = {name: after[name] - before[name] for name in after if after[name] != before[name]}
    assert delta.get("punt-degraded") == 2 * len(missing), delta
    assert delta.get("drop-blackhole") == 2 * (60 - len(missing)), delta
    crosses(tgen, "10.99.200.1")
    bpf.configure(r1, *["no " + line for line in lines])
    bpf.wait("health to be ok", lambda: bpf.show(r1, "show bpf status")["health"] == "ok")
    bpf.wait_fib(r1, ["10.99.0.0/16"])
    bpf.check_forwarded(
        r1, nodes["h1"], gateway, "10.99.1.1", "10.99.0.0/16", 100, (nodes["r2"], "to-r1")
    )


@pytest.mark.parametrize(
    "arguments",
    [":nosuch=1", ":pin=", ":pin=relative/path", ":pin=/proc/none", ":,,=,", ":pin"],
    ids=["unknown-key", "empty-path", "relative-path", "not-bpffs", "punctuation", "no-value"],
)
def test_malformed_arguments(tgen, arguments):
    """A malformed -M argument: zebra runs, says what is wrong, and the kernel forwards."""
    restart(tgen, arguments)
    r1 = tgen.gears["r1"]
    assert bpf.running(r1)
    assert re.search(r"bpf: degraded: .*(argument|BPF file system)", log(tgen), re.I), log(tgen)
    assert bpf.show(r1, "show bpf status").get("health") != "ok"
    crosses(tgen)


def test_no_bpffs(tgen):
    """Without a bpffs: zebra runs, says so, and the kernel forwards."""
    restart(tgen, bpffs=False)
    r1 = tgen.gears["r1"]
    assert bpf.running(r1)
    assert re.search(r"bpffs|/sys/fs/bpf", log(tgen)), log(tgen)
    status = bpf.show(r1, "show bpf status")
    assert status.get("health") != "ok", status
    assert bpf.yang(r1, "/status")["status"]["reason"] == status["reasons"]
    crosses(tgen)


def made_for_another(tgen):
    """A directory with the module and the extension of this build, the release in them changed."""
    release = bpf.VERSION.encode()
    other = release[:-1] + (b"0" if release[-1:] != b"0" else b"1")
    directory = f"{tgen.logdir}/r1/other"
    shutil.copytree(os.path.dirname(bpf.MODULE), directory, dirs_exist_ok=True)
    for path in (bpf.MODULE, os.environ["FRR_BPF_VTYSH_EXTENSION"]):
        with open(path, "rb") as file:
            content = file.read()
        assert release + b"\0" in content
        with open(f"{directory}/{os.path.basename(path)}", "wb") as file:
            file.write(content.replace(release + b"\0", other + b"\0"))
    return directory, other.decode()


def check_inert(tgen, vtysh, reason):
    """zebra runs, the log and our commands say why nothing else does, the kernel forwards."""
    r1 = tgen.gears["r1"]
    assert bpf.running(r1)
    assert re.search(rf"bpf: inert: {reason}", log(tgen)), log(tgen)
    text = r1.net.cmd_status(f"{vtysh} -c 'show bpf status'", warn=False)[1]
    assert re.search(rf"Health: inert\n +{reason}.*\n.*kernel forwards", text), text
    output = r1.net.cmd_status(f"{vtysh} -c 'show bpf status json'", warn=False)[1]
    status = json.loads(output)
    assert status["health"] == "inert" and re.match(reason, status["reasons"][0]), output
    for command in (
        ["show bpf fib"],
        ["configure terminal", "bpf counters none"],
        ["configure terminal", "interface to-h1", "bpf forwarding"],
    ):
        arguments = " ".join(f"-c '{line}'" for line in command)
        output = r1.net.cmd_status(f"{vtysh} {arguments}", warn=False)[1]
        assert re.search(rf"% BPF forwarding is inert: {reason}", output), output
    # What follows a line of ours in the configuration is taken.
    for no in ("", "no "):
        lines = ["configure terminal", "interface to-h1", "bpf forwarding"]
        lines.append(f"{no}ip address 10.7.7.7/32")
        r1.net.cmd_status(vtysh + "".join(f" -c '{line}'" for line in lines), warn=False)
        bpf.wait(f"{no}address", lambda: ("10.7.7.7" in r1.cmd("ip address show to-h1")) != bool(no))
    assert bpf.xdp(r1, "to-h1") is None
    crosses(tgen)


def killed_with_pins(tgen):
    """Let r1's zebra end as by a fault; what it pinned goes on forwarding."""
    r1 = tgen.gears["r1"]
    restart(tgen)
    bpf.wait("XDP on to-h1", lambda: bpf.xdp(r1, "to-h1"))
    r1.cmd_raises("kill -9 $(cat /var/run/frr/zebra.pid)")
    bpf.wait("zebra to end", lambda: not bpf.running(r1))
    assert bpf.xdp(r1, "to-h1")


@pytest.mark.parametrize("other", ["made", *map(os.path.basename, sorted(glob.glob(OTHERS + "/*")))])
def test_module_of_another_release(tgen, other):
    """A module built for another FRR release is inert, and so is what an earlier zebra left."""
    directory, release = f"{OTHERS}/{other}", other
    if other == "made":
        directory, release = made_for_another(tgen)
    killed_with_pins(tgen)
    vtysh = f"FRR_BPF_VTYSH_EXTENSION={directory}/frr_bpf_vtysh.so vtysh"
    restart(tgen, module=f"{directory}/dplane_bpf.so", vtysh=vtysh)
    check_inert(tgen, vtysh, re.escape(f"built for FRR {release}, this is FRR {bpf.VERSION}: "))


def test_half_a_module(tgen):
    """Only one of the module's two files: the same, and it says which is missing."""
    path = f"{tgen.logdir}/r1/dplane_bpf.so"
    shutil.copy(bpf.MODULE, path)
    killed_with_pins(tgen)
    restart(tgen, module=path)
    check_inert(tgen, "vtysh", r"cannot load the module: \S*/dplane_bpf_core\.so: ")


def test_zebra_without_module(tgen):
    """vtysh has the commands, zebra has not: an error in words, and nothing breaks."""
    restart(tgen, module=None)
    r1 = tgen.gears["r1"]
    assert "Unknown command" in bpf.vtysh(r1, "show bpf status")
    assert "10.99.0.0/16" in bpf.rib(r1, "ipv4")
    crosses(tgen)


def test_recovers_after_all(tgen):
    """With good arguments and a bpffs again everything is forwarded in XDP."""
    restart(tgen)
    nodes = tgen.gears
    r1 = nodes["r1"]
    bpf.wait_fib(r1, ["10.99.0.0/16"])
    bpf.wait("health to be ok", lambda: bpf.show(r1, "show bpf status")["health"] == "ok")
    gateway, receiver = (r1, "to-h1"), (nodes["r2"], "to-r1")
    bpf.check_forwarded(
        r1, nodes["h1"], gateway, "10.99.1.1", "10.99.0.0/16", 100, receiver
    )
