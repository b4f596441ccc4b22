"""Voices split by one dimension (要素, 平台, 省份, 品牌) and by two, with what each adds to the change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from koubei.core.clock import BEIJING, day_window
from koubei.core.query import Exists, Not, Query, Term
from reports.figures.breakdown import Driver, Segment, StageCell
from reports.figures.counts import Change, Counts
from reports.figures.daily import Hour
from reports.figures.stats import MIN_HISTORY, MIN_N, benjamini_hochberg, contributions, two_proportion
from reports.measure.frame import Frame
from reports.measure.kpis import marked
from reports.measure.queries import COUNT, VOICES, Scope
from reports.measure.rows import LABELS, CountsByDay, Row, counts_by_day, grouped, label_counts, voices

UNKNOWN_PROVINCE = ""
SHARED = ("neg", "neu", "pos")
NAMES = {"neg": "负面", "neu": "中性", "pos": "正面", "uncertain": "看不准", "unknown": "无法判断"}
Key = Callable[[Row], str | None]


@dataclass(frozen=True, slots=True)
class Dimension:
    """A way to split voices: the store's field, its Chinese name, the key of a row."""

    field: str
    title: str
    key: Key


FACTOR = Dimension("primary_factor", "要素", lambda r: r.factor)
PLATFORM = Dimension("platform", "平台", lambda r: r.platform)
PROVINCE = Dimension("province", "省份", lambda r: r.province)
BRAND = Dimension("brand", "品牌", lambda r: r.brand)


def split(frame: Frame, dimension: Dimension, rows: list[Row]) -> tuple[Segment, ...]:
    """Segments of all days of rows, by today's voices; names without a voice do not appear."""
    full = counts_by_day(rows, dimension.key)
    comparable = counts_by_day([r for r in rows if r.source not in frame.excluded], dimension.key)
    names = sorted({name for _, name in full}, key=lambda n: (-_at(full, frame.day, n).n, n))
    segments = [_segment(frame, name, full, comparable) for name in names]
    today = grouped([r for r in rows if r.day == frame.day], dimension.key)
    sized = [
        c.model_copy(update={"posts": len(today.get(c.name, ())), "voices": voices(today.get(c.name, ()))})
        for c in segments
    ]
    return _judge(frame, sized)


def placed(frame: Frame, rows: list[Row]) -> tuple[Segment, ...]:
    """Provinces by today's voices, then the voices of unknown place (name ""), judged as one family."""
    segments = split(frame, PROVINCE, rows)
    unplaced = [r for r in rows if not r.province]
    if not unplaced:
        return segments
    here = Dimension("province", "属地未知", lambda _: "?")
    unknown = [c.model_copy(update={"name": UNKNOWN_PROVINCE}) for c in split(frame, here, unplaced)]
    return _judge(frame, [*segments, *unknown])


def _at(cells: CountsByDay, day: date, name: str) -> Counts:
    return cells.get((day, name), Counts())


def _segment(frame: Frame, name: str, full: CountsByDay, comparable: CountsByDay) -> Segment:
    history = tuple(_at(full, day, name).share for day in frame.history)
    known = [h for h in history if h is not None]
    now, before = _at(comparable, frame.day, name), _at(comparable, frame.previous, name)
    counts = _at(full, frame.day, name)
    return Segment(
        name=name, counts=counts, now=now, before=before, history=history,
        median=median(known) if len(known) >= MIN_HISTORY else None,
        change=_change(frame, counts, now, before),
    )  # fmt: skip


def _change(frame: Frame, counts: Counts, now: Counts, before: Counts) -> Change:
    reason = frame.why_not(frame.previous)
    if reason:
        return Change(reason=reason)
    if counts.n and not now.n:
        return Change(reason="不可比")
    if now.share is None or before.share is None:
        return Change(reason=f"n < {MIN_N}")
    return Change(value=now.share - before.share, p=two_proportion(now.neg, now.n, before.neg, before.n))


