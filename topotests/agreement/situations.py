# SPDX-License-Identifier: GPL-2.0-or-later
"""
The situations of suite agreement, a row each: name, where packets are sent to, what is typed in a
shell of r1 ("zebra:" in vtysh; "until:" is repeated until it succeeds).

Each row has prefixes of its own: {P} is {net}.9.0/24 within {P16}, {Q} is {net6}:9::/64 within
{Q48}; {N} begins the ids of its nexthop objects. {B} is r2 behind {dev}, {C} is r3 behind to-r3;
everything else leads to C.
"""

from dataclasses import dataclass

P, Q = "P", "Q"
OBJECTS = [
    "ip nexthop add id {N}00 via {B} dev {dev}",
    "ip nexthop add id {N}01 via {C} dev to-r3",
    "ip nexthop add id {N}02 group {N}00/{N}01",
    "ip route add {P} nhid {N}02",
]
OBJECTS6 = [
    "ip nexthop add id {N}00 via {B6} dev {dev}",
    "ip nexthop add id {N}01 via {C6} dev to-r3",
    "ip nexthop add id {N}02 group {N}00/{N}01",
    "ip -6 route add {Q} nhid {N}02",
]
ECMP = ["zebra:ip route {P} {B}", "zebra:ip route {P} {C}"]
ECMP6 = ["zebra:ipv6 route {Q} {B6}", "zebra:ipv6 route {Q} {C6}"]
JOINED6 = "ip -6 route add {Q} nexthop via {B6} nexthop via {C6}"
SEVERAL = "ip route add {P} nexthop via {B} nexthop via {C}"
STATIC = ["zebra:ip route {P} {B}", "until:ip route show {P} | grep -q proto"]
STATIC6 = ["zebra:ipv6 route {Q} {B6}", "until:ip -6 route show {Q} | grep -q proto"]
ADDRESS = "ip address add {net}.9.1/24 dev {dev}"
ADDRESS6 = "ip address add {net6}:9::1/64 dev {dev} nodad"

# What zebra has as Linux does, in all releases of FRR: XDP forwards it.
SAME = [
    ("plain", P, ["ip route add {P} via {B}"]),
    ("plain6", Q, ["ip -6 route add {Q} via {B6}"]),
    ("static", P, STATIC),
    ("static6", Q, STATIC6),
    ("static-several", P, ECMP),
    ("static-several6", Q, ECMP6),
    ("static-recursive", P, ["zebra:ip route {P16} {B}", "zebra:ip route {P} {net}.1.1"]),
    ("metric", P, ["ip route add {P} via {C} metric 20", "ip route add {P} via {B} metric 10"]),
]

