"""Each object broken in one place is found, with words for it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from indexer.kibana.checks import problems
from indexer.kibana.objects import Json

Break = Callable[[list[Json]], None]


def find(objects: list[Json], kind: str, place: int = 0) -> Json:
    return [item for item in objects if item["type"] == kind][place]


def panels_of(objects: list[Json]) -> list[Json]:
    found: list[Json] = json.loads(find(objects, "dashboard")["attributes"]["panelsJSON"])
    return found


def in_panels(change: Callable[[list[Json]], None]) -> Break:
    """A change inside the dashboard's panels."""

    def apply(objects: list[Json]) -> None:
        panels = panels_of(objects)
        change(panels)
        find(objects, "dashboard")["attributes"]["panelsJSON"] = json.dumps(panels)

    return apply


def state(panel: Json) -> Json:
    found: Json = panel["embeddableConfig"]["attributes"]["state"]
    return found


def layer(panel: Json) -> Json:
    found: Json = state(panel)["datasourceStates"]["formBased"]["layers"]["l1"]
    return found


def in_source(change: Callable[[Json], None]) -> Break:
    """A change inside the first saved search's query."""

    def apply(objects: list[Json]) -> None:
        meta = find(objects, "search")["attributes"]["kibanaSavedObjectMeta"]
        source = json.loads(meta["searchSourceJSON"])
        change(source)
        meta["searchSourceJSON"] = json.dumps(source)

    return apply


def setting(*path: str | int, value: Any) -> Callable[[Any], None]:
    """Sets a value deep inside."""

    def apply(target: Any) -> None:
        for key in path[:-1]:
            target = target[key]
        target[path[-1]] = value

    return apply


