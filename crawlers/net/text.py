"""Every answer becomes text in one place, as UTF-8, once it is unpacked: nothing later has to guess."""

from __future__ import annotations

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response, TextResponse

from crawlers.decoding import decode
from crawlers.net.crawl import crawl_of
from crawlers.net.robots import ROBOTS_FLAG


class TextMiddleware:
    """Decodes answers and tells the crawl what could not be read, or was not what it claims."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> TextMiddleware:
        """Called by Scrapy."""
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        """The same answer as UTF-8 that says so. robots.txt has its own rules (crawlers/net/robots.py)."""
        if request.meta.get(ROBOTS_FLAG) or not isinstance(response, TextResponse) or not response.body:
            return response
        declared = (response.headers.get("Content-Type") or b"").decode("latin-1")
        read = decode(response.body, declared)
        crawl_of(self._crawler).decoded(read.bad, read.note)
        headers = response.headers.copy()
        headers["Content-Type"] = f"{declared.split(';')[0].strip() or 'text/plain'}; charset=utf-8"
        return response.replace(headers=headers, body=read.text.encode(), encoding="utf-8")
