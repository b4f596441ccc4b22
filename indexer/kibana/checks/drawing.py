"""Lens drawings: accessors, order and formulas name columns there are; columns name fields there are."""

from __future__ import annotations

from collections.abc import Iterator

from indexer.kibana.checks.query import query_problems
from indexer.kibana.checks.references import layers
from indexer.kibana.lens import RECORDS
from indexer.kibana.objects import Json
from koubei.core.records import FIELD_BY_NAME

ATTRIBUTES = {"title", "description", "visualizationType", "type", "references", "state"}
STATE = {"visualization", "query", "filters", "datasourceStates", "internalReferences", "adHocDataViews"}
LAYER = {"columns", "columnOrder", "incompleteColumns"}
OPERATIONS: dict[str, tuple[str, ...]] = {
    "date_histogram": ("time",),
    "terms": ("keyword", "keywords"),
    "unique_count": ("keyword", "keywords"),
    "count": (),
    "math": (),
    "formula": (),
}
"""What each operation may be given; the last three take no field."""


def drawing_problems(drawing: Json) -> Iterator[str]:
    """All that is wrong with one drawing."""
    for key in sorted(set(drawing) ^ ATTRIBUTES | set(drawing["state"]) ^ STATE):
        yield f"多了或少了 {key}"
    yield from query_problems(drawing["state"]["query"])
    found = layers(drawing)
    for name, layer in found.items():
        yield from (f"图层 {name}：{line}" for line in _layer_problems(layer))
    named = list(_accessors(drawing))
    for layer_id, column in named:
        if column not in found.get(layer_id, {"columns": {}})["columns"]:
            yield f"访问了没有的列 {layer_id}.{column}"
    for name, layer in found.items():
        reached = {column for layer_id, column in named if layer_id == name}
        for column in sorted(set(layer["columns"]) - reached - _parts(layer)):
            yield f"列 {name}.{column} 没有画出来"


def _layer_problems(layer: Json) -> Iterator[str]:
    for key in sorted(set(layer) ^ LAYER):
        yield f"多了或少了 {key}"
    columns, order = layer["columns"], layer["columnOrder"]
    if sorted(order) != sorted(columns):
        yield f"columnOrder {order} 与列不符"
    else:
        buckets = [columns[name]["isBucketed"] for name in order]
        if buckets != sorted(buckets, reverse=True):
            yield "columnOrder 里分组列应在计数列之前"
    for name, column in columns.items():
        yield from (f"列 {name}：{line}" for line in _column_problems(column, columns))


def _column_problems(column: Json, columns: Json) -> Iterator[str]:
    operation = column["operationType"]
    if operation not in OPERATIONS:
        yield f"不认识的运算 {operation}"
        return
    yield from _source_problems(column, OPERATIONS[operation])
    if "filter" in column:
        yield from query_problems(column["filter"])
    order = column.get("params", {}).get("orderBy", {})
    if order.get("type") == "column" and order["columnId"] not in columns:
        yield f"按没有的列 {order['columnId']} 排序"
    for name in column.get("references", []):
        if name not in columns:
            yield f"公式用到没有的列 {name}"
    for name in _names(column.get("params", {}).get("tinymathAst", {})):
        if name not in column["references"]:
            yield f"公式里的 {name} 不在 references 里"


def _source_problems(column: Json, types: tuple[str, ...]) -> Iterator[str]:
    source, operation = column.get("sourceField"), column["operationType"]
    field = FIELD_BY_NAME.get(source or "")
    if types and (field is None or field.type not in types):
        yield f"字段 {source} 没有，或不能用于 {operation}"
    if not types and source not in ({RECORDS} if operation == "count" else {None}):
        yield f"{operation} 不能用字段 {source}"


def _accessors(drawing: Json) -> Iterator[tuple[str, str]]:
    """(layer, column) for every column a drawing shows."""
    shown = drawing["state"]["visualization"]
    if drawing["visualizationType"] == "lnsMetric":
        yield shown["layerId"], shown["metricAccessor"]
    elif drawing["visualizationType"] == "lnsDatatable":
        yield from ((shown["layerId"], column["columnId"]) for column in shown["columns"])
    elif drawing["visualizationType"] == "lnsXY":
        for layer in shown["layers"]:
            names = [layer["xAccessor"], *layer["accessors"], *filter(None, [layer.get("splitAccessor")])]
            yield from ((layer["layerId"], name) for name in names)
    else:
        yield drawing["visualizationType"], "?"


def _parts(layer: Json) -> set[str]:
    """Columns that only feed a formula."""
    return {name for column in layer["columns"].values() for name in column.get("references", [])}


def _names(node: Json | str | float) -> Iterator[str]:
    """The columns a formula's syntax tree names."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for argument in node.get("args", []):
            yield from _names(argument)