BREAKS: dict[str, tuple[Break, str]] = {
    "unknown top-level key": (lambda o: find(o, "search").update(namespaces=["x"]), "多了 namespaces"),
    "missing top-level key": (lambda o: find(o, "search").pop("references"), "少了 references"),
    "unknown attribute": (
        lambda o: find(o, "dashboard")["attributes"].update(sections=[]),
        "attributes.sections",
    ),
    "unknown meta": (
        lambda o: find(o, "search")["attributes"]["kibanaSavedObjectMeta"].update(x=1),
        "kibanaSavedObjectMeta.x",
    ),
    "missing title": (lambda o: find(o, "index-pattern")["attributes"].pop("title"), "少了 attributes.title"),
    "unknown type": (lambda o: find(o, "search").update(type="lens-map"), "type 是 'lens-map'，应为"),
    "newer version": (lambda o: find(o, "dashboard").update(typeMigrationVersion="9.5.0"), "应为 '8.9.0'"),
    "no core version": (
        lambda o: find(o, "search").update(coreMigrationVersion=None),
        "coreMigrationVersion",
    ),
    "same id twice": (lambda o: o.append(find(o, "search")), "编号重复"),
    "panels are no JSON": (lambda o: find(o, "dashboard")["attributes"].update(panelsJSON="[{"), "不是 JSON"),
    "fields are no JSON": (
        lambda o: find(o, "index-pattern")["attributes"].update(fields="["),
        "fields 不是 JSON",
    ),
    "controls are no JSON": (
        lambda o: find(o, "dashboard")["attributes"]["controlGroupInput"].update(panelsJSON=None),
        "controlGroupInput.panelsJSON 不是 JSON",
    ),
    "search source is no JSON": (
        lambda o: find(o, "search")["attributes"]["kibanaSavedObjectMeta"].update(searchSourceJSON="{"),
        "searchSourceJSON 不是 JSON",
    ),
    "reference to nothing": (
        lambda o: find(o, "search")["references"][0].update(id="elsewhere"),
        "指向不存在的 index-pattern:elsewhere",
    ),
    "reference not listed": (lambda o: find(o, "search").update(references=[]), "没有列出"),
    "panel reference not listed": (
        lambda o: find(o, "dashboard")["references"].pop(0),
        "用到的引用 p1:indexpattern-datasource-layer-l1 没有列出",
    ),
    "reference twice": (
        lambda o: find(o, "search")["references"].append(find(o, "search")["references"][0]),
        "列了 2 次",
    ),
    "reference unused": (in_panels(lambda p: p.pop()), "没有用到"),
    "held reference to nothing": (
        in_panels(
            lambda p: setting("embeddableConfig", "attributes", "references", 0, "id", value="x")(p[0])
        ),
        "面板 p1 的引用",
    ),
    "held reference misses": (
        in_panels(lambda p: setting("embeddableConfig", "attributes", "references", value=[])(p[0])),
        "引用与图层不符",
    ),
    "panel key unknown": (
        in_panels(lambda p: p[0].update(savedObjectId="x")),
        "多了 attributes.panelsJSON.0.savedObjectId",
    ),
    "panels overlap": (in_panels(lambda p: p[1]["gridData"].update(x=0)), "p1 与 p2 重叠"),
    "panel too wide": (in_panels(lambda p: p[0]["gridData"].update(y=900, w=49)), "超出 48 列"),
    "panel without height": (in_panels(lambda p: p[0]["gridData"].update(h=0)), "超出"),
    "grid of another panel": (in_panels(lambda p: p[0]["gridData"].update(i="p9")), "gridData.i"),
    "metric accessor": (
        in_panels(lambda p: state(p[0])["visualization"].update(metricAccessor="no")),
        "访问了没有的列 l1.no",
    ),
    "chart accessor": (
        in_panels(lambda p: state(p[4])["visualization"]["layers"][0].update(accessors=["no"])),
        "访问了没有的列 l1.no",
    ),
    "split accessor": (
        in_panels(lambda p: state(p[4])["visualization"]["layers"][0].update(splitAccessor="no")),
        "访问了没有的列 l1.no",
    ),
    "column nobody draws": (
        in_panels(lambda p: state(p[4])["visualization"]["layers"][0].pop("splitAccessor")),
        "没有画出来",
    ),
    "layer nobody has": (
        in_panels(lambda p: state(p[0])["visualization"].update(layerId="l9")),
        "访问了没有的列 l9.posts",
    ),
    "column order misses": (in_panels(lambda p: layer(p[4])["columnOrder"].pop()), "columnOrder"),
    "metric before bucket": (in_panels(lambda p: layer(p[4])["columnOrder"].reverse()), "应在计数列之前"),
    "order by nothing": (
        in_panels(
            lambda p: setting("columns", "platform", "params", "orderBy", "columnId", value="no")(layer(p[6]))
        ),
        "按没有的列 no 排序",
    ),
    "formula of nothing": (
        in_panels(lambda p: setting("columns", "share", "references", value=["no"])(layer(p[3]))),
        "公式用到没有的列 no",
    ),
    "tree names another": (
        in_panels(
            lambda p: setting("columns", "shareX3", "params", "tinymathAst", "args", 0, value="no")(
                layer(p[3])
            )
        ),
        "公式里的 no",
    ),
    "unknown operation": (
        in_panels(lambda p: setting("columns", "posts", "operationType", value="median_of")(layer(p[0]))),
        "columns.posts.operationType 是 'median_of'",
    ),
    "unknown drawing": (
        in_panels(lambda p: p[0]["embeddableConfig"]["attributes"].update(visualizationType="lnsNew")),
        "visualizationType 是 'lnsNew'",
    ),
    "field mentions lack": (
        in_panels(lambda p: setting("columns", "platform", "sourceField", value="channel")(layer(p[6]))),
        "字段 channel 没有",
    ),
    "terms of a text": (
        in_panels(lambda p: setting("columns", "platform", "sourceField", value="text")(layer(p[6]))),
        "不能用于 terms",
    ),
    "days of a keyword": (
        in_panels(lambda p: setting("columns", "day", "sourceField", value="brand")(layer(p[4]))),
        "不能用于 date_histogram",
    ),
    "count of a field": (
        in_panels(lambda p: setting("columns", "posts", "sourceField", value="likes")(layer(p[0]))),
        'columns.posts.sourceField 是 "likes"',
    ),
    "filter field mentions lack": (
        in_panels(
            lambda p: setting("columns", "shareX0", "filter", "query", value='mood:"neg"')(layer(p[3]))
        ),
        "有误",
    ),
    "panel query broken": (in_panels(lambda p: state(p[0])["query"].update(query="label:")), "有误"),
    "search query broken": (in_source(lambda s: s["query"].update(query='("a"')), "有误"),
    "search in KQL": (in_source(lambda s: s["query"].update(language="kuery")), "query.language 是"),
    "search column": (lambda o: find(o, "search")["attributes"]["columns"].append("mood"), "字段 mood 没有"),
    "sort by a text": (
        lambda o: find(o, "search")["attributes"].update(sort=[["text", "desc"]]),
        "不能按 text",
    ),
    "breakdown by a text": (
        lambda o: find(o, "search")["attributes"].update(breakdownField="text"),
        "不能这样用",
    ),
    "time field": (
        lambda o: find(o, "index-pattern")["attributes"].update(timeFieldName="brand"),
        "不是时间字段",
    ),
    "label of no field": (
        lambda o: find(o, "index-pattern")["attributes"].update(fieldAttrs='{"mood":{"customLabel":"心情"}}'),
        "字段 mood 没有",
    ),
    "control of no field": (
        lambda o: find(o, "dashboard")["attributes"]["controlGroupInput"].update(
            panelsJSON=find(o, "dashboard")["attributes"]["controlGroupInput"]["panelsJSON"].replace(
                '"fieldName":"brand"', '"fieldName":"mood"'
            )
        ),
        "控件 brand 里的字段 mood 没有",
    ),
}


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_object_is_found(name: str, objects: list[Json]) -> None:
    objects = json.loads(json.dumps(objects))
    change, said = BREAKS[name]
    change(objects)
    found = problems(objects)
    assert any(said in line for line in found), found
