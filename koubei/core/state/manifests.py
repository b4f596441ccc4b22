"""Which reports were made, and the figures each was frozen with."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Date, Index, Integer, Select, String, Table, select
from sqlalchemy.dialects.sqlite import insert

from koubei.core.state.database import Database
from koubei.core.state.schema import Instant, metadata

_manifests = Table(
    "manifests",
    metadata,
    Column("run_id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("day", Date, nullable=False),
    Column("number", Integer, nullable=False),
    Column("frozen_at", Instant, nullable=False),
    Column("figures_path", String, nullable=False),
    Column("page_path", String, nullable=False),
    Column("figures_sha256", String, nullable=False),
    Index("ix_manifests_kind_day", "kind", "day"),
)


@dataclass(frozen=True, slots=True)
class Manifest:
    """One finished report.

    Attributes:
        kind: "daily" …
        day: the Beijing day it is about.
        number: its issue number (期).
        run_id: unique; a report that is made again gets a new one, and the old manifest stays.
        frozen_at: what was collected later is not in it.
        figures_path, page_path: relative to the reports folder.
    """

    kind: str
    day: date
    number: int
    run_id: str
    frozen_at: datetime
    figures_path: str
    page_path: str
    figures_sha256: str


class Manifests:
    """All finished reports."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, manifest: Manifest) -> None:
        """Keep the manifest; the same run saved again replaces itself."""
        statement = insert(_manifests).values(asdict(manifest))
        with self._database.write() as connection:
            connection.execute(
                statement.on_conflict_do_update(index_elements=["run_id"], set_=dict(statement.excluded))
            )

    def get(self, kind: str, day: date) -> Manifest | None:
        """The report about that day that was frozen last."""
        return self._newest(select(_manifests).where(_manifests.c.kind == kind, _manifests.c.day == day))

    def latest(self, kind: str) -> Manifest | None:
        """The report about the latest day, frozen last."""
        return self._newest(select(_manifests).where(_manifests.c.kind == kind))

    def _newest(self, query: Select[Any]) -> Manifest | None:
        columns = _manifests.c
        query = query.order_by(columns.day.desc(), columns.frozen_at.desc(), columns.run_id.desc()).limit(1)
        with self._database.read() as connection:
            row = connection.execute(query).mappings().first()
            return Manifest(**row) if row else None
