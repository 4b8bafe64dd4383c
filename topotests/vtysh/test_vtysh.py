# SPDX-License-Identifier: GPL-2.0-or-later
"""
Our vtysh in front of a zebra without the module and of one that has it, in one session; "?" and
the tab key; one configuration file for all daemons, and one for each.

    h1 --- r1 (without the module at first)
"""

import os

import bpf

LINKS = ["r1:to-h1 h1:eth0"]
HOSTS = {"h1": ("10.1.0.2/24", "10.1.0.1", "2001:db8:1::2/64", "2001:db8:1::1")}
OURS = ["bpf ecmp hash-seed 7", "interface to-h1", "bpf forwarding"]
INTERFACE = ["description far", "ip address 10.1.0.1/24"]


def setup_module(module):
    """Start the topology."""
    tgen = bpf.build(module.__name__, LINKS, HOSTS)
    bpf.load(tgen, "r1", [], module=False)
    r1 = tgen.gears["r1"]
    r1.cmd_raises("mount -t bpf bpf /sys/fs/bpf")
    tgen.start_router()


def teardown_module():
    """Remove the topology."""
    bpf.stop()


def restart(router, arguments, boot=True):
    """Stop all daemons and start them again, zebra with arguments; vtysh -b's output."""
    daemons = bpf.daemons(router)
    bpf.stop_daemons(router, *daemons)
    router.net.daemons_options["zebra"] = arguments
    router.startDaemons(daemons)
    if not boot:
        return ""
    status, output, error = router.net.cmd_status("vtysh -b", warn=False)
    return output + error if status == 0 else f"status {status}: {output}{error}"


def lines(router):
    """The lines of show running-config, without their indentation."""
    return [line.strip() for line in bpf.vtysh(router, "show running-config").splitlines()]


def test_installed_vtysh_and_environment(tgen):
    """The installed wrapper runs the stock vtysh, whatever the environment names."""
    r1 = tgen.gears["r1"]
    build = os.path.dirname(os.path.dirname(os.environ["FRR_BPF_VTYSH_EXTENSION"]))
    other = "FRR_BPF_VTYSH_REAL=/bin/false"
    assert r1.net.cmd_status(f"{other} vtysh -c 'show version'", warn=False)[0] == 1
    output = r1.cmd_raises(
        f"{other} FRR_BPF_VTYSH_EXTENSION=/nonexistent {build}/vtysh-installed -c 'show version'"
    )
    assert "FRRouting" in output


def test_boot_without_module(tgen):
    """vtysh -b with interfaces in the file says nothing, and all of the file is in force."""
    r1 = tgen.gears["r1"]
    output = restart(r1, "")
    assert "Unknown" not in output and "status" not in output, output
    config = lines(r1)
    for line in ("interface to-h1", "description near", "ip address 10.1.0.1/24"):
        assert line in config
    assert "10.9.0.0/16" in bpf.rib(r1, "ipv4")


def test_interface_without_module(tgen):
    """The interface node works as without us, and write memory and frr-reload with it."""
    r1 = tgen.gears["r1"]
    assert bpf.configure(r1, "interface to-h1", "description far", "exit") == ""
    assert "description far" in lines(r1)
    assert "[OK]" in bpf.vtysh(r1, "write memory")
    assert " description far\n" in r1.cmd_raises("cat /etc/frr/frr.conf")
    output = bpf.reload(r1, "--test", "/etc/frr/frr.conf")
    assert "description" not in output and "interface" not in output, output


def test_our_lines_without_module(tgen):
    """A zebra without the module does not know our lines; vtysh says so, the others are in force."""
    r1 = tgen.gears["r1"]
    assert "Unknown command" in bpf.vtysh(r1, "show bpf status")
    assert "Unknown command" in bpf.configure(r1, "interface to-h1", "bpf forwarding")
    full = r1.cmd_raises("cat /etc/frr/frr.conf")
    bpf.write(r1, "/etc/frr/frr.conf", "bpf ecmp hash-seed 7\n" + full)
    assert "bpf ecmp hash-seed 7" in restart(r1, "")
    assert "description far" in lines(r1)
    bpf.write(r1, "/etc/frr/frr.conf", full)
    assert "status" not in restart(r1, "")


