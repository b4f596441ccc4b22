"""Query AST to SQL. Text goes to FTS5 as one expression wherever it can; the rest is a condition on m."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from indexer.fields import check_bound, field_of, number_of
from indexer.sqlite.rows import first_rid
from indexer.sqlite.tables import RID_BITS, WIDE_FIELDS
from indexer.values import microseconds
from koubei.core.query import And, Everything, Exists, Keyword, Not, Or, Prefix, Query, Range, Term
from koubei.core.query.keywords import beginning, phrase, wanted_values

_NOTHING = "0"
_MATCHES = "f MATCH ?"
_IN_MATCHES = f"m.rid IN (SELECT rowid FROM f WHERE {_MATCHES})"


@dataclass(slots=True)
class Selection:
    """FROM and WHERE of the mentions a query matches. `rid` is the column to order and limit by."""

    source: str
    rid: str
    conditions: list[str] = field(default_factory=list)
    parameters: list[Any] = field(default_factory=list)

    def also(self, condition: str, *parameters: Any) -> Selection:
        """Narrow it further."""
        self.conditions.append(condition)
        self.parameters.extend(parameters)
        return self

    @property
    def only_text(self) -> bool:
        """Whether the full-text expression is the only condition."""
        return self.conditions == [_MATCHES]

    @property
    def sql(self) -> str:
        """`FROM … WHERE …`"""
        return f"FROM {self.source} WHERE {' AND '.join(self.conditions) or '1'}"


def select(query: Query) -> Selection:
    """The selection of a query: FTS5 drives it where all matches must hold a text.

    Raises:
        InputError: a field or value the query language has no meaning for.
    """
    parts = query.parts if isinstance(query, And) else (query,)
    texts = [part for part in parts if _is_text(part)]
    if not texts:
        return _narrowed(Selection("m", "m.rid"), parts)
    texts += [part for part in parts if _is_text_exclusion(part)]
    match = _match(And(tuple(texts)))
    found = Selection("f CROSS JOIN m ON m.rid = f.rowid", "f.rowid").also(_MATCHES, match)
    return _narrowed(found, [part for part in parts if part not in texts])


def _narrowed(found: Selection, parts: Sequence[Query]) -> Selection:
    for part in parts:
        if isinstance(part, Range) and part.field == "filed_at":
            _bound_rid(found, part)
        sql, parameters = _condition(part)
        found.also(sql, *parameters)
    return found


def _bound_rid(found: Selection, part: Range) -> None:
    """filed_at is the upper part of rid, so a span of it is a span of the table and of the index."""
    if isinstance(part.low, datetime):
        found.also(f"{found.rid} >= ?", first_rid(microseconds(part.low)))
    if isinstance(part.high, datetime):
        found.also(f"{found.rid} < ?", first_rid(microseconds(part.high)) + (1 << RID_BITS))


def _is_text(query: Query) -> bool:
    match query:
        case Keyword(text):
            return bool(phrase(text).tokens)
        case Prefix(text):
            return bool(beginning(text).tokens)
        case Or(parts):
            return bool(parts) and all(_is_text(part) for part in parts)
        case And(parts):
            return any(_is_text(part) for part in parts) and all(
                _is_text(part) or _is_text_exclusion(part) for part in parts
            )
    return False


def _is_text_exclusion(query: Query) -> bool:
    return isinstance(query, Not) and _is_text(query.part)


def _match(query: Query) -> str:
    """The FTS5 expression of what _is_text accepts. Its NOT takes two sides."""
    match query:
        case Keyword(text) | Prefix(text):
            words = beginning(text) if isinstance(query, Prefix) else phrase(text)
            quoted = " ".join(words.tokens).replace('"', '""')
            return f'"{quoted}"{" *" if words.open_end else ""}'
        case Or(parts):
            return f"({' OR '.join(_match(part) for part in parts)})"
        case And(parts):
            wanted = " AND ".join(_match(part) for part in parts if _is_text(part))
            excluded = "".join(f" NOT {_match(part.part)}" for part in parts if isinstance(part, Not))
            return f"(({wanted}){excluded})" if excluded else f"({wanted})"
    raise TypeError(query)


def _condition(query: Query) -> tuple[str, list[Any]]:
    if _is_text(query):
        return _IN_MATCHES, [_match(query)]
    match query:
        case Everything():
            return "1", []
        case Keyword() | Prefix():
            return _NOTHING, []
        case Not(part):
            sql, parameters = _condition(part)
            return f"(({sql}) IS NOT TRUE)", parameters
        case And(parts):
            return _joined("AND", parts) if parts else ("1", [])
        case Or(parts):
            return _joined("OR", parts) if parts else (_NOTHING, [])
        case Term():
            return _one_of(query.field, list(wanted_values(query)))
        case Range():
            return _range(query)
        case Exists(name):
            return _exists(name)
    raise TypeError(query)


def _joined(operator: str, parts: Sequence[Query]) -> tuple[str, list[Any]]:
    pieces = [_condition(part) for part in parts] if operator == "AND" else _either(parts)
    parameters = [value for _, values in pieces for value in values]
    return _balanced(operator, [sql for sql, _ in pieces]), parameters


def _either(parts: Sequence[Query]) -> list[tuple[str, list[Any]]]:
    """The conditions of an OR, with all values of one field in one list."""
    values: dict[str, list[str]] = {}
    rest: list[Query] = []
    for part in parts:
        if isinstance(part, Term):
            values.setdefault(part.field, []).extend(wanted_values(part))
        else:
            rest.append(part)
    return [_one_of(name, wanted) for name, wanted in values.items()] + [_condition(part) for part in rest]


def _balanced(operator: str, pieces: list[str]) -> str:
    """Joined in halves: SQLite limits the depth of an expression to 1,000."""
    if len(pieces) == 1:
        return pieces[0]
    half = len(pieces) // 2
    return f"({_balanced(operator, pieces[:half])} {operator} {_balanced(operator, pieces[half:])})"


def column(name: str) -> str:
    """The SQL expression of a field; one of doc is looked up only for the rows that need it."""
    return f"(SELECT {name} FROM doc WHERE doc.rid = m.rid)" if name in WIDE_FIELDS else f"m.{name}"


def _one_of(name: str, wanted: list[str]) -> tuple[str, list[Any]]:
    kind = field_of(name, "keyword", "keywords", "integer", "number").type
    values = [number_of(name, value) for value in wanted] if kind in ("integer", "number") else wanted
    listed = f"IN ({','.join('?' * len(values))})" if len(values) > 1 else "= ?"
    if kind == "keywords":
        return f"EXISTS (SELECT 1 FROM json_each({column(name)}) WHERE value {listed})", list(values)
    return f"{column(name)} {listed}", list(values)


def _range(query: Range) -> tuple[str, list[Any]]:
    kind = field_of(query.field, "keyword", "integer", "number", "time").type
    ends = ((">=", query.low), ("<" if query.high_open else "<=", query.high))
    bounded = [(sign, _bound(query.field, kind, value)) for sign, value in ends if value is not None]
    if not bounded:
        return _exists(query.field)
    sql = " AND ".join(f"{column(query.field)} {sign} ?" for sign, _ in bounded)
    return f"({sql})", [value for _, value in bounded]


def _bound(name: str, kind: str, value: datetime | float | str) -> int | float | str:
    check_bound(name, kind, value)
    return microseconds(value) if isinstance(value, datetime) else value


def _exists(name: str) -> tuple[str, list[Any]]:
    kind = field_of(name, "keyword", "keywords", "integer", "number", "time").type
    if kind == "keywords":
        return f"json_array_length({column(name)}) > 0", []
    return f"{column(name)} IS NOT NULL", []
