"""Which series stand out in the hours that end now: scores and gates, no memory."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from koubei.core.clock import Window, day_of, day_window
from koubei.core.config.schema import Alerts
from koubei.core.domain import IncidentKey
from koubei.core.records import Record
from reports.alerts.baseline import Baseline, cells_of
from reports.alerts.calendar import published
from reports.alerts.scope import HOUR
from reports.alerts.series import Grid, sums
from reports.alerts.tail import upper_tail
from reports.alerts.usual import Usual, usual_on
from reports.figures.stats import wilson

SPANS = (1, 3, 6)
BACKFILL_AFTER = timedelta(hours=6)
ROOTS_PER_AUTHOR = 3
_RECORD_GAP_HOURS = 24
_START_LOOKBACK_HOURS = 48
_LEAST_RISE = 3.0
_STILL = 2


@dataclass(frozen=True, slots=True)
class Candidate:
    """A window of a series whose hourly counts stand out.

    Attributes:
        baseline: expected distinct negative roots in the window; dispersion: see `upper_tail`.
        usual_share: negative share the series usually has (0-1); usual_everyone: expected exposure.
        record: more than any window of this length before the last 24 hours.
        started_at: first hour that stands out (event time).
    """

    key: IncidentKey
    window: Window
    roots: int
    everyone: int
    baseline: float
    usual_everyone: float
    usual_share: float
    dispersion: float
    tail: float
    record: bool
    trial: bool
    started_at: datetime
    calendar_known: bool

    @property
    def hours(self) -> int:
        """Length of the window."""
        return (self.window.end - self.window.start) // HOUR

    @property
    def ratio(self) -> float:
        """Times the baseline."""
        return self.roots / self.baseline


@dataclass(frozen=True, slots=True)
class Firing:
    """A candidate whose posts passed every gate.

    Attributes:
        roots: distinct root posts in the window, exactly; `posts` holds one row per negative mention.
        boom: the volume rose as a whole and the negative share did not stand out.
    """

    candidate: Candidate
    roots: int
    posts: Sequence[Record]
    authors: int
    tail: float
    boom: bool

    @property
    def ratio(self) -> float:
        """Times the baseline, by the exact count."""
        return self.roots / self.candidate.baseline

    @property
    def copy_share(self) -> float:
        """Share of the window's negative posts that repeat another one."""
        return 1 - self.roots / len(self.posts)


