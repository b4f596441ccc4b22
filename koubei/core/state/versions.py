"""When keywords and models changed, so that a break in a series can be explained."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import Column, String, Table, select
from sqlalchemy.dialects.sqlite import insert

from koubei.core.clock import Window
from koubei.core.state.database import Database
from koubei.core.state.schema import Instant, metadata

VersionKind = Literal["keywords", "model"]

_versions = Table(
    "versions",
    metadata,
    Column("kind", String, primary_key=True),
    Column("version", String, primary_key=True),
    Column("at", Instant, nullable=False, index=True),
)


class Versions:
    """The first use of every version."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, kind: VersionKind, version: str, at: datetime) -> None:
        """Note the version unless it was used before."""
        mine = select(_versions.c.at).where(_versions.c.kind == kind, _versions.c.version == version)
        with self._database.read() as connection:
            if connection.execute(mine).first():
                return
        with self._database.write() as connection:
            row = {"kind": kind, "version": version, "at": at}
            connection.execute(insert(_versions).values(row).on_conflict_do_nothing())

    def between(self, window: Window) -> list[tuple[VersionKind, str, datetime]]:
        """(kind, version, first used) in the window, oldest first."""
        columns = _versions.c
        query = select(columns.kind, columns.version, columns.at)
        query = query.where(columns.at >= window.start, columns.at < window.end)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(columns.at, columns.kind, columns.version))
            return [(row.kind, row.version, row.at) for row in rows]
