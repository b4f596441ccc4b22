"""AST back to query text, and the pointer that shows where a query is wrong."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime

from koubei.core.query.ast import And, Everything, Exists, Keyword, Not, Or, Prefix, Query, Range, Term
from koubei.core.query.lexer import ALL

_NARROW = 60
"""Characters shown on each side of the column."""


def format_query(query: Query) -> str:
    """A text that parses to the same query: every value quoted, AND written out, times in UTC."""
    return "" if query == Everything() else _format(query, inside=False)


def _format(query: Query, inside: bool) -> str:
    match query:
        case Everything():
            return ALL
        case Keyword(text):
            return _quoted(text)
        case Prefix(text):
            return f"{text}*"
        case Term(field, value):
            return f"{field}:{_quoted(value)}"
        case Exists(field):
            return f"{field}:[* TO *]"
        case Range():
            return _range(query)
        case Not(part):
            return f"NOT {_format(part, inside=True)}"
        case And(parts) | Or(parts):
            return _group(parts, isinstance(query, And), inside)


def _group(parts: tuple[Query, ...], every: bool, inside: bool) -> str:
    if not parts:
        return ALL if every else f"NOT {ALL}"
    if len(parts) == 1:
        return _format(parts[0], inside)
    joined = (" AND " if every else " OR ").join(_format(part, inside=True) for part in parts)
    return f"({joined})" if inside else joined


def _range(query: Range) -> str:
    return f"{query.field}:[{_end(query.low)} TO {_end(query.high)}{'}' if query.high_open else ']'}"


def _end(value: datetime | float | str | None) -> str:
    if value is None:
        return "*"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return repr(value) if isinstance(value, float) else str(value)


def _quoted(text: str) -> str:
    escaped = "".join(f"\\{char}" if char in '"“”＂\\' else char for char in text)
    return f'"{escaped}"'


def point_at(text: str, column: int) -> str:
    """Two lines: the query (the part around it where it is long) and a caret under the 1-based column.

    Wide East Asian characters take two cells, so the caret stands right on a terminal.
    """
    start = max(0, column - 1 - _NARROW)
    shown = "".join(char if char.isprintable() else " " for char in text[start : column - 1 + _NARROW])
    head = ("…" if start else "") + shown[: column - 1 - start]
    cells = sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in head)
    return f"{'…' if start else ''}{shown}\n{' ' * cells}^"
