"""A post that names a brand, what was made of it, and the row both stores keep."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from koubei.core.domain.posts import Post

MatchedBy = Literal["text", "declared", "thread", "rejected"]
"""rejected: a person said that the post is not about the brand; kept, found by a search, never counted."""

Label = Literal["neg", "neu", "pos", "uncertain", "unknown"]
Role = Literal["customer", "media", "marketing", "official", "employee", "unknown"]
ProvinceSource = Literal["declared", "named", "none"]

LABELS: tuple[Label, ...] = ("neg", "neu", "pos", "uncertain", "unknown")
NOT_CUSTOMER: tuple[Role, ...] = ("media", "marketing", "official", "employee")
NO_FACTOR = "none"

Span = tuple[int, int]
"""Half-open character positions [start, end) in `Post.scored_text`."""


@dataclass(frozen=True, slots=True)
class BrandHit:
    """One brand found in one post.

    Attributes:
        spans: where the brand's words stand in `Post.scored_text`; empty for declared and thread.
        words: the include words (or declared subjects) that matched.
        why: one line a person can read.
    """

    brand_id: str
    matched_by: MatchedBy
    spans: tuple[Span, ...]
    words: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A post × a brand, with whose voice it is and where it comes from."""

    mention_id: str
    post: Post
    brand_id: str
    matched_by: MatchedBy
    spans: tuple[Span, ...]
    words: tuple[str, ...]
    keyword_version: str
    root_id: str
    role: Role
    province: str | None
    province_source: ProvinceSource


@dataclass(frozen=True, slots=True)
class FactorHit:
    """A factor (要素) named in a text, the clause that names it, and the clause's polarity."""

    name: str
    polarity: Label
    clause: str


@dataclass(frozen=True, slots=True)
class Score:
    """What the scorer says of one mention.

    Attributes:
        snow: SnowNLP's probability of "positive" for the text exactly as given, None where it raises.
        margin: SnowNLP's log-odds for the same, None where it raises.
        p_neg, p_neu, p_pos: the shown model's class probabilities, None where it has no such class.
        factors: every factor found; `primary_factor` is one of their names or "none".
        severity: 0-3, apart from polarity.
        model_version: names the model, its data and its rules.
    """

    snow: float | None
    margin: float | None
    p_neg: float | None
    p_neu: float | None
    p_pos: float | None
    label: Label
    factors: tuple[FactorHit, ...]
    primary_factor: str
    stage: str
    severity: int
    words: tuple[str, ...]
    model_version: str


@dataclass(frozen=True, slots=True)
class ScoredMention:
    """What a store keeps: a mention, its score, and when we learned of it."""

    mention: Mention
    score: Score
    revision: int
    filed_at: datetime
    first_collected_at: datetime
    last_collected_at: datetime
    deleted_at: datetime | None = None
    indexed: str = ""
    """The folded form of title, text that both stores tokenise (koubei.core.text.fold)."""
