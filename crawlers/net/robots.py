"""robots.txt (RFC 9309), stricter where it is silent: what cannot be read says no; Crawl-delay is kept."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    UnsupportedURLSchemeError,
)
from scrapy.http.request import NO_CALLBACK

from crawlers.net.addresses import Origin, origin_of
from crawlers.net.faults import ForbiddenAddressError, in_words
from crawlers.net.gate import StoppedError, lose, refuse
from crawlers.net.robots_groups import PRODUCT, lines_of, ours, with_tokens

MAX_BYTES = 500 * 1024
LONGEST_DELAY = 300.0
"""A Crawl-delay above this (seconds) asks for so few visits that a crawl would never end."""
ROBOTS_FLAG = "koubei_robots"
_UNREACHABLE = (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    UnsupportedURLSchemeError,
    OSError,
)
_UNAVAILABLE = range(400, 500)
_DENIED = frozenset({401, 403, 429})


@dataclass(frozen=True, slots=True)
class Rules:
    """What one site's robots.txt says to us.

    Attributes:
        parsers: the file in two readings, RFC 9309's and Protego's; an address must be free in both.
        denied: why no address of the site is for us. lost: why the site did not answer at all.
    """

    parsers: tuple[Protego, ...] = ()
    denied: str | None = None
    lost: str | None = None
    delay: float = 0.0

    def allow(self, url: str) -> bool:
        """Whether no reading forbids the address."""
        return self.denied is None and all(each.can_fetch(url, PRODUCT) for each in self.parsers)


def read_rules(status: int, body: bytes) -> Rules:
    """The rules a robots.txt answer means: no file = all allowed; denied or broken = nothing allowed."""
    if status in _DENIED:
        return Rules(denied=f"robots.txt 返回 {status}")
    if status in _UNAVAILABLE:
        return Rules()
    if status != 200:
        return Rules(denied=f"robots.txt 无法读取（{status}）")
    lines = lines_of(_readable(body))
    parsers = tuple(Protego.parse(text) for text in (ours(lines), with_tokens(lines)))
    delay = max(parser.crawl_delay(PRODUCT) or 0.0 for parser in parsers)
    if delay > LONGEST_DELAY:
        return Rules(denied=f"robots.txt 要求每次间隔 {delay:g} 秒")
    return Rules(parsers, delay=delay)


def _readable(body: bytes) -> str:
    """The part that is read; a line it ends in the middle of counts only where it forbids."""
    text = body[:MAX_BYTES].decode("utf-8-sig", "replace")
    kept, last = text[: _last_line(text)], text[_last_line(text) :]
    return text if len(body) <= MAX_BYTES or last.lstrip().lower().startswith("dis") else kept


def _last_line(text: str) -> int:
    return max(text.rfind("\n"), text.rfind("\r")) + 1


class RobotsMiddleware:
    """Asks each site's robots.txt once a crawl and keeps to it."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._rules: dict[Origin, asyncio.Task[Rules]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RobotsMiddleware:
        """Called by Scrapy."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raises StoppedError where the address is not for us."""
        origin = origin_of(request.url)
        if origin is None or request.meta.get(ROBOTS_FLAG):
            return
        if origin not in self._rules:
            self._rules[origin] = asyncio.create_task(self._fetch(origin, request))
        rules = await self._rules[origin]
        if rules.lost:
            lose(self._crawler, request, rules.lost)
        if not rules.allow(request.url):
            refuse(self._crawler, request, rules.denied or "robots.txt 不允许")

    async def _fetch(self, origin: Origin, request: Request) -> Rules:
        host = f"[{origin.host}]" if ":" in origin.host else origin.host
        url = f"{origin.scheme}://{host}:{origin.port}/robots.txt"
        ask = Request(url, priority=1000, callback=NO_CALLBACK, meta={ROBOTS_FLAG: True})
        try:
            answer = await self._crawler.engine.download_async(ask)
        except ForbiddenAddressError:
            return Rules()  # the page's own request is refused for the same reason, and says so
        except StoppedError:
            raise
        except _UNREACHABLE as error:
            return Rules(lost=f"{origin.host}:{origin.port}（{in_words(error)}），robots.txt 也就没有读到")
        rules = read_rules(answer.status, answer.body)
        self._slow_down(request, rules.delay)
        return rules

    def _slow_down(self, request: Request, delay: float) -> None:
        downloader = self._crawler.engine.downloader
        key = downloader.get_slot_key(request)
        wanted = max(delay, self._crawler.settings.getfloat("DOWNLOAD_DELAY"))
        downloader.per_slot_settings[key] = {"concurrency": 1, "delay": wanted}
        if key in downloader.slots:
            downloader.slots[key].delay = max(wanted, downloader.slots[key].delay)
