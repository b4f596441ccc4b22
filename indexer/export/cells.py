"""What a record's value looks like in a table a person opens."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

from koubei.core.clock import BEIJING
from koubei.core.records import FIELD_BY_NAME

WORDS_BETWEEN = "；"
_ILLEGAL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)


def headings(names: list[str] | tuple[str, ...]) -> list[str]:
    """The Chinese names of fields; a name that is no field's is its own heading."""
    return [FIELD_BY_NAME[name].label if name in FIELD_BY_NAME else name for name in names]


def cell(value: Any) -> str | int | float | datetime | None:
    """Lists joined by “；”, objects as JSON, times as naive Beijing time, no character XML forbids."""
    if isinstance(value, datetime):
        return value.astimezone(BEIJING).replace(tzinfo=None)
    if isinstance(value, list | tuple):
        return clean(WORDS_BETWEEN.join(map(str, value)))
    if isinstance(value, dict):
        return clean(json.dumps(value, ensure_ascii=False))
    return clean(value) if isinstance(value, str) else value


def clean(text: str) -> str:
    """Without control characters, direction marks, lone surrogates and non-characters."""
    return _ILLEGAL.sub("", text)
