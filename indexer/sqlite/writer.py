"""Writes to the tables, inside a transaction that the caller holds."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from indexer.sqlite.columns import BROAD, NARROW, encode
from indexer.sqlite.schema import tokenised
from koubei.core.domain import ScoredMention
from koubei.core.ports import Outcome
from koubei.core.records import to_record

_CHUNK = 500
_SEQ_BITS = 24
_M = f"INSERT INTO m VALUES ({', '.join('?' * (1 + len(NARROW)))})"
_DOC = f"INSERT INTO doc VALUES ({', '.join('?' * (2 + len(BROAD)))})"


@dataclass(slots=True)
class _Row:
    rid: int
    revision: int
    filed_at: int


def upsert(db: sqlite3.Connection, batch: Sequence[ScoredMention]) -> list[Outcome]:
    """One outcome per item, in order; a higher revision replaces, an equal one is left, a lower is stale."""
    have = _existing(db, {item.mention.mention_id for item in batch})
    return [_write(db, item, have) for item in batch]


def _existing(db: sqlite3.Connection, ids: Iterable[str]) -> dict[str, _Row]:
    wanted, have = list(ids), {}
    for at in range(0, len(wanted), _CHUNK):
        chunk = wanted[at : at + _CHUNK]
        marks = ",".join("?" * len(chunk))
        rows = db.execute(
            f"SELECT mention_id, rid, revision, filed_at FROM m WHERE mention_id IN ({marks})", chunk
        )
        have.update({mention_id: _Row(rid, revision, filed) for mention_id, rid, revision, filed in rows})
    return have


def _write(db: sqlite3.Connection, item: ScoredMention, have: dict[str, _Row]) -> Outcome:
    record = to_record(item)
    mention_id, old = record["mention_id"], have.get(record["mention_id"])
    if old is not None and item.revision <= old.revision:
        return "unchanged" if item.revision == old.revision else "stale"
    narrow = [encode(f, record[f.name]) for f in NARROW]
    broad = [encode(f, record[f.name]) for f in BROAD]
    filed = encode_filed(item)
    if old is not None:
        remove(db, [old.rid])
    rid = old.rid if old is not None and old.filed_at == filed else _free_rid(db, filed)
    db.execute(_M, [rid, *narrow])
    db.execute(_DOC, [rid, *broad, item.indexed])
    db.execute("INSERT INTO f (rowid, t) VALUES (?, ?)", (rid, tokenised(item.indexed)))
    have[mention_id] = _Row(rid, item.revision, filed)
    return "updated" if old is not None else "inserted"


def encode_filed(item: ScoredMention) -> int:
    """filed_at as the tables keep it."""
    field = next(f for f in NARROW if f.name == "filed_at")
    value: Any = encode(field, item.filed_at)
    return int(value)


def _free_rid(db: sqlite3.Connection, filed: int) -> int:
    """Row ids grow with the time of filing, so that what is read together lies together."""
    low = (filed // 1_000_000) << _SEQ_BITS
    high = low + (1 << _SEQ_BITS) - 1
    row = db.execute("SELECT max(rid) FROM m WHERE rid BETWEEN ? AND ?", (low, high)).fetchone()
    return low if row[0] is None else int(row[0]) + 1


def remove(db: sqlite3.Connection, rids: Sequence[int]) -> None:
    """Take rows out of all three tables; the full-text table must be told the exact old tokens."""
    for at in range(0, len(rids), _CHUNK):
        chunk = rids[at : at + _CHUNK]
        marks = ",".join("?" * len(chunk))
        old = db.execute(f"SELECT rid, indexed FROM doc WHERE rid IN ({marks})", chunk).fetchall()
        db.executemany(
            "INSERT INTO f (f, rowid, t) VALUES ('delete', ?, ?)",
            [(rid, tokenised(indexed)) for rid, indexed in old],
        )
        db.execute(f"DELETE FROM m WHERE rid IN ({marks})", chunk)
        db.execute(f"DELETE FROM doc WHERE rid IN ({marks})", chunk)
