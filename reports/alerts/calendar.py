"""Which kind of day a Beijing date is: people post differently on work days, weekends and holidays."""

from __future__ import annotations

from datetime import date
from enum import IntEnum
from functools import cache

import holidays


class DayType(IntEnum):
    """Kinds of day, in the order the baseline numbers them."""

    WORKDAY = 0
    WEEKEND = 1
    HOLIDAY = 2


@cache
def day_type(day: date) -> DayType:
    """Work day (make-up days at weekends included), weekend or public holiday of mainland China."""
    calendar = _calendar(day.year)
    if day in calendar:
        return DayType.HOLIDAY
    return DayType.WORKDAY if calendar.is_working_day(day) else DayType.WEEKEND


@cache
def published(year: int) -> bool:
    """Whether the year's days off and make-up days are known; the State Council names them each November.

    Without them the festival's own days count as holidays and every other weekend as a weekend.
    """
    return any(day.year == year for day in _calendar(year).weekend_workdays)


@cache
def _calendar(year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("CN", years=year)
