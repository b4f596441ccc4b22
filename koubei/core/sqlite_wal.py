"""Switching a SQLite file to write-ahead logging while others open it too."""

from __future__ import annotations

import sqlite3
import time

_PAUSE_SECONDS = 0.02


def write_ahead(db: sqlite3.Connection) -> None:
    """Set the journal to WAL; waits for other processes as long as the connection's timeout says.

    Where one of them is writing to a file not yet in that mode, SQLite says "locked" at once, whatever the
    timeout: so it is for two processes that make the same file.

    Raises:
        sqlite3.OperationalError: the file stayed locked, or cannot be used.
    """
    (milliseconds,) = db.execute("PRAGMA busy_timeout").fetchone()
    until = time.monotonic() + milliseconds / 1000
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            busy = getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() >= until:
                raise
        time.sleep(_PAUSE_SECONDS)
