"""What was forgotten stays forgotten: asked before every write, also when the spool is replayed."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Column, String, Table, select
from sqlalchemy.dialects.sqlite import insert

from koubei.core.clock import Clock
from koubei.core.state.database import Database, among
from koubei.core.state.schema import Instant, metadata

_tombstones = Table(
    "tombstones",
    metadata,
    Column("id", String, primary_key=True),
    Column("reason", String, nullable=False),
    Column("at", Instant, nullable=False),
)


class Tombstones:
    """Post ids, and authors as "author:<author_key>"."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def add(self, ids: Iterable[str], reason: str) -> None:
        """Forget these; the first reason given stays."""
        rows = [{"id": i, "reason": reason, "at": self._clock.now()} for i in ids]
        if rows:
            with self._database.write() as connection:
                connection.execute(insert(_tombstones).on_conflict_do_nothing(), rows)

    def which(self, ids: Iterable[str]) -> set[str]:
        """Those of the ids that were forgotten."""
        with self._database.read() as connection:
            rows = connection.execute(select(_tombstones.c.id).where(among(_tombstones.c.id, ids)))
            return set(rows.scalars())
