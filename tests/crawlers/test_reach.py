"""Where requests may go: public addresses, and the private ones a source itself names."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest
from aiohttp.abc import ResolveResult
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from crawlers.net import politeness
from crawlers.net.addresses import PrivateAddressError, PublicResolver
from koubei.core.config.schema import Network

Site = Any
FEED = (
    '<rss version="2.0"><channel><title>t</title><item><title>好</title><link>https://a.example/1</link>'
    "<description>中国移动</description></item></channel></rss>"
)


@pytest.fixture
def inner() -> Any:
    """Another service of the inner network, which no source names."""
    with HTTPServer() as server:
        server.expect_request("/secret").respond_with_data(FEED)
        server.expect_request("/robots.txt").respond_with_data("", 404)
        yield server


def test_a_redirect_into_the_inner_network_is_not_followed(site: Site, inner: HTTPServer) -> None:
    site.answers["/f"] = Response("", 302, {"Location": f"http://127.0.0.1:{inner.port}/secret"})
    run = site.run("feed", "/f")
    assert inner.log == []
    assert (run.status, run.collected, run.dropped) == ("degraded", 0, {"forbidden_address": 1})


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0x7f.1", "2130706433", "[::ffff:127.0.0.1]"])
def test_a_link_into_the_inner_network_is_not_followed(site: Site, inner: HTTPServer, host: str) -> None:
    site.answers["/f"] = (
        "<html><head><link rel='alternate' type='application/rss+xml' "
        f"href='http://{host}:{inner.port}/secret'></head></html>"
    )
    run = site.run("feed", "/f")
    assert inner.log == []
    assert (run.status, run.collected) == ("degraded", 0)


@pytest.mark.parametrize(
    "href", ["file:///etc/passwd", "javascript:alert(1)", "gopher://a.example/", "data:,x"]
)
def test_other_schemes_are_not_followed(site: Site, href: str) -> None:
    site.answers["/f"] = (
        f"<html><head><link rel='alternate' type='application/rss+xml' href='{href}'></head></html>"
    )
    run = site.run("feed", "/f")
    assert (run.status, run.collected) == ("degraded", 0)


def test_a_redirect_on_the_same_origin_is_followed(site: Site) -> None:
    site.answers |= {"/f": Response("", 301, {"Location": "/g"}), "/g": FEED}
    assert site.run("feed", "/f").collected == 1


def test_redirects_that_go_round_end_and_are_told(site: Site) -> None:
    site.answers["/f"] = Response("", 302, {"Location": "/f"})
    run = site.run("feed", "/f")
    assert run.status == "degraded"
    assert site.asked.count("/f") == 6


class _Names:
    """A name server that has one inner and one public address for everything."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses

    async def resolve(self, host: str, port: int, _family: int) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host=a, port=port, family=socket.AF_INET, proto=0, flags=0)
            for a in self.addresses
        ]

    async def close(self) -> None:
        pass


def resolved(*addresses: str) -> list[str]:
    async def run() -> list[ResolveResult]:
        resolver = PublicResolver()
        resolver._inner = _Names(*addresses)  # type: ignore[assignment]
        return await resolver.resolve("a.example", 80)

    return [entry["host"] for entry in asyncio.run(run())]


def test_only_public_addresses_of_a_name_are_connected_to() -> None:
    assert resolved("10.0.0.1", "93.184.216.34") == ["93.184.216.34"]


def test_a_name_with_inner_addresses_alone_is_refused() -> None:
    with pytest.raises(PrivateAddressError):
        resolved("10.0.0.1", "169.254.169.254")


def test_the_proxy_of_the_config_is_used_for_the_internet(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(politeness, "PUBLIC_FLOOR", 0)
    site.network = Network(contact="ops@example.com", proxy=site.origin)
    hosts: list[str] = []

    def through(request: Request) -> Response:
        hosts.append(request.host)
        return Response(FEED)

    site.answers["/f"] = through
    run = site.run("feed", "http://feeds.example.com/f")
    assert (run.status, run.collected) == ("ok", 1)
    assert hosts == ["feeds.example.com"]
    assert {agent.split(" ")[1] for agent in site.agents} == {"(+ops@example.com)"}


def test_the_proxy_is_not_used_for_this_machine(site: Site) -> None:
    site.network = Network(proxy="http://127.0.0.1:9")
    site.answers["/f"] = FEED
    assert site.run("feed", "/f").status == "ok"


def test_a_site_that_cannot_be_reached_is_told(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOUBEI_SANDBOX_ORIGIN", "http://127.0.0.1:9")
    run = site.run("feed", "http://127.0.0.1:9/f")
    assert (run.status, run.collected) == ("degraded", 0)
    assert "robots.txt" in run.finish_reason
