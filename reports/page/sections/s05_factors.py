"""05 要素下钻: voices, share, change and contribution of each factor; 28 days side by side."""

from __future__ import annotations

from reports.figures import wording as w
from reports.figures.breakdown import Segment
from reports.figures.counts import Counts
from reports.figures.daily import DailyFigures
from reports.figures.stats import MIN_N, largest_remainder
from reports.page.blocks import Body, Caption, Cell, Column, Group, Heading, Section, Table, TableRow
from reports.page.cells import axis, axis_top, change_cell, data, dots, few, hits, rose, share_cell
from reports.page.drawn import Block, Line, Multiple, Multiples
from reports.page.findings import movers, refs

HEIGHT = 50.5


def _build(figures: DailyFigures) -> Body | None:
    shown = [c for c in figures.factors if c.counts.n or c.before.n]
    if figures.state in ("empty", "silent") or not shown:
        return None
    named = [c.name for c in shown if c.change.significant]
    blocks: list[Block] = [_table(figures, shown, named), Caption(_caption(figures, shown))]
    multiples = [c for c in shown if c.counts.share is not None and any(h is not None for h in c.history)]
    if multiples:
        blocks.append(_multiples(figures, multiples))
    return Body(Line(_finding(figures, shown), refs(figures, "factors")), tuple(blocks), _note(shown))


def _finding(figures: DailyFigures, shown: list[Segment]) -> str:
    red = [w.factor(c.name) for c in shown if rose(c)]
    if red:
        only = "只有" if len(red) == 1 else ""
        return f"{only}{'、'.join(red[:3])}|显著高于昨日|与 4 周中位"
    up, down = movers(shown)
    if up and down:
        return f"{'、'.join(up[:2])}|高于昨日；|{'、'.join(down[:2])}|低于昨日"
    if up or down:
        word = "高于" if up else "低于"
        only = "只有" if len(up or down) == 1 else ""
        return f"{only}{'、'.join((up or down)[:3])}|显著{word}昨日"
    change = figures.kpi("share").yesterday
    if change.significant and change.value and all(c.contribution is not None for c in shown):
        return _carrier(shown, change.value)
    if comparable(figures):
        return "各要素|与昨日|无显著差异"
    ranked = sorted((c for c in shown if c.counts.share is not None), key=lambda c: -(c.counts.share or 0))
    if not ranked:
        return f"各要素客户声音|均不足 {MIN_N} 条"
    top = ranked[0]
    return f"{w.factor(top.name)}负面占比最高，|{w.percent(top.counts.share or 0)}%"


def _carrier(shown: list[Segment], change: float) -> str:
    """Which factor carries most of the change, where none can be compared by itself."""
    top = max(shown, key=lambda c: (c.contribution or 0) / change)
    verb = "升" if change > 0 else "降"
    part = w.signed((top.contribution or 0) * 100)
    return f"{w.signed(change * 100)} 点{verb}幅里，|{w.factor(top.name)}占 {part} 点"


def comparable(figures: DailyFigures) -> bool:
    """Whether any factor stands beside yesterday."""
    return any(c.change.value is not None for c in figures.factors)


def _table(figures: DailyFigures, shown: list[Segment], named: list[str]) -> Table:
    top = axis_top(shown)
    columns = (
        Column("要素"), Column("声音", "r"), Column("负面占比 %", "r"), Column("", "opt gl ax", axis(top)),
        Column("较昨日", "r"), Column("贡献", "r"), Column("4 周中位", "opt r"),
    )  # fmt: skip
    *parts, overlap = _shown_parts(figures, shown)
    rows = [_row(segment, top, named, part) for segment, part in zip(shown, parts, strict=True)]
    if overlap:
        rows.append(_overlap(overlap))
    return Table(columns, (*rows, _total(figures, shown, [*parts, overlap])))


def _shown_parts(figures: DailyFigures, shown: list[Segment]) -> list[float | None]:
    """Contributions in points and, last, what voices under two factors make up, so rounded that they add
    up to the shown change."""
    known, change = [c.contribution or 0.0 for c in shown], figures.kpi("share").yesterday.value
    if change is None or any(c.contribution is None for c in shown):
        return [None] * (len(shown) + 1)
    overlap = change - sum(known)
    return [*largest_remainder([part * 100 for part in (*known, overlap)])]