OF_THE_KERNEL = [
    ("joined6-one-deleted", Q, [JOINED6, "ip -6 route del {Q} via {C6}"]),
    ("joined6-one-by-one", Q, ["ip -6 route add {Q} via {C6}", "ip -6 route append {Q} via {B6}"]),
    (
        "joined6-of-two-protocols",
        Q,
        ["ip -6 route add {Q} via {C6}", "ip -6 route append {Q} via {B6} proto 186"],
    ),
    ("joined6-replaced", Q, [JOINED6, "ip -6 route replace {Q} via {B6}"]),
    ("metric6", Q, ["ip -6 route add {Q} via {C6}", "ip -6 route add {Q} via {B6} metric 10"]),
    ("appended", P, ["ip route add {P} via {B}", "ip route append {P} via {C}"]),
    (
        "appended-and-deleted",
        P,
        [
            "ip route add {P} via {B}",
            "ip route append {P} via {C}",
            "ip route del {P} via {C}",
        ],
    ),
    (
        "appended-and-first-deleted",
        P,
        [
            "ip route add {P} via {C}",
            "ip route append {P} via {B}",
            "ip route del {P} via {C}",
        ],
    ),
    ("prepended", P, ["ip route add {P} via {C}", "ip route prepend {P} via {B}"]),
    (
        "prepended-and-deleted",
        P,
        [
            "ip route add {P} via {B}",
            "ip route prepend {P} via {C}",
            "ip route del {P} via {C}",
        ],
    ),
    ("replaced", P, ["ip route add {P} via {C}", "ip route replace {P} via {B}"]),
    (
        "replaced-the-first-of-two",
        P,
        [
            "ip route add {P} via {C}",
            "ip route append {P} via {C} proto 186",
            "ip route replace {P} via {B}",
        ],
    ),
    ("changed", P, ["ip route add {P} via {C}", "ip route change {P} via {B}"]),
    ("replaced-by-blackhole", P, ["ip route add {P} via {B}", "ip route replace blackhole {P}"]),
    ("blackhole-replaced", P, ["ip route add blackhole {P}", "ip route replace {P} via {B}"]),
    (
        "flushed",
        P,
        [
            "ip route add {P} via {B}",
            "ip route append {P} proto 186 via {C}",
            "ip route flush exact {P}",
        ],
    ),
    ("on-link-of-the-kernel", P, ["ip route add {P} dev {dev} proto kernel scope link"]),
    ("on-link6-of-an-advertisement", Q, ["ip -6 route add {Q} dev {dev} proto ra"]),
    ("several", P, [SEVERAL]),
    ("several-weighted", P, [SEVERAL.replace("via {B}", "via {B} weight 3")]),
    ("gateway-of-ipv6", P, ["ip route add {P} via inet6 {B6} dev {dev}"]),
    ("onlink", P, ["ip route add {P} via 10.77.0.2 dev {dev} onlink"]),
    ("link-local6", Q, ["ip -6 route add {Q} via {LL} dev {dev}"]),
    ("mtu", P, ["ip route add {P} via {B} mtu 1400"]),
    ("mtu6", Q, ["ip -6 route add {Q} via {B6} mtu lock 1400"]),
    ("preferred-source", P, ["ip route add {P} via {B} src 10.0.12.1"]),
    ("tos", P, ["ip route add {P} via {C}", "ip route add {P} tos 0x10 via {B}"]),
    ("tos-only", P, ["ip route add {P} tos 0x10 via {B}"]),
    ("source-of-packets6", Q, ["ip -6 route add {Q} from 2001:db8:1::/64 via {B6}"]),
    ("source-of-others6", Q, ["ip -6 route add {Q} from 2001:db8:2::/64 via {B6}"]),
    ("preference6", Q, ["ip -6 route add {Q} via {B6} pref high"]),
    ("expires6", Q, ["ip -6 route add {Q} via {B6} expires 1000"]),
    ("expired6", Q, ["ip -6 route add {Q} via {B6} expires 1", "sleep 2.1"]),
    ("longer", P, ["ip route add {P16} via {C}", "ip route add {P} via {B}"]),
    (
        "longer-and-deleted",
        P,
        [
            "ip route add {P16} via {B}",
            "ip route add {P} via {C}",
            "ip route del {P}",
        ],
    ),
    ("encapsulated", P, ["ip route add {P} encap ip id 7 dst 10.0.13.3 via {B} dev {dev}"]),
]

OBJECT_ROWS = [
    ("objects", P, OBJECTS),
    ("objects6", Q, OBJECTS6),
    ("objects-replaced", P, OBJECTS + ["ip nexthop replace id {N}01 via {B} dev {dev}"]),
    ("objects-member-deleted", P, OBJECTS + ["ip nexthop del id {N}01"]),
    ("objects6-member-deleted", Q, OBJECTS6 + ["ip nexthop del id {N}01"]),
    ("objects-group-smaller", P, OBJECTS + ["ip nexthop replace id {N}02 group {N}00"]),
    ("objects-group-of-others", P, OBJECTS + ["ip nexthop replace id {N}02 group {N}00,5"]),
    ("objects-deleted", P, OBJECTS + ["ip nexthop del id {N}02"]),
    ("objects6-deleted", Q, OBJECTS6 + ["ip nexthop del id {N}02"]),
    (
        "object-becomes-blackhole",
        P,
        [
            "ip nexthop add id {N}00 via {B} dev {dev}",
            "ip route add {P} nhid {N}00",
            "ip nexthop replace id {N}00 blackhole",
        ],
    ),
    (
        "object-without-gateway",
        P,
        ["ip nexthop add id {N}00 dev {dev}", "ip route add {P} nhid {N}00"],
    ),
    (
        "objects-resilient",
        P,
        OBJECTS[:2]
        + ["ip nexthop add id {N}02 group {N}00/{N}01 type resilient buckets 8"]
        + OBJECTS[3:],
    ),
]

