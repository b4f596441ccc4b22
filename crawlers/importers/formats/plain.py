"""Our own keys, as docs/importing.md lists them: what any tool can be made to write."""

from __future__ import annotations

import re
from typing import cast, get_args

from crawlers.importers.moments import COLLECTED
from crawlers.importers.platforms import platform_slug
from crawlers.importers.registry import Format
from crawlers.importers.row import Row, RowError
from koubei.core.domain import Kind, RawPost

ALIASES: dict[str, tuple[str, ...]] = {
    "platform": (),
    "native_id": ("id",),
    "url": ("link",),
    "title": (),
    "text": ("content",),
    "quoted": (),
    "kind": (),
    "author_id": ("user_id",),
    "author_hash": (),
    "author_name": ("author",),
    "account": (),
    "published_at": ("created_at",),
    "likes": (),
    "comments": (),
    "reposts": ("shares",),
    "views": (),
    "rating": (),
    "province": ("region",),
    "thread_id": (),
    "thread_title": (),
    "parent_id": (),
    "repost_of": ("retweet_of",),
    "declares": (),
    "deleted": (),
    COLLECTED[0]: COLLECTED[1:],
}
"""Key -> other names it goes by. What `mapping` may name are the keys."""

TRUE = frozenset({"true", "1", "yes", "是"})
POST: Kind = "post"
REPOSTS = frozenset({"repost", "retweet", "转发"})
_KINDS = frozenset(get_args(Kind))
_SEPARATOR = re.compile(r"[,，;；|]")


def read(row: Row) -> list[RawPost]:
    """A post of any kind.

    Raises:
        RowError: no platform is given, or platform or kind are none we know.
    """
    published_at, precision = row.time(*names("published_at"))
    return [
        RawPost(
            platform=_platform(row),
            source=row.context.source,
            kind=_kind(row),
            title=row.text("title"),
            text=row.text(*names("text")),
            fetched_at=row.context.fetched_at,
            native_id=row.ident(*names("native_id")),
            url=row.text(*names("url")) or None,
            quoted=row.text("quoted"),
            author_id=row.ident(*names("author_id")),
            author_hash=row.text("author_hash") or None,
            author_name=row.name(*names("author_name")),
            account=row.text("account"),
            published_at=published_at,
            time_precision=precision,
            engagement=row.engagement("likes", "comments", _first(row, "reposts"), "views"),
            rating=row.rating("rating"),
            thread_id=row.ident("thread_id"),
            thread_title=row.text("thread_title"),
            parent_id=row.ident("parent_id"),
            repost_of=row.ident(*names("repost_of")),
            declares=tuple(d.strip() for d in _SEPARATOR.split(row.text("declares")) if d.strip()),
            province=row.text(*names("province")) or None,
            deleted=row.text("deleted").lower() in TRUE,
            extra=row.extra(topics="topics", device="device", location="location", keyword="search_keyword"),
        )
    ]


def names(key: str) -> tuple[str, ...]:
    """A key and the other names it goes by."""
    return (key, *ALIASES[key])


def _first(row: Row, key: str) -> str:
    return next((name for name in names(key) if name in row.cells), key)


def _platform(row: Row) -> str:
    word = row.text("platform")
    if not word:
        if row.context.platform:
            return row.context.platform
        raise RowError("没有 platform：写在该列里，或用 --platform 给出")
    slug = platform_slug(word)
    if not slug:
        raise RowError(f"platform {word[:40]!r} 不是平台名（小写字母、数字、- 和 _）")
    return slug


def _kind(row: Row) -> Kind:
    """A repost is a post that names what it repeats."""
    word = row.text("kind").lower() or POST
    if word in REPOSTS:
        return POST
    if word not in _KINDS:
        raise RowError(f"kind {word[:40]!r} 不是其中之一：{'、'.join(sorted(_KINDS))}")
    return cast(Kind, word)


FORMAT = Format(
    name="plain",
    title="koubei 自己的字段（CSV 或 JSONL）",
    signatures=(
        frozenset({"text", "published_at"}),
        frozenset({"text", "platform"}),
        frozenset({"text", "native_id"}),
    ),
    read=read,
    platform_column="platform",
    private=frozenset(name for key in ("author_id", "author_name") for name in names(key)),
)
