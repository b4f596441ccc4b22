"""Connections to one SQLite file: one a thread for reading, one for writing, fresh ones for snapshots."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from koubei.core.errors import DegradedError, StoreError, StoreUnavailableError
from koubei.core.language import _
from koubei.core.sqlite_errors import explain
from koubei.core.sqlite_wal import write_ahead

_PRAGMAS = (
    "PRAGMA synchronous=FULL",  # a batch is durable on return: the spool lets go of it then
    "PRAGMA temp_store=MEMORY",
    "PRAGMA cache_size=-65536",
)
WHAT = "提及库"
RESCUE = "从备份恢复该文件；没有备份时把它和状态库 state.db 一起改名移走，再重新采集、导入"


class Database:
    """One SQLite file. Threads may share an object, processes share the file."""

    def __init__(self, path: Path, busy_seconds: float) -> None:
        self.path = path
        self._busy_seconds = busy_seconds
        self._local = threading.local()
        self._open: list[sqlite3.Connection] = []
        self._write_lock = threading.Lock()
        self._writer: sqlite3.Connection | None = None

    def connect(self) -> sqlite3.Connection:
        """A new connection; its transactions are opened by hand.

        Raises:
            StoreError, StoreUnavailableError: the file cannot be used.
        """
        with self.explained():
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise StoreError(
                    _("建不了目录 {parent}（{strerror}）", parent=self.path.parent, strerror=error.strerror),
                    _("可写的目录"),
                ) from error
            db = sqlite3.connect(
                self.path, timeout=self._busy_seconds, isolation_level=None, check_same_thread=False
            )
            try:
                write_ahead(db)
                for pragma in _PRAGMAS:
                    db.execute(pragma)
            except sqlite3.Error:
                db.close()
                raise
        return db

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """This thread's connection in a read transaction: everything seen is of one moment."""
        db: sqlite3.Connection | None = getattr(self._local, "db", None)
        if db is None:
            self._local.db = db = self.connect()
            self._open.append(db)
        with self.explained():
            db.execute("BEGIN")
            try:
                yield db
            finally:
                db.execute("COMMIT")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """The writing connection in a write transaction: all of it happens, or nothing."""
        with self._write_lock:
            if self._writer is None:
                self._writer = self.connect()
                self._open.append(self._writer)
            with self.explained(), _transaction(self._writer):
                yield self._writer

    def close(self) -> None:
        """Close every connection; a later call opens the file again."""
        for db in self._open:
            db.close()
        self._open.clear()
        self._local = threading.local()
        self._writer = None

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Turn SQLite's errors into StoreError, and those that pass into StoreUnavailableError."""
        try:
            yield
        except (sqlite3.DatabaseError, sqlite3.InterfaceError) as error:
            problem = explain(error, WHAT, self.path, RESCUE)
            if isinstance(problem, DegradedError):
                problem = StoreUnavailableError(problem.found, problem.expected, problem.fix)
            raise problem from error


@contextmanager
def _transaction(db: sqlite3.Connection) -> Iterator[None]:
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
