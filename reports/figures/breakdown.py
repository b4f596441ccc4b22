"""Voices broken down by a dimension or by two."""

from __future__ import annotations

from reports.figures.counts import Change, Counts
from reports.figures.frozen import Model


class Segment(Model):
    """One value of a dimension (a factor, a platform …).

    Attributes:
        counts: today's voices, everything that was collected.
        now, before: today and yesterday without the sources that were degraded on a compared day.
        history: shares of the 28 days before (None below 30 voices).
        contribution: part of the whole's change, in share points; None where not comparable.
    """

    name: str
    counts: Counts = Counts()
    now: Counts = Counts()
    before: Counts = Counts()
    history: tuple[float | None, ...] = ()
    median: float | None = None
    change: Change = Change()
    contribution: float | None = None
    voices: int = 0
    posts: int = 0


class StageCell(Model):
    """A cell of 要素 × 体验历程."""

    row: str
    column: str
    counts: Counts


class Driver(Model):
    """A cell of 要素 × 省份 and what it adds to the day's change of the negative share."""

    factor: str
    province: str
    now: Counts
    before: Counts
    contribution: float
