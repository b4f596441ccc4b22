"""05 要素 × 体验历程: a heat table, where mentions carry a stage."""

from __future__ import annotations

from reports.figures import wording as w
from reports.figures.breakdown import StageCell
from reports.figures.counts import Counts
from reports.figures.daily import DailyFigures
from reports.figures.stats import MIN_N
from reports.page.blocks import Body, Bullets, Caption, Columns, Data, Group, Section
from reports.page.cells import data
from reports.page.drawn import Heat, HeatCell, Line
from reports.page.findings import refs

CUTS = (0.1, 0.2, 0.3, 0.5)
"""Shares at which the shade changes."""


def _build(figures: DailyFigures) -> Body | None:
    cells = {(c.row, c.column): c.counts for c in figures.stages if c.counts.n}
    if not cells:
        return None
    stages = sorted({column for _, column in cells}, key=_stage_order)
    rows = [c.name for c in figures.factors if any((c.name, s) in cells for s in stages)]
    heat = Heat(
        "要素与体验历程的负面占比", tuple(stages),
        tuple((w.factor(r), tuple(_cell(cells.get((r, s), Counts())) for s in stages)) for r in rows),
    )  # fmt: skip
    shade = Caption(f"格内为负面占比 %，越深越高。斜线格 n < {MIN_N}，不计算占比。")
    left = Group((heat, shade, _table(cells, rows, stages)))
    right = Group((Bullets(tuple(_lines(figures.stages))),))
    return Body(Line(_finding(figures.stages), refs(figures, "stages")), (Columns(left, right, "l"),))


def _stage_order(stage: str) -> tuple[int, str]:
    return (w.STAGES.index(stage) if stage in w.STAGES else len(w.STAGES), stage)


def level(share: float) -> int:
    """1-5: which shade a share has."""
    return 1 + sum(share >= segment for segment in CUTS)


def _cell(counts: Counts) -> HeatCell:
    if counts.share is None:
        return HeatCell(f"n={counts.n}", 0, f"n = {counts.n} < {MIN_N}，不计算占比")
    low, high = counts.interval
    return HeatCell(
        w.percent(counts.share, 0), level(counts.share), f"n = {counts.n}，区间 {w.interval(low, high)}%"
    )


def _ranked(cells: tuple[StageCell, ...]) -> list[StageCell]:
    known = [c for c in cells if c.counts.share is not None]
    return sorted(known, key=lambda c: (-(c.counts.share or 0), c.row, c.column))


def _finding(cells: tuple[StageCell, ...]) -> str:
    ranked = _ranked(cells)
    if not ranked:
        return f"每格都不足 {MIN_N} 条，|不计算占比"
    top = ranked[0]
    return f"负面占比最高的格：|{w.factor(top.row)} × {top.column}，|{w.percent(top.counts.share or 0)}%"


def _lines(cells: tuple[StageCell, ...]) -> list[Line]:
    found = [
        Line(
            f"{w.factor(c.row)} × {c.column} {w.percent(c.counts.share or 0, 0)}%"
            f"（n = {c.counts.n}，区间 {w.interval(*c.counts.interval)}%）。"
        )
        for c in _ranked(cells)[:3]
    ]
    small = sum(1 for c in cells if c.counts.share is None)
    return [*found, Line(f"{len(cells)} 格中 {small} 格 n < {MIN_N}，不计算占比。")]


def _table(cells: dict[tuple[str, str], Counts], rows: list[str], stages: list[str]) -> Data:
    def text(counts: Counts) -> str:
        return f"{counts.n} · {w.interval(*counts.interval)}%" if counts.share is not None else str(counts.n)

    body = [[w.factor(r), *(text(cells.get((r, s), Counts())) for s in stages)] for r in rows]
    return data("样本量与区间", ("要素", *stages), body)


SECTION = Section(7, "s5b", "05", "要素 × 体验历程", _build, sub=True)
