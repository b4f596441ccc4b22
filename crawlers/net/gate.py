"""The gate: no request leaves once the crawl has stopped, nor to a host another crawl is at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn, cast

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawlers.net.addresses import origin_of

if TYPE_CHECKING:
    from crawlers.base import PostSpider


class StoppedError(IgnoreRequest):
    """The crawl has stopped; whoever asked has nothing to account for."""


def check_open(spider: PostSpider[Any]) -> None:
    """Raises StoppedError once a refusal, a full disk or a signal has stopped the crawl."""
    if spider.tally.stopped or spider.context.stopping:
        raise StoppedError("已停止")


def refuse(crawler: Crawler, request: Request, reason: str) -> NoReturn:
    """Note the refusal before anything else can be asked; always raises StoppedError."""
    spider = cast("PostSpider[Any]", crawler.spider)
    spider.refuse(reason, request.meta.get("optional", False))
    raise StoppedError(reason)


def lose(crawler: Crawler, request: Request, reason: str) -> NoReturn:
    """Note that a site does not answer; always raises StoppedError. Other sites of the source go on."""
    spider = cast("PostSpider[Any]", crawler.spider)
    spider.lose(reason, request.meta.get("optional", False))
    raise StoppedError(reason)


class GateMiddleware:
    """Nothing passes once the crawl has stopped; a host met on the way is locked before it is asked."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> GateMiddleware:
        """Called by Scrapy."""
        return cls(crawler)

    @property
    def _spider(self) -> PostSpider[Any]:
        return cast("PostSpider[Any]", self._crawler.spider)

    def process_request(self, request: Request) -> None:
        """Raises IgnoreRequest where the request may not leave."""
        spider = self._spider
        check_open(spider)
        origin = origin_of(request.url)
        if origin is not None and origin.host not in spider.held_hosts:
            if not spider.context.locks.try_hold(origin.host):
                spider.tally.dropped["busy_host"] += 1
                raise StoppedError(f"{origin.host} 正被另一次采集占用")
            spider.held_hosts.append(origin.host)

    def process_response(self, request: Request, response: Response) -> Response:
        """An answer came: the site is up."""
        del request
        if response.status < 500:
            self._spider.tally.failures_in_row = 0
        return response
