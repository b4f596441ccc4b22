"""Between records and the columns that keep them: times as microseconds, lists and objects as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from indexer.sqlite.tables import NARROW_FIELDS, RID_BITS, WIDE_FIELDS
from indexer.values import instant, microseconds
from koubei.core.records import FIELD_BY_NAME, Record

Columns = tuple[Any, ...]


def first_rid(micros: int) -> int:
    """The least rid of the second an instant falls in."""
    return micros // 1_000_000 << RID_BITS


def encode(record: Record) -> tuple[Columns, Columns]:
    """The narrow and the wide columns of a record, without rid."""
    detail = dict(record["detail"])
    indexed = detail.pop("indexed")
    narrow = tuple(_encode(record[name], kind) for name, kind in _NARROW_KINDS)
    wide = tuple(_encode(detail if name == "detail" else record[name], kind) for name, kind in _WIDE_KINDS)
    return narrow, (*wide, indexed)


def _encode(value: Any, kind: str) -> Any:
    if value is None:
        return None
    if kind == "time":
        return microseconds(value)
    return _json(value) if kind == "json" else value


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def decoders(names: Sequence[str]) -> list[tuple[int, Callable[[Any], Any]]]:
    """(position, function) for the columns that are not kept as they are."""
    found: list[tuple[int, Callable[[Any], Any]]] = []
    for position, name in enumerate(names):
        kind = _kind(name)
        if kind == "time":
            found.append((position, _maybe_instant))
        elif name == "detail":
            found.append((position, json.loads))
        elif kind == "json":
            found.append((position, _words))
    return found


def _maybe_instant(micros: int | None) -> datetime | None:
    return None if micros is None else instant(micros)


def _words(text: str) -> list[str]:
    return list(_parsed_words(text))


@lru_cache(4096)
def _parsed_words(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


def _kind(name: str) -> str:
    if name == "detail" or FIELD_BY_NAME[name].type == "keywords":
        return "json"
    return FIELD_BY_NAME[name].type


_NARROW_KINDS = [(name, _kind(name)) for name in NARROW_FIELDS]
_WIDE_KINDS = [(name, _kind(name)) for name in WIDE_FIELDS]
