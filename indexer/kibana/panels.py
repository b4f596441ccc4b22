"""Panels of a dashboard: Lens drawings held by value, saved searches by reference."""

from __future__ import annotations

from dataclasses import dataclass

from indexer.kibana.lens import DAY, Column, lucene
from indexer.kibana.objects import Json, reference
from koubei.core.query import Query

VERSION = "8.9.0"
LAYER = "l1"
LAYER_REFERENCE = f"indexpattern-datasource-layer-{LAYER}"


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel without its place.

    Attributes:
        content: what the panel's JSON says beside id and place.
        references: as the dashboard lists them, with `{panel}` where the panel's id stands.
    """

    content: Json
    references: tuple[Json, ...]


def metric(title: str, view: str, column: Column, query: Query | None) -> Panel:
    """One number."""
    drawing = {"layerId": LAYER, "layerType": "data", "metricAccessor": column.id}
    return _lens("lnsMetric", title, view, (column,), drawing, query)


def table(title: str, view: str, columns: tuple[Column, ...], query: Query | None) -> Panel:
    """Rows of values, the first column grouped by."""
    shown = [{"columnId": column.id, "isTransposed": False} for column in columns]
    drawing = {"layerId": LAYER, "layerType": "data", "columns": shown}
    return _lens("lnsDatatable", title, view, columns, drawing, query)


def chart(
    title: str, view: str, series: str, x: Column, y: Column, query: Query | None,
    split: Column | None = None,
) -> Panel:  # fmt: skip
    """Bars or lines: `series` is Lens' series type, `split` colours by a second grouping."""
    layer: Json = {
        "layerId": LAYER, "layerType": "data", "seriesType": series, "xAccessor": x.id, "accessors": [y.id],
    }  # fmt: skip
    columns: tuple[Column, ...] = (x, y)
    if split:
        layer["splitAccessor"] = split.id
        columns = (split, x, y) if x.id == DAY else (x, split, y)  # the first bucket picks its top values
    drawing = _axes(series, split is not None) | {"layers": [layer]}
    return _lens("lnsXY", title, view, columns, drawing, query)


def saved_search(title: str, search_id: str) -> Panel:
    """The table of a saved search."""
    content = {
        "type": "search", "title": title, "panelRefName": "panel_{panel}",
        "embeddableConfig": {"enhancements": {}},
    }  # fmt: skip
    return Panel(content, (reference("search", search_id, "{panel}:panel_{panel}"),))


def _axes(series: str, split: bool) -> Json:
    every = {"x": False, "yLeft": False, "yRight": False}
    return {
        "preferredSeriesType": series, "legend": {"isVisible": split, "position": "bottom"},
        "valueLabels": "hide", "fittingFunction": "None", "axisTitlesVisibilitySettings": every,
        "tickLabelsVisibilitySettings": {"x": True, "yLeft": True, "yRight": True},
        "gridlinesVisibilitySettings": {"x": False, "yLeft": True, "yRight": True},
        "labelsOrientation": {"x": 0, "yLeft": 0, "yRight": 0},
        "yLeftExtent": {"mode": "full"}, "yRightExtent": {"mode": "full"},
    }  # fmt: skip


def _lens(
    kind: str, title: str, view: str, columns: tuple[Column, ...], drawing: Json, query: Query | None
) -> Panel:
    held: Json = {}
    for column in columns:
        held |= dict(column.parts)
        held[column.id] = column.body
    layer = {"columns": held, "columnOrder": list(held), "incompleteColumns": {}}
    state = {
        "visualization": drawing, "query": lucene(query), "filters": [],
        "datasourceStates": {"formBased": {"layers": {LAYER: layer}}},
        "internalReferences": [], "adHocDataViews": {},
    }  # fmt: skip
    attributes = {
        "title": title, "description": "", "visualizationType": kind, "type": "lens",
        "references": [reference("index-pattern", view, LAYER_REFERENCE)], "state": state,
    }  # fmt: skip
    content = {
        "type": "lens", "title": title,
        "embeddableConfig": {"attributes": attributes, "hidePanelTitles": False, "enhancements": {}},
    }  # fmt: skip
    return Panel(content, (reference("index-pattern", view, f"{{panel}}:{LAYER_REFERENCE}"),))
