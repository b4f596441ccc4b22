"""Is the file whole: for the doctor."""

from __future__ import annotations

import sqlite3

from indexer.sqlite.connection import Database
from indexer.sqlite.tables import tokenised

_OK = "ok"
_SAMPLED = 200


def check(database: Database) -> dict[str, str]:
    """Health by name -> "ok" or what is wrong.

    Raises:
        StoreError, StoreUnavailableError: the file is too damaged to look, or held by another process.
    """
    with database.reading() as db:
        found = {"文件": str(db.execute("PRAGMA quick_check").fetchone()[0]), "表": _tables(db)}
    with database.writing() as db:
        found["全文索引"] = _index(db)
    return found


def _tables(db: sqlite3.Connection) -> str:
    narrow, wide, both = (
        db.execute(f"SELECT count(*) FROM {source}").fetchone()[0]
        for source in ("m", "doc", "m JOIN doc ON doc.rid = m.rid")
    )
    return _OK if narrow == wide == both else f"行数不一：m {narrow}，doc {wide}，相同 {both}"


def _index(db: sqlite3.Connection) -> str:
    """FTS5's own check, then whether the newest texts are found by their first token."""
    try:
        db.execute("INSERT INTO f(f) VALUES('integrity-check')")
    except sqlite3.DatabaseError as error:
        return f"已损坏（{error}）"
    newest = db.execute("SELECT rid, indexed FROM doc ORDER BY rid DESC LIMIT ?", (_SAMPLED,))
    lost = sum(not _found(db, rid, tokenised(indexed)) for rid, indexed in newest.fetchall())
    return _OK if not lost else f"最近 {_SAMPLED} 条中有 {lost} 条查不到"


def _found(db: sqlite3.Connection, rid: int, words: str) -> bool:
    if not words:
        return True
    quoted = words.split(" ", 1)[0].replace('"', '""')
    row = db.execute("SELECT 1 FROM f WHERE f MATCH ? AND rowid = ?", (f'"{quoted}"', rid)).fetchone()
    return row is not None
