"""App Store: the customer-review feed of an app, at most its newest 500 reviews. See docs/sources.md."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from pydantic import Field
from scrapy import Request
from scrapy.http import Response

from crawlers.base import Output, PostSpider
from crawlers.clean import parse_time
from crawlers.counts import count_noted
from crawlers.fields import Fields
from crawlers.options import SpiderOptions
from koubei.core.domain import Engagement, RawPost

LAST_PAGE = 10
_ID = re.compile(r"id=?(\d{3,})")
_COUNTRY = re.compile(r"^/([a-z]{2})/")


class AppStoreOptions(SpiderOptions):
    """Attributes: apps: ids of the apps (the number in their store address). country: the store."""

    apps: tuple[str, ...] = ()
    country: str = Field(default="cn", pattern="^[a-z]{2}$")


class AppStoreSpider(PostSpider[AppStoreOptions]):
    """Reads each app's reviews newest first down to what the last crawl met."""

    name = "appstore"
    kind = "review"
    options_type = AppStoreOptions
    default_urls = ("https://itunes.apple.com",)

    def first(self, url: str) -> Iterable[Request]:
        """Page 1 of every app; an address that names an app is one more app."""
        parts = urlsplit(url)
        named = _ID.search(parts.path)
        country = _COUNTRY.match(parts.path)
        base = f"{parts.scheme}://{parts.netloc}" + ("" if named else parts.path.rstrip("/"))
        store = country[1] if named and country else self.options.country
        apps = (named[1],) if named else self.options.apps
        if not apps:
            self.counts.problem("config: 没有写 options.apps")
        for app in apps:
            yield self._page(f"{base}/{store}/rss/customerreviews", app, 1)

    def parse(self, response: Response, base: str, app: str, page: int) -> Output:
        """One page: reviews, and the next page while something new may follow."""
        answer = self.read_json(response)
        if answer is None:
            return
        feed = Fields(answer).table("feed")
        if not feed:
            self.puzzled(response, "feed")
            return
        frontier = self.frontier(f"{base}:{app}")
        entries = feed.rows("entry")
        found = [(post.native_id or "", post) for e in entries if (post := self._review(response, e, app))]
        if not found:
            feed.take("author", "updated", "rights", "title", "icon", "link", "id")
            if len(entries) > 1 or feed:
                feed.audit(self.counts.leftover)
                self.counts.missing("im:rating")
            else:
                self._empty(base, app, page)
            return
        harvest, more = self.page_of(frontier, found)
        yield harvest
        if not more:
            return
        if page < min(LAST_PAGE, self.options.max_pages):
            yield self._page(base, app, page + 1)
        else:
            frontier.end()

    def _empty(self, base: str, app: str, page: int) -> None:
        """No review: the end, or (on page 1 of an app that has some) an answer the store gives at times."""
        key = f"{base}:{app}"
        if page == 1 and self.recall("lists", key):
            self.refuse(f"应用 {app} 的评论列表为空，此前有评论")
        else:
            self.frontier(key).end(whole=True)

    def _review(self, response: Response, entry: Any, app: str) -> RawPost | None:
        """None for the entry that describes the app itself: only reviews have a rating."""
        item = Fields(entry)
        rating = count_noted(_label(item, "im:rating"), "im:rating", self.counts.leftover)
        native_id = _label(item, "id")
        if rating is None or not native_id:
            return None
        author = item.table("author")
        writer = _ID.search(_label(author, "uri"))
        published_at, precision = parse_time(_label(item, "updated"), self.context.clock.now())
        post = self.make_post(
            response,
            native_id=native_id,
            url=_link(item),
            title=_label(item, "title"),
            text=_label(item, "content"),
            author_id=writer[1] if writer else None,
            author_name=_label(author, "name"),
            published_at=published_at,
            time_precision=precision,
            rating=float(rating) if 1 <= rating <= 5 else None,
            engagement=Engagement(
                likes=count_noted(_label(item, "im:voteSum"), "im:voteSum", self.counts.leftover)
            ),
            declares=(app,),
            extra={"version": version} if (version := _label(item, "im:version")) else {},
        )
        author.take("label")
        item.take("im:voteCount", "im:contentType")
        author.audit(self.counts.leftover)
        item.audit(self.counts.leftover)
        return post

    def _page(self, base: str, app: str, page: int) -> Request:
        return self.ask(
            f"{base}/page={page}/id={app}/sortby=mostrecent/json", self.parse, base=base, app=app, page=page,
            meta={"first": page == 1, "max_retry_times": 1},
        )  # fmt: skip


def _label(item: Fields, name: str) -> str:
    """{"label": "x"} -> "x"."""
    return item.table(name).text("label")


def _link(item: Fields) -> str | None:
    """The address of the first link; the feed writes one as an object and several as a list."""
    links = item.rows("link")
    return Fields(links[0]).table("attributes").text("href") or None if links else None
