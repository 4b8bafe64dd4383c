# SPDX-License-Identifier: GPL-2.0-or-later
"""
The configuration round trip: vtysh -f, show running-config, write memory, restart and vtysh -b,
frr-reload, and every line's "no".

    h1 --- r1 (module; native on to-h1, generic on to-h2) --- h2
"""

import pytest

import bpf

LINKS = ["r1:to-h1 h1:eth0", "r1:to-h2 h2:eth0"]
HOSTS = {
    "h1": ("10.1.0.2/24", "10.1.0.1", "2001:db8:1::2/64", "2001:db8:1::1"),
    "h2": ("10.2.0.2/24", "10.2.0.1", "2001:db8:2::2/64", "2001:db8:2::1"),
}
GLOBAL = [
    "bpf fib max-routes ipv4 5000",
    "bpf fib max-routes ipv6 6000",
    "bpf ecmp hash-seed 42",
    "bpf vlan-offload ignore",
    "debug zebra bpf events",
]


def setup_module(module):
    """Start the topology."""
    tgen = bpf.build(module.__name__, LINKS, HOSTS)
    bpf.load(tgen, "r1", [])
    tgen.start_router()
    bpf.wait_fib(tgen.gears["r1"], ["10.1.0.0/24", "10.2.0.0/24"])


def teardown_module():
    """Remove the topology."""
    bpf.stop()


def running(router):
    """{block header or "": lines} of show running-config."""
    blocks, block = {"": []}, ""
    for line in bpf.vtysh(router, "show running-config").splitlines():
        if line.startswith(" ") and block:
            blocks[block].append(line.strip())
        elif line.startswith("interface "):
            block = line.strip()
            blocks.setdefault(block, [])
        elif line in ("!", "exit"):
            block = ""
        else:
            blocks[""].append(line.strip())
    return blocks


def modes(router):
    """{interface: XDP mode} that the kernel reports."""
    found = {}
    for ifname in ("to-h1", "to-h2"):
        attached = bpf.xdp(router, ifname)
        found[ifname] = {1: "native", 2: "generic"}.get(attached["mode"]) if attached else None
    return found


def assert_configured(router):
    """Everything of r1/frr.conf is in the running configuration and in force."""
    config = running(router)
    for line in GLOBAL:
        assert config[""].count(line) == 1, f"{line!r} in {config}"
    assert config["interface to-h1"].count("bpf forwarding") == 1
    assert config["interface to-h2"].count("bpf forwarding generic") == 1
    assert modes(router) == {"to-h1": "native", "to-h2": "generic"}
    status = bpf.show(router, "show bpf status")
    parameters = status["parameters"]
    assert (parameters["maxRoutesIpv4"], parameters["maxRoutesIpv6"]) == (5000, 6000)
    sizes = {row["name"]: row["maxEntries"] for row in status["maps"]}
    assert (sizes["fib4_lpm"], sizes["fib6_lpm"]) == (5000, 6000)


def assert_forwards(tgen, count=200):
    """Datagrams cross in XDP both ways, from native to generic mode and back."""
    nodes = tgen.gears
    h1, h2, r1 = nodes["h1"], nodes["h2"], nodes["r1"]
    bpf.warm(h1, "10.2.0.2")
    gateway, receiver = (r1, "to-h1"), (h2, "eth0")
    bpf.check_forwarded(r1, h1, gateway, "10.2.0.2", "10.2.0.0/24", count, receiver)
    gateway, receiver = (r1, "to-h2"), (h1, "eth0")
    bpf.check_forwarded(r1, h2, gateway, "10.1.0.2", "10.1.0.0/24", count, receiver)


def restart(tgen, daemons=("zebra", "staticd")):
    """Stop zebra and staticd, start them again, and load /etc/frr/frr.conf with vtysh -b."""
    r1 = tgen.gears["r1"]
    bpf.stop_daemons(r1, *daemons)
    r1.startDaemons(list(daemons))
    status, output, error = r1.net.cmd_status("vtysh -b")
    assert status == 0, output + error
    bpf.wait_fib(r1, ["10.1.0.0/24", "10.2.0.0/24"])


def test_loaded_from_file(tgen):
    """What vtysh -f read is in force, and both native and generic mode forward."""
    assert_configured(tgen.gears["r1"])
    shown = bpf.show(tgen.gears["r1"], "show bpf interface")
    assert shown["to-h1"]["mode"] == "native"
    assert shown["to-h2"]["mode"] == "generic"
    assert_forwards(tgen)


def test_default_is_not_written(tgen):
    """"bpf counters route" is the default, so show running-config has no line for it."""
    r1 = tgen.gears["r1"]
    assert not [line for line in running(r1)[""] if line.startswith("bpf counters")]
    assert bpf.configure(r1, "bpf counters nexthop").strip() == ""
    assert "bpf counters nexthop" in running(r1)[""]
    assert bpf.configure(r1, "no bpf counters").strip() == ""
    assert not [line for line in running(r1)[""] if line.startswith("bpf counters")]


