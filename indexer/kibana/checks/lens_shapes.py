# ruff: noqa: N815  the keys are Kibana's
"""The shape of a Lens drawing at every depth: numbers, charts, tables and the columns they are made of."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired

from pydantic import Discriminator, Field, Tag
from typing_extensions import TypeAliasType

from indexer.kibana.checks.shape import Nothing, Reference, SearchText, Shape


class _Decimals(Shape):
    decimals: int


class _Format(Shape):
    id: Literal["number", "percent"]
    params: NotRequired[_Decimals]


class _Column(Shape):
    label: str
    customLabel: NotRequired[bool]


class _DayParams(Shape):
    interval: Literal["1d"]
    includeEmptyRows: NotRequired[bool]
    dropPartials: NotRequired[bool]


class _Days(_Column):
    operationType: Literal["date_histogram"]
    dataType: Literal["date"]
    isBucketed: Literal[True]
    scale: NotRequired[Literal["interval"]]
    sourceField: str
    params: _DayParams


class _ByColumn(Shape):
    type: Literal["column"]
    columnId: str


class _ByName(Shape):
    type: Literal["alphabetical"]
    fallback: NotRequired[bool]


class _ParentFormat(Shape):
    id: Literal["terms"]


class _TopParams(Shape):
    size: int
    orderBy: Annotated[_ByColumn | _ByName, Field(discriminator="type")]
    orderDirection: Literal["asc", "desc"]
    otherBucket: NotRequired[bool]
    missingBucket: NotRequired[bool]
    parentFormat: NotRequired[_ParentFormat]


class _Top(_Column):
    operationType: Literal["terms"]
    dataType: Literal["string"]
    isBucketed: Literal[True]
    scale: NotRequired[Literal["ordinal"]]
    sourceField: str
    params: _TopParams


class _Number(_Column):
    dataType: Literal["number"]
    isBucketed: Literal[False]
    scale: NotRequired[Literal["ratio"]]


class _CountParams(Shape):
    emptyAsNull: NotRequired[bool]
    format: NotRequired[_Format]


class _Count(_Number):
    operationType: Literal["count"]
    sourceField: Literal["___records___"]
    params: NotRequired[_CountParams]
    filter: NotRequired[SearchText]


class _Distinct(_Number):
    operationType: Literal["unique_count"]
    sourceField: str
    params: NotRequired[_CountParams]
    filter: NotRequired[SearchText]


class _Place(Shape):
    min: int
    max: int


class _Call(Shape):
    type: Literal["function"]
    name: Literal["add", "divide"]
    args: Annotated[list[_Argument], Field(min_length=2, max_length=2)]
    location: _Place
    text: str


def _kind(value: Any) -> str:
    return "call" if isinstance(value, dict) else "column"


_Argument = TypeAliasType(
    "_Argument",
    Annotated[Annotated[_Call, Tag("call")] | Annotated[str, Tag("column")], Discriminator(_kind)],
)


class _Tree(Shape):
    tinymathAst: _Call


class _Math(_Number):
    operationType: Literal["math"]
    references: list[str]
    params: _Tree


class _FormulaParams(Shape):
    formula: str
    isFormulaBroken: Literal[False]
    format: NotRequired[_Format]


class _Formula(_Number):
    operationType: Literal["formula"]
    references: list[str]
    params: _FormulaParams


class _Layer(Shape):
    columns: dict[
        str,
        Annotated[_Days | _Top | _Count | _Distinct | _Math | _Formula, Field(discriminator="operationType")],
    ]
    columnOrder: list[str]
    incompleteColumns: Shape


class _Layers(Shape):
    layers: dict[str, _Layer]


class _Sources(Shape):
    formBased: _Layers


class _State(Shape):
    query: SearchText
    filters: Nothing
    datasourceStates: _Sources
    internalReferences: Nothing
    adHocDataViews: Shape


class _Drawn(Shape):
    layerId: str
    layerType: Literal["data"]


class _MetricLook(_Drawn):
    metricAccessor: str


class _Shown(Shape):
    columnId: str
    isTransposed: NotRequired[bool]


class _TableLook(_Drawn):
    columns: list[_Shown]


_SeriesType = Literal["bar_stacked", "bar_horizontal", "bar_horizontal_stacked", "line"]


class _Series(_Drawn):
    seriesType: _SeriesType
    xAccessor: str
    accessors: list[str]
    splitAccessor: NotRequired[str]


class _Axes(Shape):
    x: bool
    yLeft: bool
    yRight: bool


class _Slant(Shape):
    x: int
    yLeft: int
    yRight: int


class _Extent(Shape):
    mode: Literal["full"]


class _Legend(Shape):
    isVisible: bool
    position: Literal["top", "right", "bottom", "left"]


class _ChartLook(Shape):
    preferredSeriesType: _SeriesType
    legend: _Legend
    layers: list[_Series]
    valueLabels: NotRequired[Literal["hide", "show"]]
    fittingFunction: NotRequired[Literal["None"]]
    axisTitlesVisibilitySettings: NotRequired[_Axes]
    tickLabelsVisibilitySettings: NotRequired[_Axes]
    gridlinesVisibilitySettings: NotRequired[_Axes]
    labelsOrientation: NotRequired[_Slant]
    yLeftExtent: NotRequired[_Extent]
    yRightExtent: NotRequired[_Extent]


class _MetricState(_State):
    visualization: _MetricLook


class _TableState(_State):
    visualization: _TableLook


class _ChartState(_State):
    visualization: _ChartLook


class _Drawing(Shape):
    title: str
    description: NotRequired[str]
    type: Literal["lens"]
    references: list[Reference]


class _Metric(_Drawing):
    visualizationType: Literal["lnsMetric"]
    state: _MetricState


class _Table(_Drawing):
    visualizationType: Literal["lnsDatatable"]
    state: _TableState


class _Chart(_Drawing):
    visualizationType: Literal["lnsXY"]
    state: _ChartState


Drawing = Annotated[_Metric | _Table | _Chart, Field(discriminator="visualizationType")]
