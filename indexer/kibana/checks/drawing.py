"""Lens drawings: accessors, order and formulas name columns there are; columns name fields there are."""

from __future__ import annotations

from collections.abc import Iterator

from indexer.kibana.checks.query import query_problems
from indexer.kibana.checks.references import layers
from indexer.kibana.objects import Json
from koubei.core.records import FIELD_BY_NAME

FIELD_TYPES: dict[str, tuple[str, ...]] = {
    "date_histogram": ("time",),
    "terms": ("keyword", "keywords"),
    "unique_count": ("keyword", "keywords"),
}
"""What each operation that takes a field may be given."""


def drawing_problems(drawing: Json) -> Iterator[str]:
    """All that is wrong with one drawing."""
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
    types = FIELD_TYPES.get(column["operationType"], ())
    field = FIELD_BY_NAME.get(column.get("sourceField", ""))
    if types and (field is None or field.type not in types):
        yield f"字段 {column['sourceField']} 没有，或不能用于 {column['operationType']}"
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


def _parts(layer: Json) -> set[str]:
    """Columns that only feed a formula."""
    return {name for column in layer["columns"].values() for name in column.get("references", [])}


def _names(node: Json | str) -> Iterator[str]:
    """The columns a formula's syntax tree names."""
    if isinstance(node, str):
        yield node
    else:
        for argument in node.get("args", []):
            yield from _names(argument)