OF_ADDRESSES = [
    ("noprefixroute", P, [ADDRESS + " noprefixroute"]),
    ("noprefixroute6", Q, [ADDRESS6 + " noprefixroute"]),
    ("connected", P, [ADDRESS]),
    ("connected6", Q, [ADDRESS6]),
    ("connected-deleted", P, [ADDRESS, "ip route del {P} dev {dev}"]),
    ("connected6-deleted", Q, [ADDRESS6, "ip -6 route del {Q} dev {dev}"]),
    ("address-deleted", P, [ADDRESS, "ip address del {net}.9.1/24 dev {dev}"]),
    ("address6-deleted", Q, [ADDRESS6, "ip address del {net6}:9::1/64 dev {dev}"]),
    (
        "connected-and-lower-metric",
        P,
        [ADDRESS + " metric 500", "ip route add {P} via {C} metric 10"],
    ),
    ("connected6-and-lower-metric", Q, [ADDRESS6, "ip -6 route add {Q} via {C6} metric 100"]),
    (
        "subnet-on-two-links",
        P,
        [
            "ip address add {net}.9.1/24 dev to-r3",
            "ip address add {net}.9.2/24 dev {dev}",
            "ip address del {net}.9.1/24 dev to-r3",
        ],
    ),
    ("subnet6-on-two-links", Q, [ADDRESS6, "ip address add {net6}:9::2/64 dev to-r3 nodad"]),
    (
        "second-address-stays",
        P,
        [
            ADDRESS,
            "ip address add {net}.9.2/24 dev {dev}",
            "ip address del {net}.9.1/24 dev {dev}",
        ],
    ),
    (
        "address6-while-down",
        Q,
        [
            "ip -6 route add {Q48} via {B6}",
            "ip link set spare down",
            "ip address add {net6}:9::10/64 dev spare nodad noprefixroute",
            "ip link set spare name away",
            "ip link set away name spare",
            "ip link set spare up",
        ],
    ),
    ("peer-address", P, ["ip address add 10.78.{N}.1 peer {P} dev {dev}"]),
]

OF_ZEBRA_AND_KERNEL = [
    (
        "replaced-by-one-refused",
        Q,
        STATIC6 + ["zebra:ipv6 route {Q48} Null0", "zebra:ipv6 route {Q} {net6}:1::1"],
    ),
    ("static-and-lower-metric", P, STATIC + ["ip route add {P} via {C} metric 5"]),
    ("static-and-higher-metric", P, STATIC + ["ip route add {P} via {C} metric 500"]),
    ("static6-and-lower-metric", Q, STATIC6 + ["ip -6 route add {Q} via {C6} metric 5"]),
    ("static-deleted-by-hand", P, STATIC + ["ip route del {P}"]),
    ("static6-deleted-by-hand", Q, STATIC6 + ["ip -6 route del {Q}"]),
    ("static-replaced-by-hand", P, STATIC + ["ip route replace {P} via {C} proto 196 metric 20"]),
    ("static-appended-by-hand", P, STATIC + ["ip route append {P} via {C} metric 20"]),
    ("static-prepended-by-hand", P, STATIC + ["ip route prepend {P} via {C} metric 20"]),
    ("static-joined6-by-hand", Q, STATIC6 + ["ip -6 route append {Q} via {C6} metric 20"]),
    ("static-blackhole", P, ["zebra:ip route {P} Null0"]),
    ("static-reject6", Q, ["zebra:ipv6 route {Q} reject"]),
    ("static-on-link", P, ["zebra:ip route {P} {dev}"]),
    ("static-onlink", P, ["zebra:ip route {P} 10.77.0.3 {dev} onlink"]),
    ("static-and-kernel-distance", P, ["ip route add {P} via {C}"] + STATIC[:1]),
    ("static-changes", P, ["zebra:ip route {P} {C}"] + STATIC + ["zebra:no ip route {P} {C}"]),
    ("static-goes", P, STATIC + ["zebra:no ip route {P} {B}"]),
]

# Routes of others, by their number: kernel 2, boot 3, static 4, ra 9, zebra 11, bird 12, dhcp 16,
# babel 42, nobody 99, bgp 186, isis 187, ospf 188, rip 189, eigrp 192.
PROTOCOLS = [
    (f"protocol-{number}-{family or 4}", prefix, [line + f" proto {number}"])
    for number in (2, 3, 4, 9, 11, 12, 16, 42, 99, 186, 187, 188, 189, 192)
    for family, prefix, line in (
        ("", P, "ip route add {P} via {B}"),
        ("6", Q, "ip -6 route add {Q} via {B6}"),
    )
]

# A throw in main lets the next rule decide, of which there is none: no route.
TYPES = [
    (f"{type_}-of-{number}-{family or 4}", prefix, [cover, f"{line} proto {number}"])
    for type_ in ("blackhole", "unreachable", "prohibit", "throw")
    for number in (3, 186)
    for family, prefix, cover, line in (
        ("", P, "ip route add {P16} via {B}", f"ip route add {type_} {{P}}"),
        ("6", Q, "ip -6 route add {Q48} via {B6}", f"ip -6 route add {type_} {{Q}}"),
    )
]

