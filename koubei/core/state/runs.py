"""The ledger of crawls and imports."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Integer, Row, String, Table, select, update
from sqlalchemy.dialects.sqlite import insert

from koubei.core.clock import Clock, Window
from koubei.core.domain import Run
from koubei.core.state.database import Database
from koubei.core.state.process import is_alive, this_process
from koubei.core.state.schema import Instant, metadata

ELSEWHERE = timedelta(days=1)
"""A run that another machine began cannot be looked at; after so long it counts as dead."""

_runs = Table(
    "runs",
    metadata,
    Column("run_id", String, primary_key=True),
    Column("source", String, nullable=False, index=True),
    Column("started_at", Instant, nullable=False, index=True),
    Column("finished_at", Instant),
    Column("status", String, nullable=False),
    Column("finish_reason", String, nullable=False),
    Column("requested", Integer, nullable=False),
    Column("collected", Integer, nullable=False),
    Column("dropped", JSON, nullable=False),
    Column("refused", Integer, nullable=False),
    Column("truncated", Boolean, nullable=False),
    Column("leftover", JSON, nullable=False),
    Column("host", String, nullable=False),
    Column("process", String, nullable=False),
)


class Runs:
    """One row per run, written when it starts and again when it ends."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def start(self, run: Run) -> None:
        """Note that this process begins the run."""
        self._put(run)

    def finish(self, run: Run) -> None:
        """Note what the run did."""
        self._put(run)

    def latest(self, source: str) -> Run | None:
        """The source's run that started last."""
        newest = select(_runs).where(_runs.c.source == source)
        newest = newest.order_by(_runs.c.started_at.desc(), _runs.c.run_id.desc()).limit(1)
        with self._database.read() as connection:
            row = connection.execute(newest).first()
            return _run(row) if row else None

    def between(self, window: Window) -> list[Run]:
        """Runs that started in the window, oldest first."""
        started = _runs.c.started_at
        query = select(_runs).where(started >= window.start, started < window.end)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(started, _runs.c.run_id))
            return [_run(row) for row in rows]

    def abandoned(self) -> list[Run]:
        """Mark the running runs whose process died as failed; those runs, as they are now."""
        now = self._clock.now()
        with self._database.write() as connection:
            running = connection.execute(select(_runs).where(_runs.c.status == "running")).all()
            dead = [row.run_id for row in running if self._is_dead(row)]
            ended = {"status": "failed", "finish_reason": "died: 进程中途退出", "finished_at": now}
            connection.execute(update(_runs).where(_runs.c.run_id.in_(dead)).values(ended))
            rows = connection.execute(select(_runs).where(_runs.c.run_id.in_(dead)))
            return [_run(row) for row in rows]

    def _is_dead(self, row: Row[Any]) -> bool:
        host, _ = this_process()
        if row.host == host:
            return not is_alive(row.process)
        return bool(self._clock.now() - row.started_at > ELSEWHERE)

    def _put(self, run: Run) -> None:
        host, process = this_process()
        values = {field.name: getattr(run, field.name) for field in fields(Run)}
        values |= {"dropped": dict(run.dropped), "leftover": dict(run.leftover)}
        statement = insert(_runs).values(host=host, process=process, **values)
        with self._database.write() as connection:
            connection.execute(
                statement.on_conflict_do_update(index_elements=["run_id"], set_=dict(statement.excluded))
            )


def _run(row: Row[Any]) -> Run:
    return Run(**{field.name: getattr(row, field.name) for field in fields(Run)})
