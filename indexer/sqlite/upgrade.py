"""Opening a file: new, of today's version, or of an older one that is brought up to date."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from indexer.sqlite.connection import RESCUE, WHAT, Database
from indexer.sqlite.tables import (
    APPLICATION_ID,
    SCHEMA_VERSION,
    create,
    create_index,
    note_analyzer,
    tokenised,
)
from koubei.core.sqlite_owner import Form
from koubei.core.text import ANALYZER_VERSION, fold

FORM = Form(WHAT, APPLICATION_ID, SCHEMA_VERSION, RESCUE)


def prepare(database: Database) -> None:
    """Make or upgrade the tables, in one transaction, so that a kill leaves the old ones.

    Raises:
        StoreError: the file is another program's, or a newer koubei wrote it.
        StoreUnavailableError: another process holds it for too long.
    """
    with database.reading() as db:
        version = FORM.version(db, database.path)
        ready = version == SCHEMA_VERSION and _analyzer(db) == ANALYZER_VERSION
    if ready:
        return
    with database.writing() as db:  # another process may have been faster: look again
        version = FORM.version(db, database.path)
        if version == 0:
            create(db)
        for number in range(version, SCHEMA_VERSION) if version else ():
            MIGRATIONS[number](db)
            db.execute(f"PRAGMA user_version = {number + 1}")
        if _analyzer(db) != ANALYZER_VERSION:
            rebuild_index(db)


def _analyzer(db: sqlite3.Connection) -> str:
    row = db.execute("SELECT value FROM meta WHERE name = 'analyzer_version'").fetchone()
    return str(row[0]) if row else ""


def _rating_into_the_narrow_rows(db: sqlite3.Connection) -> None:
    """1 -> 2: stars are averaged in charts, which read only the narrow rows."""
    db.execute("ALTER TABLE m ADD COLUMN rating REAL")
    db.execute("UPDATE m SET rating = (SELECT rating FROM doc WHERE doc.rid = m.rid)")
    db.execute("ALTER TABLE doc DROP COLUMN rating")


MIGRATIONS: dict[int, Callable[[sqlite3.Connection], None]] = {1: _rating_into_the_narrow_rows}
"""MIGRATIONS[n] takes a file from version n to n + 1."""


def rebuild_index(db: sqlite3.Connection) -> None:
    """Fold and tokenise every text anew: the old tokens are those of another analyzer."""
    db.execute("DROP TABLE f")
    create_index(db)
    for rid, old in db.execute("SELECT rid, indexed FROM doc ORDER BY rid"):
        indexed = fold(old)
        if indexed != old:
            db.execute("UPDATE doc SET indexed = ? WHERE rid = ?", (indexed, rid))
        db.execute("INSERT INTO f(rowid, t) VALUES(?, ?)", (rid, tokenised(indexed)))
    note_analyzer(db)
