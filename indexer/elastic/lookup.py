"""Where mentions lie: the copies of many ids, over all months, in one search."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from indexer.elastic.cluster import Cluster
from indexer.elastic.documents import document_id

_AT_ONCE = 1000
_MOST_COPIES = 5


@dataclass(frozen=True, slots=True)
class Copy:
    """Where a mention lies and at which revision."""

    revision: int
    index: str


def look_up(cluster: Cluster, names: Collection[str]) -> Iterator[tuple[str, Copy]]:
    """The searchable copies of these document ids, in no order."""
    ordered = sorted(names)  # the terms of a segment are then gone through once, not sought one by one
    for start in range(0, len(ordered), _AT_ONCE):
        yield from _copies(cluster, ordered[start : start + _AT_ONCE])


def _copies(cluster: Cluster, names: Sequence[str]) -> list[tuple[str, Copy]]:
    """`_id` is a stored field, for which a block must be unpacked; the column of `mention_id` is several
    times faster and says the same of all but odd ids."""
    hits = _having(cluster, names, stored_fields="_none_", docvalue_fields=["mention_id"])
    named = [(document_id(hit.get("fields", {}).get("mention_id", [""])[0]), hit) for hit in hits]
    if not {name for name, _ in named} <= set(names):
        named = [(hit["_id"], hit) for hit in _having(cluster, names, source=False)]
    return [(name, Copy(hit["_version"], hit["_index"])) for name, hit in named]


def _having(cluster: Cluster, names: Sequence[str], **shown: Any) -> list[Mapping[str, Any]]:
    found = cluster.search(
        query={"ids": {"values": names}}, sort=["_doc"], version=True, size=_MOST_COPIES * _AT_ONCE, **shown
    )
    return list(found["hits"]["hits"])
