"""When people write: hours of the day, workdays and weekends, drawn without memory (Poisson-like)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from random import Random

from koubei.core.clock import BEIJING, day_of

DAYS = 28

_WORKDAY = (10, 6, 4, 3, 3, 5, 12, 24, 38, 50, 56, 54, 50, 46, 50, 52, 50, 50, 52, 58, 64, 62, 46, 24)
_WEEKEND = (16, 9, 5, 3, 3, 4, 8, 15, 26, 38, 46, 48, 46, 42, 42, 44, 44, 44, 46, 50, 54, 52, 42, 26)
_WEEKEND_SHARE = 0.85


class Rhythm:
    """Draws instants over the world's 28 full Beijing days and the anchor's own morning."""

    def __init__(self, anchor: datetime, rng: Random) -> None:
        self.anchor = anchor.astimezone(UTC).replace(microsecond=0)
        self.today = day_of(self.anchor)
        self.first = self.today - timedelta(days=DAYS)
        self._rng = rng
        self._hours, self._weights = self._grid()

    def instants(self, count: int) -> list[datetime]:
        """`count` instants (UTC, whole seconds), sorted; none later than the anchor."""
        rng = self._rng
        starts = rng.choices(self._hours, cum_weights=self._weights, k=count)
        return sorted(self._within(start) for start in starts)

    def day(self, back: int) -> date:
        """The day `back` days before the anchor's day; 1 is the reports' yesterday."""
        return self.today - timedelta(days=back)

    def spread(self, day: date, per_hour: Mapping[int, float], scale: float) -> list[datetime]:
        """Instants on a day, about `per_hour[hour] * scale` in each Beijing hour; hours may exceed 23."""
        found = []
        midnight = datetime.combine(day, time(), BEIJING).astimezone(UTC)
        for hour, mean in per_hour.items():
            start = midnight + timedelta(hours=hour)
            found += [self._within(start) for _ in range(round(mean * scale))]
        return sorted(at for at in found if at <= self.anchor)

    def _within(self, start: datetime) -> datetime:
        seconds = 3600.0
        if start + timedelta(hours=1) > self.anchor >= start:
            seconds = (self.anchor - start).total_seconds()
        return start + timedelta(seconds=int(self._rng.random() * seconds))

    def _grid(self) -> tuple[list[datetime], list[float]]:
        start = datetime.combine(self.first, time(), BEIJING).astimezone(UTC)
        hours, weights = [], []
        for back in range(DAYS, -1, -1):
            day = self.day(back)
            weekend = day.weekday() >= 5
            mood = (_WEEKEND_SHARE if weekend else 1.0) * self._rng.uniform(0.95, 1.05)
            for hour, weight in enumerate(_WEEKEND if weekend else _WORKDAY):
                at = start + timedelta(days=DAYS - back, hours=hour)
                share = min(1.0, max(0.0, (self.anchor - at).total_seconds() / 3600))
                if share:
                    hours.append(at)
                    weights.append(weight * mood * share)
        return hours, list(accumulate(weights))
