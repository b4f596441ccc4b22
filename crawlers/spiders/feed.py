"""Any feed: RSS, Atom, RDF, JSON Feed, or a page that links to one. See docs/sources.md."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from pydantic import Field
from scrapy import Request
from scrapy.http import HtmlResponse, Response

from crawlers.base import Output, PostSpider, join
from crawlers.decoding.pages import looks_like_noise
from crawlers.feeds import FeedItem, ParsedFeed, parse_feed
from crawlers.net.refusals import refusal_in
from crawlers.options import SpiderOptions
from crawlers.page_result import Mark, PageResult
from crawlers.times import parse_time
from crawlers.times.together import Times, times_moved
from koubei.core.domain import Engagement, Kind, RawPost
from koubei.core.privacy import mask_name
from koubei.core.urls import canonical_url, safe_url

_ALTERNATE = (
    "//link[contains(concat(' ', translate(@rel, 'ALTERN', 'altern'), ' '), ' alternate ')]"
    "[contains(@type, 'rss+xml') or contains(@type, 'atom+xml') or contains(@type, 'feed+json')]/@href"
)
_CONDITIONAL = (("ETag", "If-None-Match"), ("Last-Modified", "If-Modified-Since"))
_AHEAD = timedelta(hours=1)
"""A post from further in the future has a wrong clock or zone; its time is then unknown."""
MOST_TIMES = 20
"""Entries whose times are remembered until the feed is asked again."""
NOT_MODIFIED = 304
NOT_FOUND = 404
GONE = 410


class FeedOptions(SpiderOptions):
    """Attributes: kind: what the entries are. comments: read the entries' comment feeds too."""

    kind: Kind = "news"
    comments: bool = False
    max_pages: int = Field(default=10, ge=1)


class FeedSpider(PostSpider[FeedOptions]):
    """Reads each feed, following rel=next pages as long as they hold something new."""

    name = "feed"
    kind = "news"
    options_type = FeedOptions

    def first(self, url: str) -> Iterable[Request]:
        """The feed, asked for only if it changed."""
        known = self.recall("http", url) or {}
        headers = {ask: known[name] for name, ask in _CONDITIONAL if known.get(name)}
        meta = {"handle_httpstatus_list": [NOT_MODIFIED, GONE], "first": True}
        yield self.ask(url, self.parse, feed=url, trail=(url,), headers=headers, meta=meta)

    def parse(self, response: Response, feed: str, trail: tuple[str, ...]) -> Output:
        """A page of a feed, or a page that links to one. `trail`: the pages asked for so far."""
        if response.status == NOT_MODIFIED:
            return
        if response.status == NOT_FOUND:  # after the last page
            self.frontier(feed).end()
            return
        if response.status == GONE:
            self.counts.problem("已关闭：该订阅返回 410，请从配置中移除")
            return
        parsed = self._read(response)
        if parsed is None:
            yield from self._discover(response, feed, trail)
            return
        if not parsed.items and len(trail) == 1 and self.recall("lists", feed):
            self.counts.missing("item")
            return
        frontier = self.frontier(feed)
        times = _times(parsed)
        moved = times_moved(self.recall("times", feed) or {}, times)
        found = self._posts(response, parsed)
        page, more = self.page_of(frontier, found)
        marks = [self._validators(response, feed, parsed), ("times", feed, times)] if len(trail) == 1 else []
        yield PageResult(page.posts, marks, page.again, moved)
        if self.options.comments:
            for item, (_, post) in zip(parsed.items, found, strict=True):
                yield from self._comments(response, item, _reference(post))
        if not parsed.whole:  # what it lacks stays new
            self.counts.problem(f"读不出：订阅没有传完，只读到 {len(parsed.items)} 条")
        elif more:
            yield from self._next(response, parsed, feed, trail)

    def _next(
        self, response: Response, parsed: ParsedFeed, feed: str, trail: tuple[str, ...]
    ) -> Iterable[Request]:
        """The page after this one, unless there is none, or it was asked for before."""
        url = join(response, parsed.next_url) if parsed.next_url else None
        if url and url not in trail and len(trail) < self.options.max_pages:
            meta = {"handle_httpstatus_list": [NOT_FOUND]}
            yield self.ask(url, self.parse, feed=feed, trail=(*trail, url), meta=meta)
        else:
            self.frontier(feed).end()

    def parse_comments(self, response: Response, item: FeedItem, parent: str | None, seen: str) -> Output:
        """The comment feed of one entry."""
        parsed = self._read(response)
        if parsed is None:
            self.counts.dropped["unreadable"] += 1
            return
        place = {"thread_title": item.title, "thread_id": parent, "parent_id": parent}
        found = self._posts(response, parsed, kind="comment", title="", **place)
        yield PageResult([post for _, post in found], [("comments", _key(item), seen)])

    def _read(self, response: Response) -> ParsedFeed | None:
        content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
        parsed = parse_feed(response.body, response.url, content_type)
        if parsed is not None:
            self.counts.leftover.update(parsed.leftover)
            if looks_like_noise("\n".join(f"{item.title}\n{item.text}" for item in parsed.items)):
                self.counts.problem("读不出：订阅像是乱码，编码与声明的不符")
        return parsed

    def _discover(self, response: Response, feed: str, trail: tuple[str, ...]) -> Iterable[Request]:
        """Follow <link rel=alternate> of an HTML page, once."""
        links = response.xpath(_ALTERNATE).getall() if isinstance(response, HtmlResponse) else []
        target = join(response, links[0]) if links else None
        if target and not response.meta.get("discovered"):
            meta = {"discovered": True, "first": True}
            yield self.ask(target, self.parse, feed=feed, trail=trail, meta=meta)
        elif self.recall("lists", feed) or refusal_in(response):
            self.puzzled(response, "RSS/Atom/JSON Feed")
        else:
            self.counts.problem(
                "读不出：这里不是 RSS、Atom 或 JSON Feed，也没有指向订阅的 <link rel=alternate>"
            )

    def _comments(self, response: Response, item: FeedItem, parent: str | None) -> Iterable[Request]:
        """Only where the number of comments changed since they were read."""
        url = join(response, item.comments_feed) if item.comments_feed else None
        seen = str(item.comments)
        if url and item.comments != 0 and self.recall("comments", _key(item)) != seen:
            yield self.ask(url, self.parse_comments, optional=True, item=item, parent=parent, seen=seen)

    def _posts(self, response: Response, parsed: ParsedFeed, **fields: Any) -> list[tuple[str, RawPost]]:
        shared = Counter(item.url for item in parsed.items)
        return [
            (_key(item), self._post(response, item, {**_identity(response, item, shared), **fields}))
            for item in parsed.items
        ]

    def _post(self, response: Response, item: FeedItem, own: dict[str, Any]) -> RawPost:
        now = self.context.clock.now()
        published_at, precision = parse_time(item.time, now)
        if published_at is not None and published_at > now + _AHEAD:
            self.counts.leftover["发布时间在将来"] += 1
            published_at, precision = None, "unknown"
        values: dict[str, Any] = {
            "kind": self.options.kind,
            "title": item.title,
            "text": item.text,
            "author_name": item.author,
            "published_at": published_at,
            "time_precision": precision,
            "engagement": Engagement(comments=item.comments),
            "extra": {"outlet": item.outlet} if item.outlet else {},
        }
        if self.options.kind == "comment" or (self.options.kind == "news" and item.is_comment):
            values |= _as_comment(item, own)
        return self.make_post(response, **{**values, **own})

    def _validators(self, response: Response, feed: str, parsed: ParsedFeed) -> Mark:
        """What to ask `feed` with next time; nothing where the answer was another address's, or not whole."""
        if response.meta.get("discovered") or not parsed.whole:
            return ("http", feed, None)
        found = {n: v.decode("latin-1") for n, _ in _CONDITIONAL if (v := response.headers.get(n))}
        return ("http", feed, found or None)


