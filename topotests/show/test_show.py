# SPDX-License-Identifier: GPL-2.0-or-later
"""
Output that is longer than one part: whole, filtered, to sessions that stop reading, go, or do not wait.

    h1 --- r1 (module, 1,500 routes)
"""

import re
import subprocess

import pytest

import bpf

LINKS = ["r1:to-h1 h1:eth0"]
HOSTS = {"h1": ("10.1.0.2/24", "10.1.0.1", "2001:db8:1::2/64", "2001:db8:1::1")}
IPV4 = [f"20.{number // 256}.{number % 256}.0/24" for number in range(1000)]
IPV6 = [f"2001:db8:{number:x}::/48" for number in range(0x100, 0x100 + 500)]
ROUTES = set(IPV4 + IPV6)
# Sends commands without waiting for what they answer, reads what comes, and goes.
SESSION = """
import socket, sys
session = socket.socket(socket.AF_UNIX)
session.connect("/var/run/frr/zebra.vty")
for command in sys.argv[1:]:
    session.sendall(command.encode() + bytes(1))
    assert session.recv(100)
session.settimeout(0.3)
try:
    while session.recv(100000):
        pass
except TimeoutError:
    pass
"""


def ours(prefixes):
    """Those of the prefixes that this suite added; others come and go with the links."""
    return [prefix for prefix in prefixes if prefix in ROUTES]


def prefixes_of(lines):
    """The prefixes of lines of text."""
    return ours(line.split()[1] for line in lines)


def setup_module(module):
    """Start the topology; zebra learns the routes from the kernel."""
    tgen = bpf.build(module.__name__, LINKS, HOSTS)
    bpf.load(tgen, "r1", [])
    tgen.start_router()
    r1 = tgen.gears["r1"]
    lines = [f"route add blackhole {prefix} proto 99\n" for prefix in IPV4 + IPV6]
    r1.net.cmd_raises(["ip", "-batch", "-"], stdin="".join(lines))
    bpf.wait("all routes", lambda: ours(bpf.fib(r1)) == IPV4 + IPV6)


def teardown_module():
    """Remove the topology."""
    bpf.stop()


@pytest.mark.parametrize("family", ["", "ipv4", "ipv6"], ids=["both", "ipv4", "ipv6"])
def test_all(tgen, family):
    """Text and JSON have every route once, in order, and the table's other routes."""
    r1 = tgen.gears["r1"]
    wanted = {"": IPV4 + IPV6, "ipv4": IPV4, "ipv6": IPV6}[family]
    entries = bpf.fib(r1, family)
    assert ours(entries) == wanted
    assert len(wanted) < len(entries) < len(wanted) + 20
    lines = bpf.vtysh(r1, f"show bpf fib {family}").splitlines()
    assert prefixes_of(lines) == wanted
    assert len(wanted) < len(lines) < len(wanted) + 20


def test_nobody_waits_for_the_table(tgen):
    """No command that goes through all routes handles more than a batch while others wait."""
    r1 = tgen.gears["r1"]
    for command in ("show bpf fib", "show bpf fib json", "show bpf fib summary", "clear bpf counters"):
        bpf.vtysh(r1, command)
    r1.cmd_raises("ip route add local 20.0.0.0/8 dev lo")
    bpf.wait("a local net", lambda: bpf.route(r1, IPV4[-1])["verdict"] == "punt-local")
    r1.cmd_raises("ip route del local 20.0.0.0/8 dev lo")
    bpf.wait("none", lambda: bpf.route(r1, IPV4[-1])["action"] == "drop")
    assert 64 <= bpf.show(r1, "show bpf status")["longestHold"] <= 128 < len(IPV4)


def test_filter(tgen):
    """"| include" takes lines out of every part, of text and of JSON."""
    r1 = tgen.gears["r1"]
    every = bpf.vtysh(r1, "show bpf fib").splitlines()
    shown = bpf.vtysh(r1, "show bpf fib | include 4[0-9]:*.*:*/[24]").splitlines()
    wanted = prefixes_of(line for line in every if re.search("4[0-9]:*.*:*/[24]", line))
    assert prefixes_of(shown) == wanted
    assert 100 < len(wanted) < len(shown) + 1 < 1400
    shown = bpf.vtysh(r1, "show bpf fib json | include prefix").splitlines()
    assert ours(line.split('"')[3] for line in shown) == IPV4 + IPV6


def test_within(tgen):
    """A prefix alone and what is within it."""
    r1 = tgen.gears["r1"]
    assert list(bpf.fib(r1, "", "20.2.0.0/16 longer-prefixes")) == IPV4[512:768]
    assert list(bpf.fib(r1, "", "2001:db8:180::/41 longer-prefixes")) == IPV6[128:256]
    assert list(bpf.fib(r1, "", IPV4[600])) == [IPV4[600]]
    assert list(bpf.fib(r1, "", IPV4[600] + " longer-prefixes")) == [IPV4[600]]
    assert bpf.fib(r1, "", "20.2.0.0/16") == {}
    for end in ("", " longer-prefixes"):
        text = bpf.vtysh(r1, "show bpf fib 99.0.0.0/8" + end)
        assert text == "% Network not in table\n"
    text = bpf.vtysh(r1, "show bpf fib ipv6 20.2.0.0/16")
    assert text == "% The prefix is of the other family\n"


def test_sessions_that_do_not_wait(tgen):
    """Sessions that go on or go in the middle of the output: zebra lives, the next is served."""
    r1 = tgen.gears["r1"]
    pid = r1.cmd_raises("cat /var/run/frr/zebra.pid")
    short, long = "show bpf fib 20.0.1.0/24", "show bpf fib json"
    for commands in ([long], [long, short], [long, long, short, long], [short, long, "exit"]):
        for _ in range(3):
            r1.cmd_raises(["/usr/bin/python3", "-c", SESSION, *commands])
    for command in (long, "show bpf fib"):
        process = r1.popen(["vtysh", "-c", command], stdout=subprocess.PIPE)
        process.stdout.read(10)
        process.kill()
        process.communicate()
    assert ours(bpf.fib(r1)) == IPV4 + IPV6
    assert bpf.running(r1) and r1.cmd_raises("cat /var/run/frr/zebra.pid") == pid
