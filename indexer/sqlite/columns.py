"""How a mention row's fields lie in the tables, and how values get there and back.

`m` holds what is filtered and counted (narrow, one row a mention), `doc` what is only shown. Times are
microseconds since 1970 UTC; several words in one column are enclosed in line breaks, so that a whole word is
found with instr().
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from koubei.core.records import FIELDS, Field, Record

WIDE = ("title", "text", "url", "author_name", "keywords", "detail")
"""Fields kept in `doc`; all others lie in `m`."""

SQL_TYPES = {
    "keyword": "TEXT", "keywords": "TEXT", "text": "TEXT", "stored": "TEXT", "integer": "INTEGER",
    "number": "REAL", "time": "INTEGER", "flag": "INTEGER",
}  # fmt: skip

NARROW: tuple[Field, ...] = tuple(f for f in FIELDS if f.name not in WIDE)
BROAD: tuple[Field, ...] = tuple(f for f in FIELDS if f.name in WIDE)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def microseconds(instant: datetime) -> int:
    """Microseconds since 1970 UTC of an aware instant, exactly."""
    return (instant - _EPOCH) // _MICROSECOND


def instant(value: int) -> datetime:
    """The aware UTC instant of a number of microseconds."""
    return _EPOCH + timedelta(microseconds=value)


def column(name: str) -> str:
    """The qualified SQL name of a field."""
    return f"doc.{name}" if name in WIDE else f"m.{name}"


def split(value: str) -> list[str]:
    """The words of a `keywords` column."""
    return value.strip("\n").split("\n") if value else []


def encode(field: Field, value: Any) -> Any:
    """A record's value as SQLite keeps it."""
    if value is None:
        return None
    if field.type == "time":
        return microseconds(value)
    if field.type == "keywords":
        return "\n" + "\n".join(value) + "\n" if value else ""
    if field.name == "detail":
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return value


_DECODERS: dict[str, Callable[[Any], Any]] = {"time": instant, "keywords": split}


def decode(field: Field, value: Any) -> Any:
    """What `encode` was given."""
    if value is None:
        return None
    if field.name == "detail":
        return json.loads(value)
    decoder = _DECODERS.get(field.type)
    return decoder(value) if decoder else value


def decode_row(fields: tuple[Field, ...], row: tuple[Any, ...]) -> Record:
    """A record of these fields from a row of the same order."""
    return {f.name: decode(f, v) for f, v in zip(fields, row, strict=True)}
