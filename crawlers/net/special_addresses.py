"""Address ranges that are not the open Internet: IANA's two special-purpose registries, and IPv4 inside IPv6.

The registries: "IANA IPv4 Special-Purpose Address Registry" and its IPv6 twin (RFC 6890, 8190). Their rows
that are reachable from everywhere (AS112, anycast of some protocols) serve no pages, so they are inner too.
Multicast (RFC 5771, RFC 4291) is not in them.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

INNER = (
    "0.0.0.0/8",  # this network, RFC 791
    "10.0.0.0/8",  # private use, RFC 1918
    "100.64.0.0/10",  # shared by carriers, RFC 6598
    "127.0.0.0/8",  # loopback, RFC 1122
    "169.254.0.0/16",  # link local, RFC 3927
    "172.16.0.0/12",  # private use, RFC 1918
    "192.0.0.0/24",  # protocol assignments, RFC 6890
    "192.0.2.0/24",  # documentation, RFC 5737
    "192.31.196.0/24",  # AS112, RFC 7535
    "192.52.193.0/24",  # AMT, RFC 7450
    "192.88.99.0/24",  # 6to4 relays, given up, RFC 7526
    "192.168.0.0/16",  # private use, RFC 1918
    "192.175.48.0/24",  # AS112, RFC 7534
    "198.18.0.0/15",  # benchmarking, RFC 2544
    "198.51.100.0/24",  # documentation, RFC 5737
    "203.0.113.0/24",  # documentation, RFC 5737
    "224.0.0.0/4",  # multicast, RFC 5771
    "240.0.0.0/4",  # reserved, RFC 1112; the last one is the broadcast address, RFC 8190
    "::/128",  # unspecified, RFC 4291
    "::1/128",  # loopback, RFC 4291
    "64:ff9b:1::/48",  # translation within a site, RFC 8215
    "100::/64",  # discard only, RFC 6666
    "100:0:0:1::/64",  # dummy prefix, RFC 9780
    "2001::/23",  # protocol assignments, RFC 2928; Teredo is among them, whatever it wraps, RFC 4380
    "2001:db8::/32",  # documentation, RFC 3849
    "2620:4f:8000::/48",  # AS112, RFC 7534
    "3fff::/20",  # documentation, RFC 9637
    "5f00::/16",  # segment routing identifiers, RFC 9602
    "fc00::/7",  # unique local, RFC 4193
    "fe80::/10",  # link local, RFC 4291
    "fec0::/10",  # site local, given up, RFC 3879
    "ff00::/8",  # multicast, RFC 4291
)
_LOW = (1 << 32) - 1
_GIVEN_OUT = ipaddress.ip_network("2000::/3")
"""What of IPv6 IANA has given out so far; elsewhere nobody has a public address (RFC 4291, 2.4)."""
_SIX_TO_FOUR = ipaddress.ip_network("2002::/16")
_LAST_32_BITS = tuple(map(ipaddress.ip_network, ("::ffff:0:0/96", "64:ff9b::/96")))
"""Mapped (RFC 4291) and translated (RFC 6052): as public as what they carry. Compatible ::/96 was given up,
::ffff:0:0:0/96 never leaves a host."""
_ISATAP = (0x00005EFE, 0x02005EFE)
"""The upper half of an interface identifier that ends in an IPv4 address, RFC 5214."""


def is_special(ip: Address) -> bool:
    """Whether the address itself is an inner one; what is embedded in it is not looked at."""
    if isinstance(ip, ipaddress.IPv6Address) and ip not in _GIVEN_OUT and not _wraps(ip):
        return True
    return any(ip in network for network in _INNER[ip.version])


def embedded(ip: ipaddress.IPv6Address) -> Iterator[ipaddress.IPv4Address]:
    """Every IPv4 address that the IPv6 address stands for or leads through."""
    bits = int(ip)
    if _wraps(ip):
        yield ipaddress.IPv4Address(bits & _LOW)
    if ip in _SIX_TO_FOUR:  # RFC 3056
        yield ipaddress.IPv4Address(bits >> 80 & _LOW)
    if bits >> 32 & _LOW in _ISATAP:
        yield ipaddress.IPv4Address(bits & _LOW)


def _wraps(ip: ipaddress.IPv6Address) -> bool:
    return any(ip in net for net in _LAST_32_BITS)


_INNER = {
    version: tuple(net for net in map(ipaddress.ip_network, INNER) if net.version == version)
    for version in (4, 6)
}
