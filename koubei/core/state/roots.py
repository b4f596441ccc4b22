"""Near-duplicate clusters: each is named by the post that was seen first, and never renamed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import Column, Connection, String, Table, select
from sqlalchemy.dialects.sqlite import insert

from koubei.core.state.database import Database, among
from koubei.core.state.schema import metadata

_roots = Table(
    "roots",
    metadata,
    Column("text_hash", String, primary_key=True),
    Column("post_id", String, nullable=False),
    sqlite_with_rowid=False,
)


class Roots:
    """Text hash -> leader."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def leaders(self, candidates: Mapping[str, str]) -> dict[str, str]:
        """The first-seen post of each text hash; where a hash is new, the candidate becomes it.

        Args:
            candidates: text hash -> the post that carries it now.
        """
        with self._database.read() as connection:
            leaders = _known(connection, candidates)
        fresh = {h: p for h, p in candidates.items() if h not in leaders}
        if fresh:
            rows = [{"text_hash": h, "post_id": p} for h, p in fresh.items()]
            with self._database.write() as connection:
                connection.execute(insert(_roots).on_conflict_do_nothing(), rows)
                leaders |= _known(connection, fresh)
        return leaders


def _known(connection: Connection, hashes: Iterable[str]) -> dict[str, str]:
    rows = connection.execute(select(_roots).where(among(_roots.c.text_hash, hashes)))
    return {row.text_hash: row.post_id for row in rows}
