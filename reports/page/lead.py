"""The masthead's health banner: sources in order or not, what is missing, and the table behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from koubei.core.clock import day_of
from reports.figures import wording as w
from reports.figures.collection import Source, Version
from reports.figures.daily import DailyFigures
from reports.page.blocks import Cell, Table, TableRow
from reports.page.cells import columns
from reports.page.findings import source_name

EXPECTED = "接口源取前 4 个同一星期几的中位数；文件导入没有预期。缺数是“不知道”，不按 0 计。"


@dataclass(frozen=True, slots=True)
class Banner:
    """What the banner says; alarm draws the red flag, not comparable paints the whole line."""

    title: str
    text: str
    alarm: bool
    comparable: bool
    table: Table
    facts: tuple[tuple[str, str], ...]


def banner(figures: DailyFigures) -> Banner:
    """The health banner of the day."""
    sources, health = figures.health.sources, figures.health
    broken = [s for s in sources if s.degraded]
    title = f"采集 {len(sources) - len(broken)} / {len(sources)} 源正常" if sources else "没有采集来源的记录"
    text = ""
    if not health.comparable:
        title, text = f"本日数据不可比；{title}", health.reason
    elif broken:
        title += "；" + "、".join(source_name(figures, s.source) for s in broken[:2])
        title += f"等 {len(broken)} 源缺数" if len(broken) > 2 else "缺数"
        text = _missing(broken[0]) if len(broken) == 1 else "比较时两日均剔除"
    elif health.excluded:
        names = "、".join(source_name(figures, s) for s in health.excluded)
        text = f"{names}在昨日或上周同日缺数，比较时两日均剔除"
    alarm = bool(broken) or not health.comparable
    return Banner(title, text, alarm, health.comparable, _table(figures), _facts(figures))


def _missing(source: Source) -> str:
    got = f"采到 {w.whole(source.collected)}"
    if source.expected is not None:
        got += f" / {w.whole(source.expected)}"
    since = f"，{w.moment(source.since)} 起" if source.since else ""
    reason = f"（{w.inert(source.reason, 40)}）" if source.reason else ""
    return f"{got}{since}{reason}，比较时两日均剔除"


def _table(figures: DailyFigures) -> Table:
    ranked = sorted(figures.health.sources, key=lambda s: not s.degraded)
    rows = tuple(_row(figures, s) for s in ranked)
    return Table(columns("来源", "预期", "采到", "拒绝", "截断"), rows)


def _row(figures: DailyFigures, source: Source) -> TableRow:
    name = Cell(source_name(figures, source.source), head=True, tail=source.source)
    if source.degraded:
        name = Cell(source_name(figures, source.source), head=True, chip="缺数", chip_tone="wa")
    expected = w.whole(source.expected) if source.expected is not None else w.NOTHING
    cells = (
        name, Cell(expected, "r"), Cell(w.whole(source.collected), "r"),
        Cell(w.whole(source.refused), "r" if source.refused else "r ns"),
        Cell("有" if source.truncated else "无", "r" if source.truncated else "r ns"),
    )  # fmt: skip
    return TableRow(cells, "hit" if source.degraded else "")


def _facts(figures: DailyFigures) -> tuple[tuple[str, str], ...]:
    day = w.day_text(figures.day)
    reasons = tuple(
        (f"{source_name(figures, s.source)}", w.inert(s.reason, 80))
        for s in figures.health.sources
        if s.degraded and s.reason
    )
    return (
        ("统计时段", f"{day} 00:00–24:00（北京时间）"), ("数据冻结", w.moment(figures.frozen_at)),
        ("关键词集", _versions([v for v in figures.versions if v.kind == "keywords"])),
        ("情感模型", _versions([v for v in figures.versions if v.kind == "model"])),
        ("运行编号", figures.run_id), ("预期条数", EXPECTED), *reasons,
    )  # fmt: skip


def _versions(found: Sequence[Version]) -> str:
    told = [f"{v.version}（{w.day_text(day_of(v.since))} 起）" if v.since else v.version for v in found]
    return "、".join(told) or w.NOTHING
