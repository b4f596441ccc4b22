"""Query AST to Elasticsearch's query objects. A keyword is always a phrase, nothing is scored."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from indexer.elastic.documents import clamped
from indexer.fields import check_bound, field_of, number_of
from indexer.values import LARGEST, storable
from koubei.core.query import And, Everything, Exists, Keyword, Not, Or, Prefix, Query, Range, Term
from koubei.core.query.keywords import Phrase, beginning, phrase, wanted_values
from koubei.core.text import fold

Clause = dict[str, Any]
ALL: Clause = {"match_all": {}}
NONE: Clause = {"match_none": {}}
_MOST_EXPANSIONS = 50_000
"""An open end is never cut short in silence: the server refuses a prefix of too many terms by itself."""
_SEARCHABLE = ("keyword", "keywords", "integer", "number", "time")


def filtered(query: Query) -> Clause:
    """The query in a filter context: no scores, cacheable.

    Raises:
        InputError: a field or value the query language has no meaning for.
    """
    return {"bool": {"filter": [_clause(query)]}}


def _clause(query: Query) -> Clause:
    match query:
        case Everything():
            return ALL
        case Keyword(text):
            return _phrase(phrase(text), text)
        case Prefix(text):
            return _phrase(beginning(text), text)
        case Not(part):
            return {"bool": {"must_not": [_clause(part)]}}
        case And(parts):
            return _all(parts)
        case Or(parts):
            return _any(parts)
        case Term():
            return _one_of(query.field, list(wanted_values(query)))
        case Range():
            return _range(query)
        case Exists(name):
            return {"exists": {"field": field_of(name, *_SEARCHABLE).name}}
    raise TypeError(query)


def _phrase(words: Phrase, text: str) -> Clause:
    if not words.tokens:
        return NONE
    folded = fold(storable(text))
    if words.open_end:
        return {"match_phrase_prefix": {"indexed": {"query": folded, "max_expansions": _MOST_EXPANSIONS}}}
    return {"match_phrase": {"indexed": {"query": folded}}}


def _all(parts: Sequence[Query]) -> Clause:
    wanted = [_clause(part) for part in parts if not isinstance(part, Not)]
    excluded = [_clause(part.part) for part in parts if isinstance(part, Not)]
    both = {"filter": wanted, "must_not": excluded}
    return {"bool": {name: clauses for name, clauses in both.items() if clauses}} if parts else ALL


def _any(parts: Sequence[Query]) -> Clause:
    """One list of values a field, the rest as alternatives."""
    values: dict[str, list[str]] = {}
    rest: list[Clause] = []
    for part in parts:
        if isinstance(part, Term):
            values.setdefault(part.field, []).extend(wanted_values(part))
        else:
            rest.append(_clause(part))
    clauses = [_one_of(name, wanted) for name, wanted in values.items()] + rest
    return {"bool": {"should": clauses, "minimum_should_match": 1}} if clauses else NONE


def _one_of(name: str, wanted: Sequence[str]) -> Clause:
    kind = field_of(name, "keyword", "keywords", "integer", "number").type
    if kind in ("keyword", "keywords"):
        return {"terms": {name: [storable(value) for value in wanted]}}
    numbers = [number_of(name, value) for value in wanted]
    most = LARGEST if kind == "integer" else math.inf
    return {"terms": {name: [n for n in numbers if abs(n) < most and (kind == "number" or n.is_integer())]}}


def _range(query: Range) -> Clause:
    kind = field_of(query.field, "keyword", "integer", "number", "time").type
    limit = LARGEST if kind == "integer" else math.inf
    bounds: Clause = {}
    for sign, value in (("gte", query.low), ("lt" if query.high_open else "lte", query.high)):
        if value is None:
            continue
        check_bound(query.field, kind, value)
        if isinstance(value, int | float) and not abs(value) < limit:
            if (value < 0) == (sign == "gte"):
                continue  # all that can be kept is within
            return NONE
        bounds[sign] = _bound(value)
    return {"range": {query.field: bounds}} if bounds else {"exists": {"field": query.field}}


def _bound(value: datetime | float | str) -> float | str:
    if isinstance(value, datetime):
        return clamped(value).isoformat(timespec="microseconds")
    return storable(value) if isinstance(value, str) else value