def test_session_outlives_zebra(tgen):
    """A vtysh that was started before zebra had the module can configure it after its restart."""
    r1 = tgen.gears["r1"]
    with bpf.Terminal(r1, "vtysh") as terminal:
        terminal.type("", "r1# ")
        assert "Unknown command" in terminal.type("show bpf status\n", "r1# ")
        restart(r1, f"-M {bpf.MODULE}")
        terminal.type("\n", "r1# ")
        terminal.type("show version\n", "r1# ")
        output = terminal.type("configure terminal\n", "(config)# ")
        output += terminal.type(f"{OURS[0]}\n", "(config)# ")
        output += terminal.type("interface to-h1\n", "(config-if)# ")
        output += terminal.type("bpf forwarding\n", "(config-if)# ")
        assert "%" not in output.replace(bpf.MGMTD_NOTE, ""), output
        output = terminal.type("exit\n", "(config)# ") + terminal.type("end\n", "r1# ")
        output += terminal.type("show bpf interface to-h1\n", "r1# ")
        assert "native" in output
        restart(r1, "")
        terminal.type("\n", "r1# ")
        terminal.type("show version\n", "r1# ")
        output = terminal.type("configure terminal\n", "(config)# ")
        output += terminal.type("interface to-h1\n", "(config-if)# ")
        output += terminal.type("end\n", "r1# ")
        assert "Unknown command" not in output, output


def test_completion(tgen):
    """"?" explains our tokens in every node that has them, the tab key completes them."""
    r1 = tgen.gears["r1"]
    restart(r1, f"-M {bpf.MODULE}")
    with bpf.Terminal(r1, "vtysh") as terminal:
        terminal.type("", "r1# ")
        output = terminal.type("show bpf ?", "r1# show bpf ")
        for word in ("status", "fib", "lookup", "interface", "nexthop", "adjacency", "verdicts"):
            assert f"\n  {word} " in output.replace("\r", ""), output
        terminal.type("sta\t", "status ")
        assert "Health: ok" in terminal.type("\n", "r1# ")
        terminal.type("configure terminal\n", "(config)# ")
        output = terminal.type("bpf ?", "(config)# bpf ")
        assert "ecmp" in output and "Equal-cost multipath" in output
        terminal.type("ecmp hash-seed 7\n", "(config)# ")
        terminal.type("interface to-h1\n", "(config-if)# ")
        output = terminal.type("bpf ?", "(config-if)# bpf ")
        assert "Forward packets that arrive here in XDP" in output
        terminal.type("for\t", "forwarding ")
        output = terminal.type("?", "(config-if)# bpf forwarding ")
        assert "native" in output and "generic" in output and "<cr>" in output
        terminal.type("\n", "(config-if)# ")
        terminal.type("end\n", "r1# ")
    assert set(OURS) <= set(lines(r1))
    assert bpf.xdp(r1, "to-h1")


def test_file_for_each_daemon(tgen):
    """
    Without an integrated configuration write memory puts our lines into zebra's file, and zebra
    reads them there among those of an interface. mgmtd of FRR 10 saves nothing of its own.
    """
    r1 = tgen.gears["r1"]
    bpf.write(r1, "/etc/frr/vtysh.conf", "no service integrated-vtysh-config\n")
    r1.cmd_raises("rm /etc/frr/frr.conf")
    assert "/etc/frr/zebra.conf" in bpf.vtysh(r1, "write memory")
    saved = [line.strip() for line in r1.cmd_raises("cat /etc/frr/zebra.conf").splitlines()]
    for line in OURS:
        assert saved.count(line) == 1, saved
    bpf.write(r1, "/etc/frr/zebra.conf", "\n".join([*OURS, *INTERFACE, "exit", ""]))
    bpf.write(r1, "/etc/frr/staticd.conf", "ip route 10.9.0.0/16 blackhole\n")
    restart(r1, f"-M {bpf.MODULE}", boot=False)
    bpf.wait("XDP on to-h1", lambda: bpf.xdp(r1, "to-h1"))
    bpf.wait("the static route", lambda: "10.9.0.0/16" in bpf.rib(r1, "ipv4"))
    config = lines(r1)
    for line in OURS + INTERFACE:
        assert config.count(line) == 1, config


def test_back_to_one_file(tgen):
    """write memory collects the same lines in frr.conf again, and vtysh -b loads them."""
    r1 = tgen.gears["r1"]
    bpf.write(r1, "/etc/frr/vtysh.conf", "service integrated-vtysh-config\n")
    assert "[OK]" in bpf.vtysh(r1, "write memory")
    saved = [line.strip() for line in r1.cmd_raises("cat /etc/frr/frr.conf").splitlines()]
    for line in OURS + INTERFACE:
        assert saved.count(line) == 1, saved
    r1.cmd_raises("cd /etc/frr && rm -f zebra.conf staticd.conf mgmtd.conf")
    output = restart(r1, f"-M {bpf.MODULE}")
    assert "Unknown" not in output and "status" not in output, output
    bpf.wait("XDP on to-h1", lambda: bpf.xdp(r1, "to-h1"))
    assert set(OURS) <= set(lines(r1))
