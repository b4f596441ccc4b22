"""03 趋势: 28 days of the negative share with its band, posts and voices; and the day hour by hour."""

from __future__ import annotations

from reports.figures import wording as w
from reports.figures.daily import DailyFigures, DayRow
from reports.figures.stats import usual_range
from reports.page import charts, trend_chart
from reports.page.blocks import Body, Caption, Group, Section
from reports.page.cells import data
from reports.page.drawn import Block, Chart, Drawing, Line
from reports.page.findings import refs

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
DAYS = 28
CAPTION = (
    "上：负面占比，纵轴截断，不自 0 起。下：浅条为帖，深条为独立声音，自 0 起。n < 30 或无数据的日子留空。"
)


def _build(figures: DailyFigures) -> Body | None:
    if figures.state in ("empty", "silent"):
        return None
    text = finding(figures)
    trend = _trend(figures)
    wide, narrow = trend_chart.trend(trend, trend_chart.WIDE), trend_chart.trend(trend, trend_chart.NARROW)
    step = trend_chart.WIDE.width / len(trend.days)
    chart = Chart(
        "trend", text.replace("|", ""), "28 天负面占比折线与 95% 区间，下为每日帖数与独立声音数",
        drawing(wide), drawing(narrow), tuple((m.letter, m.text) for m in trend.marks),
        trend_chart.fits(trend.marks, step, len(trend.days)),
    )  # fmt: skip
    group = Group((chart, Caption(CAPTION), _table(figures)), figure=True)
    return Body(Line(text, refs(figures, "trend")), (group,), _note(figures))


def drawing(svg: str) -> Drawing:
    """An SVG of charts.py as a block carries it."""
    return Drawing(charts.inside(svg), *charts.box(svg))


def finding(figures: DailyFigures) -> str:
    """Where today stands among the days before."""
    kpi, share = figures.kpi("share"), figures.counts.share
    known = kpi.known
    if share is None:
        return "今日客户声音|不足 30 条，|不画占比"
    if not known:
        return "首日，|趋势从明日起|可比"
    usual = usual_range(known)
    low, high = figures.counts.interval
    if share > max(known):
        tail = "，|区间下限|也高于此前任何一天" if low > max(known) else ""
        return f"负面占比为 {len(known) + 1} 天最高{tail}"
    if share < min(known):
        tail = "，|区间上限|也低于此前任何一天" if high < min(known) else ""
        return f"负面占比为 {len(known) + 1} 天最低{tail}"
    if usual is None:
        return f"负面占比在此前 {len(known)} 天的|范围之内"
    place = "高于" if share > usual[1] else "低于" if share < usual[0] else ""
    return f"负面占比{place} |4 周常态" if place else "负面占比在 |4 周常态之内"


def _note(figures: DailyFigures) -> str:
    text = "竖线段是 95% 区间（Wilson），灰带是 4 周常态。"
    if any(e.text.startswith(("关键词", "模型")) for e in figures.events):
        text += "关键词与模型变更处，前后数值不宜直接相比。"
    return text


def _trend(figures: DailyFigures) -> trend_chart.Trend:
    days = figures.days[-DAYS:]
    usual = usual_range(figures.kpi("share").known)
    index = {d.day: i for i, d in enumerate(days)}
    events = [e for e in figures.events if e.day in index][: len(LETTERS)]
    marks = [
        trend_chart.Mark(index[e.day], LETTERS[i], f"{w.day_text(e.day)} {e.text}", e.urgent)
        for i, e in enumerate(events)
    ]
    change = figures.kpi("share").yesterday
    hot = bool(change.significant) and (change.value or 0) > 0
    shown = (usual[0] * 100, usual[1] * 100) if usual else None
    return trend_chart.Trend([_day(d) for d in days], shown, marks, hot)


def _day(day: DayRow) -> trend_chart.Day:
    label, share = w.day_text(day.day), day.counts.share
    if not day.seen:
        return trend_chart.Day(label, None, None, None, None, None)
    low, high = day.counts.interval
    if share is None:
        return trend_chart.Day(label, None, None, None, day.posts, day.voices)
    return trend_chart.Day(label, share * 100, low * 100, high * 100, day.posts, day.voices)


def _table(figures: DailyFigures) -> Block:
    rows = []
    for day in reversed(figures.days):
        counts = day.counts
        known = day.seen and counts.share is not None
        share = f"{w.percent(counts.share)}%" if known and counts.share is not None else w.NOTHING
        interval = w.interval(*counts.interval) if known else w.NOTHING
        numbers = [w.whole(n) if day.seen else "无数据" for n in (counts.n, day.posts, day.voices)]
        rows.append([w.day_text(day.day), share, interval, *numbers])
    return data("数据表", ("日期", "负面占比", "95% 区间", "n", "声量", "独立声音"), rows)


SECTION = Section(3, "s3", "03", "趋势", _build, "趋势")
