"""Collection health of the day, and which sources are left out when days are compared."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from koubei.core.clock import day_window
from koubei.core.config.schema import Settings
from koubei.core.ports import MentionStore
from koubei.core.state import State
from reports.figures.collection import Health, Source
from reports.measure.coverage import SourceCoverage, coverage, share_collected


def health(store: MentionStore, state: State, settings: Settings, day: date, as_of: datetime) -> Health:
    """Coverage of the day, of yesterday and of the same weekday last week.

    A source that was degraded on one of the three days is left out of every comparison. Where too little
    of the day was collected (settings.alerts.min_coverage), the day is not compared at all.
    """
    today = coverage(store, state, settings, day_window(day), as_of)
    earlier = [
        row
        for back in (1, 7)
        for row in coverage(store, state, settings, day_window(day - timedelta(days=back)), as_of)
    ]
    excluded = tuple(sorted({row.source for row in (*today, *earlier) if row.degraded}))
    sound = share_collected(today)
    comparable = sound >= settings.alerts.min_coverage
    reason = "" if comparable else f"只有 {sound:.0%} 的预期量来自正常的来源"
    return Health(
        comparable=comparable, reason=reason, excluded=excluded if comparable else (),
        sources=tuple(_source(row) for row in today),
    )  # fmt: skip


def _source(row: SourceCoverage) -> Source:
    return Source(
        source=row.source, platform=row.platform, expected=row.expected, collected=row.collected,
        refused=row.refused, truncated=row.truncated, degraded=row.degraded, since=row.since,
        reason=row.reason,
    )  # fmt: skip