# Where the kernel has own addresses beyond those of interfaces, it checks sources of IPv4 in full:
# XDP leaves all of it to the kernel.
LOCALS = [
    ("local", P, ["ip route add local {P} dev {dev}"]),
    ("broadcast", P, ["ip route add broadcast {P} dev {dev}"]),
]
LINK_ROWS = [
    ("plain", P, ["ip route add {P} via {B}"]),
    ("plain6", Q, ["ip -6 route add {Q} via {B6}"]),
    ("covered", P, ["ip route add {P16} via {C}", "ip route add {P} via {B} proto 186"]),
    ("several", P, [SEVERAL]),
    ("joined6", Q, [JOINED6]),
    ("weighted6", Q, ["ip -6 route add {Q} nexthop via {B6} nexthop via {C6} weight 3"]),
    ("objects", P, OBJECTS),
    ("objects6", Q, OBJECTS6),
    ("connected", P, [ADDRESS]),
    ("connected6", Q, [ADDRESS6]),
    ("blackhole-on-link6", Q, ["ip -6 route add blackhole {Q} dev {dev}"]),
    ("onlink", P, ["ip route add {P} via 10.77.0.2 dev {dev} onlink"]),
    ("static", P, STATIC),
    ("static6", Q, STATIC6),
    ("static-several", P, ECMP),
    ("static-several6", Q, ECMP6),
    ("static-recursive", P, ["zebra:ip route {P16} {B}", "zebra:ip route {P} {net}.1.1"]),
    ("static-onlink", P, ["zebra:ip route {P} 10.77.0.3 {dev} onlink"]),
    ("elsewhere", P, ["ip route add {P} via {C}"]),
    ("elsewhere6", Q, ["ip -6 route add {Q} via {C6}"]),
]
ELSEWHERE = ["elsewhere", "elsewhere6"]


@dataclass
class Event:
    """
    What happens when its rows are there, and what undoes it: lines begin with their router.
    XDP then forwards packets to the rows named itself. dev is {dev} in the rows.
    """

    rows: list
    lines: list = ()
    undo: list = ()
    forwarded: list = ()
    dev: str = "to-r2"


DOWN, UP = "r1:ip link set to-r2 down", "r1:ip link set to-r2 up"
PEER_DOWN = "r2:ip link set to-r1 down"
PEER_UP = (
    "r2:ip link set to-r1 up; ip route replace 10.1.0.0/24 via 10.0.12.1;"
    "ip -6 route replace 2001:db8:1::/64 via 2001:db8:12::1"
)
IGNORE, HEED = (
    [f"r1:sysctl -w net.{ip}.conf.to-r2.ignore_routes_with_linkdown={n}" for ip in ("ipv4", "ipv6")]
    for n in (1, 0)
)
RULE = "r1:ip rule add pref 100 from 10.1.0.0/24 lookup 77"
NO_RULE = "r1:ip rule del pref 100"
# Those of static routes through B.
DELETE_OBJECTS = (
    "r1:for id in $(ip nexthop show proto zebra | grep 'via 10.0.12.2 ' | cut -d ' ' -f 2);"
    " do ip nexthop del id $id; done"
)
ALL_SAME = [name for name, _, _ in SAME]

EVENTS = {
    "nothing": Event(
        SAME + OF_THE_KERNEL + OBJECT_ROWS + OF_ADDRESSES + OF_ZEBRA_AND_KERNEL + PROTOCOLS + TYPES,
        forwarded=ALL_SAME,
    ),
    "local": Event(SAME + LOCALS, undo=["r1:ip route flush table local proto boot"]),
    "rule": Event(SAME, [RULE], [NO_RULE]),
    "rule-and-gone": Event(SAME, [RULE, NO_RULE], forwarded=ALL_SAME),
    "down": Event(LINK_ROWS, [DOWN], [UP], ELSEWHERE),
    "down-and-up": Event(LINK_ROWS, [DOWN, UP], forwarded=ELSEWHERE),
    "no-carrier": Event(LINK_ROWS, [PEER_DOWN], [PEER_UP], ELSEWHERE),
    "no-carrier-ignored": Event(LINK_ROWS, IGNORE + [PEER_DOWN], [PEER_UP] + HEED, ELSEWHERE),
    "no-carrier-and-back": Event(LINK_ROWS, [PEER_DOWN, PEER_UP], forwarded=ELSEWHERE),
    "zebras-object-deleted": Event(LINK_ROWS, [DELETE_OBJECTS], forwarded=ELSEWHERE),
    "link-gone": Event(LINK_ROWS, ["r1:ip link del spare"], forwarded=ELSEWHERE, dev="spare"),
}
