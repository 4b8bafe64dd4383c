#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""
Attach a BPF program in the network namespace where this runs, until stdin closes: bpftool of
Debian 12 knows neither place. Prints "ready".

  attach.py netfilter FAMILY HOOK      drops; NFPROTO_* and NF_INET_*, as numbers
  attach.py tcx IFINDEX EGRESS         drops; EGRESS: 0 or 1
  attach.py tag IFINDEX EGRESS         gives IP the tag of VLAN 10, as a VLAN's interface would: it
                                       stays beside the frame if the link takes it so
"""

import ctypes
import os
import platform
import socket
import struct
import sys

BPF_PROG_LOAD, BPF_LINK_CREATE = 5, 28
BPF_PROG_TYPE_SCHED_CLS, BPF_PROG_TYPE_NETFILTER = 3, 32
BPF_NETFILTER, BPF_TCX_INGRESS = 45, 46
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


def instruction(code, registers=0, offset=0, value=0):
    """One, as in struct bpf_insn."""
    return struct.pack("=BBhi", code, registers, offset, value)


def answer(value):
    """Return the value."""
    return instruction(0xB7, 0, 0, value) + instruction(0x95)


TAG = (
    instruction(0x61, 0x12, 16)  # r2 = skb->protocol
    + instruction(0x15, 2, 1, socket.htons(0x0800))
    + instruction(0x55, 2, 3, socket.htons(0x86DD))
    + instruction(0xB7, 2, 0, socket.htons(0x8100))
    + instruction(0xB7, 3, 0, 10)
    + instruction(0x85, 0, 0, 18)  # bpf_skb_vlan_push(r1, r2, r3)
    + answer(0)  # TC_ACT_OK
)


def load(kind, attach, instructions):
    """A program of that type, for that place."""
    code = ctypes.create_string_buffer(instructions, len(instructions))
    licence = ctypes.create_string_buffer(b"GPL")
    count = len(instructions) // 8
    head = struct.pack("=IIQQ", kind, count, ctypes.addressof(code), ctypes.addressof(licence))
    # log_level to prog_ifindex, then expected_attach_type
    return bpf(BPF_PROG_LOAD, head + struct.pack("=IIQII16sII", 0, 0, 0, 0, 0, b"", 0, attach))


def main():
    """Attach, and wait."""
    what, first, second = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    if what == "netfilter":
        # At a priority that no table of iptables has.
        target, attach, more = 0, BPF_NETFILTER, struct.pack("=IIiI", first, second, -5, 0)
        program = load(BPF_PROG_TYPE_NETFILTER, attach, answer(0))
    else:
        target, attach, more = first, BPF_TCX_INGRESS + second, bytes(16)
        program = load(BPF_PROG_TYPE_SCHED_CLS, attach, TAG if what == "tag" else answer(2))
    link = bpf(BPF_LINK_CREATE, struct.pack("=IIII", program, target, attach, 0) + more)
    print("ready", flush=True)
    sys.stdin.read()
    os.close(link)


if __name__ == "__main__":
    main()
