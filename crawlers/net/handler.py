"""The download handler: asyncio HTTP with a size limit, the configured proxy and CA, and an address guard."""

from __future__ import annotations

import ssl
from functools import cache

import aiohttp
from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from crawlers.net.addresses import Origin, PublicResolver, is_public, literal, origin_of
from crawlers.net.crawl import crawl_of
from crawlers.net.faults import ForbiddenAddressError, scrapy_errors
from crawlers.net.gate import check_open

ORIGINS_SETTING = "KOUBEI_ORIGINS"
PROXY_SETTING = "KOUBEI_PROXY"
CA_SETTING = "KOUBEI_CA_BUNDLE"


class GuardedDownloadHandler(BaseDownloadHandler):
    """Requests to a source's own origins go anywhere; all others reach public addresses only."""

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        settings = crawler.settings
        self._own: frozenset[Origin] = frozenset(settings.get(ORIGINS_SETTING) or ())
        self._proxy: str | None = settings.get(PROXY_SETTING)
        self._max = settings.getint("DOWNLOAD_MAXSIZE")
        self._ssl = _trust(settings.get(CA_SETTING))
        self._sessions: dict[bool, aiohttp.ClientSession] = {}

    async def download_request(self, request: Request) -> Response:
        """One request, one response.

        Raises:
            ForbiddenAddressError: see the class.
            DownloadCancelledError: the answer is larger than DOWNLOAD_MAXSIZE.
            Other download errors of scrapy.exceptions: the network's faults; they are retried.
        """
        crawl = crawl_of(self.crawler)
        check_open(crawl)  # it may have waited here for its turn while the site refused the one before
        own, proxy = self._route(request.url)
        crawl.asked()
        timeout = aiohttp.ClientTimeout(total=request.meta.get("download_timeout", 30.0))
        with scrapy_errors():
            async with self._session(own or proxy is not None).request(
                request.method,
                request.url,
                data=request.body or None,
                headers=request.headers.to_tuple_list(),
                timeout=timeout,
                ssl=self._ssl,
                allow_redirects=False,
                proxy=proxy,
            ) as answer:
                body = await self._read(answer)
                headers = Headers(list(answer.headers.items()))
                kind = responsetypes.from_args(headers=headers, url=request.url, body=body[:5000])
                return kind(url=request.url, status=answer.status, headers=headers, body=body)

    async def close(self) -> None:
        """Close the connections that were kept open."""
        for session in self._sessions.values():
            await session.close()

    def _route(self, url: str) -> tuple[bool, str | None]:
        """(one of the source's own origins, proxy to use). The proxy is not asked for loopback."""
        origin = origin_of(url)
        if origin is None:
            raise ForbiddenAddressError(f"不是 http(s) 地址：{url[:100]}")
        own = origin in self._own or self._is_twin(origin)
        address = literal(origin.host)
        inner = origin.is_loopback if address is None else not is_public(origin.host)
        if inner and not own:
            raise ForbiddenAddressError(f"指向内网地址 {origin.host}:{origin.port}，要采就写进来源的 urls")
        return own, None if origin.is_loopback else self._proxy

    def _is_twin(self, origin: Origin) -> bool:
        """127.0.0.1, ::1 and localhost at one port are one server, whichever of them it calls itself."""
        return origin.is_loopback and any(
            own.is_loopback and (own.scheme, own.port) == (origin.scheme, origin.port) for own in self._own
        )

    def _session(self, trusted: bool) -> aiohttp.ClientSession:
        """Through a proxy, names are resolved by the proxy, whose own rules then apply."""
        if trusted not in self._sessions:
            resolver = None if trusted else PublicResolver()
            self._sessions[trusted] = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(resolver=resolver, limit=2),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
            )
        return self._sessions[trusted]

    async def _read(self, answer: aiohttp.ClientResponse) -> bytes:
        parts: list[bytes] = []
        size = 0
        async for chunk in answer.content.iter_any():
            size += len(chunk)
            if size > self._max:
                raise DownloadCancelledError(f"超过 {self._max} 字节")
            parts.append(chunk)
        return b"".join(parts)


@cache
def _trust(ca_bundle: str | None) -> ssl.SSLContext:
    """The system's certificates, or the company's; reading them takes longer than many a crawl."""
    return ssl.create_default_context(cafile=ca_bundle)
