"""Queries in saved objects: Lucene text whose fields mentions have."""

from __future__ import annotations

import re
from collections.abc import Iterator

from indexer.kibana.lucene import SEARCHED
from indexer.kibana.objects import Json
from koubei.core.errors import QueryError
from koubei.core.query import parse_query

_SEARCHED = re.compile(rf'(?<![\w"]){SEARCHED}:(?=")')
_EXISTS = re.compile(r'(?<![\w"])_exists_:(\w+)')


def query_problems(query: Json) -> Iterator[str]:
    """A query that Koubei's own language, the part of Lucene both share, cannot read."""
    text = _EXISTS.sub(r"\1:[* TO *]", _SEARCHED.sub("", query["query"]))
    try:
        parse_query(text)
    except QueryError as error:
        yield f"检索式 {query['query']} 有误：{error.found}"
