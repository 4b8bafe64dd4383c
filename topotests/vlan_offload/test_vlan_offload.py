# SPDX-License-Identifier: GPL-2.0-or-later
"""
VLAN tags that are not in the frame when XDP sees it: they are seen beside it, the offload is
turned off, or the kernel decides.

    h1 --- r1 (module) --- h2
"""

import contextlib
import json

import pytest

import bpf

LINKS = ["r1:to-h1 h1:eth0", "r1:to-h2 h2:eth0"]
HOSTS = {
    "h1": ("10.1.0.2/24", "10.1.0.1", "2001:db8:1::2/64", "2001:db8:1::1"),
    "h2": ("10.2.0.2/24", "10.2.0.1", "2001:db8:2::2/64", "2001:db8:2::1"),
}
PREFIXES = {"10.2.0.2": "10.2.0.0/24", "2001:db8:2::2": "2001:db8:2::/64"}
COUNT = 50


def setup_module(module):
    """Start the topology."""
    tgen = bpf.build(module.__name__, LINKS, HOSTS)
    bpf.load(tgen, "r1", [])
    tgen.start_router()
    bpf.wait_fib(tgen.gears["r1"], list(PREFIXES.values()))
    for destination in PREFIXES:
        bpf.warm(tgen.gears["h1"], destination)
    seen(tgen, "turned-off")


def teardown_module():
    """Remove the topology."""
    bpf.stop()


def interface(tgen):
    """What "show bpf interface" says of the ingress."""
    return bpf.show(tgen.gears["r1"], "show bpf interface to-h1")["to-h1"]


def seen(tgen, offload):
    """Wait until XDP sees the tags and the driver's offload is like that."""
    bpf.wait(
        f"tags to be seen, offload {offload}",
        lambda: (interface(tgen).get("vlanTags"), interface(tgen).get("vlanOffload"))
        == ("seen", offload),
    )


def feature(tgen):
    """The driver's receive VLAN offload, as ethtool says: on or off, for C-tags and S-tags."""
    names = ("rx-vlan-offload:", "rx-vlan-stag-hw-parse:")
    lines = tgen.gears["r1"].cmd_raises("ethtool -k to-h1").splitlines()
    [value] = {line.split()[1] for line in lines if line.strip().startswith(names)}
    return value


def counted(tgen, destination, verdict):
    """Send COUNT datagrams from h1: what h2 got, and did r1 count the verdict for each?"""
    nodes = tgen.gears
    before = bpf.verdicts(nodes["r1"])
    gateway, receiver = (nodes["r1"], "to-h1"), (nodes["h2"], "eth0")
    report = bpf.traffic(nodes["h1"], gateway, destination, COUNT, [receiver])[0]
    return report["unique"], bpf.verdicts(nodes["r1"])[verdict] - before[verdict] >= COUNT


def forwarded(tgen):
    """Untagged datagrams of both families cross in XDP."""
    nodes = tgen.gears
    gateway, receiver = (nodes["r1"], "to-h1"), (nodes["h2"], "eth0")
    for destination, prefix in PREFIXES.items():
        bpf.check_forwarded(
            nodes["r1"], nodes["h1"], gateway, destination, prefix, COUNT, receiver
        )


@contextlib.contextmanager
def tagging(tgen):
    """h1 tags what it sends, the tag beside the frame."""
    h1 = tgen.gears["h1"]
    h1.cmd_raises("ethtool -K eth0 txvlan on")
    index = json.loads(h1.cmd_raises("ip -j link show eth0"))[0]["ifindex"]
    with bpf.program(h1, "tag", str(index), "1"):
        yield


@pytest.mark.parametrize("destination", PREFIXES, ids=["ipv4", "ipv6"])
def test_tag_beside_the_frame(tgen, destination):
    """A veth's peer did not write the tag into the frame: not routed, as Linux does not."""
    with tagging(tgen):
        assert counted(tgen, destination, "punt-vlan") == (0, True)
        tgen.gears["h1"].cmd_raises("ethtool -K eth0 txvlan off")
        assert counted(tgen, destination, "punt-vlan") == (0, True)


