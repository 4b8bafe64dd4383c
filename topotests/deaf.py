# SPDX-License-Identifier: GPL-2.0-or-later
"""
deaf.py PID COMMAND - run COMMAND in a shell while our module in process PID misses what the
kernel tells of it: the process is stopped meanwhile, and what came to the socket that the
module hears the kernel on is thrown away. Prints how many messages that were.
"""

import ctypes
import os
import signal
import socket
import subprocess
import sys

PIDFD_GETFD = 438
# As the kernel doubles what plugin/kernel/netlink.c asks for; zebra's own sockets have less.
RECEIVE_BUFFER = 2 * 64 * 1024 * 1024
LIBC = ctypes.CDLL(None, use_errno=True)


def events_socket(pid):
    """The socket that the module hears the kernel on, as one of ours, too."""
    pidfd = os.pidfd_open(pid)
    for number in os.listdir(f"/proc/{pid}/fd"):
        if not os.readlink(f"/proc/{pid}/fd/{number}").startswith("socket:"):
            continue
        found = socket.socket(fileno=LIBC.syscall(PIDFD_GETFD, pidfd, int(number), 0))
        size = found.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
        if found.family == socket.AF_NETLINK and size == RECEIVE_BUFFER:
            return found
    raise AssertionError("the module has no such socket")


def throw_away(events):
    """Empty the socket; how many messages it had."""
    events.setblocking(False)
    count = 0
    try:
        while events.recv(65536):
            count += 1
    except BlockingIOError:
        return count
    return count


def main(pid, command):
    """Stop it, do it, and go on."""
    events = events_socket(pid)
    os.kill(pid, signal.SIGSTOP)
    try:
        throw_away(events)
        subprocess.run(command, shell=True, check=True)
        print(throw_away(events))
    finally:
        os.kill(pid, signal.SIGCONT)


main(int(sys.argv[1]), sys.argv[2])
