# SPDX-License-Identifier: GPL-2.0-or-later
"""Namespaces, links and daemons of the lab: bring up, take down, run a command in a node."""

import os
import pwd
import shutil
import signal
import subprocess
import time

import topology
from topology import DAEMONS, FRR_DIR, LINKS, PINS, PREFIX, STATE


class LabError(Exception):
    """A step of the lab failed; the text says which and why."""


def run(command, check=True, **options):
    """Run a command (list) and return its CompletedProcess; LabError if it fails."""
    options.setdefault("stdout", subprocess.PIPE)
    options.setdefault("stderr", subprocess.STDOUT)
    result = subprocess.run(command, check=False, text=True, **options)
    if check and result.returncode:
        raise LabError(f"{' '.join(command)}: {(result.stdout or '').strip()}")
    return result


def in_node(node, command, check=True, **options):
    """Run a command in a node's network namespace."""
    return run(["ip", "netns", "exec", PREFIX + node] + command, check, **options)


def wait_for(what, condition, timeout=60):
    """Poll until condition() returns something true and return that; LabError if it never does."""
    deadline = time.monotonic() + timeout
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise LabError(f"gave up waiting for {what} after {timeout} s")
        time.sleep(0.1)


def nodes():
    """Every node of the topology, routers first."""
    names = {name for link in LINKS for name in (link[0], link[2])}
    return sorted(names, key=lambda name: (name[0] != "r", name))


def exists():
    """True when any part of a lab is there."""
    return os.path.exists(STATE) or any(
        os.path.exists(f"/run/netns/{PREFIX}{node}") for node in nodes()
    )


def sysctl(node, settings):
    """Write sysctls of a node; keys are paths below /proc/sys."""
    script = " && ".join(f"echo {value} > /proc/sys/{key}" for key, value in settings.items())
    in_node(node, ["sh", "-c", script])


def create_nodes():
    """Namespaces with the sysctls of a router or a host."""
    for node in nodes():
        run(["ip", "netns", "add", PREFIX + node])
        forward = 1 if node[0] == "r" else 0
        settings = {
            "net/ipv4/ip_forward": forward,
            "net/ipv4/conf/all/rp_filter": 0,
            "net/ipv4/conf/default/rp_filter": 0,
            "net/ipv6/conf/all/forwarding": forward,
            "net/ipv6/conf/default/forwarding": forward,
            "net/ipv6/conf/all/accept_dad": 0,
            "net/ipv6/conf/default/accept_dad": 0,
        }
        sysctl(node, settings)
        in_node(node, ["ip", "link", "set", "lo", "up"])


def create_links():
    """
    veth pairs. Generic receive offload makes a veth accept redirected frames without a program
    of its own, if it is switched on while the link is up (the kernel tells the other end only
    then); frames must carry full checksums because XDP forwards them as they are.
    """
    for node, ifname, peer, peer_ifname in LINKS:
        run(
            ["ip", "link", "add", ifname, "netns", PREFIX + node, "type", "veth"]
            + ["peer", "name", peer_ifname, "netns", PREFIX + peer]
        )
        for end, end_ifname in ((node, ifname), (peer, peer_ifname)):
            in_node(end, ["ip", "link", "set", end_ifname, "up"])
            in_node(end, ["ethtool", "-K", end_ifname, "gro", "on", "tx", "off"])
    for (node, ifname), addresses in topology.ADDRESSES.items():
        for address in addresses:
            in_node(node, ["ip", "address", "add", address, "dev", ifname])
    for host in topology.HOSTS:
        number = host[1]
        in_node(host, ["ip", "route", "add", "default", "via", f"10.{number}.0.1"])
        in_node(host, ["ip", "-6", "route", "add", "default", "via", f"2001:db8:{number}::1"])


def create_state():
    """The state directory, with a bpffs that every namespace of the lab sees."""
    os.makedirs(STATE, exist_ok=True)
    os.chmod(STATE, 0o755)
    os.makedirs(PINS, exist_ok=True)
    run(["mount", "-t", "bpf", "-o", "mode=0700", "frr-bpf-lab", PINS])


def frr_config(router, kernel_only):
    """The text of a router's frr.conf, without our lines when the kernel is to forward."""
    with open(f"{topology.TOP}/lab/{router}/frr.conf", encoding="ascii") as source:
        lines = source.readlines()
    if kernel_only:
        lines = [line for line in lines if not line.split(" #")[0].strip().startswith("bpf ")]
    return "".join(lines)


def start_daemon(router, arguments, output):
    """Start a daemon, its output in a file: those of FRR 10 keep a pipe open while they run."""
    with open(output, "w", encoding="utf-8") as file:
        failed = in_node(router, arguments, check=False, stdout=file).returncode
    if failed:
        with open(output, encoding="utf-8") as file:
            raise LabError(f"{router}: {' '.join(arguments)}: {file.read().strip()}")


