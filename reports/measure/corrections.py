"""What late arrivals changed in yesterday's report, shown openly."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from reports.figures.daily import Correction, Corrections, DailyFigures, DayRow
from reports.measure.frame import Frame
from reports.measure.rows import Row, label_counts, voices


def earlier_report(path: Path) -> DailyFigures | None:
    """Yesterday's saved figures, None where the file is gone or cannot be read as a report."""
    try:
        return DailyFigures.from_json(path.read_bytes())
    except (OSError, ValueError):
        return None


def corrections(frame: Frame, earlier: DailyFigures) -> Corrections | None:
    """Yesterday's figures as printed against the same figures now; None where nothing changed."""
    rows = frame.rows([frame.previous])
    then, now = earlier.days[-1], _now(rows)
    items = tuple(c for c in _pairs(then, now) if c.old != c.new)
    late = late_arrivals(rows, earlier.frozen_at)
    if not items and not late:
        return None
    return Corrections(day=earlier.day, frozen_at=earlier.frozen_at, late=late, items=items)


def late_arrivals(rows: list[Row], frozen_at: datetime) -> int:
    """Posts published in the window that were first collected after the report was frozen."""
    return sum(1 for r in rows if r.collected > frozen_at)


def _now(rows: list[Row]) -> tuple[int, int, int, int, float | None]:
    counts = label_counts(rows)
    return len(rows), voices(rows), counts.neg, counts.n, counts.share


def _pairs(then: DayRow, now: tuple[int, int, int, int, float | None]) -> list[Correction]:
    posts, found, neg, n, share = now
    return [
        Correction(title="声量", old=then.posts, new=posts, unit="count"),
        Correction(title="独立声音", old=then.voices, new=found, unit="count"),
        Correction(title="负面声音", old=then.counts.neg, new=neg, unit="count"),
        Correction(title="客户声音", old=then.counts.n, new=n, unit="count"),
        Correction(title="负面占比", old=then.counts.share, new=share, unit="share"),
    ]
