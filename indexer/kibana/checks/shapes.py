# ruff: noqa: N815  the keys are Kibana's
"""The shape of each saved object at every depth: its keys, which may be left out, what each holds.

Kibana takes more than this. What stands here is what the generated objects use, so that anything else in them
is a slip. A key left out is one thing and null another: Kibana's own schemas refuse null.
"""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired

from pydantic import Field, Json

from indexer.kibana.checks.lens_shapes import Drawing
from indexer.kibana.checks.shape import Moment, Nothing, Reference, SearchText, Shape


class _Object(Shape):
    id: str
    references: list[Reference]
    coreMigrationVersion: str
    typeMigrationVersion: str
    managed: Literal[False]


class _Label(Shape):
    customLabel: str


class _Entry(Shape):
    key: str
    value: str


class _Entries(Shape):
    lookupEntries: list[_Entry]


class _Lookup(Shape):
    id: Literal["static_lookup"]
    params: _Entries


class _LinkLook(Shape):
    type: Literal["a"]
    labelTemplate: NotRequired[str]
    openLinkInCurrentTab: NotRequired[bool]


class _Link(Shape):
    id: Literal["url"]
    params: _LinkLook


class _Hidden(Shape):
    value: str


class _ViewAttributes(Shape):
    title: str
    name: NotRequired[str]
    timeFieldName: str
    fields: NotRequired[Json[Nothing]]
    fieldAttrs: NotRequired[Json[dict[str, _Label]]]
    fieldFormatMap: NotRequired[Json[dict[str, Annotated[_Lookup | _Link, Field(discriminator="id")]]]]
    runtimeFieldMap: NotRequired[Json[Shape]]
    sourceFilters: NotRequired[Json[list[_Hidden]]]
    typeMeta: NotRequired[Json[Shape]]


class _View(_Object):
    type: Literal["index-pattern"]
    attributes: _ViewAttributes


class _Span(Shape):
    since: Annotated[Moment, Field(alias="from")]
    to: Moment


class _SearchSource(Shape):
    query: SearchText
    filter: Nothing
    highlightAll: NotRequired[bool]
    version: NotRequired[bool]
    indexRefName: str


class _SearchMeta(Shape):
    searchSourceJSON: Json[_SearchSource]


class _SearchAttributes(Shape):
    title: str
    description: NotRequired[str]
    kibanaSavedObjectMeta: _SearchMeta
    columns: NotRequired[list[str]]
    sort: NotRequired[list[Annotated[list[str], Field(min_length=2, max_length=2)]]]
    grid: NotRequired[Shape]
    hideChart: NotRequired[bool]
    isTextBasedQuery: NotRequired[Literal[False]]
    breakdownField: NotRequired[str]
    timeRestore: NotRequired[bool]
    timeRange: NotRequired[_Span]
    hits: NotRequired[int]
    version: NotRequired[int]


class _Search(_Object):
    type: Literal["search"]
    attributes: _SearchAttributes


class _Grid(Shape):
    x: int
    y: int
    w: int
    h: int
    i: str


class _Panel(Shape):
    version: Literal["8.9.0"]
    panelIndex: str
    gridData: _Grid
    title: NotRequired[str]


class _Drawn(Shape):
    attributes: Drawing
    hidePanelTitles: NotRequired[bool]
    enhancements: NotRequired[Shape]


class _LensPanel(_Panel):
    type: Literal["lens"]
    embeddableConfig: _Drawn


class _Listed(Shape):
    enhancements: NotRequired[Shape]


class _SearchPanel(_Panel):
    type: Literal["search"]
    panelRefName: str
    embeddableConfig: _Listed


class _Options(Shape):
    useMargins: NotRequired[bool]
    syncColors: NotRequired[bool]
    syncCursor: NotRequired[bool]
    syncTooltips: NotRequired[bool]
    hidePanelTitles: NotRequired[bool]


class _Choice(Shape):
    id: str
    fieldName: str
    title: NotRequired[str]
    selectedOptions: NotRequired[list[str]]
    enhancements: NotRequired[Shape]


class _Control(Shape):
    order: int
    width: Literal["small", "medium", "large"]
    grow: NotRequired[bool]
    type: Literal["optionsListControl"]
    explicitInput: _Choice


class _Ignored(Shape):
    ignoreFilters: NotRequired[bool]
    ignoreQuery: NotRequired[bool]
    ignoreTimerange: NotRequired[bool]
    ignoreValidations: NotRequired[bool]


class _Controls(Shape):
    controlStyle: Literal["oneLine", "twoLine"]
    chainingSystem: Literal["HIERARCHICAL", "NONE"]
    panelsJSON: Json[dict[str, _Control]]
    ignoreParentSettingsJSON: NotRequired[Json[_Ignored]]


class _Refresh(Shape):
    pause: bool
    value: int


class _DashboardSource(Shape):
    query: SearchText
    filter: Nothing


class _DashboardMeta(Shape):
    searchSourceJSON: Json[_DashboardSource]


class _DashboardAttributes(Shape):
    title: str
    description: NotRequired[str]
    panelsJSON: Json[list[Annotated[_LensPanel | _SearchPanel, Field(discriminator="type")]]]
    optionsJSON: NotRequired[Json[_Options]]
    kibanaSavedObjectMeta: _DashboardMeta
    timeRestore: Literal[True]
    timeFrom: Moment
    timeTo: Moment
    refreshInterval: NotRequired[_Refresh]
    controlGroupInput: _Controls
    hits: NotRequired[int]
    version: NotRequired[int]


class _Dashboard(_Object):
    type: Literal["dashboard"]
    attributes: _DashboardAttributes


SavedObject = Annotated[_View | _Search | _Dashboard, Field(discriminator="type")]