def start_frr(router, kernel_only):
    """Start a router's daemons and load its frr.conf with vtysh -b, as Debian's scripts do."""
    user = pwd.getpwnam("frr")
    directory = f"{STATE}/{router}"
    os.makedirs(directory)
    with open(f"{directory}/frr.conf", "w", encoding="ascii") as config:
        config.write(frr_config(router, kernel_only))
    with open(f"{directory}/vtysh.conf", "w", encoding="ascii") as config:
        config.write("service integrated-vtysh-config\n")
    for daemon in DAEMONS[router]:
        with open(f"{directory}/{daemon}.conf", "w", encoding="ascii"):
            pass
    for path in [directory] + [f"{directory}/{name}" for name in os.listdir(directory)]:
        os.chown(path, user.pw_uid, user.pw_gid)
    # ospfd, ospf6d and mgmtd keep files in /run/frr whatever their options, and mgmtd and staticd
    # of FRR 10 have no option for their configuration: give the router both directories.
    os.mkdir(f"{directory}/run")
    os.chown(f"{directory}/run", user.pw_uid, user.pw_gid)
    private = f"mount --bind {directory} /etc/frr; "
    private += f"if [ -d /run/frr ]; then mount --bind {directory}/run /run/frr; fi; exec \"$@\""
    for daemon in DAEMONS[router]:
        arguments = ["sh", "-c", private, "sh", f"{FRR_DIR}/{daemon}", "-d"]
        arguments += ["-z", f"{directory}/zserv.api", "--vty_socket", directory]
        arguments += ["-i", f"{directory}/{daemon}.pid"]
        arguments += ["-A", "127.0.0.1", "-P", "0"]
        arguments += ["--log", f"file:{directory}/{daemon}.log", "--log-level", "info"]
        if daemon == "zebra" and router == "r1" and not kernel_only:
            arguments += ["-M", f"{topology.MODULE}:pin={PINS}/{router}"]
        start_daemon(router, arguments, f"{directory}/{daemon}-start.log")
        wait_for(f"{router} {daemon}", lambda d=daemon: os.path.exists(f"{directory}/{d}.vty"), 20)
    result = vtysh(router, ["-b"], check=False)
    if result.returncode:
        raise LabError(f"{router}: vtysh -b failed:\n{result.stdout.strip()}")


def start_bird(router):
    """Start BIRD with its configuration and the generated routes."""
    directory = f"{STATE}/{router}"
    os.makedirs(directory)
    shutil.copy(f"{topology.TOP}/lab/{router}/bird.conf", directory)
    with open(f"{directory}/routes.conf", "w", encoding="ascii") as routes:
        routes.write(topology.bird_routes())
    arguments = ["bird", "-c", f"{directory}/bird.conf", "-s", f"{directory}/bird.ctl"]
    in_node(router, arguments + ["-P", f"{directory}/bird.pid", "-D", f"{directory}/bird.log"])


def vtysh_command(router):
    """The vtysh command line of a router and its environment: our wrapper when it is built."""
    environment = dict(os.environ)
    environment["FRR_BPF_VTYSH_EXTENSION"] = topology.EXTENSION
    environment.setdefault("FRR_BPF_VTYSH_REAL", "/usr/bin/vtysh")
    program = topology.WRAPPER if os.path.exists(topology.WRAPPER) else "/usr/bin/vtysh"
    directory = f"{STATE}/{router}"
    return [program, "--vty_socket", directory, "--config_dir", directory], environment


def vtysh(router, arguments, check=True):
    """Run vtysh on a router and return its CompletedProcess."""
    command, environment = vtysh_command(router)
    return run(command + arguments, check, env=environment)


def daemon_pids():
    """{pid: pid file} of every daemon that a pid file of the lab names and that is ours."""
    found = {}
    for directory, _, names in os.walk(STATE):
        for name in names:
            if not name.endswith(".pid"):
                continue
            try:
                with open(os.path.join(directory, name), encoding="ascii") as file:
                    pid = int(file.read())
                with open(f"/proc/{pid}/cmdline", encoding="utf-8") as file:
                    ours = STATE in file.read()
            except (OSError, ValueError):
                continue
            if ours:
                found[pid] = os.path.join(directory, name)
    return found


def dead_daemons():
    """Pid files of daemons that ended although nobody stopped them."""
    alive = set(daemon_pids().values())
    files = {
        os.path.join(directory, name)
        for directory, _, names in os.walk(STATE)
        for name in names
        if name.endswith(".pid")
    }
    return sorted(files - alive)


def wait_state(what, condition, timeout=60):
    """wait_for(), which ends at once when a daemon dies."""

    def checked():
        dead = dead_daemons()
        if dead:
            logs = [path[: -len("pid")] + "log" for path in dead]
            text = run(["tail", "-n", "25"] + logs).stdout.strip()
            raise LabError(f"a daemon died: {' '.join(logs)}\n{text}")
        return condition()

    return wait_for(what, checked, timeout)


def namespace_pids():
    """Every process in one of the lab's namespaces."""
    pids = set()
    for node in nodes():
        if os.path.exists(f"/run/netns/{PREFIX}{node}"):
            pids.update(map(int, run(["ip", "netns", "pids", PREFIX + node]).stdout.split()))
    pids.discard(os.getpid())
    return pids


def stop_processes(find, timeout=15):
    """SIGTERM to what find() lists, SIGKILL to what is still there after the timeout."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in find():
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                pass
        try:
            wait_for("processes to end", lambda: not find(), timeout)
            return
        except LabError:
            continue
    raise LabError(f"processes do not end: {sorted(find())}")


def remove():
    """Take away everything a lab made, whatever state it is in. Harmless when there is none."""
    stop_processes(daemon_pids)
    stop_processes(namespace_pids)
    for node in nodes():
        if os.path.exists(f"/run/netns/{PREFIX}{node}"):
            run(["ip", "netns", "delete", PREFIX + node])
    while os.path.ismount(PINS):
        run(["umount", PINS])
    run(["rm", "-rf", "--one-file-system", STATE])


def log_tail(lines=12):
    """The ends of all daemons' logs, as text."""
    parts = []
    for directory, _, names in sorted(os.walk(STATE)):
        for name in sorted(names):
            if name.endswith(".log"):
                path = os.path.join(directory, name)
                text = run(["tail", "-n", str(lines), path]).stdout
                if text.strip():
                    parts.append(f"--- {path}\n{text}")
    return "\n".join(parts)
