"""Counts, histograms, facets and sums."""

from __future__ import annotations

import math
import sqlite3
from typing import Any

from indexer.fields import field_of
from indexer.sqlite.compile import Selection, column, select
from indexer.values import instant
from koubei.core.ports import Bucket, FacetRow, Interval, Stats
from koubei.core.query import Query

_BEIJING = 8 * 3600 * 1_000_000
_WIDTH: dict[Interval, int] = {"hour": 3600 * 1_000_000, "day": 86400 * 1_000_000}


def count(db: sqlite3.Connection, query: Query) -> int:
    """How many mentions match."""
    found = select(query)
    if found.only_text:
        found.source = "f"  # every row of f is one of m: nothing to look up there
    return int(_rows(db, "count(*)", found)[0][0])


def distinct(db: sqlite3.Connection, query: Query, field: str) -> int:
    """How many distinct non-null values a keyword field has."""
    return int(_rows(db, f"count(DISTINCT {_word(field)})", select(query))[0][0])


def stats(db: sqlite3.Connection, query: Query, field: str) -> Stats:
    """Sum and range of a number field; added up without rounding error, so that every store agrees."""
    name = column(field_of(field, "integer", "number").name)
    found = select(query).also(f"{name} IS NOT NULL")
    values = [float(value) for (value,) in db.execute(f"SELECT {name} {found.sql}", found.parameters)]
    if not values:
        return Stats(0, 0.0, None, None)
    return Stats(len(values), math.fsum(values), min(values), max(values))


def histogram(
    db: sqlite3.Connection, query: Query, interval: Interval, by: str | None, distinct_field: str | None
) -> list[Bucket]:
    """Counts by published_at in Beijing hours or days.

    Beijing has kept UTC+8 since 1992; the summer times before are not looked at.
    """
    width = _WIDTH[interval]
    local = f"(m.published_at + {_BEIJING})"
    found = select(query).also("m.published_at IS NOT NULL")
    if interval == "hour":
        found.also("m.time_precision IN ('exact', 'minute')")
    value = _split_by(found, by) if by else "''"
    counted = _counted(distinct_field)
    bucket = f"({local} - ({local} % {width} + {width}) % {width})"
    rows = _rows(db, f"{bucket}, {value}, {counted} AS n", found, "GROUP BY 1, 2 HAVING n > 0 ORDER BY 1, 2")
    return [Bucket(instant(start - _BEIJING), name, n) for start, name, n in rows]


def facet(
    db: sqlite3.Connection,
    query: Query,
    field: str,
    distinct_field: str | None,
    after: str | None,
    limit: int,
) -> list[FacetRow]:
    """Counts per value, ordered by value."""
    found = select(query)
    value = _split_by(found, field)
    if after is not None:
        found.also(f"{value} > ?", after)
    tail = "GROUP BY 1 HAVING n > 0 ORDER BY 1 LIMIT ?"
    rows = _rows(db, f"{value}, {_counted(distinct_field)} AS n", found, tail, limit)
    return [FacetRow(name, n) for name, n in rows]


def _split_by(found: Selection, field: str) -> str:
    """The expression of a field's value; a field of many words gives a row for each."""
    if field_of(field, "keyword", "keywords").type == "keywords":
        found.source += f", json_each({column(field)}) AS word"
        return "word.value"
    found.also(f"{column(field)} IS NOT NULL")
    return column(field)


def _counted(distinct_field: str | None) -> str:
    """Mentions are counted by rid: a word twice in one list is one mention."""
    return f"count(DISTINCT {_word(distinct_field) if distinct_field else 'm.rid'})"


def _word(field: str) -> str:
    return column(field_of(field, "keyword").name)


def _rows(
    db: sqlite3.Connection, what: str, found: Selection, tail: str = "", *more: Any
) -> list[tuple[Any, ...]]:
    return db.execute(f"SELECT {what} {found.sql} {tail}", (*found.parameters, *more)).fetchall()
