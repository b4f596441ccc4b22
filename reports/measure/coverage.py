"""Was collection complete? Per source: expected, collected, refused, cut off, degraded and since when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from koubei.core.clock import Window
from koubei.core.config.schema import Settings, Source
from koubei.core.domain import Run
from koubei.core.ports import MentionStore
from koubei.core.query import And, Range, Term
from koubei.core.state import State

WEEK = timedelta(days=7)
WEEKS_BACK = 4
_DAY = timedelta(days=1)
_SILENT_FROM = 20
_SILENT_SHARE = 0.2
"""A source that should have brought 20 posts or more and brought under a fifth is degraded."""


@dataclass(frozen=True, slots=True)
class SourceCoverage:
    """One source in one window. What is missing is unknown, never zero.

    Attributes:
        expected: posts that name a brand, as configured or the median of the same weekday's window over
            the past four weeks; None where nothing is known to compare with.
        collected: posts published in the window that the store held when asked.
        refused: refusals met by the runs that cover the window.
        truncated: a source's list ended before what was already known: posts may be missing.
        degraded: the window is not (yet) fully collected; `since` when, `reason` in Chinese.
    """

    source: str
    platform: str
    expected: int | None
    collected: int
    refused: int
    truncated: bool
    degraded: bool
    since: datetime | None
    reason: str


def coverage(
    store: MentionStore, state: State, settings: Settings, window: Window, as_of: datetime
) -> list[SourceCoverage]:
    """Every enabled source in the config's order, then importer sources that delivered before, by name.

    Args:
        as_of: when the question is asked; runs and posts up to then count, so a later crawl heals an
            earlier gap.
    """
    collected = _by_source(store, window, as_of)
    past = [_by_source(store, _shifted(window, week), as_of) for week in range(1, WEEKS_BACK + 1)]
    configured = [source for source in settings.sources if source.enabled]
    starts = {source.name: _runs_from(source, window) for source in configured}
    earliest = min([window.start, *starts.values()])
    runs = [
        run
        for run in state.runs.between(Window(earliest, as_of + timedelta(microseconds=1)))
        if run.started_at >= starts.get(run.source, window.start)
    ]
    names = [source.name for source in configured]
    disabled = {source.name for source in settings.sources if not source.enabled}
    recent = Window(_shifted(window, WEEKS_BACK).start, window.end)
    delivered = set(_by_source(store, recent, as_of))
    others = sorted(delivered.union(run.source for run in runs).difference(names, disabled))
    rows = [
        _configured(source, collected, past, [r for r in runs if r.source == source.name], state, window)
        for source in configured
    ]
    platforms = _platforms(store, recent, others)
    for name in others:
        own = [r for r in runs if r.source == name]
        failing = _failing(own, window, every_minutes=0)
        rows.append(
            SourceCoverage(
                name, platforms.get(name, name), None, collected.get(name, 0), sum(r.refused for r in own),
                any(r.truncated for r in own), failing is not None,
                failing.started_at if failing else None, failing.finish_reason if failing else "",
            )
        )  # fmt: skip
    return rows


def share_collected(rows: Sequence[SourceCoverage]) -> float:
    """Share (0-1) of what was expected that comes from sources in order; 1.0 without any source.

    A source without an expectation weighs as much as the mean of the others.
    """
    known = [row.expected for row in rows if row.expected is not None]
    usual = sum(known) / len(known) if known and sum(known) else 1.0
    weights = [usual if row.expected is None else float(row.expected) for row in rows]
    total = sum(weights)
    sound = sum(weight for row, weight in zip(rows, weights, strict=True) if not row.degraded)
    return sound / total if total else 1.0


def _configured(
    source: Source,
    collected: Mapping[str, int],
    past: Sequence[Mapping[str, int]],
    runs: Sequence[Run],
    state: State,
    window: Window,
) -> SourceCoverage:
    expected = _expected(source, past, window)
    got = collected.get(source.name, 0)
    since, reason = _trouble(source, runs, state, window)
    if since is None and expected is not None and expected >= _SILENT_FROM and got < _SILENT_SHARE * expected:
        since, reason = window.start, f"采到 {got}，应有约 {expected}"
    return SourceCoverage(
        source.name, source.platform_id, expected, got, sum(run.refused for run in runs),
        any(run.truncated for run in runs), since is not None, since, reason,
    )  # fmt: skip


def _runs_from(source: Source, window: Window) -> datetime:
    """Runs from here on can cover the window: a source crawled once a day has none in most hours."""
    return min(window.start, window.end - 2 * timedelta(minutes=source.every_minutes))


def _expected(source: Source, past: Sequence[Mapping[str, int]], window: Window) -> int | None:
    if source.expected_per_day is not None:
        return round(source.expected_per_day * ((window.end - window.start) / _DAY))
    counts = [week.get(source.name, 0) for week in past]
    while counts and counts[-1] == 0:  # before its first delivery a source is unknown, not silent
        counts.pop()
    return round(median(counts)) if counts else None


def _trouble(
    source: Source, runs: Sequence[Run], state: State, window: Window
) -> tuple[datetime | None, str]:
    if any(run.status == "ok" for run in runs) or source.every_minutes == 0:
        failing = _failing(runs, window, source.every_minutes)
        return (failing.started_at, failing.finish_reason) if failing else (None, "")
    ended = [run for run in runs if run.status in ("degraded", "failed")]
    if ended:
        return ended[0].started_at, ended[-1].finish_reason
    last = state.runs.latest(source.name)
    if last is None:
        return window.start, "从未采集"
    if last.started_at < window.start and last.status in ("degraded", "failed"):
        return last.started_at, last.finish_reason
    return max(window.start, min(last.started_at, window.end)), "时段内没有完成的采集"


def _failing(runs: Sequence[Run], window: Window, every_minutes: int) -> Run | None:
    """The first of the failed runs at the end, unless a good run came late enough to cover the window."""
    tail: list[Run] = []
    for run in sorted((r for r in runs if r.status != "running"), key=lambda r: r.started_at, reverse=True):
        if run.status == "ok":
            if run.started_at >= window.end - timedelta(minutes=every_minutes):
                return None
            break
        tail.append(run)
    return tail[-1] if tail else None


def _shifted(window: Window, weeks: int) -> Window:
    return Window(window.start - weeks * WEEK, window.end - weeks * WEEK)


def _by_source(store: MentionStore, window: Window, as_of: datetime) -> dict[str, int]:
    published = Range("published_at", window.start, window.end, high_open=True)
    query = And((published, Range("first_collected_at", None, as_of)))
    return {row.value: row.count for row in store.facet(query, "source", distinct="post_id")}


def _platforms(store: MentionStore, window: Window, wanted: Sequence[str]) -> dict[str, str]:
    """The platform an importer's posts carry: one look at the newest post of each."""
    span = Range("published_at", window.start, window.end, high_open=True)
    found = {}
    for name in wanted:
        newest = store.search(And((span, Term("source", name))), limit=1).items
        if newest:
            found[name] = newest[0].mention.post.platform
    return found
