"""The reach guard against IANA's registries, and every way IPv6 wraps IPv4. The guard's own function only."""

from __future__ import annotations

import ipaddress

import pytest

from crawlers.net.addresses import is_public
from crawlers.net.special_addresses import INNER

WRAPPED = {
    "mapped": "::ffff:{}",
    "compatible": "::{}",
    "translated": "::ffff:0:{}",
    "NAT64": "64:ff9b::{}",
    "ISATAP": "2400:da00::5efe:{}",
    "ISATAP, universal": "2400:da00::200:5efe:{}",
}
INSIDE = ("10.1.2.3", "127.0.0.1", "169.254.169.254", "192.168.0.1", "172.16.9.9", "100.64.0.1", "0.1.2.3")


def six_to_four(address: str) -> str:
    return str(ipaddress.IPv6Address(0x2002 << 112 | int(ipaddress.IPv4Address(address)) << 80 | 1))


@pytest.mark.parametrize("network", INNER)
def test_no_end_of_a_special_range_is_public(network: str) -> None:
    net = ipaddress.ip_network(network)
    assert not is_public(str(net[0]))
    assert not is_public(str(net[-1]))


@pytest.mark.parametrize("address", INSIDE)
@pytest.mark.parametrize("form", WRAPPED.values(), ids=WRAPPED.keys())
def test_an_inner_address_stays_inner_however_it_is_wrapped(form: str, address: str) -> None:
    assert not is_public(form.format(address))


@pytest.mark.parametrize("address", INSIDE)
def test_an_inner_address_stays_inner_behind_6to4(address: str) -> None:
    assert not is_public(six_to_four(address))


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8", "223.5.5.5", "2001:4860:4860::8888", "2400:3200::1", "64:ff9b::8.8.8.8", "::ffff:8.8.8.8",
        six_to_four("8.8.8.8"),
    ],
)  # fmt: skip
def test_public_addresses_are(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "fe80::1%eth0",
        "::",
        "255.255.255.255",
        "64:ff9b:1::8.8.8.8",
        "2001::1",
        "4000::1",
        "200::1",
        "a.example",
        "",
    ],
)  # fmt: skip
def test_addresses_that_are_nobodys_public_ones(address: str) -> None:
    assert not is_public(address)


def test_what_python_calls_private_is_never_public() -> None:
    """The standard library agrees in this direction; it misses wrapped and site-local ones."""
    for network in INNER:
        address = ipaddress.ip_network(network)[0]
        if not address.is_global:
            assert not is_public(str(address))