def _judge(frame: Frame, segments: Sequence[Segment]) -> tuple[Segment, ...]:
    """Verdicts over the family of segments, and contributions where yesterday may be compared."""
    marks = benjamini_hochberg([c.change.p for c in segments])
    parts: list[float] = []
    if not frame.why_not(frame.previous):
        parts = contributions(
            [(c.now.neg, c.now.n) for c in segments], [(c.before.neg, c.before.n) for c in segments]
        )
    return tuple(
        segment.model_copy(
            update={"change": marked(segment.change, mark), "contribution": parts[i] if parts else None}
        )
        for i, (segment, mark) in enumerate(zip(segments, marks, strict=True))
    )


def enter_split(
    frame: Frame, dimension: Dimension, scope: Scope, rows: list[Row], *more: Query
) -> tuple[str, ...]:
    """Enter a split's figures: 29 days by label, the comparable two days where sources are left out."""
    ids = _enter_labels(frame, dimension, scope, rows, SHARED, more)
    today = scope.over(day_window(frame.day))
    rest = [r for r in rows if r.day == frame.day]
    ids += _enter_labels(frame, dimension, today, rest, LABELS[3:], more)
    if frame.excluded:
        narrow = scope.over(frame.compared.window).leaving_out(frame.excluded)
        kept = [r for r in rows if r.source not in frame.excluded and r.day >= frame.previous]
        ids += _enter_labels(frame, dimension, narrow, kept, SHARED, more)
    return ids


def _enter_labels(
    frame: Frame, dimension: Dimension, scope: Scope, rows: list[Row], labels: Sequence[str],
    more: tuple[Query, ...],
) -> tuple[str, ...]:  # fmt: skip
    cells = counts_by_day(rows, dimension.key)
    tail = f"（不含{'、'.join(scope.without)}）" if scope.without else ""
    return tuple(
        frame.ledger.row(
            f"{dimension.title} × 日，{NAMES[label]}声音{tail}", scope.labelled(label, *more), VOICES,
            ("day", dimension.field),
            {f"{day}|{name}": getattr(counts, label) for (day, name), counts in cells.items()},
        )
        for label in labels
    )  # fmt: skip


def enter_unplaced(frame: Frame, rows: list[Row]) -> tuple[str, ...]:
    """Enter the voices whose province is unknown, by label and day."""
    cells = counts_by_day(rows, lambda _: "?")
    return tuple(
        frame.ledger.row(
            f"属地未知 × 日，{NAMES[label]}声音",
            frame.whole.labelled(label, Not(Exists("province"))),
            VOICES,
            ("day",),
            {f"{day}": getattr(counts, label) for (day, _), counts in cells.items()},
        )
        for label in SHARED
    )


def roles(frame: Frame) -> tuple[tuple[Segment, ...], tuple[str, ...]]:
    """Who speaks today: posts and voices by role, with the two figures behind them."""
    rows = grouped(frame.rows([frame.day]), lambda r: r.role)
    segments = tuple(
        Segment(name=name, posts=len(found), voices=voices(found)) for name, found in rows.items()
    )
    scope = frame.current.counted()
    ids = (
        frame.ledger.row("角色，帖", scope, COUNT, ("role",), {c.name: c.posts for c in segments}),
        frame.ledger.row("角色，独立声音", scope, VOICES, ("role",), {c.name: c.voices for c in segments}),
    )
    return tuple(sorted(segments, key=lambda c: (-c.posts, c.name))), ids


def stages(frame: Frame) -> tuple[tuple[StageCell, ...], tuple[str, ...]]:
    """要素 × 体验历程 of today, empty where no mention carries a stage."""
    cells: list[StageCell] = []
    ids: list[str] = []
    for stage, rows in sorted(grouped(frame.rows([frame.day]), lambda r: r.stage).items()):
        found = {name: label_counts(part) for name, part in grouped(rows, FACTOR.key).items()}
        cells += [StageCell(row=name, column=stage, counts=counts) for name, counts in sorted(found.items())]
        ids += [
            frame.ledger.row(
                f"要素，{stage}，{NAMES[label]}声音",
                frame.current.labelled(label, Term("stage", stage)), VOICES,
                ("primary_factor",), {name: getattr(counts, label) for name, counts in found.items()},
            )
            for label in SHARED
        ]  # fmt: skip
    return tuple(cells), tuple(ids)


