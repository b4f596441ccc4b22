"""CSV after RFC 4180 in UTF-8 with a byte-order mark, which Excel and WPS need to read Chinese.

A text that begins with = + - @ (or their full-width forms), a tab or a line break gets a leading apostrophe:
a spreadsheet would run it as a formula. Numbers are written as numbers and keep their sign.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import IO, Any

from indexer.export.cells import cell, headings
from koubei.core.records import Record

_FORMULA = tuple("=+-@＝＋－＠\t\r\n")


def write_csv(records: Iterable[Record], names: Sequence[str], stream: IO[bytes]) -> int:
    """Write headings and rows, times as 2026-11-18 08:30:00 Beijing; how many rows there were."""
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
    count = 0
    try:
        text.write("\ufeff")
        rows = csv.writer(text)
        rows.writerow(headings(tuple(names)))
        for record in records:
            rows.writerow([_safe(cell(record[name])) for name in names])
            count += 1
    finally:
        text.detach()
    return count


def _safe(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    if isinstance(value, str) and value.lstrip(" \u3000").startswith(_FORMULA):
        return f"'{value}"
    return value
