# SPDX-License-Identifier: GPL-2.0-or-later
"""
The quickstart lab: a router with our module between FRR and BIRD peers.

Called by ./quickstart, which lists the commands.
"""

import argparse
import fcntl
import os
import sys

import checks
import network
import topology
from network import LabError

PICTURE = """
    h1 --- to-h1                       to-r2 --- r2 (FRR, eBGP) --- h2
                  r1 (module, XDP)     to-r3 --- r3 (FRR, OSPF) --- h3
                                       to-r4 --- r4 (BIRD, eBGP) -- h4
"""


def say(text):
    """One line of progress."""
    print(("==> " if not text.startswith(" ") else "") + text, flush=True)


def show(router, command, lines=None):
    """Run a show command as a user would and print its answer, at most the given lines."""
    print(f"\n{router}# {command}", flush=True)
    output = network.vtysh(router, ["-c", command], check=False).stdout.rstrip().split("\n")
    print("\n".join(output[:lines]))
    if lines and len(output) > lines:
        print(f"... {len(output) - lines} more lines")


def traffic(kernel_only):
    """Send the traffic and, with our module, check that XDP forwarded it."""
    if kernel_only:
        say("Sending traffic between the hosts (forwarded by the kernel)")
        checks.ping_all(say)
        checks.transfers(say)
        return
    before, routes_before = checks.verdicts(), checks.host_routes()
    say("Sending traffic between the hosts")
    crossed = checks.ping_all(say)
    for family, packets in checks.transfers(say).items():
        crossed[family] += packets
    after, routes_after = checks.verdicts(), checks.host_routes()
    say("Counters of the routes to the hosts, before and after")
    print(f"  {'prefix':<22}{'packets':>12}{'':>4}{'packets':>12}{'bytes':>16}")
    still = []
    for prefix, (packets, size) in sorted(routes_after.items()):
        earlier = routes_before.get(prefix, (0, 0))[0]
        print(f"  {prefix:<22}{earlier:>12} -> {packets:>12}{size:>16}")
        if packets <= earlier:
            still.append(prefix)
    show("r1", "show bpf verdicts")
    print()
    say("Was it XDP that forwarded?")
    checks.judge(before, after, crossed, say)
    if still or len(routes_after) < 2 * len(topology.HOSTS):
        raise LabError(f"route counters that did not move: {still or 'not all routes are there'}")


def kernel_only_lab():
    """True when the running lab was started with --kernel."""
    return os.path.exists(topology.STATE + "/kernel-only")


def bring_up(kernel_only):
    """Namespaces, daemons, convergence, traffic."""
    if not kernel_only and not os.path.exists(topology.MODULE):
        raise LabError(f"{topology.MODULE} is not there: run ./quickstart without --no-build")
    if network.exists():
        say("A lab is there already: removing it first")
        network.remove()
    print(PICTURE)
    say("Creating 8 network namespaces (frrbpf-r1 ... frrbpf-h4) and their links")
    network.create_state()
    if kernel_only:
        with open(topology.STATE + "/kernel-only", "w", encoding="ascii"):
            pass
    network.create_nodes()
    network.create_links()
    for router in topology.DAEMONS:
        module = router == "r1" and not kernel_only
        with_module = ", zebra with -M dplane_bpf" if module else ""
        say(f"Starting FRR in {router}: {', '.join(topology.DAEMONS[router])}{with_module}")
        network.start_frr(router, kernel_only)
    say("Starting BIRD in r4")
    network.start_bird("r4")
    checks.wait_converged(kernel_only, say)
    if kernel_only:
        show("r1", "show ip route summary")
    else:
        show("r1", "show bpf status")
        show("r1", "show bpf interface")
        show("r1", "show bpf fib", 30)
        show("r1", "show bpf fib summary")
        print()
    traffic(kernel_only)


def command_up(arguments):
    """./quickstart up"""
    parser = argparse.ArgumentParser(prog="quickstart up")
    parser.add_argument("--kernel", action="store_true")
    parser.add_argument("--down-on-failure", action="store_true")
    options = parser.parse_args(arguments)
    try:
        bring_up(options.kernel)
    except (LabError, KeyboardInterrupt) as error:
        sys.stdout.flush()
        if "died" not in str(error):
            print(network.log_tail(), file=sys.stderr)
        print(f"quickstart: {error or 'interrupted'}", file=sys.stderr)
        if options.down_on_failure:
            network.remove()
        else:
            print("What is up stays up to look at; ./quickstart down removes it.", file=sys.stderr)
        return 1
    how = "the kernel" if options.kernel else "XDP"
    print()
    say(f"The lab is up and {how} forwarded the traffic. Next:")
    print("  ./quickstart vtysh r1                        the router's shell; try: show bpf ?")
    print('  ./quickstart vtysh r1 -c "show bpf lookup 10.4.0.2"')
    print("  ./quickstart shell h2 ping 10.4.0.2          a command in a node")
    print("  ./quickstart traffic                         the same traffic again")
    print("  ./quickstart down                            remove everything")
    return 0


def command_down(arguments):
    """./quickstart down"""
    argparse.ArgumentParser(prog="quickstart down").parse_args(arguments)
    if not network.exists():
        say("There is no lab")
        return 0
    network.remove()
    say("The lab is gone: namespaces, daemons, mounts and " + topology.STATE)
    return 0


def need_lab():
    """LabError unless a lab is up."""
    if not network.exists():
        raise LabError("there is no lab; ./quickstart brings it up")


def command_traffic(arguments):
    """./quickstart traffic"""
    argparse.ArgumentParser(prog="quickstart traffic").parse_args(arguments)
    need_lab()
    traffic(kernel_only_lab())
    return 0


def command_vtysh(arguments):
    """./quickstart vtysh ROUTER [ARGUMENTS]"""
    need_lab()
    if not arguments or arguments[0] not in topology.DAEMONS:
        raise LabError("which router? " + ", ".join(topology.DAEMONS) + " (r4 runs BIRD)")
    command, environment = network.vtysh_command(arguments[0])
    sys.stdout.flush()
    os.execve(command[0], command + arguments[1:], environment)


def command_shell(arguments):
    """./quickstart shell NODE [COMMAND]"""
    need_lab()
    if not arguments or arguments[0] not in network.nodes():
        raise LabError("which node? " + ", ".join(network.nodes()))
    command = arguments[1:] or [os.environ.get("SHELL", "/bin/bash")]
    os.execvp("ip", ["ip", "netns", "exec", topology.PREFIX + arguments[0]] + command)


def command_logs(arguments):
    """./quickstart logs [ROUTER]"""
    need_lab()
    text = network.log_tail(40)
    wanted = [f"{topology.STATE}/{name}/" for name in arguments]
    for part in text.split("--- "):
        if part and (not wanted or part.startswith(tuple(wanted))):
            print("--- " + part)
    return 0


def main():
    """Run the command that argv names; two labs at a time are refused by a lock."""
    commands = {
        "up": command_up,
        "down": command_down,
        "traffic": command_traffic,
        "vtysh": command_vtysh,
        "shell": command_shell,
        "logs": command_logs,
    }
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name not in commands:
        print("usage: see ./quickstart --help", file=sys.stderr)
        return 2
    lock = os.open(os.path.dirname(os.path.abspath(__file__)), os.O_RDONLY)
    if name in ("up", "down", "traffic"):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("quickstart: another quickstart is at work", file=sys.stderr)
            return 1
    try:
        return commands[name](sys.argv[2:])
    except LabError as error:
        print(f"quickstart: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
