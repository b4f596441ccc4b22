"""Between mentions and documents: which index, which id, which JSON."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson

from indexer.values import LARGEST, storable
from koubei.core.domain import ScoredMention
from koubei.core.records import FIELD_BY_NAME, FIELDS, Record, to_record

FIRST, LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2262, 4, 1, tzinfo=UTC)
"""What a date_nanos holds. An instant beyond is indexed at the end and kept as it is under `beyond`."""
_INDEXED_YEARS = range(FIRST.year, LAST.year)
_MONTHS = range(2010, 2101)
"""Years that get an index a month; what claims another shares one: odd dates must not cost shards."""
_LONGEST_ID = 512
_TIMES = tuple(field.name for field in FIELDS if field.type == "time")
_INTEGERS = tuple(field.name for field in FIELDS if field.type == "integer")


def index_of(name: str, filed_at: datetime) -> str:
    """The index a mention filed at that time belongs to: `mentions-2026.11`, by UTC."""
    at = filed_at.astimezone(UTC)
    return f"{name}-{at:%Y.%m}" if at.year in _MONTHS else f"{name}-other"


def document_id(mention_id: str) -> str:
    """The `_id`: the mention's own, or its hash where that is longer than the server takes."""
    encoded = mention_id.encode("utf-8", "replace")
    if 0 < len(encoded) <= _LONGEST_ID:
        return encoded.decode()
    return f"sha256:{hashlib.sha256(encoded).hexdigest()}"


def encode(item: ScoredMention) -> bytes:
    """The document as JSON. Fields without a value are left out."""
    record = {name: value for name, value in to_record(item).items() if value is not None}
    detail = record["detail"]
    record["indexed"] = detail.pop("indexed")
    for name in _TIMES:
        if name in record and record[name].year not in _INDEXED_YEARS:
            record.setdefault("beyond", {})[name] = record[name]
            record[name] = clamped(record[name])
    for name in _INTEGERS:
        if abs(record.get(name, 0)) > LARGEST:
            record[name] = storable(record[name])
    try:
        return orjson.dumps(record)
    except TypeError:  # a lone surrogate, an integer of more than 64 bits
        return json.dumps(_kept(record), ensure_ascii=False, default=datetime.isoformat).encode()


def clamped(instant: datetime) -> datetime:
    """The nearest UTC instant that is indexed."""
    return max(FIRST, min(LAST, instant)).astimezone(UTC)


def _kept(value: Any) -> Any:
    match value:
        case dict():
            return {storable(name): _kept(inner) for name, inner in value.items()}
        case list() | tuple():
            return [_kept(inner) for inner in value]
        case float():
            return value if math.isfinite(value) else None
        case str():
            return storable(value)
    return value


def sources(names: Sequence[str]) -> list[str]:
    """The parts of a document that `decode` needs for these fields."""
    more = ["indexed"] if "detail" in names else []
    return [*names, *more, *(["beyond"] if any(FIELD_BY_NAME[n].type == "time" for n in names) else [])]


def decoder(names: Sequence[str]) -> Callable[[Mapping[str, Any]], Record]:
    """A function that makes the record of these fields from a document."""
    times = [name for name in names if FIELD_BY_NAME[name].type == "time"]
    lists = [name for name in names if FIELD_BY_NAME[name].type == "keywords"]

    def decode(source: Mapping[str, Any]) -> Record:
        record = {name: source.get(name) for name in names}
        beyond = source.get("beyond", {})
        for name in times:
            if text := beyond.get(name, record[name]):
                record[name] = datetime.fromisoformat(text)
        for name in lists:
            record[name] = record[name] or []
        if "detail" in record:
            record["detail"] = {**source["detail"], "indexed": source["indexed"]}
        return record

    return decode
