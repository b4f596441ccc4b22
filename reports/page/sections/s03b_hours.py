"""03 逐时: the day's negative voices hour by hour, beside the usual number of that hour."""

from __future__ import annotations

from reports.figures import wording as w
from reports.figures.daily import DailyFigures
from reports.page import charts
from reports.page.blocks import Body, Caption, Group, Section
from reports.page.cells import data
from reports.page.drawn import Chart, Line
from reports.page.findings import refs
from reports.page.sections.s03_trend import drawing

CAPTION = "每小时的负面独立声音，短横为此前 28 天同一小时的中位数。只计时间精确到分的帖。"


def _build(figures: DailyFigures) -> Body | None:
    if not any(h.neg for h in figures.hours):
        return None
    values = [(h.hour, h.neg, h.usual, _above(h.neg, h.usual)) for h in figures.hours]
    text = _finding(figures)
    chart = Chart(
        "hours", text.replace("|", ""), "今日每小时的负面独立声音，短横为此前同一小时的中位数",
        drawing(charts.hours(values, charts.HOURS_WIDE)), drawing(charts.hours(values, charts.HOURS_NARROW)),
    )  # fmt: skip
    rows = [[f"{h.hour:02d}:00", w.whole(h.voices), w.whole(h.neg), _usual(h.usual)] for h in figures.hours]
    table = data("逐时数据表", ("时", "独立声音", "负面声音", "同一小时中位数"), rows)
    group = Group((chart, Caption(CAPTION), table), figure=True)
    return Body(Line(text, refs(figures, "hours")), (group,))


def _usual(value: float | None) -> str:
    return f"{value:g}" if value is not None else w.NOTHING


def _above(neg: int, usual: float | None) -> bool:
    """An hour that stands out: at least five negative voices and three times the usual number."""
    return usual is not None and neg >= 5 and neg >= 3 * max(usual, 1)


def _finding(figures: DailyFigures) -> str:
    hot = [h.hour for h in figures.hours if _above(h.neg, h.usual)]
    peak = max(figures.hours, key=lambda h: h.neg)
    top = f"{peak.hour} 时最多，{peak.neg} 条"
    if figures.hours[0].usual is None:
        return f"今日负面声音|{top}"
    if not hot:
        return f"今日逐时负面声音|与平日相近；|{top}"
    return f"负面声音从 {hot[0]} 时起|高于平日三倍；|{top}"


SECTION = Section(4, "s3b", "03", "逐时", _build, sub=True)
