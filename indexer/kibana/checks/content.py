"""What objects say: fields that exist, queries that parse, panels that do not overlap."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from indexer.kibana.checks.drawing import drawing_problems
from indexer.kibana.checks.query import query_problems
from indexer.kibana.checks.reading import title_of
from indexer.kibana.objects import Json
from koubei.core.records import FIELD_BY_NAME

WIDTH = 48
SORTABLE = ("keyword", "integer", "number", "time")
"""Field types with one comparable value a mention."""


def content_problems(item: Json) -> list[str]:
    """Fields that mentions do not have, queries that cannot be read, a grid that does not fit."""
    check = {"index-pattern": _view, "search": _search, "dashboard": _dashboard}[item["type"]]
    return [f"{title_of(item)}：{problem}" for problem in check(item["attributes"])]


def _view(attributes: Json) -> Iterator[str]:
    for key in ("fieldAttrs", "fieldFormatMap"):
        yield from _unknown(key, list(attributes.get(key, {})))
    field = FIELD_BY_NAME.get(attributes["timeFieldName"])
    if field is None or field.type != "time":
        yield f"timeFieldName {attributes['timeFieldName']!r} 不是时间字段"


def _search(attributes: Json) -> Iterator[str]:
    yield from _unknown("columns", attributes.get("columns", []))
    for name, direction in attributes.get("sort", []):
        field = FIELD_BY_NAME.get(name)
        if field is None or field.type not in SORTABLE or direction not in ("asc", "desc"):
            yield f"不能按 {name} {direction} 排序"
    if "breakdownField" in attributes:
        yield from _unknown("breakdownField", [attributes["breakdownField"]], ("keyword",))
    if attributes.get("timeRestore", False) != ("timeRange" in attributes):
        yield "timeRestore 与 timeRange 不符"
    yield from query_problems(attributes["kibanaSavedObjectMeta"]["searchSourceJSON"]["query"])


def _dashboard(attributes: Json) -> Iterator[str]:
    yield from query_problems(attributes["kibanaSavedObjectMeta"]["searchSourceJSON"]["query"])
    for name, control in attributes["controlGroupInput"]["panelsJSON"].items():
        given = control["explicitInput"]
        if given["id"] != name:
            yield f"控件 {name} 的 id 是 {given['id']}"
        yield from _unknown(f"控件 {name}", [given["fieldName"]], ("keyword", "keywords"))
    panels = attributes["panelsJSON"]
    yield from _grid(panels)
    for panel in panels:
        if drawing := panel["embeddableConfig"].get("attributes"):
            yield from (f"面板 {panel['panelIndex']}：{line}" for line in drawing_problems(drawing))


def _grid(panels: list[Json]) -> Iterator[str]:
    for panel in panels:
        grid, name = panel["gridData"], panel["panelIndex"]
        if grid["i"] != name:
            yield f"面板 {name} 的 gridData.i 是 {grid['i']}"
        if min(grid["w"], grid["h"]) < 1 or min(grid["x"], grid["y"]) < 0 or grid["x"] + grid["w"] > WIDTH:
            yield f"面板 {name} 超出 {WIDTH} 列"
    for one, other in combinations(panels, 2):
        if one["panelIndex"] == other["panelIndex"]:
            yield f"面板 {one['panelIndex']} 的编号重复"
        if _overlap(one["gridData"], other["gridData"]):
            yield f"面板 {one['panelIndex']} 与 {other['panelIndex']} 重叠"


def _overlap(one: Json, other: Json) -> bool:
    return all(
        one[at] < other[at] + other[size] and other[at] < one[at] + one[size]
        for at, size in (("x", "w"), ("y", "h"))
    )


def _unknown(where: str, names: list[str], types: tuple[str, ...] = ()) -> Iterator[str]:
    for name in names:
        field = FIELD_BY_NAME.get(name)
        if field is None or (types and field.type not in types):
            yield f"{where} 里的字段 {name} {'没有' if field is None else '不能这样用'}"
