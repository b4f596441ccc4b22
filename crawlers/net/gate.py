"""The gate: no request leaves once the crawl has stopped, nor to a host another crawl is at."""

from __future__ import annotations

from typing import NoReturn

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawlers.net.addresses import origin_of
from crawlers.net.crawl import Crawl, crawl_of


class StoppedError(IgnoreRequest):
    """The crawl has stopped; whoever asked has nothing to account for."""


def check_open(crawl: Crawl) -> None:
    """Raises StoppedError once a refusal, a full disk or a signal has stopped the crawl."""
    if crawl.ended:
        raise StoppedError("已停止")


def refuse(crawler: Crawler, request: Request, reason: str) -> NoReturn:
    """Note the refusal before anything else can be asked; always raises StoppedError."""
    crawl_of(crawler).refuse(reason, request.meta.get("optional", False))
    raise StoppedError(reason)


def lose(crawler: Crawler, request: Request, reason: str) -> NoReturn:
    """Note that a site does not answer; always raises StoppedError. Other sites of the source go on."""
    crawl_of(crawler).lose(reason, request.meta.get("optional", False))
    raise StoppedError(reason)


class GateMiddleware:
    """Nothing passes once the crawl has stopped; a host met on the way is locked before it is asked."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> GateMiddleware:
        """Called by Scrapy."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Raises IgnoreRequest where the request may not leave."""
        crawl = crawl_of(self._crawler)
        check_open(crawl)
        origin = origin_of(request.url)
        if origin is not None and not crawl.hold(origin.host):
            raise StoppedError(f"{origin.host} 正被另一次采集占用")

    def process_response(self, request: Request, response: Response) -> Response:
        """An answer came: the site is up."""
        del request
        if response.status < 500:
            crawl_of(self._crawler).answered()
        return response
