"""The seen ledger: when each post was first met, where it is filed, and what it looked like last."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import Column, Integer, String, Table, func, select, update
from sqlalchemy.dialects.sqlite import insert

from koubei.core.state.database import Database, among
from koubei.core.state.schema import Instant, metadata

_seen = Table(
    "seen",
    metadata,
    Column("post_id", String, primary_key=True),
    Column("first_collected_at", Instant, nullable=False),
    Column("filed_at", Instant, nullable=False),
    Column("content_hash", String, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("observed", String, nullable=False),
    sqlite_with_rowid=False,
)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the ledger knows of a post.

    Attributes:
        filed_at: published_at if known at first sight, else first_collected_at; see "Time" in
            docs/architecture.md.
        revision: the highest revision written for one of its mentions, 0 where it names no brand.
        observed: what may change without the text changing (counts, deletion), as one comparable string.
    """

    post_id: str
    first_collected_at: datetime
    filed_at: datetime
    content_hash: str
    revision: int
    observed: str = ""


_NAMES = tuple(field.name for field in fields(Seen))


class SeenLedger:
    """Which posts were met before."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def lookup(self, post_ids: Iterable[str]) -> dict[str, Seen]:
        """The entries of those posts that have one, by post id."""
        with self._database.read() as connection:
            rows = connection.execute(select(_seen).where(among(_seen.c.post_id, post_ids)))
            return {row.post_id: Seen(*row) for row in rows}

    def known(self, post_ids: Iterable[str]) -> set[str]:
        """Those of the ids that have an entry. A post that still waits in the spool has none yet."""
        with self._database.read() as connection:
            rows = connection.execute(select(_seen.c.post_id).where(among(_seen.c.post_id, post_ids)))
            return set(rows.scalars())

    def record(self, items: Sequence[Seen]) -> None:
        """Write the entries: first_collected_at only gets earlier, an older revision changes nothing else."""
        if not items:
            return
        statement = insert(_seen)
        new, newer = statement.excluded, statement.excluded.revision >= _seen.c.revision
        changes = {
            name: func.iif(newer, new[name], _seen.c[name])
            for name in ("filed_at", "content_hash", "revision", "observed")
        }
        earliest = func.min(_seen.c.first_collected_at, new.first_collected_at)
        statement = statement.on_conflict_do_update(
            index_elements=["post_id"], set_={"first_collected_at": earliest, **changes}
        )
        with self._database.write() as connection:
            connection.execute(statement, [{name: getattr(item, name) for name in _NAMES} for item in items])

    def unname(self, post_ids: Iterable[str]) -> None:
        """These posts name no brand any more: their mentions were taken out of the store."""
        ids = list(post_ids)
        if not ids:
            return
        statement = update(_seen).where(among(_seen.c.post_id, ids)).values(revision=0)
        with self._database.write() as connection:
            connection.execute(statement)

    def named_since(self, since: datetime) -> int:
        """How many posts filed at `since` or later name a brand, so that the store must hold them."""
        named = select(func.count()).where(_seen.c.revision > 0, _seen.c.filed_at >= since)
        with self._database.read() as connection:
            return connection.execute(named).scalar_one()

    def count(self) -> int:
        """How many posts were ever met."""
        with self._database.read() as connection:
            return connection.execute(select(func.count()).select_from(_seen)).scalar_one()
