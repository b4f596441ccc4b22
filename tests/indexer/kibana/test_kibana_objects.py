"""The saved objects: what they show, and that the structural check catches what breaks an import."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from indexer.kibana import Brand, space
from indexer.kibana.checks import problems
from indexer.kibana.lens import negative_share
from indexer.kibana.objects import Json, ndjson
from koubei.core.records import FIELDS


def find(objects: list[Json], kind: str, place: int = 0) -> Json:
    return [item for item in objects if item["type"] == kind][place]


def test_the_space_has_no_problems(objects: list[Json]) -> None:
    assert problems(objects) == []


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
    titles = [panel["title"] for panel in json.loads(find(objects, "dashboard")["attributes"]["panelsJSON"])]
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
