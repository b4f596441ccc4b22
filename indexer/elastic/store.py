"""ElasticStore: the MentionStore on a cluster. See koubei.core.ports for what each call means."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping, Sequence

from elasticsearch import NotFoundError

from indexer.elastic import aggregate, read
from indexer.elastic.address import Address, connect
from indexer.elastic.cluster import Cluster
from indexer.elastic.delete import delete
from indexer.elastic.documents import document_id
from indexer.elastic.health import check
from indexer.elastic.schema import prepare
from indexer.elastic.write import Writer
from koubei.core.domain import ScoredMention
from koubei.core.ports import Bucket, FacetRow, Interval, Outcome, Page, Stats
from koubei.core.query import Query
from koubei.core.records import Record


class ElasticStore:
    """Threads may share one object. The cluster is first spoken to by the first call, so that a console
    opened while it is away works as soon as it is back."""

    def __init__(self, url: str, timeout_seconds: float = 60.0) -> None:
        """For `https://host:9200[/alias]`; how long one answer is waited for.

        Raises:
            ConfigError: the address or a variable of the environment cannot be used.
        """
        address = Address.parse(url)
        self._known = Cluster(connect(address, os.environ, timeout_seconds), address.name, str(address))
        self._writer = Writer(self._known)
        self._prepared = False
        self._preparing = threading.Lock()

    @property
    def _cluster(self) -> Cluster:
        """The cluster, with its templates in place."""
        if not self._prepared:
            with self._preparing:
                if not self._prepared:
                    prepare(self._known)
                    self._prepared = True
        return self._known

    def upsert(self, batch: Sequence[ScoredMention]) -> list[Outcome]:
        """Write a batch; one outcome per item in order."""
        if not batch:
            return []
        self._cluster  # noqa: B018  (no index may be made without its template)
        return self._writer.upsert(batch)

    def get(self, mention_id: str) -> ScoredMention | None:
        """The mention, or None; own writes are seen at once."""
        self._cluster  # noqa: B018  (templates first)
        self._writer.settle()
        recent = self._writer.recent(mention_id)
        if recent is None:
            return read.get(self._cluster, mention_id)
        with self._cluster.explained():
            try:
                found = self._cluster.client.get(index=recent.index, id=document_id(mention_id))
            except NotFoundError:
                return None
        return read.mention(found["_source"])

    def search(self, query: Query, after: str | None = None, limit: int = 20) -> Page:
        """Newest first; the cursor names the last item shown, so it stays good for ever."""
        return read.search(self._cluster, query, after, limit)

    def count(self, query: Query) -> int:
        """How many mentions match."""
        return aggregate.count(self._cluster, query)

    def histogram(
        self, query: Query, interval: Interval, by: str | None = None, distinct: str | None = None
    ) -> list[Bucket]:
        """Non-empty Beijing hours or days, ordered by (start, value)."""
        return aggregate.histogram(self._cluster, query, interval, by, distinct)

    def facet(
        self,
        query: Query,
        field: str,
        distinct: str | None = None,
        after: str | None = None,
        limit: int = 1000,
    ) -> list[FacetRow]:
        """Exact counts per value, ordered by value; `after` = last value seen."""
        return aggregate.facet(self._cluster, query, field, distinct, after, limit)

    def distinct(self, query: Query, field: str) -> int:
        """Exact number of distinct non-null values of a keyword field."""
        return aggregate.distinct(self._cluster, query, field)

    def stats(self, query: Query, field: str) -> Stats:
        """Sum and range of a number or integer field."""
        return aggregate.stats(self._cluster, query, field)

    def export(self, query: Query, fields: Sequence[str] | None = None) -> Iterator[Record]:
        """Every match as of the call, oldest first, from a point in time."""
        return read.export(self._cluster, query, fields)

    def delete(self, query: Query) -> int:
        """Remove every match; after a kill, the same call removes the rest."""
        return delete(self._cluster, self._writer, query)

    def refresh(self) -> None:
        """Make everything written visible to search."""
        self._cluster  # noqa: B018  (a cluster that is away is said so)
        self._writer.refresh()

    def check(self) -> Mapping[str, str]:
        """Server, privileges, templates, indices, analyzer and disk."""
        return check(self._known)

    def close(self) -> None:
        """Release the connections."""
        self._known.client.close()
