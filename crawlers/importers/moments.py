"""The moment a file's relative times count from (21秒前, 昨天 12:00): told, in the row or in the name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from crawlers.times import parse_time
from crawlers.times.forms import CLOCK_SKEW
from koubei.core.clock import BEIJING
from koubei.core.domain import TimePrecision

Reading = tuple[datetime | None, TimePrecision]
TimeKind = Literal["absolute", "yearless", "relative", "unreadable"]

COLLECTED = (
    "collected_at",
    "crawled_at",
    "crawl_time",
    "fetched_at",
    "scraped_at",
    "采集时间",
    "爬取时间",
    "抓取时间",
    "导出时间",
    "last_modify_ts",
)
"""Columns in which exports say when a row was collected."""

DAY_BEGINS = timedelta(hours=6)
"""Where only the day of an export is known, its hour is taken to lie between this and midnight."""

_UNKNOWN: Reading = (None, "unknown")
_SHOWS_YEAR = re.compile(r"\d{4}\s?[-/.年]\s?\d{1,2}\s?[-/.月]|\d{8,16}(?:\.\d+)?$")
_PROBES = (
    datetime(2084, 6, 1, 10, tzinfo=BEIJING),
    datetime(2096, 9, 3, 17, 31, 7, tzinfo=BEIJING),
)
"""Two moments that have neither year, day nor clock in common; both years have a 29 February."""

_NAMED_DAY = r"(20\d\d)(?:(\d\d)(\d\d)|[-_.年 ](\d{1,2})[-_.月 ](\d{1,2})日?)"
_NAMED_CLOCK = r"([01]\d|2[0-3])[-_.:：时]?([0-5]\d)(?:[-_.:：分]?([0-5]\d)秒?)?分?"
_ANOTHER_DAY = r"20\d\d[-_.年 ]\d"
_NAMED = re.compile(rf"(?<!\d){_NAMED_DAY}(?:[-_ T]{{0,2}}(?!{_ANOTHER_DAY}){_NAMED_CLOCK})?(?!\d)", re.ASCII)
_SHEET = re.compile(r"\[[^\[\]]*\]$")


@dataclass(frozen=True, slots=True)
class AsOf:
    """When a file or a row was collected: between two instants, which are the same where it is known exactly.

    Attributes:
        origin: where this was learned, in words.
    """

    earliest: datetime
    latest: datetime
    origin: str

    def resolve(self, text: str, kind: TimeKind) -> Reading:
        """What a time that does not stand for itself means, seen from here; no more precise than is known.

        A missing year is that of the latest such date not after this moment.
        """
        late = parse_time(text, self.latest)
        if kind == "yearless":
            return late
        early = parse_time(text, self.earliest)
        if not (early[0] and late[0]) or early[0] == late[0]:
            return late if early[0] else _UNKNOWN
        day = late[0].astimezone(BEIJING).replace(hour=0, minute=0, second=0, microsecond=0)
        same_day = early[0].astimezone(BEIJING).date() == day.date()
        return (day.astimezone(UTC), "day") if same_day else _UNKNOWN


def as_of(text: str, origin: str) -> AsOf | None:
    """The moment or day a text names, None where it names none that stands for itself."""
    if kind_of(text) != "absolute":
        return None
    moment, precision = parse_time(text, _PROBES[0])
    return None if moment is None else _spanning(moment, precision == "day", origin)


def as_of_row(cells: Mapping[str, str]) -> AsOf | None:
    """What the row itself says."""
    for column in COLLECTED:
        value = cells.get(column)
        if value and (found := as_of(value, f"列 {column}")):
            return found
    return None


def as_of_name(name: str, now: datetime) -> AsOf | None:
    """The one date in the name of a file or of a member of a ZIP; two (a span) say nothing of the export."""
    for part in reversed(name.split("/")):
        found = {match.groups() for match in _NAMED.finditer(_SHEET.sub("", part))}
        if len(found) == 1 and (named := _from_groups(found.pop())):
            return named if named.earliest <= now + timedelta(days=1) else None
    return None


def kind_of(text: str) -> TimeKind:
    """Whether a time stands for itself, lacks its year, or counts from the moment it was shown.

    Told by reading it from two moments: what does not depend on them is absolute.
    """
    first = parse_time(text, _PROBES[0])[0]
    if first and _SHOWS_YEAR.match(text):
        return "absolute"
    second = parse_time(text, _PROBES[1])[0]
    if first == second:
        return "absolute" if first else "unreadable"
    if first and second and _without_year(first) == _without_year(second):
        return "yearless"
    return "relative"


def _without_year(moment: datetime) -> datetime:
    return moment.astimezone(BEIJING).replace(year=_PROBES[0].year)


def _spanning(moment: datetime, whole_day: bool, origin: str) -> AsOf:
    if not whole_day:
        return AsOf(moment, moment, origin)
    end = moment + timedelta(days=1, seconds=-1) - CLOCK_SKEW  # parse_time reaches so much further
    return AsOf(moment + DAY_BEGINS, end, origin)


def _from_groups(groups: tuple[str | None, ...]) -> AsOf | None:
    year, month, day, month_apart, day_apart, hour, minute, second = groups
    date = (int(year or 0), int(month or month_apart or 0), int(day or day_apart or 0))
    try:
        moment = datetime(*date, int(hour or 0), int(minute or 0), int(second or 0), tzinfo=BEIJING)
    except ValueError:
        return None
    shown = f"{moment:%Y-%m-%d}" if hour is None else f"{moment:%Y-%m-%d %H:%M}"
    return _spanning(moment.astimezone(UTC), hour is None, f"文件名中的 {shown}")
