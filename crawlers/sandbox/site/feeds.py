"""RSS 2.0 and Atom feeds, each with a quirk of its own; ETag, Last-Modified and 304."""

from __future__ import annotations

import re
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from xml.sax.saxutils import escape

from crawlers.sandbox.articles import ATOM, FEEDS
from crawlers.sandbox.items import Article
from crawlers.sandbox.site.wire import HTML, Answer, Question
from crawlers.sandbox.world import World
from koubei.core.clock import BEIJING

_PATH = re.compile(r"^/feeds/([a-z-]+)\.(xml|atom)$")
_ARTICLE = re.compile(r"^/articles/([a-z-]+)/(\d+)\.html$")
_NAMESPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:slash="http://purl.org/rss/1.0/modules/slash/"'
)


def feed_path(name: str) -> str:
    """Where a feed stands."""
    return f"/feeds/{name}.{'atom' if name in ATOM else 'xml'}"


class FeedSite:
    """Serves every item published so far, newest first, and a plain page per article."""

    def __init__(self, world: World) -> None:
        self._articles = {name: [a for a in reversed(world.articles) if a.feed == name] for name in FEEDS}

    def answer(self, question: Question) -> Answer | None:
        """A feed, 304 where nothing is new, an article; None elsewhere."""
        if page := _ARTICLE.match(question.path):
            return self._article(page[1], int(page[2]), question.now)
        found = _PATH.match(question.path)
        if not found or found[1] not in FEEDS or question.path != feed_path(found[1]):
            return None
        articles = [a for a in self._articles[found[1]] if a.at <= question.now]
        tag = f'"{found[1]}-{len(articles)}"'
        latest = articles[0].at if articles else None
        headers = {"ETag": tag}
        if latest:
            headers["Last-Modified"] = format_datetime(latest, usegmt=True)
        if _unchanged(question, tag, latest):
            return Answer(b"", status=304, headers=headers)
        write = _atom if found[2] == "atom" else _rss
        body = write(found[1], [] if question.empty else articles, question.origin)
        kind = "application/atom+xml" if found[2] == "atom" else "application/rss+xml"
        return Answer(body.encode(), f"{kind}; charset=utf-8", headers=headers)

    def _article(self, name: str, number: int, now: datetime) -> Answer | None:
        item = next((a for a in self._articles.get(name, ()) if a.number == number and a.at <= now), None)
        if item is None:
            return None
        text = f"<h1>{escape(item.title)}</h1><p>{escape(item.text)}</p>"
        return Answer(f'<!DOCTYPE html><html lang="zh-CN"><body>{text}</body></html>'.encode(), HTML)


def _unchanged(question: Question, tag: str, latest: datetime | None) -> bool:
    if known := question.headers.get("If-None-Match"):
        return known == tag
    since = question.headers.get("If-Modified-Since")
    try:
        return bool(since and latest and parsedate_to_datetime(since) >= latest)
    except ValueError:
        return False


def _rss(name: str, articles: list[Article], origin: str) -> str:
    items = "".join(_rss_item(a, origin) for a in articles)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" {_NAMESPACES}><channel>'
        f"<title>{FEEDS[name]}</title><link>{origin}/</link><description>{FEEDS[name]}</description>"
        f"<language>zh-CN</language><ttl>30</ttl>\n{items}</channel></rss>"
    )


def _rss_item(item: Article, origin: str) -> str:
    """telecom-news: content:encoded; tech-daily: dc:date, odd guid; local-life: relative link, no guid."""
    parts = [f"<title>{escape(item.title)}</title>"]
    text = escape(item.text)
    if item.feed == "telecom-news":
        link = "javascript:alert(1)" if item.facts.hostile else origin + item.path
        parts += [f"<link>{link}</link><guid>{origin}{item.path}</guid>"]
        parts += [f"<description>{escape(item.text[:40])}…</description>"]
        parts += [f"<content:encoded><![CDATA[<p>{text}</p>]]></content:encoded>", _pub_date(item)]
    elif item.feed == "tech-daily":
        parts += [
            f'<link>{origin}{item.path}?utm_source=rss</link><guid isPermaLink="false">{item.guid}</guid>'
        ]
        parts += [f"<description>{text}</description><dc:creator>{escape(item.author.name)}</dc:creator>"]
        parts += [f"<dc:date>{item.at.astimezone(BEIJING).isoformat()}</dc:date>"]
    else:
        link = item.path if item.feed == "local-life" else origin + item.path
        guid = "" if item.feed == "local-life" else f"<guid>{link}</guid>"
        author = f"<dc:creator>{item.author.name}</dc:creator>" if item.feed == "newsroom" else ""
        parts += [f"<link>{link}</link>{guid}{author}<description><![CDATA[<p>{text}</p>]]></description>"]
        parts += ["" if item.facts.timed == "unknown" else _pub_date(item)]
    return f"<item>{''.join(parts)}</item>\n"


def _pub_date(item: Article) -> str:
    return f"<pubDate>{format_datetime(item.at.astimezone(BEIJING))}</pubDate>"


def _atom(name: str, articles: list[Article], origin: str) -> str:
    entries = "".join(_atom_entry(a, origin) for a in articles)
    updated = articles[0].at.isoformat() if articles else "1970-01-01T00:00:00Z"
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        f'<title>{FEEDS[name]}</title><id>{origin}/{name}</id><link href="{origin}/"/>'
        f"<updated>{updated}</updated>\n{entries}</feed>"
    )


def _atom_entry(item: Article, origin: str) -> str:
    """consumer: HTML content and both times; finance: a summary and `updated` only."""
    html = escape(f"<p>{escape(item.text)}</p>")
    if item.feed == "consumer":
        local = item.at.astimezone(BEIJING).isoformat()
        body = (
            f'<published>{local}</published><updated>{local}</updated><content type="html">{html}</content>'
        )
    else:
        body = f"<updated>{item.at:%Y-%m-%dT%H:%M:%SZ}</updated><summary>{escape(item.text)}</summary>"
    return (
        f"<entry><title>{escape(item.title)}</title><id>{origin}{item.path}</id>"
        f'<link href="{origin}{item.path}"/><author><name>{escape(item.author.name)}</name></author>'
        f"{body}</entry>\n"
    )