def _times(parsed: ParsedFeed) -> Times:
    """What the newest entries' times are, by a short key, for the next look."""
    return {
        hashlib.sha256(_key(item).encode()).hexdigest()[:12]: item.time
        for item in parsed.items[:MOST_TIMES]
        if item.time
    }


def _key(item: FeedItem) -> str:
    return item.guid or item.url or hashlib.sha256(f"{item.title}\n{item.text}".encode()).hexdigest()


def _identity(response: Response, item: FeedItem, shared: Counter[str]) -> dict[str, str | None]:
    """Whom and what an entry is: native_id, url, author_id.

    A guid that is the entry's own address says no more than the address, by which other feeds know the
    post too. It is the id where the address does not tell entries apart: anchors (comments), shared links.
    """
    is_address = item.guid.startswith(("http://", "https://"))
    link = safe_url(join(response, item.url)) if item.url else None
    url = link or (item.guid if is_address else "")
    own_page = (is_address or not item.guid) and "#" not in item.guid + url and shared[item.url] < 2
    host = urlsplit(url).hostname or urlsplit(response.url).hostname or ""
    return {
        "native_id": None if own_page and url else f"{host}:{_key(item)}",
        "url": url or None,
        "author_id": item.author_url or (f"{host}:{item.author}" if item.author else None),
    }


def _as_comment(item: FeedItem, own: dict[str, Any]) -> dict[str, Any]:
    """A comment has no title of its own: what its feed writes there names the page, and its author."""
    title, author = item.title, item.author
    if author and title.startswith(author):
        title = mask_name(author) + title.removeprefix(author)
    elif author and title.endswith(author):
        title = title.removesuffix(author) + mask_name(author)
    page = _page_id(own["url"])
    parent = item.in_reply_to
    host = urlsplit(own["url"] or "").hostname
    is_page = parent.startswith(("http://", "https://")) and "#" not in parent
    answers = _page_id(parent) if is_page else f"{host}:{parent}" if parent else page
    return {"kind": "comment", "title": "", "thread_title": title, "thread_id": page, "parent_id": answers}


def _page_id(url: str | None) -> str | None:
    """What the post id of the page at `url` is made of."""
    address = canonical_url(url) if url else None
    return f"u:{hashlib.sha256(address.encode()).hexdigest()}" if address else None


def _reference(post: RawPost) -> str | None:
    """What the entry's post id is made of, for its comments to point to."""
    return post.native_id or _page_id(post.url)
