#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""
Send exactly the frames that a test wants, and count exactly what arrives.

Runs inside a node of a topology, on AF_PACKET sockets, so that no host stack adds,
merges or retransmits anything. Every datagram is UDP and carries a mark: magic, the
test's tag, the flow's number, a sequence number.

  frames.py send     JSON arguments on stdin, prints {"sent": N}
  frames.py receive  IFNAME TAG: prints "ready", counts until stdin closes, prints JSON
  frames.py solicit  IFNAME DMAC SOURCE TARGET: prints whether that DMAC answers a unicast
                     neighbour solicitation for the target
"""

import errno
import json
import select
import socket
import struct
import sys
import time

MAGIC = 0x66726262
MARK = struct.Struct("!IIII")
OUTGOING = 4  # PACKET_OUTGOING
BURST = 32


def checksum(data):
    """Internet checksum (RFC 1071) of bytes."""
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total & 0xFFFF) + (total >> 16)
    total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def mac_bytes(text):
    """Six bytes of a colon-separated MAC address."""
    return bytes.fromhex(text.replace(":", ""))


def udp(family, source, destination, sport, dport, payload):
    """A UDP header with checksum, and the payload."""
    length = 8 + len(payload)
    if family == socket.AF_INET:
        pseudo = source + destination + struct.pack("!BBH", 0, 17, length)
    else:
        pseudo = source + destination + struct.pack("!IHBB", length, 0, 0, 17)
    header = struct.pack("!HHHH", sport, dport, length, 0)
    value = checksum(pseudo + header + payload) or 0xFFFF
    return struct.pack("!HHHH", sport, dport, length, value) + payload


def datagram(source, destination, sport, dport, payload, ttl):
    """An IPv4 or IPv6 packet, by the form of the addresses."""
    family = socket.AF_INET6 if ":" in destination else socket.AF_INET
    src, dst = socket.inet_pton(family, source), socket.inet_pton(family, destination)
    body = udp(family, src, dst, sport, dport, payload)
    if family == socket.AF_INET6:
        return 0x86DD, struct.pack("!IHBB", 6 << 28, len(body), 17, ttl) + src + dst + body
    header = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(body), 0, 0x4000, ttl, 17, 0) + src + dst
    value = struct.pack("!H", checksum(header))
    return 0x0800, header[:10] + value + header[12:] + body


def send():
    """
    Send what stdin asks for: ifname, dmac, tag, count, destinations (list), source, and
    optionally sport, flows (source ports a destination), dport, size (payload), ttl, interval.
    """
    want = json.load(sys.stdin)
    flows, size = want.get("flows", 1), max(want.get("size", 64), MARK.size)
    destinations = want["destinations"]
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    sock.bind((want["ifname"], 0))
    with open("/proc/net/dev", encoding="ascii") as devices:
        assert want["ifname"] + ":" in devices.read()
    smac = sock.getsockname()[4]
    ethernet = mac_bytes(want["dmac"]) + smac
    for number in range(want["count"]):
        flow = number % (flows * len(destinations))
        payload = MARK.pack(MAGIC, want["tag"], flow, number).ljust(size, b"x")
        ethertype, packet = datagram(
            want["source"],
            destinations[flow // flows],
            want.get("sport", 10000) + flow % flows,
            want.get("dport", 9),
            payload,
            want.get("ttl", 64),
        )
        sock.send(ethernet + struct.pack("!H", ethertype) + packet)
        if want.get("interval"):
            time.sleep(want["interval"])
        elif number % BURST == BURST - 1:
            time.sleep(0.001)
    print(json.dumps({"sent": want["count"]}))


def udp_valid(packet, header_length, family):
    """True when the UDP checksum of a received packet is right."""
    body = packet[header_length:]
    if family == 4:
        body = body[: struct.unpack_from("!H", packet, 2)[0] - header_length]
        pseudo = packet[12:20] + struct.pack("!BBH", 0, 17, len(body))
    else:
        body = body[: struct.unpack_from("!H", packet, 4)[0]]
        pseudo = packet[8:40] + struct.pack("!IHBB", len(body), 0, 0, 17)
    return checksum(pseudo + body) == 0


def parse(frame, tag):
    """(flow, sequence, ttl, good, length) of one of our frames, or None."""
    ethertype = struct.unpack_from("!H", frame, 12)[0]
    packet = frame[14:]
    if ethertype == 0x0800 and len(packet) >= 44 and packet[9] == 17:
        header_length, family, ttl = 20, 4, packet[8]
        good = checksum(packet[:20]) == 0
    elif ethertype == 0x86DD and len(packet) >= 64 and packet[6] == 17:
        header_length, family, ttl = 40, 6, packet[7]
        good = True
    else:
        return None
    magic, its_tag, flow, number = MARK.unpack_from(packet, header_length + 8)
    if magic != MAGIC or its_tag != tag:
        return None
    return flow, number, ttl, good and udp_valid(packet, header_length, family), len(frame)


def receive(ifname, tag):
    """Count our frames on an interface until stdin closes; then report."""
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    sock.setsockopt(socket.SOL_SOCKET, 33, 256 << 20)  # SO_RCVBUFFORCE
    sock.bind((ifname, 3))
    print("ready", flush=True)
    result = {"count": 0, "bad": 0, "bytes": 0}
    flows, numbers, ttls, macs = {}, set(), {}, {}
    draining = False
    while True:
        readable = select.select([sock] if draining else [sock, sys.stdin], [], [], 0.3)[0]
        if sys.stdin in readable:
            draining = True
        if sock not in readable:
            if draining:
                break
            continue
        try:
            frame, address = sock.recvfrom(65536)
        except OSError as error:
            if error.errno != errno.ENETDOWN:  # told once when a test takes the link down
                raise
            continue
        if address[2] == OUTGOING:
            continue
        seen = parse(frame, tag)
        if not seen:
            continue
        flow, number, ttl, good, length = seen
        result["count"] += 1
        result["bytes"] += length
        result["bad"] += not good
        numbers.add(number)
        flows[flow] = flows.get(flow, 0) + 1
        ttls[ttl] = ttls.get(ttl, 0) + 1
        pair = frame[6:12].hex(":") + " " + frame[:6].hex(":")
        macs[pair] = macs.get(pair, 0) + 1
    result.update(unique=len(numbers), flows=flows, ttls=ttls, macs=macs)
    result.update(first=min(numbers, default=-1), last=max(numbers, default=-1))
    print(json.dumps(result))


def solicit(ifname, dmac, source, target):
    """One neighbour solicitation (RFC 4861, 4.3), sent to the target's own address."""
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    sock.bind((ifname, 3))
    smac = sock.getsockname()[4]
    src, dst = (socket.inet_pton(socket.AF_INET6, one) for one in (source, target))
    body = struct.pack("!BBHI", 135, 0, 0, 0) + dst + b"\1\1" + smac
    pseudo = src + dst + struct.pack("!IHBB", len(body), 0, 0, 58)
    body = body[:2] + struct.pack("!H", checksum(pseudo + body)) + body[4:]
    header = struct.pack("!IHBB", 6 << 28, len(body), 58, 255)
    sock.send(mac_bytes(dmac) + smac + b"\x86\xdd" + header + src + dst + body)
    answered = False
    while not answered and select.select([sock], [], [], 1)[0]:
        frame, address = sock.recvfrom(65536)
        answered = address[2] != OUTGOING and frame[54:55] == b"\x88" and frame[62:78] == dst
        answered = answered and frame[6:12] == mac_bytes(dmac)
    print(json.dumps(answered))


if __name__ == "__main__":
    if sys.argv[1] == "send":
        send()
    elif sys.argv[1] == "solicit":
        solicit(*sys.argv[2:])
    else:
        receive(sys.argv[2], int(sys.argv[3]))
