"""The Protocols the stages meet by, and the small values they exchange."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from koubei.core.domain import Score, ScoredMention, Span
from koubei.core.query import Query
from koubei.core.records import Record

Outcome = Literal["inserted", "updated", "unchanged", "stale"]
"""What a store did with one write; "stale": it already holds a higher revision."""

Interval = Literal["hour", "day"]


class Scorer(Protocol):
    """Turns texts into scores; the same input gives the same output."""

    @property
    def version(self) -> str:
        """Names the model, its data and its rules."""
        ...

    @property
    def certain_from(self) -> float:
        """The least probability of an answer that is not uncertain."""
        ...

    def score(self, items: Sequence[tuple[str, Sequence[Span]]]) -> list[Score]:
        """One Score per (text, spans of the brand's words in it). Never raises on odd text."""
        ...


@dataclass(frozen=True, slots=True)
class Page:
    """One page of search results, newest first. `next` is a cursor, None on the last page."""

    items: list[ScoredMention]
    next: str | None


@dataclass(frozen=True, slots=True)
class Bucket:
    """One cell of a histogram: mentions of `value` in the hour or day that starts at `start` (UTC).

    Attributes:
        value: the value of the `by` field ("" without one).
        count: mentions, or distinct values of the `distinct` field where one was asked for.
    """

    start: datetime
    value: str
    count: int


@dataclass(frozen=True, slots=True)
class FacetRow:
    """How many mentions hold `value` in a field."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Stats:
    """count of non-null values, their sum, least and greatest (0.0 and None where there are none)."""

    count: int
    sum: float
    min: float | None
    max: float | None


class MentionStore(Protocol):
    """Where mentions are kept and searched. SQLite and Elasticsearch give the same answers."""

    def upsert(self, batch: Sequence[ScoredMention]) -> list[Outcome]:
        """Write a batch, one outcome per item in order; the highest revision wins.

        Durable on return. Raises StoreUnavailableError where nothing of the batch may be relied on.
        """
        ...

    def get(self, mention_id: str) -> ScoredMention | None:
        """The mention, or None."""
        ...

    def search(self, query: Query, after: str | None = None, limit: int = 20) -> Page:
        """Newest first by (filed_at, mention_id) descending. Raises InputError on a foreign cursor."""
        ...

    def count(self, query: Query) -> int:
        """How many mentions match."""
        ...

    def histogram(
        self, query: Query, interval: Interval, by: str | None = None, distinct: str | None = None
    ) -> list[Bucket]:
        """Counts by published_at in Beijing hours or days, split by a keyword field.

        Only non-empty buckets, ordered by (start, value). Mentions without published_at are left out;
        an hour histogram takes only exact and minute precision. With `distinct`, counts distinct
        non-null values of that keyword field instead of mentions.
        """
        ...

    def facet(
        self,
        query: Query,
        field: str,
        distinct: str | None = None,
        after: str | None = None,
        limit: int = 1000,
    ) -> list[FacetRow]:
        """Exact counts per value of a keyword(s) field, ordered by value; `after` = last value seen."""
        ...

    def distinct(self, query: Query, field: str) -> int:
        """Exact number of distinct non-null values of a keyword field."""
        ...

    def stats(self, query: Query, field: str) -> Stats:
        """Sum and range of a number or integer field."""
        ...

    def export(self, query: Query, fields: Sequence[str] | None = None) -> Iterator[Record]:
        """Every match as of the call (a point in time), oldest first by (filed_at, mention_id).

        With `fields`, only those keys: cheap narrow rows for aggregates.
        """
        ...

    def delete(self, query: Query) -> int:
        """Remove every match; how many there were."""
        ...

    def refresh(self) -> None:
        """Make everything written visible to search."""
        ...

    def check(self) -> Mapping[str, str]:
        """Health by name -> "ok" or what is wrong, for the doctor."""
        ...

    def close(self) -> None:
        """Release files and connections."""
        ...