class Detector:
    """Scores the windows of one grid; the baseline is fitted once for each Beijing day."""

    def __init__(self, grid: Grid, gates: Alerts) -> None:
        self.grid, self._gates = grid, gates
        self.cells = cells_of(grid.start, grid.hours)
        self._fitted: dict[int, Usual] = {}
        self._sums = {span: sums(grid.negatives, span) for span in SPANS}
        self._sums_all = {span: sums(grid.everyone, span) for span in SPANS}

    def usual_at(self, column: int) -> Usual:
        """What is usual on the column's Beijing day."""
        until = max(0, self.grid.column(day_window(day_of(self.grid.instant(column))).start))
        if until not in self._fitted:
            self._fitted[until] = usual_on(self.grid, self.cells, until)
        return self._fitted[until]

    def trial_at(self, end: datetime) -> bool:
        """Whether the hour that ends at `end` has under two weeks of history behind it."""
        return self.usual_at(self.grid.column(end) - 1).negative.trial

    def usual(self, key: IncidentKey, window: Window, end: datetime) -> float:
        """Expected distinct negative roots of a series in whole hours, by what `end` is judged by.

        Hours before those eight weeks are left out: how much of them the grid holds is chance.
        """
        usual = self.usual_at(self.grid.column(end) - 1)
        first, after = max(usual.first, self.grid.column(window.start)), self.grid.column(window.end)
        mean = usual.negative.mean[self.grid.keys.index(key)]
        return float(mean[self.cells[first:after]].sum())

    def candidates(self, end: datetime) -> list[Candidate]:
        """Windows ending at `end` whose counts pass tail, ratio and size, least likely first."""
        last = self.grid.column(end) - 1
        if not 0 <= last < self.grid.hours:
            return []
        usual = self.usual_at(last)
        if not usual.negative.ready:
            return []
        found = [
            candidate
            for span in SPANS
            for row in self._worth_scoring(last, span, usual.negative)
            if (candidate := self._score(row, last, span, usual)) is not None
        ]
        return sorted(found, key=lambda c: (c.tail, c.hours))

    def _worth_scoring(self, last: int, span: int, negative: Baseline) -> list[int]:
        """Rows large enough whose last hour still stands out itself: a window does not fire on its past."""
        due = self._due(negative, last, span)
        seen = self._sums[span][:, last]
        hour = self.grid.negatives[:, last]
        still_high = (hour >= _STILL) & (hour >= self._gates.min_ratio * self._due(negative, last, 1))
        passed = (seen >= self._gates.min_roots) & (seen >= self._gates.min_ratio * due) & still_high
        return [int(row) for row in np.flatnonzero(passed)]

    def _due(self, baseline: Baseline, last: int, span: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        first = max(0, last - span + 1)
        total: np.ndarray[tuple[int], np.dtype[np.float64]] = baseline.mean[
            :, self.cells[first : last + 1]
        ].sum(axis=1)
        return total

    def _score(self, row: int, last: int, span: int, usual: Usual) -> Candidate | None:
        negative = usual.negative
        due, count = float(self._due(negative, last, span)[row]), int(self._sums[span][row, last])
        dispersion = float(negative.dispersion[row])
        tail = upper_tail(count, due, dispersion)
        if tail >= self._gates.tail:
            return None
        end = self.grid.instant(last + 1)
        return Candidate(
            key=self.grid.keys[row],
            window=Window(end - span * HOUR, end),
            roots=count,
            everyone=int(self._sums_all[span][row, last]),
            baseline=due,
            usual_everyone=float(self._due(usual.everyone, last, span)[row]),
            usual_share=float(usual.share[row]),
            dispersion=dispersion,
            tail=tail,
            record=self._is_record(row, last, span, count, usual.first),
            trial=negative.trial,
            started_at=self._start(row, last, negative, count / due),
            calendar_known=published(day_of(end).year),
        )

    def _is_record(self, row: int, last: int, span: int, count: int, first: int) -> bool:
        """More than any whole window of the eight weeks up to a day ago."""
        before = self._sums[span][row, first + span - 1 : max(0, last - _RECORD_GAP_HOURS)]
        return not before.size or count > float(before.max())

    def _start(self, row: int, last: int, negative: Baseline, ratio: float) -> datetime:
        """Where Page's (1954) cumulative sum towards the window's own rate last left zero.

        That is the most likely hour for a Poisson rate to have risen `ratio` times.
        """
        first = max(0, last - _START_LOOKBACK_HOURS + 1)
        rise = max(_LEAST_RISE, ratio)
        total, start = 0.0, first
        for column in range(first, last + 1):
            if total <= 0:
                total, start = 0.0, column
            due = float(negative.mean[row, self.cells[column]])
            total += int(self.grid.negatives[row, column]) * math.log(rise) - (rise - 1) * due
        return self.grid.instant(start)


Rows = Callable[[IncidentKey, Window], Sequence[Record]]
"""Reads the negative mentions of a series in a window."""


def confirm(candidate: Candidate, posts: Sequence[Record], gates: Alerts, live: bool = True) -> Firing | None:
    """The candidate as a firing, or None where its posts do not carry it.

    Counted again from the posts: roots across the whole window, at most ROOTS_PER_AUTHOR of one author.
    `live` applies the back-fill gate: most posts first collected over six hours after publication.
    """
    if not posts or (live and _backfilled(posts)):
        return None
    roots = {post["root_id"] for post in posts}
    by_author: dict[str, set[str]] = {}
    for post in posts:
        by_author.setdefault(post["author_key"] or f"post:{post['root_id']}", set()).add(post["root_id"])
    independent = min(len(roots), sum(min(len(r), ROOTS_PER_AUTHOR) for r in by_author.values()))
    tail = upper_tail(independent, candidate.baseline, candidate.dispersion)
    enough = (
        independent >= gates.min_roots
        and len(by_author) >= gates.min_authors
        and independent >= gates.min_ratio * candidate.baseline
        and tail < gates.tail
    )
    low, high = wilson(min(len(roots), candidate.everyone), candidate.everyone)
    if not enough or high < candidate.usual_share:
        return None
    return Firing(candidate, len(roots), posts, len(by_author), tail, boom=low <= candidate.usual_share)


def _backfilled(posts: Sequence[Record]) -> bool:
    late = sum(1 for p in posts if p["first_collected_at"] - p["published_at"] > BACKFILL_AFTER)
    return late * 2 > len(posts)


def firings(
    detector: Detector, ends: Sequence[datetime], rows: Rows, gates: Alerts, live: bool = True
) -> list[Firing]:
    """At most one firing a series: of the latest end that fires, the least likely window."""
    found: dict[IncidentKey, Firing] = {}
    for end in sorted(ends, reverse=True):
        for candidate in detector.candidates(end):
            if candidate.key in found:
                continue
            firing = confirm(candidate, rows(candidate.key, candidate.window), gates, live)
            if firing is not None:
                found[candidate.key] = firing
    return sorted(found.values(), key=lambda f: f.tail)
