"""One JSON object a line, field names as keys, times in ISO 8601 UTC: what a program reads back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import IO, Any

from koubei.core.records import Record


def write_jsonl(records: Iterable[Record], _names: Sequence[str], stream: IO[bytes]) -> int:
    """Write them; how many there were."""
    count = 0
    for record in records:
        line = json.dumps(record, ensure_ascii=False, default=_iso)
        stream.write(line.encode("utf-8", "replace") + b"\n")
        count += 1
    return count


def _iso(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value))
