# SPDX-License-Identifier: GPL-2.0-or-later
"""
zebra dies and stops: forwarding between connected networks goes on.

    h1 --- r1 (module) --- h2
"""

import json
import os.path

import bpf

LINKS = ["r1:to-h1 h1:eth0", "r1:to-h2 h2:eth0"]
HOSTS = {
    "h1": ("10.1.0.2/24", "10.1.0.1", "2001:db8:1::2/64", "2001:db8:1::1"),
    "h2": ("10.2.0.2/24", "10.2.0.1", "2001:db8:2::2/64", "2001:db8:2::1"),
}
PREFIXES = ["10.1.0.0/24", "10.2.0.0/24", "10.50.0.0/16", "2001:db8:1::/64", "2001:db8:2::/64"]


def setup_module(module):
    """Start the topology."""
    tgen = bpf.build(module.__name__, LINKS, HOSTS)
    bpf.load(tgen, "r1", [])
    tgen.start_router()
    bpf.wait_fib(tgen.gears["r1"], PREFIXES)
    for address in ("10.2.0.2", "2001:db8:2::2"):
        bpf.warm(tgen.gears["h1"], address)


def teardown_module():
    """Remove the topology."""
    bpf.stop()


def zebra_pid(router):
    """The running zebra's process id, or None."""
    status, output, _ = router.net.cmd_status("cat /var/run/frr/zebra.pid", warn=False)
    if status:
        return None
    pid = output.strip()
    return pid if router.net.cmd_status(f"test -e /proc/{pid}/exe", warn=False)[0] == 0 else None


def crosses(tgen, destination, count=300):
    """The number of intact datagrams out of count that cross from h1 to h2."""
    nodes = tgen.gears
    report = bpf.traffic(
        nodes["h1"], (nodes["r1"], "to-h1"), destination, count, [(nodes["h2"], "eth0")]
    )[0]
    assert report["bad"] == 0
    return report["unique"]


def start_zebra(tgen):
    """Start zebra (and staticd) again and load the configuration."""
    r1 = tgen.gears["r1"]
    r1.startDaemons(["zebra", "staticd"])
    r1.cmd_raises("vtysh -f /etc/frr/frr.conf")
    bpf.wait_fib(r1, PREFIXES)


def managed(router):
    """Does the kernel keep the gateway of 10.50.0.0/16 resolved, for the module?"""
    return "managed" in router.cmd_raises("ip neigh show 10.2.0.2 dev to-h2")


def test_gateway_is_managed(tgen):
    """A gateway is managed as long as a route goes through it."""
    r1 = tgen.gears["r1"]
    bpf.wait("the gateway to be managed", lambda: managed(r1))
    bpf.configure(r1, "no ip route 10.50.0.0/16 10.2.0.2")
    bpf.wait("the gateway to be released", lambda: not managed(r1))
    bpf.configure(r1, "ip route 10.50.0.0/16 10.2.0.2")
    bpf.wait("the gateway to be managed again", lambda: managed(r1))


def test_kill_9(tgen):
    """After kill -9 of zebra datagrams still cross, and the kernel's routes are there."""
    r1 = tgen.gears["r1"]
    pid = zebra_pid(r1)
    assert pid
    tgen.pinned = bpf.pinned_maps(r1)
    r1.cmd_raises(f"kill -9 {pid}")
    bpf.wait("zebra to be gone", lambda: zebra_pid(r1) is None)
    assert crosses(tgen, "10.2.0.2") == 300
    assert crosses(tgen, "2001:db8:2::2") == 300
    assert "10.50.0.0/16" in r1.cmd_raises("ip route show")


