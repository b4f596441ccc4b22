"""Reading single mentions, pages and exports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from indexer.cursor import from_cursor, to_cursor
from indexer.elastic.cluster import Cluster
from indexer.elastic.compile import filtered
from indexer.elastic.documents import clamped, decoder, document_id, sources
from indexer.fields import FIELD_NAMES, known_names
from indexer.values import instant, microseconds
from koubei.core.domain import ScoredMention
from koubei.core.ports import Page
from koubei.core.query import Query
from koubei.core.records import Record, from_record

_EXPORTED_AT_ONCE = 2000
_LARGEST_PAGE = 5000
_PRECISE = "strict_date_optional_time_nanos"
_decode_all = decoder(FIELD_NAMES)


def newest_copy(hits: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Of copies in several months, which a move that was cut off leaves, the one that counts."""
    return max(hits, key=lambda hit: (hit["_version"], hit["_index"]))


def get(cluster: Cluster, mention_id: str) -> ScoredMention | None:
    """The mention as of the last refresh, or None."""
    wanted = {"ids": {"values": [document_id(mention_id)]}}
    hits = cluster.search(query=wanted, version=True)["hits"]["hits"]
    return mention(newest_copy(hits)["_source"]) if hits else None


def mention(source: Mapping[str, Any]) -> ScoredMention:
    """The mention a document was made from."""
    return from_record(_decode_all(source))


def _order(direction: str) -> list[Mapping[str, Any]]:
    return [{"filed_at": {"order": direction, "format": _PRECISE}}, {"mention_id": {"order": direction}}]


def search(cluster: Cluster, query: Query, after: str | None, limit: int) -> Page:
    """The `limit` newest mentions behind the cursor."""
    wanted = filtered(query)
    key = None if after is None else _behind(after)
    found: list[Mapping[str, Any]] = []
    while True:
        size = min(limit + 1 - len(found), _LARGEST_PAGE)
        hits = cluster.search(query=wanted, sort=_order("desc"), size=size, search_after=key)["hits"]["hits"]
        found += hits
        if len(hits) < size or len(found) > limit:
            break
        key = hits[-1]["sort"]
    more = len(found) > limit > 0
    return Page(
        [mention(hit["_source"]) for hit in found[:limit]], _cursor(found[limit - 1]) if more else None
    )


def _behind(cursor: str) -> list[Any]:
    micros, mention_id = from_cursor(cursor)
    return [clamped(instant(micros)).isoformat(timespec="microseconds"), mention_id]


def _cursor(hit: Mapping[str, Any]) -> str:
    at, mention_id = hit["sort"]
    return to_cursor((microseconds(datetime.fromisoformat(at)), mention_id))


def export(cluster: Cluster, query: Query, fields: Sequence[str] | None) -> Iterator[Record]:
    """Every match as of this call, oldest first, from a point in time."""
    names = FIELD_NAMES if fields is None else known_names(tuple(fields))
    wanted = filtered(query)
    return _stream(cluster, cluster.open_snapshot(), wanted, names)


def _stream(
    cluster: Cluster, snapshot: str, wanted: Mapping[str, Any], names: Sequence[str]
) -> Iterator[Record]:
    decode = decoder(names)
    pages = cluster.pages(
        snapshot, _order("asc"), _EXPORTED_AT_ONCE, query=wanted, source_includes=sources(names)
    )
    try:
        for page in pages:
            for hit in page:
                yield decode(hit["_source"])
    finally:
        cluster.close_snapshot(snapshot)
