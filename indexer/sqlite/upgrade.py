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
from koubei.core.errors import StoreError
from koubei.core.text import ANALYZER_VERSION, fold


def prepare(database: Database) -> None:
    """Make or upgrade the tables, in one transaction, so that a kill leaves the old ones.

    Raises:
        StoreError: the file is another program's, or a newer koubei wrote it.
        StoreUnavailableError: another process holds it for too long.
    """
    with database.reading() as db:
        version = _version(db, database)
        ready = version == SCHEMA_VERSION and _analyzer(db) == ANALYZER_VERSION
    if ready:
        return
    with database.writing() as db:  # another process may have been faster: look again
        version = _version(db, database)
        if version == 0:
            create(db)
        for number in range(version, SCHEMA_VERSION) if version else ():
            MIGRATIONS[number](db)
            db.execute(f"PRAGMA user_version = {number + 1}")
        if _analyzer(db) != ANALYZER_VERSION:
            rebuild_index(db)


def _version(db: sqlite3.Connection, database: Database) -> int:
    """The file's schema version; 0 for an empty one."""
    application = db.execute("PRAGMA application_id").fetchone()[0]
    version = int(db.execute("PRAGMA user_version").fetchone()[0])
    tables = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if application != APPLICATION_ID and (application or version or tables):
        raise StoreError(f"{database.path} 不是 koubei 的{WHAT}", "koubei 建立的文件", RESCUE)
    if version > SCHEMA_VERSION:
        found = f"{WHAT} {database.path} 的格式是第 {version} 版"
        raise StoreError(found, f"至多第 {SCHEMA_VERSION} 版", "它由更新的 koubei 写成：升级 koubei 后再试")
    return version


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