def test_start_after_kill(tgen):
    """
    A new zebra takes over the interfaces that the dead one left, and forwards. Maps that
    a module of another release pinned are removed.
    """
    nodes = tgen.gears
    r1 = nodes["r1"]
    r1.cmd_raises("rm -f /var/run/frr/zebra.pid; kill $(cat /var/run/frr/staticd.pid)")
    old = tgen.pinned.replace("/maps-", "/maps-7_5-")
    r1.cmd_raises(f"mkdir {old} && chown --reference={tgen.pinned} {old}")
    r1.cmd_raises(f"bpftool map pin pinned {tgen.pinned}/route {old}/route")
    start_zebra(tgen)
    assert bpf.show(r1, "show bpf status")["health"] == "ok"
    kept = r1.cmd_raises(f"ls -d {os.path.dirname(old)}/maps*").split()
    assert kept == [tgen.pinned], "maps of another release were kept"
    for ifname in ("to-h1", "to-h2"):
        assert bpf.xdp(r1, ifname)
    for destination, prefix in (("10.2.0.2", "10.2.0.0/24"), ("2001:db8:2::2", "2001:db8:2::/64")):
        bpf.warm(nodes["h1"], destination)
        gateway, receiver = (r1, "to-h1"), (nodes["h2"], "eth0")
        bpf.check_forwarded(r1, nodes["h1"], gateway, destination, prefix, 300, receiver)


def reasons(router):
    """What "show bpf status" says is wrong."""
    return bpf.show(router, "show bpf status").get("reasons", [])


def pinned_size(router):
    """The number of IPv4 prefixes that the pinned trie has room for."""
    pin = f"{bpf.pinned_maps(router)}/fib4_lpm"
    return json.loads(router.cmd_raises(f"bpftool -j map show pinned {pin}"))["max_entries"]


def test_failed_pins(tgen):
    """
    What cannot be pinned is said, what was pinned before stays as it was, and all is
    pinned as soon as that works again.
    """
    r1 = tgen.gears["r1"]
    links = f"{bpf.show(r1, 'show bpf status')['pinDirectory']}/links"
    before = pinned_size(r1), r1.cmd_raises(f"ls {links}").split()
    assert len(before[1]) == 2
    bpf.configure(r1, "interface to-h2", "no bpf forwarding")
    assert len(r1.cmd_raises(f"ls {links}").split()) == 1
    maps = r1.cmd_raises(f"ls -i {bpf.pinned_maps(r1)}")
    r1.cmd_raises("mount -o remount,ro /sys/fs/bpf")
    bpf.configure(r1, "interface to-h2", "bpf forwarding", "bpf fib max-routes ipv4 5000")
    bpf.wait("both failures to be told", lambda: len(reasons(r1)) == 2)
    assert bpf.xdp(r1, "to-h2")
    for reason in reasons(r1):
        assert "Read-only file system; forwarding in XDP will end with zebra" in reason
    assert r1.cmd_raises(f"ls -i {bpf.pinned_maps(r1)}") == maps
    assert crosses(tgen, "10.2.0.2") == 300
    r1.cmd_raises("mount -o remount,rw /sys/fs/bpf")
    bpf.wait("health to be ok", lambda: not reasons(r1))
    assert pinned_size(r1) == 5000
    assert r1.cmd_raises(f"ls {links}").split() == before[1]
    bpf.configure(r1, "no bpf fib max-routes ipv4")
    bpf.wait("the size of before", lambda: pinned_size(r1) == before[0])


def test_sigterm(tgen):
    """A regular stop leaves no XDP program and no managed gateway, and the kernel forwards."""
    r1 = tgen.gears["r1"]
    bpf.wait("the gateway to be managed", lambda: managed(r1))
    r1.cmd_raises(f"kill {zebra_pid(r1)}")
    bpf.wait("zebra to be gone", lambda: zebra_pid(r1) is None)
    assert not managed(r1)
    for ifname in ("to-h1", "to-h2"):
        assert bpf.xdp(r1, ifname) is None
    assert crosses(tgen, "10.2.0.2") == 300
    assert crosses(tgen, "2001:db8:2::2") == 300


def test_start_after_stop(tgen):
    """Started again, it forwards in XDP again."""
    nodes = tgen.gears
    r1 = nodes["r1"]
    r1.cmd("kill $(cat /var/run/frr/staticd.pid)")
    start_zebra(tgen)
    bpf.warm(nodes["h1"], "10.2.0.2")
    gateway, receiver = (r1, "to-h1"), (nodes["h2"], "eth0")
    bpf.check_forwarded(r1, nodes["h1"], gateway, "10.2.0.2", "10.2.0.0/24", 300, receiver)
