"""Scrapy's settings for every spider. What differs by source is set in crawlers.base from koubei.toml."""

from __future__ import annotations

from typing import Any

BOT_NAME = "koubei"
SPIDER_MODULES = ["crawlers.spiders"]

# Plain asyncio: a crawl can be run again and again in one process, and no reactor outlives it.
TWISTED_REACTOR_ENABLED = False
TELNETCONSOLE_ENABLED = False
DOWNLOAD_HANDLERS: dict[str, str | None] = {
    "http": "crawlers.net.handler.GuardedDownloadHandler",
    "https": "crawlers.net.handler.GuardedDownloadHandler",
    "file": None,
    "ftp": None,
    "data": None,
    "s3": None,
}

# One request at a time, with the pause asked for and never less.
CONCURRENT_REQUESTS = 1
CONCURRENT_REQUESTS_PER_DOMAIN = 1
SCRAPER_SLOT_MAX_ACTIVE_SIZE = 1  # a page is read before the next is asked for: it may be a refusal
CONCURRENT_ITEMS = 1  # a harvest is a whole page; Scrapy starts this many tasks for each
DOWNLOAD_DELAY = 3
DOWNLOAD_DELAY_JITTER = 0
DOWNLOAD_MAXSIZE = 10 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
REDIRECT_MAX_TIMES = 5
METAREFRESH_ENABLED = False
COOKIES_ENABLED = False
HTTPPROXY_ENABLED = False  # the proxy comes from koubei.toml, not from the environment

ROBOTSTXT_OBEY = True
RETRY_TIMES = 2
RETRY_HTTP_CODES = [502, 503, 504]
RETRY_GIVE_UP_LOG_LEVEL = "DEBUG"  # the run's ledger says it

DEFAULT_REQUEST_HEADERS = {"Accept": "*/*", "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5"}

DOWNLOADER_MIDDLEWARES: dict[str, int | None] = {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "crawlers.net.gate.GateMiddleware": 90,
    "crawlers.net.robots.RobotsMiddleware": 100,
    "crawlers.net.retry.SpacedRetryMiddleware": 550,
    "crawlers.net.text.TextMiddleware": 580,  # once HttpCompressionMiddleware (590) has unpacked it
    "crawlers.net.refusals.RefusalMiddleware": 610,
}
ITEM_PIPELINES = {"crawlers.pipeline.SpoolPipeline": 100}
EXTENSIONS: dict[str, Any] = {
    "scrapy.extensions.telnet.TelnetConsole": None,
    "scrapy.extensions.memusage.MemoryUsage": None,
    "scrapy.extensions.feedexport.FeedExporter": None,
    "scrapy.extensions.logstats.LogStats": None,
    "scrapy.extensions.remote_control.RemoteControl": None,
}
STATS_DUMP = False
LOG_LEVEL = "WARNING"
