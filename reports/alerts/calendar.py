"""Which kind of day a Beijing date is: people post differently on work days, weekends and holidays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
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
    """Work day (make-up days at weekends included), weekend or public holiday of mainland China.

    A weekend day that belongs to the days off of a public holiday is a holiday: the Sunday in the national
    week. The library lists the holiday's own days and the days given for them, not the weekends between.
    """
    if not _day_off(day):
        return DayType.WORKDAY
    if day in _calendar(day.year) or (published(day.year) and any(map(_is_holiday, _days_off_around(day)))):
        return DayType.HOLIDAY
    return DayType.WEEKEND


@cache
def published(year: int) -> bool:
    """Whether the year's days off and make-up days are known; the State Council names them each November.

    Without them the festival's own days count as holidays and every other weekend as a weekend.
    """
    return any(day.year == year for day in _calendar(year).weekend_workdays)


def _days_off_around(day: date) -> Iterator[date]:
    """The days off that lead up to and follow the day without a work day between."""
    for step in (-1, 1):
        near = day + timedelta(days=step)
        while _day_off(near):
            yield near
            near += timedelta(days=step)


def _is_holiday(day: date) -> bool:
    return day in _calendar(day.year)


def _day_off(day: date) -> bool:
    return _is_holiday(day) or not _calendar(day.year).is_working_day(day)


@cache
def _calendar(year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("CN", years=year)
