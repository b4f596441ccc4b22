"""The one source of now, of days and of windows. A day is 00:00-24:00 Asia/Shanghai."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from koubei.core.errors import ConfigError, InputError
from koubei.core.language import _

BEIJING = ZoneInfo("Asia/Shanghai")
NOW_VARIABLE = "KOUBEI_NOW"


class Clock(Protocol):
    """Anything that can tell the time."""

    def now(self) -> datetime:
        """The current instant, in UTC, aware."""
        ...


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The machine's current instant in UTC."""
        return datetime.now(UTC)


@dataclass(slots=True)
class FixedClock:
    """A clock that stands still until it is set: for tests, replays and the demo."""

    instant: datetime

    def now(self) -> datetime:
        """The instant it was set to, in UTC."""
        return self.instant.astimezone(UTC)

    def set(self, instant: datetime) -> None:
        """Move the clock to `instant` (aware)."""
        self.instant = instant


def clock_from_environment() -> Clock:
    """The machine's clock, or a fixed one where KOUBEI_NOW holds an ISO instant with an offset.

    Raises:
        ConfigError: KOUBEI_NOW is set and is no ISO 8601 instant with an offset.
    """
    text = os.environ.get(NOW_VARIABLE)
    return FixedClock(parse_instant(text, NOW_VARIABLE)) if text else SystemClock()


def parse_instant(text: str, name: str) -> datetime:
    """An aware UTC instant from ISO 8601 text; without an offset it is read as Beijing time.

    Raises:
        ConfigError: the text is no ISO 8601 instant; `name` says which setting it came from.
    """
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise ConfigError(
            f"{name} = {text!r}", _("ISO 8601 时间"), _("例如 2026-11-18T08:30+08:00")
        ) from error
    return (instant if instant.tzinfo else instant.replace(tzinfo=BEIJING)).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Window:
    """A half-open span of time [start, end), both aware UTC."""

    start: datetime
    end: datetime

    def __contains__(self, instant: datetime) -> bool:
        return self.start <= instant < self.end


def day_of(instant: datetime) -> date:
    """The Beijing calendar day an instant falls on."""
    return instant.astimezone(BEIJING).date()


def day_window(day: date) -> Window:
    """00:00-24:00 Beijing time of `day`, as UTC instants."""
    return days_window(day, day)


def days_window(first: date, last: date) -> Window:
    """From 00:00 of `first` to 24:00 of `last`, Beijing time, as UTC instants.

    Raises:
        InputError: a day so early or late that no UTC instant can name its ends.
    """
    try:
        return Window(_midnight(first), _midnight(last + timedelta(days=1)))
    except OverflowError as error:
        raise InputError(
            _("日期 {first} 至 {last} 太早或太晚", first=first, last=last), _("0001-01-02 至 9999-12-30 之间")
        ) from error


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), BEIJING).astimezone(UTC)
