"""The query language: text to AST and back, with columns in its errors."""

from koubei.core.query.ast import And, Everything, Exists, Keyword, Not, Or, Query, Range, Term

__all__ = ["And", "Everything", "Exists", "Keyword", "Not", "Or", "Query", "Range", "Term"]
