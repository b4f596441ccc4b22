"""One SQLite file behind SQLAlchemy: connections, transactions, and errors a person can act on."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Column, ColumnElement, Connection, Engine, create_engine, event, func, select
from sqlalchemy.exc import DBAPIError

from koubei.core.sqlite_errors import explain
from koubei.core.sqlite_wal import write_ahead

BUSY_SECONDS = 10.0

_WHAT = "状态库"
_RESCUE = "从备份恢复该文件；没有备份时把它改名移走后重跑，采集进度和事件记录会从头开始，已入库的提及不受影响"


class Database:
    """Opens connections with WAL and full durability; a write takes the one write lock at its start."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._engine = _engine(path)
        self._writer = self._engine.execution_options(write=True)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one moment of the database."""
        with self._explained(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """The only writer until the block ends; committed and on disk then, rolled back on an error."""
        with self._explained(), self._writer.begin() as connection:
            yield connection

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            if isinstance(error.orig, sqlite3.Error):
                raise explain(error.orig, _WHAT, self.path, _RESCUE) from error
            raise


def among(column: Column[str], values: Iterable[str]) -> ColumnElement[bool]:
    """`column IN (values)` for any number of values, sent as one JSON parameter."""
    listed = func.json_each(json.dumps(list(values))).table_valued("value")
    return column.in_(select(listed.c.value))


def _engine(path: Path) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        connect_args={"timeout": BUSY_SECONDS},
        json_serializer=lambda value: json.dumps(value, ensure_ascii=False),
    )
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    return engine


def _configure(connection: sqlite3.Connection, _record: Any) -> None:
    """Python's own transaction handling is switched off: `_begin` says when one starts."""
    connection.isolation_level = None
    write_ahead(connection)
    connection.execute("PRAGMA synchronous = FULL")


def _begin(connection: Connection) -> None:
    write = connection.get_execution_options().get("write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