def _overlap(part: float) -> TableRow:
    """A voice whose copies name two factors stands in both rows and once in the whole."""
    blank = Cell(w.NOTHING, "r mut")
    cells = (
        Cell("重复计入两个要素", "mut", head=True), blank, blank, Cell(cls="opt gl"), blank,
        Cell(w.signed(part), "r ns"), Cell(w.NOTHING, "opt r"),
    )  # fmt: skip
    return TableRow(cells)


def _row(segment: Segment, top: float, named: list[str], part: float | None) -> TableRow:
    quiet = not segment.change.significant
    median = w.percent(segment.median) if segment.median is not None else w.NOTHING
    cells = (
        Cell(w.factor(segment.name), head=True), Cell(w.whole(segment.counts.n), "r"),
        share_cell(segment.counts),
        Cell(cls="opt gl", draw=dots(segment, top, hot=rose(segment))), change_cell(segment.change),
        Cell(w.signed(part) if part is not None else w.NOTHING, "r ns" if quiet else "r"),
        Cell(median, "opt r"),
    )  # fmt: skip
    return TableRow(cells, hits(segment, named))


def _total(figures: DailyFigures, shown: list[Segment], parts: list[float | None]) -> TableRow:
    every = Counts()
    for segment in shown:
        every = every.plus(segment.counts)
    kpi = figures.kpi("share")
    median = w.percent(sorted(kpi.known)[len(kpi.known) // 2]) if len(kpi.known) >= 14 else w.NOTHING
    added = sum(p for p in parts if p is not None)
    total = w.signed(added) if parts and parts[0] is not None else w.NOTHING
    return TableRow(
        (
            Cell("合计", "mut", head=True), Cell(w.whole(every.n), "r"), share_cell(every), Cell(cls="opt"),
            change_cell(kpi.yesterday), Cell(total, "r"), Cell(median, "opt r"),
        )
    )  # fmt: skip


def _caption(figures: DailyFigures, shown: list[Segment]) -> str:
    text = "点为今日，横线为 95% 区间，竖线为 4 周中位。较昨日与贡献的单位是点；贡献相加等于总变化。"
    extra = sum(c.counts.n for c in shown) - figures.counts.n
    if extra > 0:
        text += f"{w.whole(extra)} 条声音落在两个要素，各计一次。"
    return text


def _note(shown: list[Segment]) -> str:
    return (
        f"每条提及取一个首要要素。● 为 {len(shown)} 行同时比较、经 BH 校正后仍显著。贡献含结构与比率两部分。"
    )


def _multiples(figures: DailyFigures, shown: list[Segment]) -> Group:
    values = [h for c in shown for h in (*c.history, c.counts.share) if h is not None]
    top = min(1.0, max(0.3, -(-max(values) * 10 // 1) / 10))
    items = tuple(_multiple(segment, top) for segment in shown)
    days = [w.day_text(d.day) for d in figures.days]
    rows = [
        [days[i], *(_share(c.history[i] if i < len(c.history) else c.counts.share) for c in shown)]
        for i in range(len(days) - 1, -1, -1)
    ]
    table = data("数据表", ("日期", *(w.factor(c.name) for c in shown)), rows)
    caption = Caption(f"纵轴同为 0–{top * 100:g}%，横线为 4 周中位，圆点为今日；n < {MIN_N} 的日子留空。")
    heading = Heading(Line("各要素 29 天的负面占比"))
    return Group((heading, Multiples(items), caption, table), cls="blk scr")


def _share(value: float | None) -> str:
    return w.percent(value) if value is not None else w.NOTHING


def _multiple(segment: Segment, top: float) -> Multiple:
    points = [*segment.history, segment.counts.share]
    share = segment.counts.share
    value = f"{w.percent(share)}%" if share is not None else few(segment.counts)
    return Multiple(
        w.factor(segment.name), value, f"{w.factor(segment.name)} 29 天负面占比，今日 {value}",
        _runs(points, top),
        _height(segment.median, top), _height(share, top), rose(segment),
    )  # fmt: skip


def _height(value: float | None, top: float) -> float | None:
    return round(HEIGHT - value / top * (HEIGHT - 5), 1) if value is not None else None


def _runs(points: list[float | None], top: float) -> tuple[str, ...]:
    """Path points of each unbroken run of days in a 100 × 50.5 box."""
    step = 96 / max(len(points) - 1, 1)
    runs: list[list[str]] = [[]]
    for i, value in enumerate(points):
        height = _height(value, top)
        if height is None:
            runs.append([])
        else:
            runs[-1].append(f"{1 + i * step:.1f},{height}")
    return tuple(" ".join(run) for run in runs if len(run) > 1)


SECTION = Section(6, "s5", "05", "要素下钻", _build, "要素")
