"""RSS 2.0, RDF, Atom and JSON Feed read into one shape, with the oddities real servers have."""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.sax import SAXException

import feedparser
from w3lib.url import add_or_replace_parameter, url_query_parameter

from crawlers.clean import html_to_text
from crawlers.counts import count_noted
from crawlers.decoding import decode
from crawlers.fields import Fields

_DECLARED = re.compile(r"^(\s*<\?xml[^>]{0,100}?encoding\s*=\s*)([\"'])[\w.-]{1,40}\2", re.IGNORECASE)
_ROOT = re.compile(rb"<(?:\w+:)?(?:rss|feed|rdf)[\s>]", re.IGNORECASE)
_TAGS = re.compile(r"</?(?:p|br|div|a|span|img|em|strong|b|i|ul|li)\b[^<>]{0,500}>", re.IGNORECASE)
_END = re.compile(rb"</(?:\w+:)?(?:rss|feed|rdf)\s*>", re.IGNORECASE)
_LOOK_AT = 2_000
_TAIL = 10_000
_WORDPRESS = "https://wordpress.org/"
_WORDPRESS_PAGE = 10
"""Entries on a page of a WordPress feed, unless its owner changed that."""
_COMMENT_ANCHOR = re.compile(r"#(?:comment|isso|reply|respond|c)[-:_]?\d+$", re.IGNORECASE)
_READ = frozenset(
    (
        *(
            "title",
            "title_detail",
            "link",
            "links",
            "id",
            "guidislink",
            "summary",
            "summary_detail",
            "content",
        ),
        *("content", "author", "author_detail", "authors", "contributors", "source", "news_source"),
        *("published", "published_parsed", "updated", "updated_parsed", "created", "created_parsed", "date"),
        *("comments", "slash_comments", "wfw_commentrss", "thr_total", "thr_in-reply-to"),
        *("tags", "language", "rights", "rights_detail", "href", "base", "xml_lang", "post-id"),
        *("media_content", "media_thumbnail", "media_credit", "credit", "news_image", "news_imagesize"),
        *("news_imagemaxwidth", "news_imagemaxheight", "news_imagekeepnonormalratio"),
    )
)
"""Entry keys of feedparser that are read, or known and not wanted."""


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One entry; "" or None where the feed says nothing.

    Attributes:
        time: the publication time as written.
        comments: how many comments it has. comments_feed: where they can be read.
        outlet: the medium a news search names.
    """

    guid: str
    url: str
    title: str
    text: str
    time: str
    author: str = ""
    author_url: str = ""
    comments: int | None = None
    comments_feed: str = ""
    in_reply_to: str = ""
    outlet: str = ""

    @property
    def is_comment(self) -> bool:
        """True where it answers something, or its address is an anchor in a page, as of comment feeds."""
        return bool(self.in_reply_to or _COMMENT_ANCHOR.search(self.url))


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed: its entries in order, the address of the next page, and what nobody read.

    Attributes:
        whole: False where it breaks off; the entry it broke off in is then left out.
    """

    title: str
    items: Sequence[FeedItem]
    next_url: str
    leftover: Counter[str] = field(default_factory=Counter)
    whole: bool = True


def parse_feed(body: bytes, url: str, content_type: str) -> ParsedFeed | None:
    """The feed in an answer; None where it is none. `url` resolves relative links."""
    text = decode(body, content_type).text
    body = _DECLARED.sub(r"\1\2utf-8\2", text[:_LOOK_AT]).encode() + text[_LOOK_AT:].encode()
    start = body[:_LOOK_AT].lstrip()
    if start.startswith(b"{"):
        return _json_feed(body)
    if not _ROOT.search(start):
        return None
    kind = content_type.split(";")[0].strip() or "application/xml"
    headers = {"content-type": f"{kind}; charset=utf-8", "content-location": url}
    # A stream, since feedparser would open bytes that happen to be the name of a file.
    parsed = feedparser.parse(io.BytesIO(body), response_headers=headers)
    broken = isinstance(parsed.get("bozo_exception"), SAXException)
    if not parsed.entries and (broken or not parsed.version):
        return None
    leftover: Counter[str] = Counter()
    # Atom's entries inherit the feed's author; RSS names an editor there, who wrote none of them.
    author = parsed.feed.get("author_detail") if parsed.version.startswith("atom") else None
    items = [_item(entry, author or {}, leftover) for entry in parsed.entries]
    whole = bool(_END.search(body[-_TAIL:]))
    if not whole:
        items = items[:-1]
    links = parsed.feed.get("links", ())
    next_url = next((link.get("href", "") for link in links if link.get("rel") == "next"), "")
    next_url = next_url or _wordpress_next(parsed.feed, items, url)
    return ParsedFeed(_line(parsed.feed.get("title", "")), items, next_url, leftover, whole)


