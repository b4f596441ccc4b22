"""RawPost in, Post out: the one constructor of Post. Ids are built, authors hashed, numbers masked here,
before the post reaches the spool, a log or a quarantine file."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from koubei.core.domain import Engagement, Post, RawPost, TimePrecision
from koubei.core.privacy import AuthorKeys, mask, mask_name
from koubei.core.text import fold
from koubei.core.urls import canonical_url

TEXT_LIMIT = 200_000
"""Most characters of a text that are kept; a longer one is cut and the cut noted in `extra`."""
TITLE_LIMIT = 2_000
WORD_LIMIT = 500
NATIVE_ID_LIMIT = 200

NAME_KEY = "author_name_key"
"""Key in `extra`: AuthorKeys.name_key of the display name, so official accounts can be told by name."""
CUT = "cut"
"""Key in `extra`: how long a text was before it was cut."""
TIME_REFUSED = "published_at_refused"
"""Key in `extra`: the time a source gave that cannot be, and why."""

_EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
_LATEST = timedelta(days=1)
_COUNT_LIMIT = 2**53
_ODD = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


class PostFactory:
    """Builds posts; the same RawPost always gives the same Post."""

    def __init__(self, keys: AuthorKeys) -> None:
        self._keys = keys

    def build(self, raw: RawPost) -> Post:
        """The post as it may be kept: see docs/architecture.md "Identity", "Privacy" and "Text".

        Raises:
            ValueError: `fetched_at` or `published_at` has no offset (a mistake in the spider).
        """
        collected_at = _utc(raw.fetched_at)
        platform = _word(raw.platform)
        title, text = _masked(raw.title, TITLE_LIMIT), _masked(raw.text, TEXT_LIMIT)
        url = canonical_url(raw.url) if raw.url else None
        author_key = self._author_key(platform, raw)
        published_at, precision, refused = _time(raw, collected_at)
        native_id = _native_id(raw.native_id)
        return Post(
            post_id=_post_id(platform, native_id, url, (author_key, published_at, title, text)),
            platform=platform,
            source=_word(raw.source),
            kind=raw.kind,
            title=title,
            text=text,
            collected_at=collected_at,
            content_hash=content_hash(title, text),
            native_id=native_id,
            url=url,
            quoted=_masked(raw.quoted, TEXT_LIMIT),
            author_key=author_key,
            author_name=mask_name(clean(raw.author_name)),
            account=_word(raw.account),
            published_at=published_at,
            time_precision=precision,
            engagement=_engagement(raw.engagement),
            rating=raw.rating if raw.rating is not None and math.isfinite(raw.rating) else None,
            thread_id=_related(platform, raw.thread_id),
            thread_title=_masked(raw.thread_title, TITLE_LIMIT),
            parent_id=_related(platform, raw.parent_id),
            repost_of=_related(platform, raw.repost_of),
            declares=tuple(word for d in raw.declares if (word := _word(d))),
            province=_word(raw.province or "") or None,
            deleted=raw.deleted,
            extra=self._extra(platform, raw, refused),
        )

    def _author_key(self, platform: str, raw: RawPost) -> str | None:
        if raw.author_id:
            return self._keys.key(platform, clean(raw.author_id).strip())
        return f"x:{clean(raw.author_hash).strip()[:WORD_LIMIT]}" if raw.author_hash else None

    def _extra(self, platform: str, raw: RawPost, refused: str) -> Mapping[str, str]:
        extra = {_word(key): _masked(value, TITLE_LIMIT) for key, value in raw.extra.items()}
        if name := clean(raw.author_name).strip():
            extra[NAME_KEY] = self._keys.name_key(platform, name)
        if len(raw.text) > TEXT_LIMIT:
            extra[CUT] = f"正文原有 {len(raw.text)} 字，保留前 {TEXT_LIMIT} 字"
        if refused:
            extra[TIME_REFUSED] = refused
        return extra


def content_hash(title: str, text: str) -> str:
    """SHA-256 (hex) over title and text after folding: the same words give the same hash."""
    return hashlib.sha256(f"{fold(title)}\0{fold(text)}".encode()).hexdigest()


def clean(text: str) -> str:
    """Without null bytes, control characters (line ends become \\n, tabs stay) and lone surrogates."""
    return _ODD.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _masked(text: str, limit: int) -> str:
    """Masked before it is cut: a number that straddles the cut must not survive in part."""
    return mask(clean(text[: limit + WORD_LIMIT]))[:limit]


def _word(text: str) -> str:
    return " ".join(_masked(text, WORD_LIMIT).split())


def _post_id(
    platform: str,
    native_id: str | None,
    url: str | None,
    content: tuple[str | None, datetime | None, str, str],
) -> str:
    if native_id:
        return f"{platform}:{native_id}"
    if url:
        return f"{platform}:u:{_sha256(url)}"
    author_key, published_at, title, text = content
    when = published_at.isoformat() if published_at else ""
    return f"{platform}:h:{_sha256(chr(0).join((platform, author_key or '', when, fold(title), fold(text))))}"


def _native_id(native_id: str | None) -> str | None:
    """The platform's id, or its hash where it is too long to be a key in a store."""
    bare = " ".join(clean(native_id).split()) if native_id else ""
    return _sha256(bare) if len(bare) > NATIVE_ID_LIMIT else bare or None


def _related(platform: str, native_id: str | None) -> str | None:
    bare = _native_id(native_id)
    return f"{platform}:{bare}" if bare else None


def _time(raw: RawPost, collected_at: datetime) -> tuple[datetime | None, TimePrecision, str]:
    """Publication time, its precision, and why a given time was refused ("" where it was not)."""
    if raw.published_at is None:
        return None, "unknown", ""
    published_at = _utc(raw.published_at)
    if published_at > collected_at + _LATEST:
        return None, "unknown", f"{published_at.isoformat()}：比采集时间晚一天以上"
    if published_at < _EARLIEST:
        return None, "unknown", f"{published_at.isoformat()}：早于 {_EARLIEST.year} 年"
    return published_at, raw.time_precision, ""


def _utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError(f"{instant!r} has no offset")
    return instant.astimezone(UTC)


def _engagement(seen: Engagement) -> Engagement:
    def count(value: int | None) -> int | None:
        return value if value is not None and 0 <= value < _COUNT_LIMIT else None

    return Engagement(count(seen.likes), count(seen.comments), count(seen.reposts), count(seen.views))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
