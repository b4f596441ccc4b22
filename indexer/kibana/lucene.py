"""A query as Lucene text for Kibana's search bar: every term quoted, AND and OR written out.

Left to itself that bar reads 资费套餐 as 资费 OR 费套 OR 套餐; in quotes it is the phrase.
"""

from __future__ import annotations

from datetime import UTC, datetime

from koubei.core.query import And, Everything, Exists, Keyword, Not, Or, Prefix, Query, Range, Term
from koubei.core.query.keywords import beginning, phrase, wanted_values
from koubei.core.text import fold

SEARCHED = "indexed"
"""The Elasticsearch field that holds the folded title and text, which keywords are looked up in."""

_ALL = "*:*"
_NONE = f"(NOT {_ALL})"


def to_lucene(query: Query) -> str:
    """Lucene text that finds what the store finds, but for one case.

    A last Han character that stands by itself, after letters, a comma or a space (B站; 乱扣费,流), is a
    prefix in the stores (`Phrase.open_end`) and a whole token here: Kibana finds fewer.
    """
    text = _text(query)
    return text[1:-1] if isinstance(query, And | Or) and len(query.parts) > 1 else text


def _text(query: Query) -> str:
    match query:
        case Everything():
            return _ALL
        case Keyword(text):
            return f"{SEARCHED}:{_quoted(fold(text))}" if phrase(text).tokens else _NONE
        case Prefix(text):
            begun = beginning(text).tokens
            return f"{SEARCHED}:{begun[0]}*" if begun else _NONE
        case Term(field, _):
            values = [_quoted(value) for value in wanted_values(query)]
            return f"{field}:{values[0] if len(values) == 1 else '(' + ' OR '.join(values) + ')'}"
        case Exists(field):
            return f"_exists_:{field}"
        case Range():
            return _range(query)
        case Not(part):
            return f"({_ALL} AND NOT {_text(part)})"
        case And(parts):
            return _every(parts)
        case Or(parts):
            return _group([_text(part) for part in parts], " OR ", _NONE)


def _every(parts: tuple[Query, ...]) -> str:
    """Only beside a positive part does Lucene take NOT for what it says."""
    if all(isinstance(part, Not) for part in parts):
        return _group([_text(part) for part in parts], " AND ", _ALL)
    texts = [f"NOT {_text(part.part)}" if isinstance(part, Not) else _text(part) for part in parts]
    return _group(sorted(texts, key=lambda text: text.startswith("NOT ")), " AND ", _ALL)


def _group(texts: list[str], between: str, empty: str) -> str:
    if len(texts) < 2:
        return texts[0] if texts else empty
    return f"({between.join(texts)})"


def _range(query: Range) -> str:
    closing = "}" if query.high_open and query.high is not None else "]"
    return f"{query.field}:[{_end(query.low)} TO {_end(query.high)}{closing}"


def _end(value: datetime | float | str | None) -> str:
    if value is None:
        return "*"
    if isinstance(value, datetime):
        return _quoted(value.astimezone(UTC).isoformat().replace("+00:00", "Z"))
    return _quoted(value) if isinstance(value, str) else str(value)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
