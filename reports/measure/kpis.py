"""The six key figures, each against yesterday, the same weekday last week and the 4-week median."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from statistics import median

from reports.figures.counts import Change, Counts
from reports.figures.daily import DayRow, Kpi
from reports.figures.stats import (
    MIN_HISTORY,
    Z95,
    against_history,
    benjamini_hochberg,
    net_variance,
    two_proportion,
    two_sided,
    wilson,
)
from reports.measure.frame import Frame
from reports.measure.queries import COUNT, VOICES
from reports.measure.rows import Row, interactions, label_counts, voices

SHORT_HISTORY = f"历史不足 {MIN_HISTORY} 天"
ENGAGEMENT = ("likes", "comments", "reposts")
Values = tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Series:
    """A key figure day by day: 28 days before (None = missing), then today, comparable sources only."""

    before: Values
    today: float | None

    @property
    def known(self) -> list[float]:
        """The days before that have a value."""
        return [v for v in self.before if v is not None]


def day_rows(frame: Frame, comparable: bool = False) -> tuple[DayRow, ...]:
    """The 29 days of the own brand, oldest first."""
    return tuple(_day_row(frame, day, comparable) for day in frame.days)


def _day_row(frame: Frame, day: date, comparable: bool) -> DayRow:
    rows = frame.rows([day], comparable)
    without = frame.excluded if comparable else ()
    return DayRow(
        day=day,
        seen=frame.table.seen(day),
        posts=len(rows),
        voices=voices(rows),
        interactions=interactions(rows),
        counts=label_counts(rows),
        all_voices=sum(voices(frame.table.of(b, day, without)) for b in frame.brands),
    )


def kpis(frame: Frame, full: DayRow, days: tuple[DayRow, ...]) -> tuple[Kpi, ...]:
    """The key figures of the day; `days` are the comparable 29 days, `full` is today with every source."""
    found = [
        _share(frame, full, days),
        _net(frame, full, days),
        _count(frame, "posts", full.posts, days, lambda d: d.posts),
        _count(frame, "voices", full.voices, days, lambda d: d.voices),
        _count(frame, "interactions", full.interactions, days, lambda d: d.interactions),
        _voice_share(frame, full, days),
    ]
    return _judge(found)


def _series(days: tuple[DayRow, ...], value: Callable[[DayRow], float | None]) -> Series:
    return Series(tuple(value(d) if d.seen else None for d in days[:-1]), value(days[-1]))


def _judge(found: list[Kpi]) -> tuple[Kpi, ...]:
    """Mark what is significant: Benjamini-Hochberg over all comparisons of all key figures."""
    flat = [getattr(k, name) for k in found for name in ("yesterday", "week", "median")]
    marks = iter(benjamini_hochberg([c.p for c in flat]))
    judged = []
    for kpi in found:
        changes = {name: marked(getattr(kpi, name), next(marks)) for name in ("yesterday", "week", "median")}
        judged.append(kpi.model_copy(update=changes))
    return tuple(judged)


def marked(change: Change, significant: bool) -> Change:
    """The change with its verdict; without a p-value there is none."""
    return change if change.p is None else change.model_copy(update={"significant": significant})


def _compared(
    frame: Frame, series: Series, test: Callable[[int], float | None], ratio: bool
) -> tuple[Change, Change]:
    """Against yesterday (index -1) and last week (index -7); `test` gives the p-value."""
    return (
        _against(frame, series, -1, frame.previous, test, ratio),
        _against(frame, series, -7, frame.week_before, test, ratio),
    )


def _against(
    frame: Frame, series: Series, index: int, day: date, test: Callable[[int], float | None], ratio: bool
) -> Change:
    reason = frame.why_not(day)
    reference = series.before[index]
    if reason or series.today is None or reference is None:
        return Change(reason=reason or "n 不足")
    if ratio and reference == 0:
        return Change(reason="基期为 0")
    value = series.today / reference - 1 if ratio else series.today - reference
    return Change(value=value, p=test(index))


def _against_median(frame: Frame, series: Series, noise: float, ratio: bool) -> Change:
    if not frame.health.comparable:
        return Change(reason="不可比")
    if series.today is None or len(series.known) < MIN_HISTORY:
        return Change(reason=SHORT_HISTORY if series.today is not None else "n 不足")
    middle = median(series.known)
    if not ratio:
        value = series.today - middle
        return Change(value=value, p=against_history(value, series.known, noise))
    if middle == 0:
        return Change(reason="基期为 0")
    logs = [math.log(v / middle) for v in series.known if v > 0]
    p = against_history(math.log(max(series.today, 0.5) / middle), logs, noise)
    return Change(value=series.today / middle - 1, p=p)


def _share(frame: Frame, full: DayRow, days: tuple[DayRow, ...]) -> Kpi:
    series = _series(days, lambda d: d.counts.share)
    now = days[-1].counts

    def test(index: int) -> float:
        ref = days[index - 1].counts
        return two_proportion(now.neg, now.n, ref.neg, ref.n)

    yesterday, week = _compared(frame, series, test, ratio=False)
    noise = math.sqrt(now.share * (1 - now.share) / now.n) if now.share is not None else 0.0
    shown = full.counts.share
    low, high = full.counts.interval
    return Kpi(
        key="share", value=shown, low=low if shown is not None else None,
        high=high if shown is not None else None, yesterday=yesterday, week=week,
        median=_against_median(frame, series, noise, ratio=False), history=series.before,
    )  # fmt: skip


def _net_parts(counts: Counts) -> tuple[int, int, int]:
    return counts.neg, counts.neu, counts.pos


def _net(frame: Frame, full: DayRow, days: tuple[DayRow, ...]) -> Kpi:
    series = _series(days, lambda d: d.counts.net)
    now = days[-1].counts
    variance = net_variance(*_net_parts(now))

    def test(index: int) -> float | None:
        ref = days[index - 1].counts
        spread = variance + net_variance(*_net_parts(ref))
        if spread == 0 or now.net is None or ref.net is None:
            return None
        return two_sided((now.net - ref.net) / math.sqrt(spread))

    yesterday, week = _compared(frame, series, test, ratio=False)
    shown, half = full.counts.net, Z95 * math.sqrt(net_variance(*_net_parts(full.counts)))
    return Kpi(
        key="net", value=shown, low=shown - half if shown is not None else None,
        high=shown + half if shown is not None else None, yesterday=yesterday, week=week,
        median=_against_median(frame, series, math.sqrt(variance), ratio=False), history=series.before,
    )  # fmt: skip


def _count(
    frame: Frame, key: str, shown: int | None, days: tuple[DayRow, ...], value: Callable[[DayRow], int | None]
) -> Kpi:
    """A count against its own usual day-to-day (week-to-week) change: the spread of the log ratios."""
    series = _series(days, value)
    today = series.today

    def test(index: int) -> float | None:
        steps = log_steps(series.before, -index)
        reference = series.before[index]
        if len(steps) < MIN_HISTORY or not reference or not today:
            return None
        return against_history(math.log(today / reference), steps, math.sqrt(1 / today + 1 / reference))

    yesterday, week = _compared(frame, series, test, ratio=True)
    noise = 1 / math.sqrt(max(today or 1, 1))
    return Kpi.model_validate(
        {
            "key": key, "value": shown, "yesterday": yesterday, "week": week,
            "median": _against_median(frame, series, noise, ratio=True), "history": series.before,
        }
    )  # fmt: skip


def log_steps(values: Values, lag: int) -> list[float]:
    """Log ratios of each value to the one `lag` days earlier, where both are known and above zero."""
    pairs = zip(values[lag:], values[:-lag], strict=True)
    return [math.log(b / a) for b, a in pairs if a and b]


def _voice_share(frame: Frame, full: DayRow, days: tuple[DayRow, ...]) -> Kpi:
    series = _series(days, lambda d: d.voices / d.all_voices if d.all_voices else None)
    now = days[-1]

    def test(index: int) -> float:
        ref = days[index - 1]
        return two_proportion(now.voices, now.all_voices, ref.voices, ref.all_voices)

    yesterday, week = _compared(frame, series, test, ratio=False)
    share = full.voices / full.all_voices if full.all_voices else None
    noise = math.sqrt(share * (1 - share) / full.all_voices) if share else 0.0
    low, high = wilson(full.voices, full.all_voices)
    return Kpi(
        key="voice_share", value=share, low=low if share is not None else None,
        high=high if share is not None else None, yesterday=yesterday, week=week,
        median=_against_median(frame, series, noise, ratio=False), history=series.before,
    )  # fmt: skip


def enter_day_rows(frame: Frame, days: tuple[DayRow, ...], comparable: bool) -> dict[str, tuple[str, ...]]:
    """Enter the 29 days into the ledger; ids by key figure."""
    scope = frame.whole.leaving_out(frame.excluded) if comparable else frame.whole
    tail = f"（不含{'、'.join(frame.excluded)}）" if comparable else ""
    enter = frame.ledger.row
    labels = tuple(
        enter(
            f"逐日{name}声音{tail}", scope.labelled(label), VOICES, ("day",),
            {d.day.isoformat(): getattr(d.counts, label) for d in days},
        )
        for label, name in (("neg", "负面"), ("neu", "中性"), ("pos", "正面"))
    )  # fmt: skip
    posts = enter(
        f"逐日声量{tail}", scope.counted(), COUNT, ("day",), {d.day.isoformat(): d.posts for d in days}
    )
    roots = {d.day.isoformat(): d.voices for d in days}
    voice = enter(f"逐日独立声音{tail}", scope.counted(), VOICES, ("day",), roots)
    return {"share": labels, "net": labels, "posts": (posts,), "voices": (voice,)}


def enter_engagement(frame: Frame, comparable: bool) -> tuple[str, ...]:
    """Enter the sums of likes, comments and reposts of each day."""
    scope = frame.whole.leaving_out(frame.excluded) if comparable else frame.whole
    names = dict(zip(ENGAGEMENT, ("点赞", "评论", "转发"), strict=True))
    return tuple(
        frame.ledger.row(
            f"逐日{names[field]}", scope.counted(), f"sum {field}", ("day",),
            {d.isoformat(): _sum(frame.rows([d], comparable), field) for d in frame.days},
        )
        for field in ENGAGEMENT
    )  # fmt: skip


def _sum(rows: list[Row], field: str) -> int:
    return sum(n for r in rows if (n := getattr(r, field)) is not None)
