"""Which machines a request may reach: public ones, and the private ones the config itself names."""

from __future__ import annotations

import ipaddress
import socket
from typing import NamedTuple
from urllib.parse import urlsplit

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from crawlers.net.special_addresses import embedded, is_special

_PORTS = {"http": 80, "https": 443}


class Origin(NamedTuple):
    """Scheme, host (lower case, without brackets) and port: what a browser calls one site."""

    scheme: str
    host: str
    port: int

    @property
    def is_loopback(self) -> bool:
        """True for this machine, by address or as localhost."""
        address = literal(self.host)
        return address.is_loopback if address else self.host == "localhost"


def origin_of(url: str) -> Origin | None:
    """The origin of an http(s) URL; None for any other scheme, no host, or a port that is none."""
    try:
        parts = urlsplit(url)
        scheme, host, port = parts.scheme.lower(), parts.hostname, parts.port
    except ValueError:
        return None
    if scheme not in _PORTS or not host:
        return None
    return Origin(scheme, host.rstrip("."), port or _PORTS[scheme])


def literal(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address a host name spells out, None where it is a name."""
    try:
        return ipaddress.ip_address(host.split("%", 1)[0])
    except ValueError:
        return None


def is_public(address: str) -> bool:
    """True for an address of the open Internet that carries no inner one within (special_addresses.py)."""
    ip = literal(address)
    if ip is None or is_special(ip):
        return False
    return isinstance(ip, ipaddress.IPv4Address) or not any(map(is_special, embedded(ip)))


class PrivateAddressError(OSError):
    """A name resolves to an address of the inner network that no source names."""


class PublicResolver(AbstractResolver):
    """Resolves names and keeps only public addresses.

    It sits where the connection is made, so that a name cannot answer one thing to a check and another
    to the request.
    """

    def __init__(self) -> None:
        self._inner = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The public addresses of `host`. Raises PrivateAddressError where it has no such one."""
        found = await self._inner.resolve(host, port, family)
        public = [entry for entry in found if is_public(entry["host"])]
        if found and not public:
            raise PrivateAddressError(f"{host} 指向内网地址")
        return public

    async def close(self) -> None:
        """Nothing is held."""
        await self._inner.close()
