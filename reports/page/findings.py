"""The report's sentences: rules over the figures, each with the ids behind it. Association, never cause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.figures import wording as w
from reports.figures.breakdown import Driver, Segment
from reports.figures.counts import Change, Counts
from reports.figures.daily import DailyFigures
from reports.figures.evidence import Risk
from reports.figures.stats import MIN_N, two_proportion
from reports.page.drawn import Line, Ref

NBSP = "\u00a0"


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing to do today: verb first; the case it belongs to."""

    text: str
    number: str


@dataclass(frozen=True, slots=True)
class Lead:
    """The headline and the three answers."""

    headline: str
    changed: Line
    sure: Line
    todos: tuple[Todo, ...]


def n_of(count: int, word: str) -> str:
    """A number and its measure word that stay on one line: "3 项"."""
    return f"{w.short_text(count)}{NBSP}{word}".replace(" ", NBSP)


def refs(figures: DailyFigures, name: str, hits: int | None = None, unit: str = "条") -> tuple[Ref, ...]:
    """The source mark of a part of the page: its first figure's id, with the hits where given."""
    ids = figures.refs.get(name, ())
    if not ids:
        return ()
    words = f"{ids[0]} · {w.whole(hits)} {unit}" if hits is not None else ids[0]
    return (Ref(ids[0], words),)


def lead(figures: DailyFigures) -> Lead:
    """What a reader must know who reads nothing else."""
    return Lead(headline(figures), changed(figures), sure(figures), todos(figures))


def comparable(figures: DailyFigures) -> bool:
    """Whether today's negative share stands beside yesterday's."""
    return figures.kpi("share").yesterday.value is not None


def headline(figures: DailyFigures) -> str:
    """One sentence of at most about thirty characters."""
    brand, share = figures.brand.name, figures.counts.share
    if figures.state in ("empty", "silent") and figures.collected_later:
        return f"当日的 {w.whole(figures.collected_later)} 帖|是冻结之后才采到的"
    if figures.state == "empty":
        return "库里还没有提及，|先采集或导入"
    if figures.state == "silent":
        return f"今日没有采到|{brand}的提及"
    if not figures.health.comparable:
        return "本日数据不可比，|只列已采到的数"
    if share is None:
        return f"客户声音 {figures.counts.n} 条，|少于 {MIN_N} 条，|不计算占比"
    number = f"{w.percent(share)}%"
    if figures.state == "first":
        return f"负面占比 {number}，|首日，|无可比历史"
    change = figures.kpi("share").yesterday
    if change.value is None:
        return f"负面占比 {number}，|与昨日不可比"
    if not change.significant:
        return f"负面占比 {number}，|与昨日|无显著差异{_alerted(figures)}"
    verb = "升" if change.value > 0 else "降"
    return f"负面占比{verb}至 {number}，|{_where(figures, change.value, verb)}"


def _alerted(figures: DailyFigures) -> str:
    fresh = [r for r in figures.risks if not r.carried and r.kind == "surge"]
    return f"；|新增 {n_of(len(fresh), '项预警')}" if fresh else ""


def _where(figures: DailyFigures, change: float, verb: str) -> str:
    """Where the change sits: in one cell of 要素 × 省份, in one factor, or spread."""
    top = leading(figures)
    if top is None:
        return f"{verb}幅分散在|多个要素"
    part, rest = top.contribution / change, without(figures, top)
    amount = "几乎全在" if part >= 0.8 else "多半在" if part >= 0.5 else "集中在"
    tail = "；|其余与昨日|无显著差异" if rest is not None and not rest.significant else ""
    return f"{verb}幅{amount}|{cell_name(top)}{tail}"


def cell_name(driver: Driver) -> str:
    """山东资费套餐; a cell without a province is named by its factor."""
    return f"{driver.province or '属地未知的'}{w.factor(driver.factor)}"