def test_write_restart_boot(tgen):
    """write memory, restart, vtysh -b: the same configuration is in force again."""
    r1 = tgen.gears["r1"]
    assert "[OK]" in bpf.vtysh(r1, "write memory")
    saved = r1.cmd_raises("cat /etc/frr/frr.conf")
    for line in GLOBAL:
        assert line in saved.splitlines()
    restart(tgen)
    assert_configured(r1)
    assert_forwards(tgen)


def test_reload_of_the_same_changes_nothing(tgen):
    """frr-reload of the saved file finds no difference in our lines."""
    r1 = tgen.gears["r1"]
    bpf.vtysh(r1, "write memory")
    output = bpf.reload(r1, "--test", "/etc/frr/frr.conf")
    assert not [line for line in output.splitlines() if is_ours(line)], output


def test_reload_adds_and_removes(tgen):
    """frr-reload removes our lines and adds them again, without an error."""
    r1 = tgen.gears["r1"]
    full = r1.cmd_raises("cat /etc/frr/frr.conf")
    without = "\n".join(line for line in full.splitlines() if not is_ours(line)) + "\n"
    bpf.write(r1, "/etc/frr/without.conf", without)
    bpf.reload(r1, "--reload", "/etc/frr/without.conf")
    bpf.wait("XDP to be detached", lambda: modes(r1) == {"to-h1": None, "to-h2": None})
    config = running(r1)
    assert not [line for lines in config.values() for line in lines if is_ours(line)], config
    bpf.write(r1, "/etc/frr/full.conf", full)
    bpf.reload(r1, "--reload", "/etc/frr/full.conf")
    bpf.wait("XDP to be attached", lambda: None not in modes(r1).values())
    assert_configured_lines(r1)
    assert_forwards(tgen)


def is_ours(line):
    """True for a line of our commands."""
    return line.strip().removeprefix("no ").startswith(("bpf ", "debug zebra bpf"))


def assert_configured_lines(router):
    """The lines are back (the sizes of maps take effect with the next restart)."""
    config = running(router)
    for line in GLOBAL:
        assert line in config[""], config
    assert modes(router) == {"to-h1": "native", "to-h2": "generic"}


@pytest.mark.parametrize(
    "line",
    [
        "bpf fib max-routes ipv4 0",
        "bpf fib max-routes ipv4 16777217",
        "bpf fib max-routes ipv5 10",
        "bpf counters some",
        "bpf ecmp hash-seed 4294967296",
        "bpf nonsense",
    ],
)
def test_bad_lines_are_refused(tgen, line):
    """A line outside of the grammar is refused by vtysh and changes nothing."""
    r1 = tgen.gears["r1"]
    before = running(r1)
    assert "Unknown command" in bpf.configure(r1, line)
    assert running(r1) == before


def test_no_forms(tgen):
    """Every line has a "no" that takes it out of the running configuration."""
    r1 = tgen.gears["r1"]
    for line in GLOBAL:
        assert bpf.configure(r1, "no " + line).strip() == ""
    assert bpf.configure(r1, "interface to-h2", "no bpf forwarding").strip() == ""
    config = running(r1)
    assert not [line for line in config[""] if is_ours(line)], config
    assert not [line for line in config.get("interface to-h2", []) if is_ours(line)]
    assert modes(r1) == {"to-h1": "native", "to-h2": None}


def test_completion(tgen):
    """"?" explains every token, and the tree has all our show commands."""
    r1 = tgen.gears["r1"]
    text = r1.cmd_raises("vtysh -c 'list' | grep -w bpf")
    for command in ("status", "fib", "lookup", "nexthop", "adjacency", "interface", "verdicts"):
        assert f"show bpf {command}" in text
    assert "clear bpf counters" in text


def test_netns_vrfs(tgen):
    """The same with zebra -n, which has other names for interfaces inside."""
    r1 = tgen.gears["r1"]
    daemons = bpf.daemons(r1)
    before = dict(r1.net.daemons_options)
    for daemon in set(daemons) - {"staticd"}:
        r1.net.daemons_options[daemon] = before.get(daemon, "") + " -n"
    restart(tgen, daemons)
    assert_configured(r1)
    assert_forwards(tgen)
    refused = bpf.configure(r1, "interface to-h1 vrf red", "bpf forwarding generic")
    assert "interfaces of the default VRF only" in refused
    assert modes(r1) == {"to-h1": "native", "to-h2": "generic"}
    assert bpf.configure(r1, "interface to-h2", "no bpf forwarding").strip() == ""
    assert modes(r1) == {"to-h1": "native", "to-h2": None}
    # zebra -n of FRR 8.4 ends with SIGSEGV (ns_terminate(), the module or not): not by itself.
    r1.cmd_raises("kill -9 $(cat /var/run/frr/zebra.pid)")
    bpf.wait("zebra to be gone", lambda: not bpf.running(r1))
    r1.net.daemons_options.clear()
    r1.net.daemons_options.update(before)
    restart(tgen, daemons)
    assert_configured(r1)
