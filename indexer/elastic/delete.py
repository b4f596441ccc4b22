"""Deletion by query without the by-query endpoint: a point in time and bulk deletes, or whole months."""

from __future__ import annotations

from datetime import UTC, datetime

from indexer.elastic import aggregate
from indexer.elastic.cluster import Cluster
from indexer.elastic.compile import filtered
from indexer.elastic.documents import index_of
from indexer.elastic.lookup import Copy
from indexer.elastic.write import Writer
from koubei.core.query import Query, Range

_DELETED_AT_ONCE = 2000


def delete(cluster: Cluster, writer: Writer, query: Query) -> int:
    """Remove every match; after a kill, the same call removes the rest."""
    writer.refresh()
    removed = _delete_months(cluster, query)
    with cluster.snapshot() as snapshot:
        pages = cluster.pages(
            snapshot, [{"_shard_doc": "asc"}], _DELETED_AT_ONCE,
            query=filtered(query), source=False, version=True,
        )  # fmt: skip
        for page in pages:
            removed += writer.remove((hit["_id"], Copy(hit["_version"], hit["_index"])) for hit in page)
    writer.refresh()
    return removed


def _delete_months(cluster: Cluster, query: Query) -> int:
    """Where all before an instant goes (retention), the months that end before it go as indices."""
    match query:
        case Range("filed_at", None, datetime() as limit):
            pass
        case _:
            return 0
    with cluster.explained():
        found = cluster.client.indices.get(
            index=cluster.indices, allow_no_indices=True, filter_path="*.aliases"
        )
    first_kept = index_of(cluster.name, limit)
    whole = sorted(name for name in found.body if name < first_kept and not name.endswith("-other"))
    if not whole or first_kept.endswith("-other"):
        return 0
    removed = aggregate.count(cluster, Range("filed_at", None, _month_start(limit), high_open=True))
    with cluster.explained():
        for name in whole:
            cluster.client.indices.delete(index=name)
    return removed


def _month_start(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
