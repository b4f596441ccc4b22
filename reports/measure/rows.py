"""Narrow rows of the store, read once, and the counts a report is made of. Pure after `read`."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from koubei.core.clock import BEIJING
from koubei.core.domain import NOT_CUSTOMER
from koubei.core.ports import MentionStore
from koubei.core.query import Query
from koubei.core.records import Record
from reports.figures.counts import Counts
from reports.measure.queries import Scope

FIELDS = (
    "mention_id", "post_id", "brand", "platform", "source", "role", "label", "primary_factor",
    "stage", "province", "published_at", "time_precision", "first_collected_at", "root_id", "likes",
    "comments", "reposts", "keywords",
)  # fmt: skip
LABELS = ("neg", "neu", "pos", "uncertain", "unknown")
HOURLY = ("exact", "minute")


@dataclass(frozen=True, slots=True)
class Row:
    """One mention, as far as the report counts it. `hour` is None where the time is not that precise."""

    mention_id: str
    post_id: str
    brand: str
    platform: str
    source: str
    role: str
    label: str
    factor: str
    stage: str
    province: str | None
    day: date
    hour: int | None
    at: datetime
    collected: datetime
    root: str
    likes: int | None
    comments: int | None
    reposts: int | None
    keywords: frozenset[str]

    @property
    def customer(self) -> bool:
        """Whether the voice is a customer's (an unknown role counts as one)."""
        return self.role not in NOT_CUSTOMER


class Table:
    """Counted mentions by brand and Beijing day."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._cells: dict[tuple[str, date], list[Row]] = defaultdict(list)
        for row in rows:
            self._cells[row.brand, row.day].append(row)

    def of(self, brand: str, day: date, without: Collection[str] = ()) -> list[Row]:
        """The counted mentions of a brand on a day, without some sources."""
        rows = self._cells.get((brand, day), [])
        return [r for r in rows if r.source not in without] if without else rows

    def over(self, brand: str, days: Sequence[date], without: Collection[str] = ()) -> list[Row]:
        """The counted mentions of a brand on several days."""
        return [row for day in days for row in self.of(brand, day, without)]

    def seen(self, day: date) -> bool:
        """Whether anything of any brand was published that day."""
        return any(rows for (_, d), rows in self._cells.items() if d == day)


def read(store: MentionStore, scope: Scope) -> Table:
    """One narrow export of the counted mentions of the scope, point in time."""
    return Table(rows(store, scope.counted()))


def rows(store: MentionStore, query: Query) -> Iterator[Row]:
    """The narrow rows of every match; only for queries that ask for a publication time."""
    return (_row(record) for record in store.export(query, FIELDS))


def _row(r: Record) -> Row:
    at = r["published_at"].astimezone(BEIJING)
    word = sys.intern
    return Row(
        mention_id=r["mention_id"], post_id=r["post_id"], brand=word(r["brand"]),
        platform=word(r["platform"]), source=word(r["source"]), role=word(r["role"]), label=word(r["label"]),
        factor=word(r["primary_factor"]), stage=word(r["stage"] or ""),
        province=word(r["province"]) if r["province"] else None, day=at.date(),
        hour=at.hour if r["time_precision"] in HOURLY else None, at=at, collected=r["first_collected_at"],
        root=r["root_id"], likes=r["likes"], comments=r["comments"], reposts=r["reposts"],
        keywords=frozenset(map(word, r["keywords"] or ())),
    )  # fmt: skip


def days_before(day: date, count: int) -> list[date]:
    """The `count` days before `day`, oldest first."""
    return [day - timedelta(days=back) for back in range(count, 0, -1)]


def voices(rows: Iterable[Row]) -> int:
    """独立声音: distinct roots."""
    return len({r.root for r in rows})


def label_counts(rows: Iterable[Row]) -> Counts:
    """Customers' voices by label: distinct (root, label) pairs."""
    pairs = {(r.root, r.label) for r in rows if r.customer}
    return Counts(**{label: sum(1 for _, found in pairs if found == label) for label in LABELS})


def post_counts(rows: Iterable[Row]) -> Counts:
    """All posts by label, every role and every copy: the share of the appendix."""
    found = [r.label for r in rows]
    return Counts(**{label: found.count(label) for label in LABELS})


def grouped(rows: Iterable[Row], key: Callable[[Row], str | None]) -> dict[str, list[Row]]:
    """Rows by key; a row without one (None, "") is left out."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        value = key(row)
        if value:
            groups[value].append(row)
    return groups


CountsByDay = dict[tuple[date, str], Counts]


def counts_by_day(rows: Iterable[Row], key: Callable[[Row], str | None]) -> CountsByDay:
    """Customers' voices by (day, key) and label: distinct roots in each, rows without a key left out."""
    roots: dict[tuple[date, str, str], set[str]] = defaultdict(set)
    for row in rows:
        value = key(row)
        if value and row.customer:
            roots[row.day, value, row.label].add(row.root)
    cells: dict[tuple[date, str], dict[str, int]] = defaultdict(dict)
    for (day, value, label), found in roots.items():
        cells[day, value][label] = len(found)
    return {cell: Counts(**labels) for cell, labels in cells.items()}


def interactions(rows: Sequence[Row]) -> int | None:
    """Likes + comments + reposts; None where no post gives any of them."""
    known = [n for r in rows for n in (r.likes, r.comments, r.reposts) if n is not None]
    return sum(known) if known else None
