"""Crawl sources in this process: posts into the spool, runs into the ledger. See `crawl`."""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.settings import Settings as ScrapySettings

from crawlers.base import PostSpider
from crawlers.context import CrawlContext, Progress
from koubei.core.clock import Clock
from koubei.core.config.schema import Settings, Source
from koubei.core.domain import Run
from koubei.core.errors import ConfigError
from koubei.core.folders import DataFolder
from koubei.core.language import _

SKIPPED = "跳过"
"""First word of the finish reason of a source that was not crawled because another process is at it."""

_log = logging.getLogger(__name__)
# What it warns of (an answer too large once unpacked) stands in the run's ledger, in words.
logging.getLogger("scrapy.downloadermiddlewares.httpcompression").setLevel(logging.ERROR)


def crawl(
    settings: Settings,
    folder: DataFolder,
    sources: Sequence[Source],
    clock: Clock,
    progress: Progress | None = None,
) -> list[Run]:
    """Crawl `sources`, those on different hosts at once, and return one Run each, in order.

    SIGINT or SIGTERM once: what is in flight is finished and kept, then it returns. A source that
    another process is crawling comes back with status "degraded" and a finish reason that begins with
    SKIPPED; it is not written to the ledger, since nothing ran.

    Args:
        progress: called with (source name, posts collected so far) after each write to the spool.

    Raises:
        ConfigError: a source names no spider, or its urls, options or delay are wrong. Nothing ran.
        StoreError, DegradedError: the spool or the state database cannot be opened.
    """
    with CrawlContext.open(settings, folder, clock, progress) as context:
        return asyncio.run(_crawl_all(context, sources))


def scrapy_settings() -> ScrapySettings:
    """The project's Scrapy settings, wherever it is run from."""
    settings = ScrapySettings()
    settings.setmodule("crawlers.settings")
    return settings


def start_urls(settings: Settings, source: Source) -> tuple[str, ...]:
    """Where a crawl of the source would begin; nothing is fetched.

    Raises:
        ConfigError: the source names no spider, or its urls, options or delay are wrong.
    """
    spider = _spider_class(_crawler(AsyncCrawlerRunner(scrapy_settings()), source))
    spider.check(source, settings)
    return source.urls or spider.default_urls


async def _crawl_all(context: CrawlContext, sources: Sequence[Source]) -> list[Run]:
    runner = AsyncCrawlerRunner(scrapy_settings())
    pairs = [(_crawler(runner, source), source) for source in sources]
    for crawler, source in pairs:
        _spider_class(crawler).check(source, context.settings)
    with _stop_on_signal(context):
        tasks = [runner.crawl(crawler, source=source, context=context) for crawler, source in pairs]
        results = await asyncio.gather(*tasks, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return [_run_of(crawler, context) for crawler, __ in pairs]


def _crawler(runner: AsyncCrawlerRunner, source: Source) -> Crawler:
    try:
        return runner.create_crawler(source.spider)
    except KeyError:
        known = "、".join(sorted(runner.spider_loader.list()))
        raise ConfigError(
            _("来源 {name} 的 spider = {spider!r}", name=source.name, spider=source.spider),
            _("{known} 之一", known=known),
        ) from None


def _spider_class(crawler: Crawler) -> type[PostSpider[Any]]:
    if not issubclass(crawler.spidercls, PostSpider):
        raise TypeError(f"{crawler.spidercls} is no PostSpider")
    return crawler.spidercls


def _run_of(crawler: Crawler, context: CrawlContext) -> Run:
    spider = crawler.spider
    if not isinstance(spider, PostSpider):
        raise TypeError(f"{spider!r} is no PostSpider")
    if spider.unrecorded is not None:
        raise spider.unrecorded
    if spider.run is not None:
        return spider.run
    now = context.clock.now()
    _log.warning("%s: %s", spider.source.name, spider.skipped)
    reason = f"{SKIPPED}：{spider.skipped}"
    return Run(f"{now:%Y%m%dT%H%M%S}-{spider.source.name}", spider.source.name, now, now, "degraded", reason)


@contextmanager
def _stop_on_signal(context: CrawlContext) -> Iterator[None]:
    """The first SIGINT or SIGTERM asks for an orderly end; a second one does what it always does."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    signals = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.getsignal(number) for number in signals}

    def stop() -> None:
        context.stopping = True
        for number in signals:
            loop.remove_signal_handler(number)

    for number in signals:
        loop.add_signal_handler(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            loop.remove_signal_handler(number)
            signal.signal(number, handler)
