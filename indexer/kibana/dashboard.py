"""The dashboard: how much, how negative, where, about what, in which words, and the posts themselves."""

from __future__ import annotations

import json
from dataclasses import dataclass

from indexer.kibana import lens
from indexer.kibana.objects import Json, dumped, reference, saved_object
from indexer.kibana.panels import VERSION, Panel, chart, metric, saved_search, table
from indexer.kibana.searches import HIGH_RISK, HOT, Brand, counted, customers
from indexer.kibana.views import BY_PUBLISHED
from koubei.core.query import Not, Query, Term

DASHBOARD = "koubei-dashboard"
WIDTH = 48
_CONTROLS = (("brand", "品牌"), ("platform", "平台"), ("primary_factor", "首要要素"), ("province", "省份"))


@dataclass(frozen=True, slots=True)
class Placed:
    """A panel with its place on the grid of 48 columns."""

    x: int
    y: int
    w: int
    h: int
    panel: Panel


def dashboard(brand: Brand) -> Json:
    """The dashboard, opened on the last 30 days with the own brand chosen."""
    panels, references = [], []
    for place, placed in enumerate(_layout(), 1):
        name = f"p{place}"
        panels.append(_placed(name, placed))
        references += [{**item, "name": item["name"].format(panel=name)} for item in placed.panel.references]
    references += [
        reference("index-pattern", BY_PUBLISHED, f"controlGroup_{field}:optionsListDataView")
        for field, _ in _CONTROLS
    ]
    attributes: Json = {
        "title": f"口碑总览·{brand.name}",
        "description": "每个数都可用同一查询在 Koubei 里重算；占比只算客户的独立声音。检索中文词请加引号。",
        "panelsJSON": dumped(panels),
        "optionsJSON": dumped(
            {"useMargins": True, "syncColors": True, "syncCursor": True, "syncTooltips": False,
             "hidePanelTitles": False}
        ),
        "kibanaSavedObjectMeta": {"searchSourceJSON": dumped({"query": lens.lucene(None), "filter": []})},
        "timeRestore": True, "timeFrom": "now-29d/d", "timeTo": "now",
        "refreshInterval": {"pause": True, "value": 300_000},
        "controlGroupInput": _controls(brand), "hits": 0, "version": 1,
    }  # fmt: skip
    return saved_object("dashboard", DASHBOARD, attributes, references)


def _placed(name: str, placed: Placed) -> Json:
    grid = {"x": placed.x, "y": placed.y, "w": placed.w, "h": placed.h, "i": name}
    content = json.loads(json.dumps(placed.panel.content))
    if "panelRefName" in content:
        content["panelRefName"] = content["panelRefName"].format(panel=name)
    return {"version": VERSION, "panelIndex": name, "gridData": grid, **content}


def _layout() -> list[Placed]:
    return _numbers() + _over_time() + _cuts() + _rows()


def _numbers() -> list[Placed]:
    view, negative = BY_PUBLISHED, Term("label", "neg")
    found = [
        metric("声量（帖）", view, lens.posts(), counted()),
        metric("独立声音", view, lens.voices(), counted()),
        metric("客户负面声音", view, lens.voices("客户负面声音"), customers(negative)),
        metric("负面占比（客户独立声音）", view, lens.negative_share(), customers()),
    ]
    return [Placed(12 * place, 0, 12, 6, panel) for place, panel in enumerate(found)]


def _over_time() -> list[Placed]:
    view = BY_PUBLISHED
    volume = chart("每日声量，按情感", view, "bar_stacked", lens.by_day(), lens.posts(), counted(), _labels())
    share = chart("每日负面占比", view, "line", lens.by_day(), lens.negative_share(), customers())
    return [Placed(0, 6, 24, 12, volume), Placed(24, 6, 24, 12, share)]


def _cuts() -> list[Placed]:
    return [
        Placed(0, 18, 24, 14, _bars("平台，按情感", "platform", "平台", 15, counted())),
        Placed(24, 18, 24, 14, _bars("要素 × 情感（客户）", "primary_factor", "首要要素", 15, _factored())),
    ]


def _factored() -> Query:
    return customers(Not(Term("primary_factor", "none")))


def _bars(title: str, field: str, label: str, size: int, query: Query) -> Panel:
    x, y = lens.top(field, label, size, "voices"), lens.voices()
    return chart(title, BY_PUBLISHED, "bar_horizontal_stacked", x, y, query, _labels())


def _labels() -> lens.Column:
    """All five labels, in a fixed order of names."""
    column = lens.top("label", "情感", 5, "voices")
    column.body["params"] |= {"orderBy": {"type": "alphabetical", "fallback": False}, "orderDirection": "asc"}
    return column


def _rows() -> list[Placed]:
    view = BY_PUBLISHED
    columns = (lens.top("province", "省份", 31, "voices"), lens.voices(), lens.negative_share())
    provinces = table("省份（客户）", view, columns, customers())
    words = chart(
        "负面常用词（客户）", view, "bar_horizontal", lens.top("keywords", "词", 30, "posts"), lens.posts(),
        customers(Term("label", "neg")),
    )  # fmt: skip
    return [
        Placed(0, 32, 24, 16, provinces),
        Placed(24, 32, 24, 16, words),
        Placed(0, 48, WIDTH, 14, saved_search("热门帖", HOT)),
        Placed(0, 62, WIDTH, 14, saved_search("高风险", HIGH_RISK)),
    ]


def _controls(brand: Brand) -> Json:
    panels = {}
    for order, (field, title) in enumerate(_CONTROLS):
        given: Json = {"id": field, "fieldName": field, "title": title, "enhancements": {}}
        if field == "brand":
            given["selectedOptions"] = [brand.id]
        panels[field] = {
            "order": order, "width": "medium", "grow": True, "type": "optionsListControl",
            "explicitInput": given,
        }  # fmt: skip
    ignored = {
        "ignoreFilters": False,
        "ignoreQuery": False,
        "ignoreTimerange": False,
        "ignoreValidations": False,
    }
    return {
        "controlStyle": "oneLine", "chainingSystem": "HIERARCHICAL", "panelsJSON": dumped(panels),
        "ignoreParentSettingsJSON": dumped(ignored),
    }  # fmt: skip
