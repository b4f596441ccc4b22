"""Two processes make the same file: neither is turned away because the other is at it."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from koubei.core.sqlite_wal import write_ahead


def _writing(path: Path) -> sqlite3.Connection:
    """A connection in the middle of a write to a file that is not in WAL mode yet."""
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    db.execute("CREATE TABLE t (x)")
    db.execute("BEGIN IMMEDIATE")
    db.execute("INSERT INTO t VALUES (1)")
    return db


def test_it_waits_for_who_is_writing(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    with closing(_writing(path)) as other, closing(sqlite3.connect(path, timeout=60)) as db:
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            db.execute("PRAGMA journal_mode = WAL")  # at once, whatever the timeout
        ends = threading.Timer(0.2, other.execute, ("COMMIT",))
        ends.start()
        write_ahead(db)
        ends.join()
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_it_gives_up_when_the_connection_would(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    with (
        closing(_writing(path)),
        closing(sqlite3.connect(path, timeout=0.1)) as db,
        pytest.raises(sqlite3.OperationalError, match="locked"),
    ):
        write_ahead(db)


def test_what_is_no_lock_is_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    path.write_text("no database at all " * 100, encoding="utf-8")
    with (
        closing(sqlite3.connect(path, timeout=60)) as db,
        pytest.raises(sqlite3.DatabaseError, match="not a"),
    ):
        write_ahead(db)
