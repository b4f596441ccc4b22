"""Dates without a year (02-08), given the year by the full dates round them: files keep an order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

NEAR = timedelta(days=120)
"""How far a neighbour may be that is the only sign of the year."""
SLACK = timedelta(days=7)
"""A sorted file may be out of order by so much: pinned posts, edited ones."""
HALF_A_YEAR = timedelta(days=183)
AGREED = 3
"""So many steps in one direction for each in the other, and the file has an order."""
LEAP_YEAR = 2000
"""Stands for the missing year: it has a 29 February."""


@dataclass(slots=True)
class DateColumn:
    """The dates of one column in the order of the rows; only those that can matter are kept."""

    entries: list[tuple[int, date, bool]] = field(default_factory=list)
    """(row, date, full); a date that is not full stands in LEAP_YEAR."""
    up: int = 0
    down: int = 0

    def add(self, row: int, day: date, full: bool) -> None:
        """The next row's date. Of a run of full dates the first and the last are enough."""
        if self.entries and self.entries[-1][2] == full:
            before = self.entries[-1][1]
            self.up += day > before
            self.down += day < before
        runs_on = full and len(self.entries) > 1 and self.entries[-1][2] and self.entries[-2][2]
        if runs_on:
            self.entries[-1] = (row, day, full)
        else:
            self.entries.append((row, day, full))

    def years(self, not_after: date) -> dict[int, int]:
        """Row -> year of the dates that lack theirs and whose neighbours tell it."""
        first = next((n for n, entry in enumerate(self.entries) if entry[2]), None)
        if first is None:
            return {}
        found: dict[int, int] = {}
        after = self.entries[first][1]
        for row, day, _ in reversed(self.entries[:first]):
            chosen = self._choose(day, None, after, not_after)
            if chosen:
                found[row], after = chosen.year, chosen
        following = _next_full(self.entries)
        before: date | None = None
        for (row, day, full), later in zip(self.entries[first:], following[first:], strict=True):
            chosen = day if full else self._choose(day, before, later, not_after)
            if chosen:
                before = chosen
                if not full:
                    found[row] = chosen.year
        return found

    def _order(self) -> int:
        """1 for oldest first, -1 for newest first, 0 for neither."""
        if self.up and self.up >= AGREED * self.down:
            return 1
        return -1 if self.down and self.down >= AGREED * self.up else 0

    def _choose(self, day: date, before: date | None, after: date | None, not_after: date) -> date | None:
        candidates = [c for c in _in_years_round(day, (before, after)) if c <= not_after]
        if before and after:
            low, high = sorted((before, after))
            between = [c for c in candidates if low <= c <= high]
            if between:
                return between[0] if len(between) == 1 else None
            nearest = {_nearest(candidates, before, NEAR), _nearest(candidates, after, NEAR)}
            return nearest.pop() if len(nearest) == 1 else None
        if before:
            return self._beside(candidates, before, self._order())
        return self._beside(candidates, after, -self._order()) if after else None

    def _beside(self, candidates: Sequence[date], known: date, side: int) -> date | None:
        """By one neighbour alone: later than it (side 1), earlier (-1), or simply near."""
        if not side:
            return _nearest(candidates, known, NEAR)
        fitting = [c for c in candidates if (c - known) * side >= -SLACK]
        chosen = _nearest(fitting, known, timedelta(days=366))
        if chosen and abs(chosen - known) > HALF_A_YEAR and _nearest(candidates, known, NEAR / 2):
            return None  # either the file is out of order here or nothing was written for half a year
        return chosen


def _next_full(entries: Sequence[tuple[int, date, bool]]) -> list[date | None]:
    """For each entry the first full date behind it."""
    found: list[date | None] = []
    later: date | None = None
    for _, day, full in reversed(entries):
        found.append(later)
        later = day if full else later
    return found[::-1]


def _in_years_round(day: date, known: Iterable[date | None]) -> list[date]:
    reach = 4 if (day.month, day.day) == (2, 29) else 1
    years = {k.year + step for k in known if k for step in range(-reach, reach + 1)}
    found = []
    for year in sorted(years):
        try:
            found.append(day.replace(year=year))
        except ValueError:
            continue
    return found


def _nearest(candidates: Iterable[date], known: date, limit: timedelta) -> date | None:
    near = [c for c in candidates if abs(c - known) <= limit]
    return min(near, key=lambda c: abs(c - known), default=None)