def leading(figures: DailyFigures) -> Driver | None:
    """The cell that carries most of the change, where it carries a third or more and enough voices."""
    change = figures.kpi("share").yesterday.value
    if not figures.drivers or not change:
        return None
    top = figures.drivers[0]
    return top if top.contribution / change >= 1 / 3 and top.now.n + top.before.n >= MIN_N else None


def without(figures: DailyFigures, cell: Driver) -> Change | None:
    """The change of the share of everything but one cell; None where it cannot be computed."""
    now, before = _rest(figures, cell)
    if now.share is None or before.share is None:
        return None
    p = two_proportion(now.neg, now.n, before.neg, before.n)
    return Change(value=now.share - before.share, p=p, significant=p <= 0.05)


def _rest(figures: DailyFigures, cell: Driver) -> tuple[Counts, Counts]:
    """Voices of all factors but one cell, comparable sources, today and yesterday."""
    now, before = Counts(), Counts()
    for segment in figures.factors:
        now, before = now.plus(segment.now), before.plus(segment.before)
    return _minus(now, cell.now), _minus(before, cell.before)


def _minus(every: Counts, part: Counts) -> Counts:
    return Counts(neg=every.neg - part.neg, neu=every.neu - part.neu, pos=every.pos - part.pos)


def changed(figures: DailyFigures) -> Line:
    """变了什么."""
    counts = figures.counts
    marks = refs(figures, "head", counts.n)
    if figures.state in ("empty", "silent"):
        return Line(_nothing(figures), refs(figures, "posts"))
    if not figures.health.comparable:
        return Line(f"不作日间比较：{figures.health.reason}。", marks)
    if figures.state == "first":
        return Line(f"首日，无可比历史。今日声量 {n_of(figures.days[-1].posts, '帖')}。", marks)
    change = figures.kpi("share").yesterday
    if change.value is None:
        return Line(f"负面占比与昨日不作比较（{change.reason}）。{_volume(figures)}", marks)
    if not change.significant:
        text = f"负面占比较昨日 **{w.points(change.value)}**，不显著。{_volume(figures)}"
        return Line(text + _other_factor(figures, None), marks)
    return Line(_moved(figures, change.value), marks)


def _moved(figures: DailyFigures, change: float) -> str:
    top = leading(figures)
    text = f"负面占比较昨日 **{w.points(change)}**"
    if top is None:
        return f"{text}，没有一格占到三分之一。{_volume(figures)}"
    text += f"，{cell_name(top)}一项占 **{w.points(top.contribution)}**"
    now, before = _rest(figures, top)
    if now.share is not None and before.share is not None:
        text += f"；剔除后为 {w.percent(now.share)}%，昨日 {w.percent(before.share)}%"
    return f"{text}。{_other_factor(figures, top.factor)}"


def _volume(figures: DailyFigures) -> str:
    change = figures.kpi("posts").yesterday
    if change.value is None:
        return f"声量 {n_of(figures.days[-1].posts, '帖')}。"
    verdict = {True: "，显著", False: "，不显著", None: ""}[change.significant]
    return f"声量 {n_of(figures.days[-1].posts, '帖')}，较昨日 {w.signed(change.value * 100)}%{verdict}。"


def _other_factor(figures: DailyFigures, but: str | None) -> str:
    """The factor, other than the one already named, that moved most and significantly."""
    moved = [c for c in figures.factors if c.change.significant and c.name != but]
    if not moved:
        return ""
    segment = max(moved, key=lambda c: abs(c.contribution or 0))
    value, share = segment.change.value or 0.0, segment.now.share or 0.0
    verb = "升" if value > 0 else "降"
    return f"{w.factor(segment.name)}负面占比{verb}到 {w.percent(share)}%（{w.points(value)}）。"


def _nothing(figures: DailyFigures) -> str:
    """Why there is no number, and what to do about it."""
    if not figures.collected_later:
        return "没有可比较的数。采集情况见上方明细。"
    frozen = w.moment(figures.frozen_at)
    return f"本报告只按 {frozen} 时已知的数；要看现在所知的，不设 KOUBEI_NOW 重做当日的报告。"


