"""12 区域: negative share by province as a grid of 34 units, and a table; unknown places shown."""

from __future__ import annotations

from reports.figures import wording as w
from reports.figures.breakdown import Segment
from reports.figures.daily import DailyFigures
from reports.figures.stats import MIN_N
from reports.page.blocks import Body, Caption, Cell, Columns, Data, Empty, Group, Section, Table, TableRow
from reports.page.cells import change_cell, columns, data, few, rose, share_cell
from reports.page.drawn import Line, Tile, Tiles
from reports.page.findings import refs
from reports.page.sections.s05b_stages import level

ROWS = (
    "－ － － － － － 黑龙江",
    "新疆 － － － 内蒙古 辽宁 吉林",
    "青海 甘肃 宁夏 山西 河北 北京 天津",
    "西藏 四川 陕西 河南 山东 江苏 上海",
    "－ 云南 重庆 湖北 安徽 浙江 －",
    "－ － 贵州 湖南 江西 福建 台湾",
    "－ － 广西 广东 香港 澳门 －",
    "－ － － 海南 － － －",
)
GRID = {
    name: (column, row)
    for row, names in enumerate(ROWS)
    for column, name in enumerate(names.split())
    if name != "－"
}
"""Column and row of each provincial unit; an arrangement, not a map."""

TABLE_ROWS = 10


def _build(figures: DailyFigures) -> Body | None:
    if figures.state in ("empty", "silent"):
        return None
    placed = [c for c in figures.provinces if c.name]
    if not any(c.counts.n for c in placed):
        empty = Empty("今日的帖都没有属地。", "省份只取自帖子公开的信息，没有时不推断。")
        return Body(Line("属地全部未知"), (empty,))
    text = _finding(placed)
    tiles = Tiles("各省负面占比，方格示意", text.replace("|", ""), _tiles(placed))
    caption = Caption(
        f"各省负面占比 %，示意排列，非地图。斜线格 n < {MIN_N}，不计算占比；虚线格今日没有声音。"
    )
    left = Group((tiles, caption), figure=True)
    right = Group((_table(figures, placed), Caption(_unknown(figures)), _all(placed)))
    note = f"● 为 {len(figures.provinces)} 行同时比较、经 BH 校正后仍显著。属地取自帖子公开信息。"
    return Body(Line(text, refs(figures, "provinces")), (Columns(left, right),), note)


def _finding(placed: list[Segment]) -> str:
    able = [c for c in placed if c.counts.share is not None]
    if not able:
        return f"各省客户声音|均不足 {MIN_N} 条，|不计算占比"
    if all(c.change.value is None for c in placed):
        top = max(able, key=lambda c: c.counts.share or 0)
        return f"{len(able)} 个可算的省份中，|{top.name}最高，|{w.percent(top.counts.share or 0, 0)}%"
    moved = [c for c in placed if c.change.significant]
    if not moved:
        return f"{len(able)} 个可算的省份|与昨日|均无显著差异"
    top = max(moved, key=lambda c: abs(c.change.value or 0))
    usual = f"，|前 4 周为 {w.percent(top.median, 0)}%" if top.median is not None else ""
    now = w.percent(top.counts.share or 0, 0)
    return f"{len(able)} 个可算的省份中 {len(moved)} 个|显著变化；|{top.name} {now}%{usual}"


def _tiles(placed: list[Segment]) -> tuple[Tile, ...]:
    found = {c.name: c for c in placed}
    return tuple(_tile(name, column, row, found.get(name)) for name, (column, row) in GRID.items())


def _tile(name: str, column: int, row: int, segment: Segment | None) -> Tile:
    if segment is None or not segment.counts.n:
        return Tile(name, column, row, "", "none")
    if segment.counts.share is None:
        return Tile(name, column, row, f"n={segment.counts.n}", "few")
    return Tile(
        name,
        column,
        row,
        w.percent(segment.counts.share, 0),
        "level",
        level(segment.counts.share),
        rose(segment),
    )


def _table(figures: DailyFigures, placed: list[Segment]) -> Table:
    ranked = sorted(
        placed, key=lambda c: (not c.change.significant, -(c.counts.share or -1), -c.counts.n, c.name)
    )
    shown = [c for c in ranked if c.counts.n][:TABLE_ROWS]
    unknown = [c for c in figures.provinces if not c.name]
    return Table(columns("省份", "声音", "负面占比 %", "较昨日"), tuple(_row(c) for c in (*shown, *unknown)))


def _row(segment: Segment) -> TableRow:
    name = Cell(segment.name or "属地未知", "" if segment.name else "mut", head=True)
    cells = (
        name,
        Cell(w.whole(segment.counts.n), "r"),
        share_cell(segment.counts),
        change_cell(segment.change),
    )
    return TableRow(cells, "hit" if segment.change.significant else "")


def _unknown(figures: DailyFigures) -> str:
    every = sum(c.counts.n for c in figures.provinces)
    missing = sum(c.counts.n for c in figures.provinces if not c.name)
    return f"显著变化的在前，其余按负面占比。属地未知占 {missing / every:.1%}。" if every else ""


def _all(placed: list[Segment]) -> Data:
    rows = []
    for segment in sorted(placed, key=lambda c: (-c.counts.n, c.name)):
        counts = segment.counts
        known = counts.share is not None
        share = f"{w.percent(counts.share or 0)}%" if known else few(counts)
        interval = w.interval(*counts.interval) if known else w.NOTHING
        rows.append([segment.name, w.whole(counts.n), w.whole(counts.neg), share, interval])
    return data("全部省份", ("省份", "n", "负面", "负面占比", "95% 区间"), rows)


SECTION = Section(13, "s12", "12", "区域", _build, "区域")
