"""Incidents, from the first message to the all-clear."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON, Column, Integer, Row, Select, String, Table, or_, select
from sqlalchemy.dialects.sqlite import insert

from koubei.core.clock import Window
from koubei.core.domain import Incident, IncidentKey
from koubei.core.state.database import Database
from koubei.core.state.revisions import advance
from koubei.core.state.schema import Instant, metadata

_incidents = Table(
    "incidents",
    metadata,
    Column("number", String, primary_key=True),
    Column("brand_id", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("factor", String, nullable=False),
    Column("province", String, nullable=False),
    Column("status", String, nullable=False),
    Column("level", Integer, nullable=False),
    Column("started_at", Instant, nullable=False, index=True),
    Column("opened_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("resolved_at", Instant),
    Column("owner", String, nullable=False),
    Column("due_at", Instant),
    Column("verdict", String, nullable=False),
    Column("evidence", JSON, nullable=False),
)

_OWN = tuple(c.name for c in _incidents.columns if c.name not in ("brand_id", "kind", "factor", "province"))


class Incidents:
    """One row per incident; `put` writes its newest state."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, incident: Incident) -> None:
        """Write the incident, replacing what was there under its number."""
        key = incident.key
        values = {name: getattr(incident, name) for name in _OWN} | {
            "brand_id": key.brand_id,
            "kind": key.kind,
            "factor": key.factor,
            "province": key.province,
            "evidence": dict(incident.evidence),
        }
        statement = insert(_incidents).values(values)
        with self._database.write() as connection:
            connection.execute(
                statement.on_conflict_do_update(index_elements=["number"], set_=dict(statement.excluded))
            )

    def get(self, number: str) -> Incident | None:
        """The incident of that number."""
        return next(iter(self._select(select(_incidents).where(_incidents.c.number == number))), None)

    def active(self) -> list[Incident]:
        """All that are not resolved, the first opened first."""
        query = select(_incidents).where(_incidents.c.status != "resolved")
        return self._select(query.order_by(_incidents.c.opened_at, _incidents.c.number))

    def latest(self, key: IncidentKey) -> Incident | None:
        """The incident about this that opened last, resolved or not."""
        columns = _incidents.c
        query = select(_incidents).where(
            columns.brand_id == key.brand_id,
            columns.kind == key.kind,
            columns.factor == key.factor,
            columns.province == key.province,
        )
        newest = query.order_by(columns.opened_at.desc(), columns.number.desc()).limit(1)
        return next(iter(self._select(newest)), None)

    def overlapping(self, window: Window) -> list[Incident]:
        """Those that ran at some moment of the window, the first started first."""
        columns = _incidents.c
        query = select(_incidents).where(
            columns.started_at < window.end,
            or_(columns.resolved_at.is_(None), columns.resolved_at >= window.start),
        )
        return self._select(query.order_by(columns.started_at, columns.number))

    def next_number(self, day: date) -> str:
        """A number nobody has had, also not on that day of another year ("R-1118-01")."""
        with self._database.write() as connection:
            return f"R-{day:%m%d}-{advance(connection, f'incident-{day:%m%d}', 1):02d}"

    def _select(self, query: Select[Any]) -> list[Incident]:
        with self._database.read() as connection:
            return [_incident(row) for row in connection.execute(query)]


def _incident(row: Row[Any]) -> Incident:
    key = IncidentKey(row.brand_id, row.kind, row.factor, row.province)
    return Incident(key=key, **{name: getattr(row, name) for name in _OWN})
