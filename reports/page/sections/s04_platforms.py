"""04 平台与声音: sentiment by platform, and who speaks."""

from __future__ import annotations

from reports.figures import wording as w
from reports.figures.breakdown import Segment
from reports.figures.counts import Counts
from reports.figures.daily import DailyFigures
from reports.figures.stats import largest_remainder
from reports.page.blocks import Body, Caption, Cell, Columns, Group, Heading, Section, Table, TableRow
from reports.page.cells import columns, data, few, half, mark
from reports.page.drawn import Line, Stack, StackRow
from reports.page.findings import movers, n_of, refs


def _build(figures: DailyFigures) -> Body | None:
    shown = [c for c in figures.platforms if c.posts or c.now.n or c.before.n]
    if figures.state in ("empty", "silent") or not shown:
        return None
    bars = Group(
        (Heading(Line("客户声音的情感，按平台")), Stack(tuple(_row(c) for c in shown)), _table(shown)),
        figure=True,
    )
    people = Group(
        (Heading(Line("谁在说话", refs(figures, "roles"))), _roles(figures), Caption(_beside(figures)))
    )
    line = Line(_finding(figures, shown), refs(figures, "platforms"))
    return Body(line, (Columns(bars, people, "l"),), _note(figures, shown))


def _finding(figures: DailyFigures, shown: list[Segment]) -> str:
    up, down = movers([c.model_copy(update={"name": w.platform(c.name)}) for c in shown])
    told = []
    if up:
        told.append(f"{'、'.join(up[:3])}|负面占比上升")
    if down:
        told.append(f"{'、'.join(down[:3])}|负面占比下降")
    told.append(_copies(figures) if told else "各平台负面占比|与昨日|无显著差异")
    return "；|".join(t for t in told if t)


def _copies(figures: DailyFigures) -> str:
    """Whether one role posts far more than it speaks (marketing accounts copy)."""
    posts, voices = figures.days[-1].posts, figures.days[-1].voices
    paid = next((segment for segment in figures.roles if segment.name == "marketing"), None)
    if paid is None or not posts or not voices or paid.posts / posts <= 1.5 * paid.voices / voices:
        return ""
    return f"营销号发了 {paid.posts / posts:.0%} 的帖，|只占 {paid.voices / voices:.0%} 的|独立声音"


def _note(figures: DailyFigures, shown: list[Segment]) -> str:
    text = f"● 为 {n_of(len(shown), '个平台')}同时比较、经 BH 校正后仍显著。"
    broken = [w.platform(c.name) for c in shown if c.change.reason == "不可比"]
    if broken and figures.health.comparable:
        text += f"{'、'.join(broken)}缺数，不作比较。"
    return text


def _row(segment: Segment) -> StackRow:
    counts, name = segment.counts, w.platform(segment.name)
    change = (
        w.signed(segment.change.value * 100) if segment.change.value is not None else segment.change.reason
    )
    if counts.share is None:
        return StackRow(name, None, f"{few(counts)}，不计算占比", w.NOTHING, "", change, "")
    neg, neu, pos = largest_remainder(
        [part / counts.n * 100 for part in (counts.neg, counts.neu, counts.pos)]
    )
    label = f"{name}：负面 {neg:.1f}%，中性 {neu:.1f}%，正面 {pos:.1f}%"
    return StackRow(
        name, (neg, neu, pos), label, w.percent(counts.share), half(counts), change, mark(segment.change)
    )


def _table(shown: list[Segment]) -> Group:
    rows = [[w.platform(c.name), *_counts(c.counts), w.whole(c.posts), w.whole(c.voices)] for c in shown]
    heads = ("平台", "负面", "中性", "正面", "看不准", "无法判断", "帖（全部角色）", "独立声音（全部角色）")
    return Group((data("数据表", heads, rows),))


def _counts(counts: Counts) -> list[str]:
    return [w.whole(n) for n in (counts.neg, counts.neu, counts.pos, counts.uncertain, counts.unknown)]


def _roles(figures: DailyFigures) -> Table:
    today = figures.days[-1]
    rows = [
        _role(w.role(c.name), c.posts, c.voices, "hit" if _loud(figures, c) else "") for c in figures.roles
    ]
    rows.append(_role("合计", today.posts, today.voices, "", "mut"))
    return Table(columns("声音", "帖", "独立声音", "帖 / 声音"), tuple(rows))


def _loud(figures: DailyFigures, segment: Segment) -> bool:
    return segment.name == "marketing" and bool(_copies(figures))


def _role(name: str, posts: int, voices: int, cls: str, tone: str = "") -> TableRow:
    ratio = f"{posts / voices:.1f}" if voices else w.NOTHING
    cells = (Cell(name, tone, head=True), *(Cell(t, "r") for t in (w.whole(posts), w.whole(voices), ratio)))
    return TableRow(cells, cls)


def _beside(figures: DailyFigures) -> str:
    counts = figures.counts
    every = counts.n + counts.uncertain + counts.unknown
    text = "负面占比只算客户（含身份未知）。"
    if every and counts.uncertain:
        text += (
            f"另有 {n_of(counts.uncertain, '条')}（{counts.uncertain / every:.1%}）看不准，不归入任何一方。"
        )
    if sum(c.voices for c in figures.roles) > figures.days[-1].voices:
        text += "同一声音由两种角色发出时各计一次，合计只计一次。"
    if figures.thread_posts:
        text += f"仅因所在主题命中的回帖 {n_of(figures.thread_posts, '条')}，不计入声量。"
    if figures.timeless:
        text += f"时间未知 {n_of(figures.timeless, '条')}，不计入任何一天。"
    return text


SECTION = Section(5, "s4", "04", "平台与声音", _build, "平台")
