"""What every part of the computation needs to know about the day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from koubei.core.clock import day_window, days_window
from koubei.core.config.schema import Settings
from reports.figures.collection import Health
from reports.measure.ledger import Ledger
from reports.measure.queries import Scope
from reports.measure.rows import Row, Table, days_before

HISTORY_DAYS = 28


@dataclass(frozen=True, slots=True)
class Frame:
    """The day, its rows, what may be compared, and the ledger of figures."""

    settings: Settings
    day: date
    frozen_at: datetime
    table: Table
    health: Health
    ledger: Ledger

    @property
    def brand(self) -> str:
        """The own brand's id."""
        return self.settings.own_brand.id

    @property
    def brands(self) -> tuple[str, ...]:
        """The ids of all configured brands, own brand first."""
        return tuple(b.id for b in self.settings.brands)

    @property
    def excluded(self) -> tuple[str, ...]:
        """Sources left out of comparisons."""
        return self.health.excluded

    @property
    def previous(self) -> date:
        """The day before."""
        return self.day - timedelta(days=1)

    @property
    def week_before(self) -> date:
        """The same weekday a week before."""
        return self.day - timedelta(days=7)

    @property
    def history(self) -> list[date]:
        """The 28 days before, oldest first."""
        return days_before(self.day, HISTORY_DAYS)

    @property
    def days(self) -> list[date]:
        """The 28 days before and the day."""
        return [*self.history, self.day]

    @property
    def current(self) -> Scope:
        """The own brand's mentions of the day."""
        return Scope((self.brand,), day_window(self.day), self.frozen_at)

    @property
    def whole(self) -> Scope:
        """The own brand's mentions of all 29 days."""
        return self.current.over(days_window(self.history[0], self.day))

    @property
    def compared(self) -> Scope:
        """The own brand's mentions of yesterday and today, comparable sources only."""
        return self.current.over(days_window(self.previous, self.day)).leaving_out(self.excluded)

    def rows(self, days: Sequence[date], comparable: bool = False) -> list[Row]:
        """The own brand's mentions on some days, all or comparable sources only."""
        return self.table.over(self.brand, days, self.excluded if comparable else ())

    def why_not(self, reference: date) -> str:
        """Why the day cannot be compared with another, "" where it can."""
        if not self.health.comparable:
            return "不可比"
        if not self.table.seen(reference):
            return "当日无数据"
        return ""
