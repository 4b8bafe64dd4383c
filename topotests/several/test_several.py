# SPDX-License-Identifier: GPL-2.0-or-later
"""
Several routers with the module on one host and one bpffs, each with pins of its own.

    h1 --- r1 --- r2 --- r3 --- h2          OSPFv2 and OSPFv3, the module in all three
"""

import os
import shutil
import subprocess
import tempfile

import pytest

import bpf

LINKS = ["r1:to-h1 h1:eth0", "r1:to-r2 r2:to-r1", "r2:to-r3 r3:to-r2", "r3:to-h2 h2:eth0"]
HOSTS = {
    "h1": ("10.1.0.2/24", "10.1.0.1", "2001:db8:1::2/64", "2001:db8:1::1"),
    "h2": ("10.2.0.2/24", "10.2.0.1", "2001:db8:2::2/64", "2001:db8:2::1"),
}
ROUTERS = ("r1", "r2", "r3")
SHARED = {}


def setup_module(module):
    """One bpffs, mounted before the nodes so that all of them inherit it."""
    SHARED["bpf"] = tempfile.mkdtemp(prefix="frr-bpf-several.", dir="/tmp")
    os.chmod(SHARED["bpf"], 0o755)
    subprocess.run(["mount", "-t", "bpf", "bpf", SHARED["bpf"]], check=True)
    try:
        start(module)
    except BaseException:
        unmount()
        raise


def start(module):
    """Start the topology with a pin directory a router."""
    tgen = bpf.build(module.__name__, LINKS, HOSTS)
    for router in ROUTERS:
        pins = f":pin={SHARED['bpf']}/{router}"
        bpf.load(tgen, router, ["ospfd", "ospf6d"], arguments=pins, bpffs=False)
    tgen.start_router()
    for router in ROUTERS:
        bpf.wait_fib(tgen.gears[router], ["10.1.0.0/24", "10.2.0.0/24"])
        bpf.wait_fib(tgen.gears[router], ["2001:db8:1::/64", "2001:db8:2::/64"])


def unmount():
    """Remove the shared bpffs."""
    subprocess.run(["umount", SHARED["bpf"]], check=True)
    shutil.rmtree(SHARED["bpf"])


def teardown_module():
    """Remove the topology."""
    try:
        bpf.stop()
    finally:
        unmount()


def test_pins_are_apart(tgen):
    """Each router has maps of its own below its own pin directory."""
    ids = set()
    for router in ROUTERS:
        pinned = tgen.gears[router].cmd_raises(f"find {SHARED['bpf']}/{router} -type f").split()
        maps = [path for path in pinned if os.path.basename(path) == "fib4_lpm"]
        assert len(maps) == 1, pinned
        ids.add(tgen.gears[router].cmd_raises(f"bpftool -j map show pinned {maps[0]}"))
    assert len(ids) == len(ROUTERS)


@pytest.mark.parametrize(
    "destination,prefix",
    [("10.2.0.2", "10.2.0.0/24"), ("2001:db8:2::2", "2001:db8:2::/64")],
    ids=["ipv4", "ipv6"],
)
def test_frames_cross_all(tgen, destination, prefix):
    """Three XDP hops in a row; each router counts exactly what was sent."""
    nodes = tgen.gears
    bpf.warm(nodes["h1"], destination)
    before = {router: bpf.counters(nodes[router], prefix)[0] for router in ROUTERS}
    gateway, receiver = (nodes["r1"], "to-h1"), (nodes["h2"], "eth0")
    bpf.check_forwarded(
        nodes["r1"], nodes["h1"], gateway, destination, prefix, 500, receiver, hops=3
    )
    for router in ROUTERS:
        assert bpf.counters(nodes[router], prefix)[0] - before[router] == 500


def test_one_stops_the_others_go_on(tgen):
    """A clear in one router leaves the others' counters alone."""
    nodes = tgen.gears
    bpf.vtysh(nodes["r1"], "clear bpf counters")
    assert bpf.counters(nodes["r1"], "10.2.0.0/24")[0] == 0
    assert bpf.counters(nodes["r2"], "10.2.0.0/24")[0] >= 500
