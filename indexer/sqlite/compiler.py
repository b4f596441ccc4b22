"""A query's AST as an SQL condition over `m` and `doc`, values bound, never pasted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from indexer.sqlite.columns import WIDE, column, microseconds
from koubei.core.errors import InputError
from koubei.core.query import And, Everything, Exists, Keyword, Not, Or, Query, Range, Term
from koubei.core.records import FIELD_BY_NAME, Field
from koubei.core.text import fold, tokens

NOTHING = "0"
FACTORS = "factors"


def compile_query(query: Query) -> tuple[str, list[Any]]:
    """The condition (three-valued logic removed: null never matches, NOT of null does) and its values.

    Raises:
        InputError: a field that is not in the schema, or one that cannot be searched that way.
    """
    values: list[Any] = []
    return _condition(query, values), values


def needs_doc(query: Query) -> bool:
    """Whether the condition reads a column of `doc`."""
    match query:
        case And(parts) | Or(parts):
            return any(needs_doc(p) for p in parts)
        case Not(part):
            return needs_doc(part)
        case Term(field, _) | Range(field) | Exists(field):
            return field in WIDE
        case _:
            return False


def _condition(query: Query, values: list[Any]) -> str:
    match query:
        case Everything():
            return "1"
        case Keyword(text):
            return _keyword(text, values)
        case Term(field, value):
            return _term(_known(field), value, values)
        case Range():
            return _range(query, values)
        case Exists(field):
            return f"{column(_known(field).name)} IS NOT NULL"
        case And(parts):
            return "(" + (" AND ".join(_condition(p, values) for p in parts) or "1") + ")"
        case Or(parts):
            return "(" + (" OR ".join(_condition(p, values) for p in parts) or NOTHING) + ")"
        case Not(part):
            return f"NOT coalesce({_condition(part, values)}, 0)"


def _keyword(text: str, values: list[Any]) -> str:
    words = tokens(fold(text))
    if not words:
        return NOTHING
    values.append('"' + " ".join(words) + '"')
    return "m.rid IN (SELECT rowid FROM f WHERE f MATCH ?)"


def _term(field: Field, value: str, values: list[Any]) -> str:
    name = column(field.name)
    if field.type == "keywords":
        part = f"\n{value}|" if field.name == FACTORS and "|" not in value else f"\n{value}\n"
        values.append(part)
        return f"instr({name}, ?) > 0"
    if field.type in ("integer", "number"):
        values.append(_number(field, value))
        return f"{name} = ?"
    if field.type != "keyword":
        raise InputError(f"字段 {field.name} 不能用等值检索", "用区间或关键词", f"见 {field.label} 的说明")
    values.append(value)
    return f"{name} = ?"


def _range(query: Range, values: list[Any]) -> str:
    field = _known(query.field)
    if field.type in ("text", "stored", "keywords"):
        raise InputError(f"字段 {field.name} 不能用区间检索", "时间、数值或单值字段")
    parts = [f"{column(field.name)} IS NOT NULL"]
    for bound, sign in ((query.low, ">="), (query.high, "<" if query.high_open else "<=")):
        if bound is not None:
            values.append(microseconds(bound) if isinstance(bound, datetime) else bound)
            parts.append(f"{column(field.name)} {sign} ?")
    return "(" + " AND ".join(parts) + ")"


def _number(field: Field, value: str) -> float:
    try:
        return float(value)
    except ValueError:
        raise InputError(f"{field.name}:{value}", "一个数") from None


def _known(name: str) -> Field:
    field = FIELD_BY_NAME.get(name)
    if field is None:
        raise InputError(f"没有字段 {name}", "、".join(FIELD_BY_NAME))
    return field
