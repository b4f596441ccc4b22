"""11 竞品: share of voice, negative share and the leading topic of each configured brand."""

from __future__ import annotations

from reports.figures import wording as w
from reports.figures.breakdown import Segment
from reports.figures.daily import BrandLine, DailyFigures
from reports.page.blocks import Body, Caption, Cell, Column, Section, Table, TableRow
from reports.page.cells import axis, axis_top, change_cell, clip, dots, share_cell
from reports.page.drawn import Bar, Line
from reports.page.findings import refs


def _build(figures: DailyFigures) -> Body | None:
    if figures.state == "empty" or len(figures.brands) < 2 or not any(c.voices for c in figures.rivals):
        return None
    top = axis_top(figures.rivals)
    columns = (
        Column("品牌"), Column("独立声音", "r opt"), Column("声量份额 %", "gl"), Column("负面占比 %", "r"),
        Column("", "opt gl ax", axis(top)), Column("较昨日", "r"), Column("当日热词", "opt gl"),
    )  # fmt: skip
    pairs = list(zip(figures.brands, figures.rivals, strict=True))
    total = sum(c.voices for c in figures.rivals)
    most = max(c.voices for c in figures.rivals)
    rows = tuple(_row(figures, brand, segment, top, total, most) for brand, segment in pairs)
    table = Table(columns, rows, "riv", f"{len(rows)} 家品牌")
    return Body(
        Line(_finding(figures, pairs), refs(figures, "rivals")), (table, Caption(_caption(figures))), _note()
    )


def _row(
    figures: DailyFigures, brand: BrandLine, segment: Segment, top: float, total: int, most: int
) -> TableRow:
    own = brand.id == figures.brand.id
    share = segment.voices / total
    bar = Bar(round(clip(segment.voices / most) * 0.68, 2), w.percent(share), own)
    cells = (
        Cell(brand.name, head=True), Cell(w.whole(segment.voices), "r opt"), Cell(cls="bar gl", draw=bar),
        share_cell(segment.counts), Cell(cls="opt gl", draw=dots(segment, top)), change_cell(segment.change),
        Cell(" · ".join(brand.topic) or w.NOTHING, "opt sm gl"),
    )  # fmt: skip
    return TableRow(cells, "hit" if own else "")


def _finding(figures: DailyFigures, pairs: list[tuple[BrandLine, Segment]]) -> str:
    moved = [(b, c) for b, c in pairs if c.change.significant and b.id != figures.brand.id]
    if moved:
        brand, segment = max(moved, key=lambda p: abs(p[1].change.value or 0))
        verb = "升" if (segment.change.value or 0) > 0 else "降"
        first = f"{brand.name}负面占比{verb}至 {w.percent(segment.counts.share or 0)}%"
    elif any(c.change.value is not None for _, c in pairs[1:]):
        first = "竞品负面占比|与昨日|无显著差异"
    else:
        first = "竞品无昨日可比"
    return f"{first}；|{_voice_share(figures)}"


def _voice_share(figures: DailyFigures) -> str:
    kpi = figures.kpi("voice_share")
    name = figures.brand.name
    if kpi.value is None:
        return f"{name}今日无声音"
    if kpi.yesterday.significant:
        return f"{name}份额 {w.percent(kpi.value)}%，|较昨日 {w.points(kpi.yesterday.value or 0)}"
    tail = "，|无显著变化" if kpi.yesterday.value is not None else ""
    return f"{name}份额 {w.percent(kpi.value)}%{tail}"


def _caption(figures: DailyFigures) -> str:
    words = "，".join(f"{b.name.removeprefix('中国')} {b.keywords}" for b in figures.brands)
    return f"关键词数：{words}；词少的品牌采集强度低，份额会低估。一条声音提到两家时各计一次。"


def _note() -> str:
    return "点为今日，横线为 95% 区间，竖线为 4 周中位。份额按独立声音，含各类角色。"


SECTION = Section(12, "s11", "11", "竞品", _build, "竞品")
