# SPDX-License-Identifier: GPL-2.0-or-later
"""
Errors for the audit to find: writing to a router's maps with bpftool, and changes of its kernel
that the module does not hear of.
"""

import ipaddress
import json
import os
import struct

import bpf


def bpftool(r1, *arguments):
    """Run bpftool on a map of r1: ("update", map, ...); its output."""
    operation, name = arguments[0], arguments[1]
    pin = f"{bpf.pinned_maps(r1)}/{name}"
    return r1.net.cmd_raises(["bpftool", "-j", "map", operation, "pinned", pin, *arguments[2:]])


def octets(data):
    """Bytes as bpftool wants them typed."""
    return [str(byte) for byte in data]


def trie_key(prefix, bits=None):
    """The trie's name, and a key of it."""
    net = ipaddress.ip_network(prefix)
    bits = 32 + net.prefixlen if bits is None else bits
    key = struct.pack("=II", bits, 254) + net.network_address.packed
    return f"fib{net.version}_lpm", ["key", *octets(key)]


def trie_update(r1, prefix, route, bits=None):
    """Have the trie name a route's id."""
    name, key = trie_key(prefix, bits)
    bpftool(r1, "update", name, *key, "value", *octets(struct.pack("=I", route)))


def element(r1, name, index):
    """An element of an array, as bytes."""
    key = octets(struct.pack("=I", index))
    value = json.loads(bpftool(r1, "lookup", name, "key", *key))["value"]
    return bytes(int(byte, 16) for byte in value)


def element_update(r1, name, index, value):
    """Overwrite an element of an array."""
    bpftool(
        r1, "update", name, "key", *octets(struct.pack("=I", index)), "value", *octets(value)
    )


def repairs(report):
    """(object, fault) of what an audit mended."""
    return {(one["object"], one["fault"]): one for one in report["repairs"]}


def lines(r1, prefix):
    """What the log has of the audit and the prefix."""
    return [line for line in bpf.log(r1).splitlines() if f"audit: {prefix} " in line]


def unheard(r1, command):
    """Have it done in r1 without the module hearing of it."""
    pid = r1.cmd_raises("cat /var/run/frr/zebra.pid").strip()
    script = os.path.join(bpf.HERE, "deaf.py")
    assert int(r1.net.cmd_raises(["python3", script, pid, command])) > 0
