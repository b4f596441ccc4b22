"""Every figure asked again of the store: the promise that each number is a query, kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from koubei.core.clock import BEIJING, day_window
from koubei.core.ports import Bucket, Interval, MentionStore
from koubei.core.query import And, Query, Range, parse_query
from reports.figures.daily import DailyFigures
from reports.figures.figure import Figure

FACET_PAGE = 1000


def _number_text(number: int | None) -> str:
    return "无" if number is None else f"{number:,}"


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A figure that the store answers otherwise; `key` is "" for a single number."""

    figure_id: str
    title: str
    key: str
    printed: int | None
    found: int | None

    def __str__(self) -> str:
        key = f"（{self.key}）" if self.key else ""
        printed, found = _number_text(self.printed), _number_text(self.found)
        return f"{self.figure_id} {self.title}{key}：报告 {printed}，重查 {found}"


def verify(figures: DailyFigures, store: MentionStore) -> list[Mismatch]:
    """Run the query text of every figure again and list what differs; empty when all of them hold."""
    return [miss for figure in figures.figures for miss in _check(figure, store)]


def _check(figure: Figure, store: MentionStore) -> list[Mismatch]:
    query = parse_query(figure.query)
    if not figure.by:
        found = _number(store, query, figure.measure)
        same = found == figure.value
        return [] if same else [Mismatch(figure.id, figure.title, "", figure.value, found)]
    row = _row(store, query, figure)
    keys = sorted({*figure.values, *row} if figure.complete else figure.values)
    return [
        Mismatch(figure.id, figure.title, key, figure.values.get(key), row.get(key))
        for key in keys
        if figure.values.get(key, 0) != row.get(key, 0)
    ]


def _number(store: MentionStore, query: Query, measure: str) -> int | None:
    kind, _, field = measure.partition(" ")
    if kind == "count":
        return store.count(query)
    if kind == "distinct":
        return store.distinct(query, field)
    stats = store.stats(query, field)
    return round(stats.sum) if stats.count else None


def _row(store: MentionStore, query: Query, figure: Figure) -> Mapping[str, int]:
    kind, _, field = figure.measure.partition(" ")
    first = figure.by[0]
    if kind == "sum":
        return {key: _number(store, _on(query, key), figure.measure) or 0 for key in figure.values}
    distinct = field or None
    if first in ("day", "hour"):
        interval: Interval = "day" if first == "day" else "hour"
        by = figure.by[1] if len(figure.by) > 1 else None
        return {
            _key(b, interval, by): b.count for b in store.histogram(query, interval, by, distinct) if b.count
        }
    return _facet(store, query, first, distinct)


def _on(query: Query, key: str) -> Query:
    window = day_window(date.fromisoformat(key))
    return And((query, Range("published_at", window.start, window.end, high_open=True)))


def _key(bucket: Bucket, interval: Interval, by: str | None) -> str:
    start: datetime = bucket.start.astimezone(BEIJING)
    moment = f"{start:%Y-%m-%d}" if interval == "day" else f"{start:%Y-%m-%dT%H}"
    return f"{moment}|{bucket.value}" if by else moment


def _facet(store: MentionStore, query: Query, field: str, distinct: str | None) -> dict[str, int]:
    found: dict[str, int] = {}
    after: str | None = None
    while page := store.facet(query, field, distinct, after, FACET_PAGE):
        found |= {row.value: row.count for row in page}
        if len(page) < FACET_PAGE:
            break
        after = page[-1].value
    return found
