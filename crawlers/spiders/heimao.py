"""黑猫投诉: the public feed of newest complaints, unsigned and without login. See docs/sources.md."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode, urlsplit

from pydantic import Field
from scrapy import Request
from scrapy.http import Response

from crawlers.base import Output, PostSpider
from crawlers.clean import html_to_text, parse_time, strip_highlight
from crawlers.fields import Fields
from crawlers.options import SpiderOptions
from koubei.core.domain import RawPost

ANONYMOUS = "匿名"
FEED_PATH = "/api/index/feed"
STATUS = {"1": "通过审核", "3": "待分配", "4": "处理中", "6": "已回复", "7": "已完成", "8": "已关闭"}
_UID = re.compile(r"/u/(\d+)")
_UNREAD = ("evaluate_u", "timestamp")


class HeimaoOptions(SpiderOptions):
    """Attributes: type: which list of the feed (1 = newest). page_size: rows a page, at most 50."""

    type: int = Field(default=1, ge=1)
    page_size: int = Field(default=50, ge=1, le=50)


class HeimaoSpider(PostSpider[HeimaoOptions]):
    """Reads the feed newest first down to what the last crawl met."""

    name = "heimao"
    kind = "complaint"
    options_type = HeimaoOptions
    default_urls = ("https://tousu.sina.com.cn/api/index/feed",)

    def first(self, url: str) -> Iterable[Request]:
        """Page 1; a bare site address is enough."""
        feed = url if FEED_PATH in url else url.rstrip("/") + FEED_PATH
        yield self._page(feed.split("?", 1)[0], 1)

    def parse(self, response: Response, feed: str, page: int) -> Output:
        """One page: complaints, and the next page while something new may follow."""
        answer = self.read_json(response)
        if answer is None:
            return
        result = Fields(answer).table("result")
        status, data = result.table("status"), result.table("data")
        if (code := status.text("code")) not in ("", "0"):
            self.refuse(f"接口返回 {code} {status.text('msg')[:50]}")
            return
        if not data.has("lists", "complaints"):
            self.puzzled(response, "data.lists")
            return
        pager = data.table("pager")
        rows = data.rows("lists", "complaints")
        data.audit(self.counts.leftover)
        if not rows:
            self._empty(feed, pager)
            return
        frontier = self.frontier(feed)
        found = [(post.native_id or "", post) for row in rows if (post := self._complaint(response, row))]
        harvest, more = self.page_of(frontier, found)
        yield harvest
        if not more:
            return
        if page < self.options.max_pages and _has_next(pager, page):
            yield self._page(feed, page + 1)
        else:
            frontier.end()

    def _empty(self, feed: str, pager: Fields) -> None:
        """No rows: the end of the list, or the site's way of saying we ask too much."""
        total, current, last = (_number(pager.text(n)) for n in ("item_count", "current", "page_amount"))
        if total > 0 and (not last or current <= last):
            self.refuse(f"列表为空而总数为 {total}（被限流）")
        else:
            self.frontier(feed).end()

    def _complaint(self, response: Response, row: Any) -> RawPost | None:
        item = Fields(row)
        main, author = item.table("main"), item.table("author")
        sn = main.text("sn")
        if not sn:
            self.counts.missing("main.sn")
            return None
        published_at, precision = parse_time(main.text("created_at", "timestamp"), self.context.clock.now())
        url = main.text("url") or f"/complaint/view/{sn}/"
        target = strip_highlight(main.text("cotitle")).strip()
        name = author.text("title")
        profile = _UID.search(author.text("wb_profile"))
        extra = {
            "status": STATUS.get(status := main.text("status"), status),
            "cost": main.text("cost"),
            "appeal": main.text("appeal"),
            "issue": main.text("issue"),
        }
        post = self.make_post(
            response,
            native_id=sn,
            url=url,
            title=strip_highlight(main.text("title")).strip(),
            text=html_to_text(main.text("summary")),
            author_id=profile[1] if profile else None,
            author_name="" if name == ANONYMOUS else name,
            published_at=published_at,
            time_precision=precision,
            declares=(target,) if target else (),
            extra={key: value for key, value in extra.items() if value},
        )
        main.take(*_UNREAD)
        author.take("gender")
        for part in (main, author, item):
            part.audit(self.counts.leftover)
        return post

    def _page(self, feed: str, page: int) -> Request:
        query = {"type": self.options.type, "page": page, "page_size": self.options.page_size}
        site = urlsplit(feed)
        headers = {"Referer": f"{site.scheme}://{site.netloc}/", "X-Requested-With": "XMLHttpRequest"}
        return self.ask(
            f"{feed}?{urlencode(query)}", self.parse, feed=feed, page=page, headers=headers,
            meta={"first": page == 1},
        )  # fmt: skip


def _has_next(pager: Fields, page: int) -> bool:
    """By `next` where the pager has one, else by the number of pages."""
    following, last = _number(pager.text("next")), _number(pager.text("page_amount"))
    return following > page if following else page < last


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0
