"""Before the first request: pauses, contact, addresses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from crawlers.net.addresses import Origin, is_public, origin_of
from crawlers.net.politeness import check_delay, check_network, origins_of, user_agent
from koubei.core.config.schema import Network, Source
from koubei.core.errors import ConfigError

PUBLIC = "https://bbs.example.com/forum-2-1.html"
LOCAL = "http://127.0.0.1:8000/feed"


def source(url: str, delay: float) -> Source:
    return Source(name="s", spider="feed", urls=(url,), delay_seconds=delay)


def delay_of(url: str, delay: float) -> float:
    made = source(url, delay)
    return check_delay(made, origins_of(made, made.urls))


@pytest.mark.parametrize(("url", "delay"), [(PUBLIC, 3.0), (PUBLIC, 10.0), (LOCAL, 1.0)])
def test_a_pause_at_or_above_the_floor_is_kept(url: str, delay: float) -> None:
    assert delay_of(url, delay) == delay


@pytest.mark.parametrize(("url", "delay", "floor"), [(PUBLIC, 2.9, "3"), (LOCAL, 0.9, "1"), (LOCAL, 0, "1")])
def test_a_pause_below_the_floor_is_an_error_that_names_it(url: str, delay: float, floor: str) -> None:
    with pytest.raises(ConfigError, match=f"不小于 {floor}"):
        delay_of(url, delay)


def test_no_pause_only_for_the_sandbox_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOUBEI_SANDBOX_ORIGIN", "http://127.0.0.1:8000")
    assert delay_of(LOCAL, 0) == 0
    with pytest.raises(ConfigError):
        delay_of("http://127.0.0.1:8001/feed", 0)


def test_the_sandbox_cannot_be_a_public_site(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOUBEI_SANDBOX_ORIGIN", "https://bbs.example.com")
    with pytest.raises(ConfigError):
        delay_of(PUBLIC, 0)


def test_a_public_site_is_told_whom_to_write_to() -> None:
    origins = frozenset({Origin("https", "bbs.example.com", 443)})
    assert user_agent(Network(contact="ops@example.com"), origins).endswith(" (+ops@example.com)")
    with pytest.raises(ConfigError, match="contact"):
        user_agent(Network(), origins)


def test_this_machine_needs_no_contact() -> None:
    assert user_agent(Network(), frozenset({Origin("http", "localhost", 80)})).startswith("Koubei/")


@pytest.mark.parametrize("contact", ["a@b.c\r\nX: y", "运营@example.com"])
def test_a_contact_that_is_no_header_is_refused(contact: str) -> None:
    with pytest.raises(ConfigError):
        user_agent(Network(contact=contact), frozenset({Origin("https", "a.example", 443)}))


@pytest.mark.parametrize(
    "url", ["ftp://a.example/x", "file:///etc/passwd", "https://u:p@a.example/", "a.example"]
)
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(ConfigError):
        origins_of(source(url, 3), (url,))


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.8", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "::1",  # noqa: S104  to be refused
     "fe80::1", "fd00::1", "::ffff:127.0.0.1", "224.0.0.1", "2002:7f00:1::", "not an address"],
)  # fmt: skip
def test_inner_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:93.184.216.34"])
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("HTTP://Example.COM./x", Origin("http", "example.com", 80)),
        ("https://[::1]:8443/", Origin("https", "::1", 8443)),
        ("javascript:alert(1)", None),
        ("http://a.example:99999/", None),
    ],
)
def test_origins(url: str, origin: Any) -> None:
    assert origin_of(url) == origin


def test_a_proxy_and_a_ca_bundle_are_checked(tmp_path: Path) -> None:
    bundle = tmp_path / "ca.pem"
    bundle.write_text("no certificate")
    for wrong in (
        Network(proxy="socks5://a:1"),
        Network(ca_bundle=bundle),
        Network(ca_bundle=tmp_path / "none"),
    ):
        with pytest.raises(ConfigError, match="network"):
            check_network(wrong)
    check_network(Network(proxy="http://proxy.example:3128"))


@pytest.mark.parametrize(
    ("url", "fix"),
    [
        ("127.0.0.1:8000/feed", "https://127.0.0.1:8000/feed"),
        ("", "https://"),
        ("javascript:alert(1)", "https://"),
        ("ftp://a.example/feed", "http://"),
        ("file:///etc/passwd", "http://"),
        ("http://a.example/a b", "%20"),
        ("http://a.example:99999/", "端口"),
        ("http://", "端口"),
        ("http://[::1", "端口"),
    ],
)
def test_an_address_that_cannot_be_asked_is_an_error_with_its_fix(url: str, fix: str) -> None:
    with pytest.raises(ConfigError) as caught:
        origins_of(source(url, 3), [url])
    assert fix in caught.value.fix


def test_a_password_in_an_address_is_not_repeated() -> None:
    url = "https://me:hunter2@a.example/feed"
    with pytest.raises(ConfigError) as caught:
        origins_of(source(url, 3), [url])
    assert "hunter2" not in str(caught.value)
