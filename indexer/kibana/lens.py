"""Columns of a Lens panel: what is grouped by, what is counted, and 负面占比 as a formula."""

from __future__ import annotations

from dataclasses import dataclass

from indexer.kibana.lucene import to_lucene
from indexer.kibana.objects import Json
from koubei.core.query import Query, Term

RECORDS = "___records___"
DAY = "day"
_WHOLE = {"id": "number", "params": {"decimals": 0}}
_PERCENT = {"id": "percent", "params": {"decimals": 1}}
_JUDGED = ("neg", "neu", "pos")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a panel's layer.

    Attributes:
        parts: columns a formula is computed from, by id, in the order they are computed.
    """

    id: str
    body: Json
    parts: tuple[tuple[str, Json], ...] = ()


def lucene(query: Query | None) -> Json:
    """A query as Kibana stores it."""
    return {"query": to_lucene(query) if query else "", "language": "lucene"}


def by_day() -> Column:
    """Days of publication, empty ones too."""
    body = _bucketed("发布日", "date", "date_histogram", "published_at", "interval")
    body["params"] = {"interval": "1d", "includeEmptyRows": True, "dropPartials": False}
    return Column(DAY, body)


def top(field: str, label: str, size: int, order_by: str, missing: bool = False) -> Column:
    """The `size` most frequent values of a keyword field, by the column `order_by`."""
    body = _bucketed(label, "string", "terms", field, "ordinal")
    body["params"] = {
        "size": size, "orderBy": {"type": "column", "columnId": order_by}, "orderDirection": "desc",
        "otherBucket": False, "missingBucket": missing, "parentFormat": {"id": "terms"},
    }  # fmt: skip
    return Column(field, body)


def posts(label: str = "帖数", column_id: str = "posts") -> Column:
    """How many mentions."""
    return Column(column_id, _counted(label, "count", RECORDS, None))


def voices(label: str = "独立声音", column_id: str = "voices", query: Query | None = None) -> Column:
    """How many distinct `root_id` (near-exact: Elasticsearch estimates above some thousands)."""
    return Column(column_id, _counted(label, "unique_count", "root_id", query))


def negative_share(label: str = "负面占比", column_id: str = "share") -> Column:
    """neg / (neg + neu + pos), each the distinct `root_id` of that label, as the reports count."""
    ids = {name: f"{column_id}X{place}" for place, name in enumerate(_JUDGED)}
    texts = {name: f"unique_count(root_id, lucene='{to_lucene(Term('label', name))}')" for name in _JUDGED}
    formula = f"{texts['neg']} / ({' + '.join(texts[name] for name in _JUDGED)})"
    parts = [(ids[n], _counted(label, "unique_count", "root_id", Term("label", n))) for n in _JUDGED]
    first_two = _call("add", [ids["neg"], ids["neu"]], f"{texts['neg']} + {texts['neu']}", formula)
    whole_text = " + ".join(texts[name] for name in _JUDGED)
    whole = _call("add", [first_two, ids["pos"]], whole_text, formula)
    math_id = f"{column_id}X{len(_JUDGED)}"
    math = _computed(label, "math", list(ids.values()))
    math["params"] = {"tinymathAst": _call("divide", [ids["neg"], whole], formula, formula)}
    body = _computed(label, "formula", [math_id])
    body["params"] = {"formula": formula, "isFormulaBroken": False, "format": _PERCENT}
    return Column(column_id, body, (*parts, (math_id, math)))


def _bucketed(label: str, kind: str, operation: str, field: str, scale: str) -> Json:
    return {
        "label": label, "customLabel": True, "dataType": kind, "operationType": operation,
        "sourceField": field, "isBucketed": True, "scale": scale,
    }  # fmt: skip


def _counted(label: str, operation: str, field: str, query: Query | None) -> Json:
    body: Json = {
        "label": label, "customLabel": True, "dataType": "number", "operationType": operation,
        "sourceField": field, "isBucketed": False, "scale": "ratio",
        "params": {"emptyAsNull": False, "format": _WHOLE},
    }  # fmt: skip
    return body | ({"filter": lucene(query)} if query else {})


def _computed(label: str, operation: str, references: list[str]) -> Json:
    return {
        "label": label, "customLabel": True, "dataType": "number", "operationType": operation,
        "isBucketed": False, "scale": "ratio", "references": references,
    }  # fmt: skip


def _call(name: str, arguments: list[str | Json], text: str, formula: str) -> Json:
    """A node of the formula's syntax tree; `location` is where its text stands in the formula."""
    start = formula.rindex(text)
    return {
        "type": "function", "name": name, "args": arguments,
        "location": {"min": start, "max": start + len(text)}, "text": text,
    }  # fmt: skip