def _wordpress_next(feed: Any, items: Sequence[FeedItem], url: str) -> str:
    """The next page of a full WordPress feed, which it has but does not name. Comment feeds have none."""
    made_by = (str(feed.get("generator") or ""), str((feed.get("generator_detail") or {}).get("href") or ""))
    if not any(name.startswith(_WORDPRESS) for name in made_by):
        return ""
    if len(items) < _WORDPRESS_PAGE or any(item.is_comment for item in items):
        return ""
    page = url_query_parameter(url, "paged") or "1"
    return (
        add_or_replace_parameter(url, "paged", str(int(page) + 1))
        if page.isascii() and page.isdigit()
        else ""
    )


def _item(entry: Any, feed_author: dict[str, Any], leftover: Counter[str]) -> FeedItem:
    """feedparser's entry; plain dict access, since its own falls back from one date to another."""
    for key in entry:
        if key not in _READ:
            leftover[f"item.{key[:60]}"] += 1
    raw = {str(key): dict.get(entry, key) for key in entry}
    bodies = [c.get("value", "") for c in raw.get("content") or ()]
    times = (raw.get(k) for k in ("published", "updated", "created", "date"))
    detail = raw.get("author_detail") or (feed_author if not raw.get("author") else {})
    source = raw.get("source") or {}
    replied = raw.get("thr_in-reply-to") or {}
    return FeedItem(
        guid=str(raw.get("id") or ""),
        url=str(raw.get("link") or ""),
        title=_line(str(raw.get("title") or "")),
        text=_words(next((b for b in bodies if b.strip()), "") or str(raw.get("summary") or "")),
        time=next((t for t in times if isinstance(t, str) and t.strip()), ""),
        author=str(detail.get("name") or raw.get("author") or ""),
        author_url=str(detail.get("href") or ""),
        comments=count_noted(raw.get("slash_comments") or raw.get("thr_total"), "comments", leftover),
        comments_feed=str(raw.get("wfw_commentrss") or "") or _replies_link(raw.get("links") or ()),
        in_reply_to=str(replied.get("ref") or replied.get("href") or ""),
        outlet=str(source.get("title") or raw.get("news_source") or ""),
    )


def _replies_link(links: Sequence[Any]) -> str:
    """Atom's rel=replies, where it is a feed."""
    kinds = ("application/atom+xml", "application/rss+xml")
    return next(
        (x.get("href", "") for x in links if x.get("rel") == "replies" and x.get("type") in kinds), ""
    )


def _json_feed(body: bytes) -> ParsedFeed | None:
    """JSON Feed 1.0 and 1.1."""
    try:
        data = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    feed = Fields(data, "feed.")
    if "jsonfeed.org" not in feed.text("version") and not isinstance(data.get("items"), list):
        return None
    leftover: Counter[str] = Counter()
    own_authors = _authors(feed)
    items = [
        _json_item(Fields(row, "item."), own_authors, leftover)
        for row in feed.rows("items")
        if isinstance(row, dict)
    ]
    return ParsedFeed(_line(feed.text("title")), items, feed.text("next_url"), leftover)


def _authors(fields: Fields) -> list[Any]:
    return fields.rows("authors") or fields.rows("author")


def _json_item(row: Fields, feed_authors: list[Any], leftover: Counter[str]) -> FeedItem:
    authors = _authors(row) or feed_authors
    author = Fields(authors[0] if authors else None)
    html, plain, summary = row.text("content_html"), row.text("content_text"), row.text("summary")
    row.take("image", "banner_image", "tags", "language", "attachments", "date_modified_at")
    item = FeedItem(
        guid=row.text("id"),
        url=row.text("url", "external_url"),
        title=_line(row.text("title")),
        text=_words(html) or plain.strip() or summary.strip(),
        time=row.text("date_published", "date_modified"),
        author=author.text("name"),
        author_url=author.text("url"),
    )
    row.audit(leftover)
    return item


def _words(html: str) -> str:
    """Text without markup; once more where the markup had been escaped twice."""
    text = html_to_text(html)
    return html_to_text(text) if _TAGS.search(text) else text


def _line(html: str) -> str:
    return " ".join(_words(html).split())
