"""A post as it was collected. Built only by koubei.core.intake.PostFactory, which masks and hashes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Kind = Literal["post", "comment", "reply", "review", "complaint", "ticket", "news"]
TimePrecision = Literal["exact", "minute", "day", "relative", "unknown"]


@dataclass(frozen=True, slots=True)
class Engagement:
    """One observation of a post's counts; null is not known, which is not 0."""

    likes: int | None = None
    comments: int | None = None
    reposts: int | None = None
    views: int | None = None

    @property
    def interactions(self) -> int | None:
        """likes + comments + reposts, null where all three are."""
        known = [n for n in (self.likes, self.comments, self.reposts) if n is not None]
        return sum(known) if known else None


@dataclass(frozen=True, slots=True)
class RawPost:
    """What a spider or importer read, before masking. It never leaves the collecting process.

    Attributes:
        platform: where the public wrote (weibo, heimao, appstore, forum host …).
        source: how we got it: the configured source's name, or the importer's.
        native_id: the platform's own id; None where it gives none.
        url: canonical http(s) address; None where there is none.
        text: the post as written (own text only; a quotation goes to `quoted`).
        author_id: the platform's own author id or name; hashed at intake, never stored.
        author_hash: an author hash made elsewhere; stored with the prefix "x:".
        author_name: the display name; masked at intake.
        fetched_at: when the page or file row was read (aware UTC); relative times resolve against it.
        thread_id, parent_id, repost_of: native ids on the same platform; ids are built at intake.
        thread_title: title of the thread a reply stands in.
        declares: what the source says the post is about (app id, complaint target …).
        province: the public location as the source declares it ("发布于 山东", ticket's 归属地).
        account: how the source describes the account ("蓝V", "媒体", "政府" …), "" when it does not.
        rating: stars 1-5, None where there are none.
        extra: other source fields worth keeping (status, cost, version …), short strings.
    """

    platform: str
    source: str
    kind: Kind
    text: str
    fetched_at: datetime
    native_id: str | None = None
    url: str | None = None
    title: str = ""
    quoted: str = ""
    author_id: str | None = None
    author_hash: str | None = None
    author_name: str = ""
    account: str = ""
    published_at: datetime | None = None
    time_precision: TimePrecision = "unknown"
    engagement: Engagement = field(default_factory=Engagement)
    rating: float | None = None
    thread_id: str | None = None
    thread_title: str = ""
    parent_id: str | None = None
    repost_of: str | None = None
    declares: tuple[str, ...] = ()
    province: str | None = None
    deleted: bool = False
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Post:
    """A collected post: ids built, author hashed, personal numbers masked. Safe to keep.

    Attributes:
        post_id: platform + native id, see docs/architecture.md "Identity".
        author_key: HMAC of the native author id, or "x:" + a foreign hash, or None.
        author_name: masked display name (张**).
        content_hash: SHA-256 over title and text after folding.
        thread_id, parent_id, repost_of: post ids.
    """

    post_id: str
    platform: str
    source: str
    kind: Kind
    title: str
    text: str
    collected_at: datetime
    content_hash: str
    native_id: str | None = None
    url: str | None = None
    quoted: str = ""
    author_key: str | None = None
    author_name: str = ""
    account: str = ""
    published_at: datetime | None = None
    time_precision: TimePrecision = "unknown"
    engagement: Engagement = field(default_factory=Engagement)
    rating: float | None = None
    thread_id: str | None = None
    thread_title: str = ""
    parent_id: str | None = None
    repost_of: str | None = None
    declares: tuple[str, ...] = ()
    province: str | None = None
    deleted: bool = False
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def scored_text(self) -> str:
        """What is matched and scored: title, newline, text (a reply: its own text only)."""
        return f"{self.title}\n{self.text}" if self.title and self.kind != "reply" else self.text

    @property
    def observed(self) -> str:
        """What may change without the text changing: counts, rating, how well time and place are known,
        deletion, as one comparable string."""
        e = self.engagement
        counts = f"{e.likes},{e.comments},{e.reposts},{e.views},{self.rating}"
        return f"{counts},{self.time_precision},{self.province},{int(self.deleted)}"
