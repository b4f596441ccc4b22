"""Reading single mentions, pages and exports."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from indexer.cursor import Key, from_cursor, to_cursor
from indexer.fields import FIELD_NAMES, known_names
from indexer.sqlite.compile import Selection, column, select
from indexer.sqlite.connection import Database
from indexer.sqlite.rows import decoders, first_rid
from indexer.sqlite.tables import RID_BITS, WIDE_FIELDS
from koubei.core.domain import ScoredMention
from koubei.core.ports import Page
from koubei.core.query import Query
from koubei.core.records import Record, from_record

_EVERY_COLUMN = ", ".join(f"{'doc' if name in WIDE_FIELDS else 'm'}.{name}" for name in FIELD_NAMES)
_CHUNK = 500


def get(db: sqlite3.Connection, mention_id: str) -> ScoredMention | None:
    """The mention, or None."""
    row = db.execute("SELECT rid FROM m WHERE mention_id = ?", (mention_id,)).fetchone()
    return _mentions(db, [row[0]])[0] if row else None


def _mentions(db: sqlite3.Connection, rids: Sequence[int]) -> list[ScoredMention]:
    """The mentions of these rows, in their order."""
    found: dict[int, ScoredMention] = {}
    for start in range(0, len(rids), _CHUNK):
        chunk = rids[start : start + _CHUNK]
        rows = db.execute(
            f"SELECT m.rid, {_EVERY_COLUMN}, doc.indexed FROM m JOIN doc ON doc.rid = m.rid "
            f"WHERE m.rid IN ({','.join('?' * len(chunk))})",
            chunk,
        )
        for rid, *values, indexed in rows:
            found[rid] = from_record(_with_indexed(_record(FIELD_NAMES, values), indexed))
    return [found[rid] for rid in rids]


def _record(names: Sequence[str], values: Sequence[Any]) -> Record:
    decoded = list(values)
    for position, decode in decoders(names):
        decoded[position] = decode(decoded[position])
    return dict(zip(names, decoded, strict=True))


def _with_indexed(record: Record, indexed: str) -> Record:
    record["detail"]["indexed"] = indexed
    return record


def search(db: sqlite3.Connection, query: Query, after: str | None, limit: int) -> Page:
    """The `limit` newest mentions behind the cursor.

    rid orders by second only. So: find the second the page ends in, take what the page's seconds hold, sort.
    """
    key = None if after is None else from_cursor(after)
    found = _behind(select(query), key)
    ends = db.execute(
        f"SELECT {found.rid} {found.sql} ORDER BY {found.rid} DESC LIMIT ?", (*found.parameters, limit + 1)
    ).fetchall()
    if not ends:
        return Page([], None)
    found.also(f"{found.rid} >= ?", ends[-1][0] >> RID_BITS << RID_BITS)
    rows = db.execute(f"SELECT m.filed_at, m.mention_id, m.rid {found.sql}", found.parameters).fetchall()
    chosen = sorted(rows, reverse=True)[: limit + 1]
    items = _mentions(db, [rid for _, _, rid in chosen[:limit]])
    more = len(chosen) > limit > 0
    return Page(items, to_cursor(chosen[limit - 1][:2]) if more else None)


def _behind(found: Selection, key: Key | None) -> Selection:
    if key is None:
        return found
    found.also(f"{found.rid} < ?", first_rid(key[0]) + (1 << RID_BITS))
    return found.also("(m.filed_at, m.mention_id) < (?, ?)", *key)


def export(database: Database, query: Query, fields: Sequence[str] | None) -> Iterator[Record]:
    """Every match as of this call, oldest first, on a connection of its own."""
    names = FIELD_NAMES if fields is None else known_names(tuple(fields))
    found = select(query)
    with_detail = ", (SELECT indexed FROM doc WHERE doc.rid = m.rid)" if "detail" in names else ""
    columns = ", ".join(("m.filed_at", "m.mention_id", *map(column, names)))
    db = database.connect()
    with database.explained():
        db.execute("BEGIN")
        rows = db.execute(
            f"SELECT {found.rid} >> {RID_BITS}, {columns}{with_detail} {found.sql} ORDER BY {found.rid}",
            found.parameters,
        )
    return _stream(database, db, rows, names)


def _stream(
    database: Database, db: sqlite3.Connection, rows: sqlite3.Cursor, names: Sequence[str]
) -> Iterator[Record]:
    decode = decoders(names)
    end = 3 + len(names)
    with database.explained():
        try:
            for _, second in groupby(rows, key=itemgetter(0)):
                for row in sorted(second, key=itemgetter(1, 2)):
                    values = list(row[3:end])
                    for position, decoder in decode:
                        values[position] = decoder(values[position])
                    record = dict(zip(names, values, strict=True))
                    yield _with_indexed(record, row[end]) if len(row) > end else record
        finally:
            db.close()
