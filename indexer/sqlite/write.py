"""Writing mentions inside a transaction that the caller holds."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from indexer.sqlite.rows import Columns, encode, first_rid
from indexer.sqlite.tables import NARROW_FIELDS, RID_BITS, WIDE_FIELDS, tokenised
from indexer.values import storable
from koubei.core.domain import ScoredMention
from koubei.core.ports import Outcome
from koubei.core.records import to_record

_CHUNK = 500
_ID_AT, _FILED_AT = NARROW_FIELDS.index("mention_id"), NARROW_FIELDS.index("filed_at")


def _insert(table: str, names: tuple[str, ...]) -> str:
    return f"INSERT OR REPLACE INTO {table}(rid, {', '.join(names)}) VALUES(?{', ?' * len(names)})"


_INTO_M = _insert("m", NARROW_FIELDS)
_INTO_DOC = _insert("doc", (*WIDE_FIELDS, "indexed"))


@dataclass(frozen=True, slots=True)
class _Kept:
    rid: int
    revision: int


def upsert(db: sqlite3.Connection, batch: Sequence[ScoredMention]) -> list[Outcome]:
    """Write what is newer than what is kept; one outcome per item, in order.

    A revision is taken for one write, so the same number again is the same content and is left alone.
    """
    kept = _kept(db, [storable(item.mention.mention_id) for item in batch])
    newest = {name: row.revision for name, row in kept.items()}
    pending: dict[str, ScoredMention] = {}
    outcomes: list[Outcome] = []
    for item in batch:
        name = storable(item.mention.mention_id)
        known = newest.get(name)
        if known is not None and item.revision <= known:
            outcomes.append("unchanged" if item.revision == known else "stale")
            continue
        outcomes.append("inserted" if known is None else "updated")
        newest[name], pending[name] = item.revision, item
    for name, item in pending.items():
        _write(db, item, kept.get(name))
    return outcomes


def _kept(db: sqlite3.Connection, names: Sequence[str]) -> dict[str, _Kept]:
    found: dict[str, _Kept] = {}
    for start in range(0, len(names), _CHUNK):
        chunk = names[start : start + _CHUNK]
        rows = db.execute(
            f"SELECT mention_id, rid, revision FROM m WHERE mention_id IN ({_marks(chunk)})", chunk
        )
        found.update({name: _Kept(rid, revision) for name, rid, revision in rows})
    return found


def _write(db: sqlite3.Connection, item: ScoredMention, kept: _Kept | None) -> None:
    narrow, wide = encode(to_record(item))
    try:
        _put(db, narrow, wide, kept)
    except (UnicodeEncodeError, OverflowError):
        _put(db, tuple(map(storable, narrow)), tuple(map(storable, wide)), kept)


def _put(db: sqlite3.Connection, narrow: Columns, wide: Columns, kept: _Kept | None) -> None:
    """Keep a row; one that was filed in another second is filed anew and the old row removed."""
    start = first_rid(narrow[_FILED_AT])
    stays = kept is not None and start <= kept.rid < start + (1 << RID_BITS)
    rid = kept.rid if kept is not None and stays else _free_rid(db, start)
    for value in (*narrow, *wide):
        if isinstance(value, str):
            value.encode()  # refuse lone surrogates before anything is written
    indexed = wide[-1]
    old = db.execute("SELECT indexed FROM doc WHERE rid = ?", (kept.rid,)).fetchone()[0] if kept else None
    if kept is not None and not stays:
        remove(db, [kept.rid])
    elif old is not None and old != indexed:
        _forget(db, rid, old)
    db.execute(_INTO_M, (rid, *narrow))
    db.execute(_INTO_DOC, (rid, *wide))
    if not stays or old != indexed:
        db.execute("INSERT INTO f(rowid, t) VALUES(?, ?)", (rid, tokenised(indexed)))


def _free_rid(db: sqlite3.Connection, start: int) -> int:
    last = db.execute("SELECT max(rid) FROM m WHERE rid >= ? AND rid < ?", (start, start + (1 << RID_BITS)))
    (highest,) = last.fetchone()
    return start if highest is None else int(highest) + 1


def _forget(db: sqlite3.Connection, rid: int, indexed: str) -> None:
    """A contentless table must be told the exact tokens it was given."""
    db.execute("INSERT INTO f(f, rowid, t) VALUES('delete', ?, ?)", (rid, tokenised(indexed)))


def remove(db: sqlite3.Connection, rids: Sequence[int]) -> None:
    """Take rows out of all three tables."""
    for start in range(0, len(rids), _CHUNK):
        chunk = rids[start : start + _CHUNK]
        marks = _marks(chunk)
        for rid, indexed in db.execute(
            f"SELECT rid, indexed FROM doc WHERE rid IN ({marks})", chunk
        ).fetchall():
            _forget(db, rid, indexed)
        db.execute(f"DELETE FROM m WHERE rid IN ({marks})", chunk)
        db.execute(f"DELETE FROM doc WHERE rid IN ({marks})", chunk)


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))
