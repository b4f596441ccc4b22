"""What the network asks of the crawl it serves; a spider is one (crawlers/base.py)."""

from __future__ import annotations

from typing import Protocol, cast

from scrapy.crawler import Crawler


class Crawl(Protocol):
    """One crawl of one source, as its requests see it."""

    @property
    def ended(self) -> bool:
        """Whether no further request may leave."""
        ...

    def hold(self, host: str) -> bool:
        """Lock a host for this crawl; False where another crawl is at it, which is counted."""
        ...

    def asked(self) -> None:
        """A request leaves."""
        ...

    def answered(self) -> None:
        """An answer came: the site is up."""
        ...

    def decoded(self, bad: int, note: str) -> None:
        """A page was decoded: how many characters could not be, and what there is to say of it."""
        ...

    def refuse(self, reason: str, optional: bool = False) -> None:
        """The site says no."""
        ...

    def lose(self, reason: str, optional: bool = False) -> None:
        """The site does not answer."""
        ...


def crawl_of(crawler: Crawler) -> Crawl:
    """The crawl a Scrapy crawler runs."""
    return cast(Crawl, crawler.spider)
