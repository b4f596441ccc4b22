"""Counts, histograms, facets and sums: exact, from composite aggregations read page by page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby, islice
from typing import Any

from indexer.elastic.cluster import Cluster
from indexer.elastic.compile import Clause, filtered
from indexer.fields import field_of
from indexer.values import instant
from koubei.core.ports import Bucket, FacetRow, Interval, Stats
from koubei.core.query import Query

_PAGE = 10_000
_LAST_WORD = chr(0x10FFFF)
"""Sorts behind every value: `after` names the first of two keys only."""
_BEIJING = "+08:00"
"""Asia/Shanghai since 1992, and what the embedded store adds: the summer times before are not looked at."""
_CALENDAR: dict[Interval, str] = {"hour": "1h", "day": "1d"}
Row = tuple[Mapping[str, Any], int]


def count(cluster: Cluster, query: Query) -> int:
    """How many mentions match."""
    found = cluster.search(query=filtered(query), size=0, track_total_hits=True)
    return int(found["hits"]["total"]["value"])


def distinct(cluster: Cluster, query: Query, field: str) -> int:
    """How many distinct non-null values a keyword field has."""
    return sum(1 for _ in _rows(cluster, filtered(query), [{"value": _word(field)}]))


def stats(cluster: Cluster, query: Query, field: str) -> Stats:
    """Sum and range of a number field."""
    name = field_of(field, "integer", "number").name
    found = cluster.search(query=filtered(query), size=0, aggs={"of": {"stats": {"field": name}}})
    said = found["aggregations"]["of"] if "aggregations" in found else {"count": 0}
    if not said["count"]:
        return Stats(0, 0.0, None, None)
    return Stats(int(said["count"]), said["sum"], said["min"], said["max"])


def histogram(
    cluster: Cluster, query: Query, interval: Interval, by: str | None, distinct_field: str | None
) -> list[Bucket]:
    """Counts by published_at in Beijing hours or days."""
    start = {"field": "published_at", "fixed_interval": _CALENDAR[interval], "time_zone": _BEIJING}
    keys: list[dict[str, Clause]] = [{"start": {"date_histogram": start}}]
    if by:
        keys.append({"value": _words(by)})
    wanted = filtered(query)
    if interval == "hour":
        wanted["bool"]["filter"].append({"terms": {"time_precision": ["exact", "minute"]}})
    rows = _counted(cluster, wanted, keys, distinct_field)
    return [Bucket(instant(key["start"] * 1000), key.get("value", ""), n) for key, n in rows]


def facet(
    cluster: Cluster, query: Query, field: str, distinct_field: str | None, after: str | None, limit: int
) -> list[FacetRow]:
    """Counts per value, ordered by value."""
    rows = _counted(cluster, filtered(query), [{"value": _words(field)}], distinct_field, after)
    return [FacetRow(key["value"], n) for key, n in islice(rows, limit)]


def _words(field: str) -> Clause:
    return {"terms": {"field": field_of(field, "keyword", "keywords").name}}


def _word(field: str) -> Clause:
    return {"terms": {"field": field_of(field, "keyword").name}}


def _counted(
    cluster: Cluster,
    wanted: Clause,
    keys: list[dict[str, Clause]],
    distinct_field: str | None,
    after: str | None = None,
) -> Iterator[Row]:
    """(key, mentions), or (key, distinct values of that field): then its values are counted one by one."""
    start = None if after is None else {"value": after}
    if distinct_field is None:
        yield from _rows(cluster, wanted, keys, start)
        return
    if start:
        start["distinct"] = _LAST_WORD
    rows = _rows(cluster, wanted, [*keys, {"distinct": _word(distinct_field)}], start)
    names = [name for key in keys for name in key]
    for values, same in groupby(rows, key=lambda row: [row[0][name] for name in names]):
        yield dict(zip(names, values, strict=True)), sum(1 for _ in same)


def _rows(
    cluster: Cluster, wanted: Clause, keys: list[dict[str, Clause]], after: dict[str, Any] | None = None
) -> Iterator[Row]:
    while True:
        composite = {"sources": keys, "size": _PAGE, **({"after": after} if after else {})}
        found = cluster.search(query=wanted, size=0, aggs={"by": {"composite": composite}})
        if "aggregations" not in found:
            return  # there is no index yet
        page = found["aggregations"]["by"]
        for bucket in page["buckets"]:
            yield bucket["key"], bucket["doc_count"]
        after = page.get("after_key")
        if after is None or len(page["buckets"]) < _PAGE:
            return
