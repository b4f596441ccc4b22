"""The tables of the embedded store, generated from koubei.core.records.FIELDS.

m    one narrow row a mention: all that charts, filters and facets read
doc  one wide row a mention: what a list shows, and the folded text the index was built from
f    contentless FTS5 over the tokens of that text
meta what the file was built with

rid = (filed_at in whole seconds << 24) | a number within the second: newest first is ORDER BY rid DESC.
"""

from __future__ import annotations

import sqlite3

from koubei.core.records import FIELDS, FieldType
from koubei.core.text import ANALYZER_VERSION, tokens

APPLICATION_ID = 0x4B424D4E
"""application_id of a mention store ("KBMN"): tells it from every other SQLite file."""
SCHEMA_VERSION = 2
RID_BITS = 24

WIDE_FIELDS = ("title", "text", "url", "author_name", "keywords", "detail")
NARROW_FIELDS = tuple(field.name for field in FIELDS if field.name not in WIDE_FIELDS)
_SQL_TYPE: dict[FieldType, str] = {
    "integer": "INTEGER",
    "time": "INTEGER",
    "flag": "INTEGER",
    "number": "REAL",
}
_FTS = """CREATE VIRTUAL TABLE f USING fts5(t, content='', columnsize=0,
    tokenize="ascii tokenchars '.,:;''_'")"""


def create(db: sqlite3.Connection) -> None:
    """Make every table in an empty database; the caller holds the transaction."""
    db.execute(f"CREATE TABLE m(rid INTEGER PRIMARY KEY, {_columns(NARROW_FIELDS)}, UNIQUE(mention_id))")
    db.execute(f"CREATE TABLE doc(rid INTEGER PRIMARY KEY, {_columns(WIDE_FIELDS)}, indexed TEXT NOT NULL)")
    db.execute("CREATE INDEX m_brand ON m(brand, published_at)")
    db.execute("CREATE INDEX m_published ON m(published_at)")
    db.execute("CREATE INDEX m_post ON m(post_id)")
    create_index(db)
    db.execute("CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID")
    note_analyzer(db)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def create_index(db: sqlite3.Connection) -> None:
    """Make the empty full-text table."""
    db.execute(_FTS)
    db.execute("INSERT INTO f(f, rank) VALUES('hashsize', 33554432)")
    db.execute("INSERT INTO f(f, rank) VALUES('automerge', 8)")


def note_analyzer(db: sqlite3.Connection) -> None:
    """Write down which tokeniser filled the full-text table."""
    db.execute("INSERT OR REPLACE INTO meta VALUES('analyzer_version', ?)", (ANALYZER_VERSION,))


def tokenised(indexed: str) -> str:
    """What the full-text table is given for a folded text: SQLite only has to split it at blanks."""
    return " ".join(tokens(indexed))


def _columns(names: tuple[str, ...]) -> str:
    types = {field.name: _SQL_TYPE.get(field.type, "TEXT") for field in FIELDS}
    return ", ".join(f"{name} {types[name]}" for name in names)