def drivers(frame: Frame, limit: int = 6) -> tuple[tuple[Driver, ...], tuple[str, ...]]:
    """The cells of 要素 × 省份 that add most to yesterday's change, greatest first; empty if none may be."""
    if frame.why_not(frame.previous):
        return (), ()
    rows = frame.rows([frame.previous, frame.day], comparable=True)
    cells = counts_by_day(rows, lambda r: f"{r.factor}|{r.province or UNKNOWN_PROVINCE}")
    names = sorted({name for _, name in cells})
    now = [_at(cells, frame.day, n) for n in names]
    before = [_at(cells, frame.previous, n) for n in names]
    parts = contributions([(c.neg, c.n) for c in now], [(c.neg, c.n) for c in before])
    ranked = sorted(zip(parts, names, now, before, strict=False), key=lambda p: (-abs(p[0]), p[1]))
    found = tuple(_driver(*part) for part in ranked[:limit])
    return found, _enter_driver(frame, found[0]) if found else ()


def _driver(part: float, name: str, now: Counts, before: Counts) -> Driver:
    factor, province = name.rsplit("|", 1)
    return Driver(factor=factor, province=province, now=now, before=before, contribution=part)


def _enter_driver(frame: Frame, top: Driver) -> tuple[str, ...]:
    place = Term("province", top.province) if top.province else Not(Exists("province"))
    where = (Term("primary_factor", top.factor), place)
    return tuple(
        frame.ledger.row(
            f"{top.province or '属地未知'} × {top.factor}，两日{NAMES[label]}声音",
            frame.compared.labelled(label, *where),
            VOICES,
            ("day",),
            {f"{frame.day}": getattr(top.now, label), f"{frame.previous}": getattr(top.before, label)},
        )
        for label in SHARED
    )


def hours(frame: Frame) -> tuple[tuple[Hour, ...], tuple[str, ...]]:
    """Voices and customers' negative voices by hour of today, with the hour's median of the days before."""
    every: dict[tuple[date, int], set[str]] = {}
    bad: dict[tuple[date, int], set[str]] = {}
    for row in frame.rows(frame.days):
        if row.hour is None:
            continue
        every.setdefault((row.day, row.hour), set()).add(row.root)
        if row.customer and row.label == "neg":
            bad.setdefault((row.day, row.hour), set()).add(row.root)
    seen = [day for day in frame.history if frame.table.seen(day)]
    found = tuple(
        Hour(
            hour=h,
            voices=len(every.get((frame.day, h), ())),
            neg=len(bad.get((frame.day, h), ())),
            usual=median(len(bad.get((d, h), ())) for d in seen) if len(seen) >= MIN_HISTORY else None,
        )
        for h in range(24)
    )
    return found, _enter_hours(frame, every, bad)


def _enter_hours(
    frame: Frame, every: dict[tuple[date, int], set[str]], bad: dict[tuple[date, int], set[str]]
) -> tuple[str, ...]:
    today = {_hour(d, h): len(v) for (d, h), v in every.items() if d == frame.day}
    month = {_hour(d, h): len(v) for (d, h), v in bad.items()}
    return (
        frame.ledger.row("今日逐时独立声音", frame.current.counted(), VOICES, ("hour",), today),
        frame.ledger.row("29 天逐时负面声音", frame.whole.labelled("neg"), VOICES, ("hour",), month),
    )


def _hour(day: date, hour: int) -> str:
    """The hour's key: "2026-11-18T16" (Beijing)."""
    start = day_window(day).start.astimezone(BEIJING) + timedelta(hours=hour)
    return f"{start:%Y-%m-%dT%H}"
