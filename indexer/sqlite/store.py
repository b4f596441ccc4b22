"""SqliteStore: the MentionStore in one file. See koubei.core.ports for what each call means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from indexer.sqlite import aggregate, read, write
from indexer.sqlite.compile import select
from indexer.sqlite.connection import Database
from indexer.sqlite.health import check
from indexer.sqlite.upgrade import prepare
from koubei.core.domain import ScoredMention
from koubei.core.ports import Bucket, FacetRow, Interval, Outcome, Page, Stats
from koubei.core.query import Query
from koubei.core.records import Record

_BUSY_SECONDS = 10.0
_DELETED_AT_ONCE = 2000


class SqliteStore:
    """Threads may share one object, processes one file."""

    def __init__(self, path: Path, busy_seconds: float = _BUSY_SECONDS) -> None:
        """Open the file, making or upgrading it where needed; wait so long for another writer.

        Raises:
            StoreError: the file is no mention store, is damaged, or a newer koubei wrote it.
            StoreUnavailableError: another process holds it for too long.
        """
        self._database = Database(path, busy_seconds)
        try:
            prepare(self._database)
        except BaseException:
            self._database.close()
            raise

    def upsert(self, batch: Sequence[ScoredMention]) -> list[Outcome]:
        """Write a batch, all or none; one outcome per item in order."""
        if not batch:
            return []
        with self._database.writing() as db:
            return write.upsert(db, batch)

    def get(self, mention_id: str) -> ScoredMention | None:
        """The mention, or None."""
        with self._database.reading() as db:
            return read.get(db, mention_id)

    def search(self, query: Query, after: str | None = None, limit: int = 20) -> Page:
        """Newest first; the cursor names the last item shown, so it stays good for ever."""
        with self._database.reading() as db:
            return read.search(db, query, after, limit)

    def count(self, query: Query) -> int:
        """How many mentions match."""
        with self._database.reading() as db:
            return aggregate.count(db, query)

    def histogram(
        self, query: Query, interval: Interval, by: str | None = None, distinct: str | None = None
    ) -> list[Bucket]:
        """Non-empty Beijing hours or days, ordered by (start, value)."""
        with self._database.reading() as db:
            return aggregate.histogram(db, query, interval, by, distinct)

    def facet(
        self,
        query: Query,
        field: str,
        distinct: str | None = None,
        after: str | None = None,
        limit: int = 1000,
    ) -> list[FacetRow]:
        """Exact counts per value, ordered by value; `after` = last value seen."""
        with self._database.reading() as db:
            return aggregate.facet(db, query, field, distinct, after, limit)

    def distinct(self, query: Query, field: str) -> int:
        """Exact number of distinct non-null values of a keyword field."""
        with self._database.reading() as db:
            return aggregate.distinct(db, query, field)

    def stats(self, query: Query, field: str) -> Stats:
        """Sum and range of a number or integer field."""
        with self._database.reading() as db:
            return aggregate.stats(db, query, field)

    def export(self, query: Query, fields: Sequence[str] | None = None) -> Iterator[Record]:
        """Every match as of the call, oldest first; reads on a connection of its own."""
        return read.export(self._database, query, fields)

    def delete(self, query: Query) -> int:
        """Remove every match in short transactions; after a kill, the same call removes the rest."""
        deleted, last = 0, -(1 << 62)
        while True:
            with self._database.writing() as db:
                found = select(query)
                found.also(f"{found.rid} > ?", last)
                sql = f"SELECT {found.rid} {found.sql} ORDER BY {found.rid} LIMIT {_DELETED_AT_ONCE}"
                rids = [rid for (rid,) in db.execute(sql, found.parameters)]
                write.remove(db, rids)
            deleted += len(rids)
            if len(rids) < _DELETED_AT_ONCE:
                return deleted
            last = rids[-1]

    def refresh(self) -> None:
        """Nothing to do: what is written is visible."""

    def check(self) -> Mapping[str, str]:
        """SQLite's own checks, the full-text table's, and whether the tables hold the same rows."""
        return check(self._database)

    def close(self) -> None:
        """Release the file."""
        self._database.close()
