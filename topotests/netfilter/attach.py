#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""
Attach a BPF program that drops packets, in the network namespace where this runs, until stdin
closes; bpftool of Debian 12 knows neither place. Prints "ready".

  attach.py netfilter FAMILY HOOK      NFPROTO_* and NF_INET_*, as numbers
  attach.py tcx IFINDEX EGRESS         EGRESS: 0 or 1
"""

import ctypes
import os
import platform
import struct
import sys

BPF_PROG_LOAD, BPF_LINK_CREATE = 5, 28
NUMBERS = {"x86_64": 321, "aarch64": 280}
LIBC = ctypes.CDLL(None, use_errno=True)


def bpf(command, attributes):
    """bpf(2); a descriptor."""
    buffer = ctypes.create_string_buffer(attributes, len(attributes))
    number = NUMBERS[platform.machine()]
    result = LIBC.syscall(number, command, buffer, len(attributes))
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def load(kind, attach, verdict):
    """A program that returns the verdict."""
    code = ctypes.create_string_buffer(struct.pack("<BBhiBBhi", 0xB7, 0, 0, verdict, 0x95, 0, 0, 0))
    licence = ctypes.create_string_buffer(b"GPL")
    head = struct.pack("=IIQQ", kind, 2, ctypes.addressof(code), ctypes.addressof(licence))
    # log_level to prog_ifindex, then expected_attach_type
    return bpf(BPF_PROG_LOAD, head + struct.pack("=IIQII16sII", 0, 0, 0, 0, 0, b"", 0, attach))


def main():
    """Attach, and wait."""
    place, first, second = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    if place == "netfilter":
        # At a priority that no table of iptables has.
        program, target, attach = load(32, 45, 0), 0, 45
        more = struct.pack("=IIiI", first, second, -5, 0)
    else:
        attach, target, more = 46 + second, first, bytes(16)
        program = load(3, attach, 2)
    link = bpf(BPF_LINK_CREATE, struct.pack("=IIII", program, target, attach, 0) + more)
    print("ready", flush=True)
    sys.stdin.read()
    os.close(link)


if __name__ == "__main__":
    main()
