"""The query language: text to AST and back, with columns in its errors."""

from koubei.core.query.ast import And, Everything, Exists, Keyword, Not, Or, Prefix, Query, Range, Term
from koubei.core.query.format import format_query, point_at
from koubei.core.query.parser import parse_query

__all__ = [
    "And",
    "Everything",
    "Exists",
    "Keyword",
    "Not",
    "Or",
    "Prefix",
    "Query",
    "Range",
    "Term",
    "format_query",
    "parse_query",
    "point_at",
]