def test_untagged(tgen):
    """What has no tag is forwarded."""
    forwarded(tgen)


def test_offload_is_turned_off(tgen):
    """While there is bpf forwarding the driver's offload is off; after that it is as before."""
    r1 = tgen.gears["r1"]
    assert feature(tgen) == "off"
    assert "to-h1: VLAN offload was turned off" in bpf.vtysh(r1, "show bpf interface to-h1")
    bpf.configure(r1, "interface to-h1", "no bpf forwarding")
    bpf.wait("the offload to be on again", lambda: feature(tgen) == "on")
    bpf.configure(r1, "interface to-h1", "bpf forwarding")
    seen(tgen, "turned-off")
    r1.cmd_raises("ethtool -K to-h1 rxvlan on")
    bpf.wait("the offload to be turned off again", lambda: feature(tgen) == "off")
    seen(tgen, "turned-off")
    forwarded(tgen)


def test_offload_that_was_off(tgen):
    """It stays off when forwarding in XDP ends."""
    r1 = tgen.gears["r1"]
    bpf.configure(r1, "interface to-h1", "no bpf forwarding")
    bpf.wait("the offload to be on again", lambda: feature(tgen) == "on")
    r1.cmd_raises("ethtool -K to-h1 rxvlan off rx-vlan-stag-hw-parse off")
    bpf.configure(r1, "interface to-h1", "bpf forwarding")
    seen(tgen, "off")
    forwarded(tgen)
    bpf.configure(r1, "interface to-h1", "no bpf forwarding")
    bpf.wait("the program to go", lambda: not bpf.xdp(r1, "to-h1"))
    assert feature(tgen) == "off"
    r1.cmd_raises("ethtool -K to-h1 rxvlan on rx-vlan-stag-hw-parse on")
    bpf.configure(r1, "interface to-h1", "bpf forwarding")
    seen(tgen, "turned-off")


def test_generic_mode(tgen):
    """There a veth's tags cannot be seen: the kernel decides, unless it is told not to."""
    r1 = tgen.gears["r1"]
    lookup = "show bpf lookup 10.2.0.2 from 10.1.0.2 iif to-h1"
    bpf.configure(r1, "interface to-h1", "bpf forwarding generic")
    bpf.wait("the offload to be known", lambda: interface(tgen).get("vlanOffload"))
    assert interface(tgen)["vlanTags"] == "hidden"
    text = bpf.vtysh(r1, "show bpf interface to-h1")
    assert "to-h1: VLAN tags of a veth are hidden from XDP in generic mode: its packets are" in text
    with tagging(tgen):
        assert counted(tgen, "10.2.0.2", "punt-vlan-offload") == (0, True)
    assert bpf.show(r1, lookup)["verdict"] == "punt-vlan-offload"
    assert counted(tgen, "10.2.0.2", "punt-vlan-offload") == (COUNT, True)
    assert bpf.configure(r1, "bpf vlan-offload ignore").strip() == ""
    assert "bpf vlan-offload ignore" in bpf.vtysh(r1, "show running-config").splitlines()
    assert bpf.show(r1, lookup)["verdict"] == "forward-ipv4"
    forwarded(tgen)
    assert bpf.configure(r1, "no bpf vlan-offload").strip() == ""
    assert "bpf vlan-offload" not in bpf.vtysh(r1, "show running-config")
    assert bpf.show(r1, lookup)["verdict"] == "punt-vlan-offload"
    bpf.configure(r1, "interface to-h1", "bpf forwarding native")
    seen(tgen, "turned-off")


def test_yang(tgen):
    """The model has it."""
    shown = bpf.yang(tgen.gears["r1"])["interface"]
    [entry] = [one for one in shown if one["name"] == "to-h1"]
    assert (entry["vlan-tags"], entry["vlan-offload"]) == ("seen", "turned-off")


def test_stop(tgen):
    """zebra ends: the offload is as it was before it came."""
    bpf.stop_daemons(tgen.gears["r1"], "zebra")
    assert feature(tgen) == "on"
