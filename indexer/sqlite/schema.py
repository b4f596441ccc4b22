"""The tables, their version, and the steps from each version to the next."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

from indexer.sqlite.columns import BROAD, NARROW, SQL_TYPES
from koubei.core.errors import StoreError
from koubei.core.text import ANALYZER_VERSION, tokens

APPLICATION = 0x4B424D4E
"""application_id of a mention store ("KBMN"): tells it from every other SQLite file."""
VERSION = 2
WHAT = "提及库"
RESCUE = "把该文件改名移走后重跑（会新建一个空库），再从备份恢复，或重新采集、导入"

_FTS = """CREATE VIRTUAL TABLE f USING fts5(t, content='', columnsize=0,
    tokenize="ascii tokenchars '.,:;''_'")"""
"""Contentless: t = the tokens joined by blanks, so SQLite's tokenizer only has to split at blanks."""


def prepare(db: sqlite3.Connection, path: Path) -> None:
    """Make the tables in a new file, or bring an older one up to date, in one transaction.

    Raises:
        StoreError: the file is another program's, or a newer koubei wrote it.
    """
    application, version = _pragma(db, "application_id"), _pragma(db, "user_version")
    tables = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if application != APPLICATION and (application or version or tables):
        raise StoreError(f"{path} 不是 koubei 的{WHAT}", "koubei 建立的文件", RESCUE)
    if version > VERSION:
        fix = "该文件由更新的 koubei 写成：升级后再试"
        raise StoreError(f"{WHAT} {path} 的格式是第 {version} 版", f"至多第 {VERSION} 版", fix)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    if version == VERSION and _analyzer(db) == ANALYZER_VERSION:
        return
    db.execute("BEGIN IMMEDIATE")
    _upgrade(db)
    db.execute("COMMIT")


def _upgrade(db: sqlite3.Connection) -> None:
    """Runs inside a transaction; looks at the version again, since another process may have been faster."""
    for number in range(_pragma(db, "user_version"), VERSION):
        STEPS[number](db)
        db.execute(f"PRAGMA user_version = {number + 1}")
    db.execute(f"PRAGMA application_id = {APPLICATION}")
    if _analyzer(db) != ANALYZER_VERSION:
        rebuild_index(db)


def _first(db: sqlite3.Connection) -> None:
    narrow = ", ".join(f"{f.name} {SQL_TYPES[f.type]}" for f in NARROW)
    broad = ", ".join(f"{f.name} {SQL_TYPES[f.type]}" for f in BROAD)
    db.execute(f"CREATE TABLE m (rid INTEGER PRIMARY KEY, {narrow})")
    db.execute(f"CREATE TABLE doc (rid INTEGER PRIMARY KEY, {broad}, indexed TEXT NOT NULL)")
    db.execute("CREATE UNIQUE INDEX m_id ON m (mention_id)")
    db.execute("CREATE INDEX m_filed ON m (filed_at, mention_id)")
    db.execute("CREATE INDEX m_brand ON m (brand, published_at, label, role, matched_by, root_id)")
    db.execute("CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)")
    db.execute(_FTS)
    db.execute("INSERT INTO f (f, rank) VALUES ('automerge', 8)")
    db.execute("INSERT INTO meta VALUES ('analyzer', ?)", (ANALYZER_VERSION,))


def _second(db: sqlite3.Connection) -> None:
    """Charts by source and late arrivals read these; without them they scan."""
    db.execute("CREATE INDEX m_source ON m (source, published_at)")
    db.execute("CREATE INDEX m_post ON m (post_id)")


STEPS: tuple[Callable[[sqlite3.Connection], None], ...] = (_first, _second)
"""STEPS[n] takes a file from version n to n + 1; version 0 is an empty file."""


def rebuild_index(db: sqlite3.Connection) -> None:
    """Tokenise every text anew: after a change of the analyzer the old tokens cannot be trusted."""
    db.execute("DROP TABLE f")
    db.execute(_FTS)
    rows = db.execute("SELECT rid, indexed FROM doc")
    db.executemany("INSERT INTO f (rowid, t) VALUES (?, ?)", ((rid, tokenised(text)) for rid, text in rows))
    db.execute("INSERT OR REPLACE INTO meta VALUES ('analyzer', ?)", (ANALYZER_VERSION,))


def tokenised(text: str) -> str:
    """What the full-text table is given for a folded text."""
    return " ".join(tokens(text))


def _pragma(db: sqlite3.Connection, name: str) -> int:
    return int(db.execute(f"PRAGMA {name}").fetchone()[0])


def _analyzer(db: sqlite3.Connection) -> str:
    row = db.execute("SELECT value FROM meta WHERE name = 'analyzer'").fetchone()
    return str(row[0]) if row else ""