def sure(figures: DailyFigures) -> Line:
    """有多大把握."""
    counts = figures.counts
    if figures.state in ("empty", "silent"):
        return Line("没有采到不等于没有人说。")
    if counts.share is None:
        return Line(f"n = {counts.n} < {MIN_N}，不计算占比。{_storm(figures)}{_left_out(figures)}")
    verdict = {True: "**变化显著**：", False: "**变化不显著**：", None: ""}
    start = verdict[figures.kpi("share").yesterday.significant]
    text = f"{start}n = {w.whole(counts.n)}，95% 区间 {w.interval(*counts.interval)}%。"
    return Line(text + _storm(figures) + _doubt(counts) + _left_out(figures), refs(figures, "voices"))


def _storm(figures: DailyFigures) -> str:
    """How many of the day's posts are copies, told where copies are a third or more."""
    today = figures.days[-1]
    copies = today.posts - today.voices
    if not today.posts or copies / today.posts < 1 / 3:
        return ""
    return f"今日帖 {copies / today.posts:.0%} 为转发或近重复，已并为独立声音。"


def _doubt(counts: Counts) -> str:
    return f"看不准 {n_of(counts.uncertain, '条')}另列，不归入任何一方。" if counts.uncertain else ""


def _left_out(figures: DailyFigures) -> str:
    names = "、".join(source_name(figures, s) for s in figures.health.excluded)
    return f"比较时各日均剔除{names}。" if names else ""


def source_name(figures: DailyFigures, source: str) -> str:
    """A source as the reader knows it: its platform's name, the source beside it where they differ."""
    row = next((s for s in figures.health.sources if s.source == source), None)
    if row is None or w.platform(row.platform) == row.platform:
        return source
    same = sum(1 for s in figures.health.sources if s.platform == row.platform)
    return w.platform(row.platform) + (f"（{source}）" if same > 1 else "")


def todos(figures: DailyFigures, limit: int = 3) -> tuple[Todo, ...]:
    """今天要做: overdue first, then by level; sources that do not collect last."""
    still = [r for r in figures.risks if r.status != "resolved" and r.verdict != "false"]
    ranked = sorted(still, key=lambda r: (not overdue(figures, r), r.kind == "coverage", r.level, r.number))
    found = [Todo(_todo(figures, risk), risk.number) for risk in ranked]
    told = any(r.kind == "coverage" for r in still)
    broken = [s for s in figures.health.sources if s.degraded]
    if broken and not told:
        names = "、".join(source_name(figures, s.source) for s in broken[:2])
        more = f"等 {len(broken)} 个来源" if len(broken) > 2 else ""
        found.append(Todo(f"查明{names}{more}缺数原因", ""))
    return tuple(found[:limit])


def overdue(figures: DailyFigures, risk: Risk) -> bool:
    """Whether its due time had passed when the data were frozen."""
    return risk.due_at is not None and risk.due_at < figures.frozen_at and risk.status != "resolved"


def _todo(figures: DailyFigures, risk: Risk) -> str:
    due = f"{w.moment(risk.due_at)} 前" if risk.due_at and not overdue(figures, risk) else ""
    who = risk.owner
    if risk.kind == "coverage":
        return f"{due}{who}查明采集缺数原因"
    if risk.kind == "tripwire":
        return f"{due}{who}核实触线帖"
    verb = "催办" if overdue(figures, risk) else "核实"
    return f"{due}{who}{verb}{risk.province}{risk.factor}负面激增，定答复口径"


def breaks(parts: Sequence[str]) -> str:
    """Clauses joined so that a line may break between them."""
    return "；|".join(parts)


def movers(segments: Sequence[Segment]) -> tuple[list[str], list[str]]:
    """Names of segments whose share rose, and fell, significantly since yesterday."""
    up = [w.factor(c.name) for c in segments if c.change.significant and (c.change.value or 0) > 0]
    down = [w.factor(c.name) for c in segments if c.change.significant and (c.change.value or 0) < 0]
    return up, down
