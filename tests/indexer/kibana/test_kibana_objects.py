"""The saved objects: what they show, and that the structural check catches what breaks an import."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from indexer.kibana import Brand, space
from indexer.kibana.checks import problems
from indexer.kibana.lens import negative_share
from indexer.kibana.objects import Json, ndjson
from koubei.core.records import FIELDS

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


def test_the_space_has_no_problems(objects: list[Json]) -> None:
    assert problems(objects) == []


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_object_is_found(name: str, objects: list[Json]) -> None:
    objects = json.loads(json.dumps(objects))
    change, said = BREAKS[name]
    change(objects)
    found = problems(objects)
    assert any(said in line for line in found), found


def test_ndjson_is_one_object_a_line_and_always_the_same(objects: list[Json]) -> None:
    text = ndjson(objects)
    assert [json.loads(line) for line in text.splitlines()] == objects
    assert text == ndjson(space(Brand("cmcc", "中国移动"), ("资费套餐", "网络质量", "宽带")))


def test_versions_are_the_lowest_that_migrate_upwards(objects: list[Json]) -> None:
    versions = {
        item["type"]: (item["typeMigrationVersion"], item["coreMigrationVersion"]) for item in objects
    }
    assert versions == {
        "index-pattern": ("8.0.0", "8.8.0"), "search": ("8.0.0", "8.8.0"), "dashboard": ("8.9.0", "8.8.0"),
    }  # fmt: skip


def test_objects_come_after_what_they_refer_to(objects: list[Json]) -> None:
    seen: set[tuple[str, str]] = set()
    for item in objects:
        assert {(r["type"], r["id"]) for r in item["references"]} <= seen
        seen.add((item["type"], item["id"]))


def test_every_field_has_a_chinese_label(objects: list[Json]) -> None:
    labels = json.loads(find(objects, "index-pattern")["attributes"]["fieldAttrs"])
    assert {name: given["customLabel"] for name, given in labels.items()} == {f.name: f.label for f in FIELDS}


def test_the_dashboard_shows_what_was_asked_for(objects: list[Json]) -> None:
    titles = [panel["title"] for panel in panels_of(objects)]
    for word in ("声量", "负面占比", "平台", "要素 × 情感", "省份", "常用词", "热门帖"):
        assert any(word in title for title in titles), word


def test_the_own_brand_is_chosen_and_searches_are_about_it() -> None:
    objects = space(Brand("acme", "甲"), ())
    controls = json.loads(find(objects, "dashboard")["attributes"]["controlGroupInput"]["panelsJSON"])
    assert controls["brand"]["explicitInput"]["selectedOptions"] == ["acme"]
    for item in objects:
        if item["type"] == "search":
            source = json.loads(item["attributes"]["kibanaSavedObjectMeta"]["searchSourceJSON"])
            assert 'brand:"acme"' in source["query"]["query"]


def test_negative_today_covers_today_only(objects: list[Json]) -> None:
    attributes = next(i for i in objects if i["id"] == "koubei-search-negative-today")["attributes"]
    assert attributes["timeRange"] == {"from": "now/d", "to": "now/d"}
    assert attributes["timeRestore"] is True


def test_a_search_a_factor_with_an_id_that_outlives_the_order() -> None:
    one = {i["attributes"]["title"]: i["id"] for i in space(Brand("a", "甲"), ("宽带", "客服"))}
    other = {i["attributes"]["title"]: i["id"] for i in space(Brand("a", "甲"), ("客服", "宽带"))}
    assert one == other
    assert len({one["甲·要素·宽带"], one["甲·要素·客服"]}) == 2


@pytest.mark.parametrize("name", ['a"b', "a\\", "') OR *:*", "{panel}", "</script>", "字\u0000", "x" * 500])
def test_hostile_names_stay_inside_their_strings(name: str) -> None:
    objects = space(Brand("a", name), (name,))
    assert problems(objects) == []
    assert [json.loads(line) for line in ndjson(objects).splitlines()] == objects


def test_the_formula_is_the_tree() -> None:
    """The text an editor shows, and the tree that is computed, say the same."""
    column = negative_share()
    formula = column.body["params"]["formula"]
    parts = dict(column.parts)

    def told(node: Any) -> str:
        if isinstance(node, str):
            query = parts[node]["filter"]["query"]
            return f"unique_count({parts[node]['sourceField']}, lucene='{query}')"
        assert formula[node["location"]["min"] : node["location"]["max"]] == node["text"]
        sign = {"add": "+", "divide": "/"}[node["name"]]
        left, right = (told(argument) for argument in node["args"])
        return f"({left} {sign} {right})"

    tree = told(parts["shareX3"]["params"]["tinymathAst"])
    assert re.sub(r"[()]", "", tree) == re.sub(r"[()]", "", formula)
    assert formula.count('label:"neg"') == 2
