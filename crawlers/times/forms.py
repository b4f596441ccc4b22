"""Times as Chinese sites write them, resolved against the moment the page was read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from crawlers.times.ago import RUN, duration
from crawlers.times.zones import ZONE, zone_of
from koubei.core.clock import BEIJING
from koubei.core.domain import TimePrecision

Parsed = tuple[datetime, TimePrecision]

EARLIEST_YEAR = 1990
"""Older dates are defaults and zero epochs (1970-01-01, 0001-01-01), never a post."""
CLOCK_SKEW = timedelta(hours=1)
"""A site whose clock runs ahead of ours still means this year and this day."""
MAX_LENGTH = 200

_DAYS_AGO = {"今天": 0, "今日": 0, "昨天": 1, "昨日": 1, "前天": 2, "大前天": 3}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_CLOCK = (
    r"(?P<half>上午|下午|中午|凌晨|早上|晚上)?\s?(?P<h>\d{1,2})\s?[:时点]\s?(?P<m>\d{1,2})"
    r"(?:\s?[:分]\s?(?P<s>\d{2})(?:[.,]\d{1,9})?)?(?:\s?(?P<ampm>[ap]\.?m\b))?"
)
_WEEKDAY = r"(?:\(?(?:星期|周)[一二三四五六日天]\)?\s?)?"
_AFTER_DATE = rf"\s?{_WEEKDAY}(?:[T,]?\s?{_CLOCK}\s?{ZONE})?"
_MONTH_NAME = rf"(?P<mon>{'|'.join(_MONTHS)})[a-z]*\.?"


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII | re.IGNORECASE)


def parse_time(text: str | int | float | None, fetched_at: datetime) -> tuple[datetime | None, TimePrecision]:
    """The UTC instant a site's time text means, and how precise it is.

    Reads relative times (2天3小时前, 昨天 12:00), dates with and without year (10-31, 10月31日 12:00),
    ISO 8601, RFC 822, Weibo's and Django's English forms, epoch seconds and milliseconds. What has no
    zone is Beijing time; what has no year is the latest such date up to `fetched_at` (aware). Text around
    the time is ignored. What cannot be a time is (None, "unknown"); never raises.
    """
    if text is None:
        return None, "unknown"
    tidy = " ".join(unicodedata.normalize("NFKC", str(text)[:MAX_LENGTH]).replace("\u200b", "").split())
    local = fetched_at.astimezone(BEIJING)
    for pattern, read in _FORMS:
        found = pattern.search(tidy)
        if found:
            return _checked(read, found, local)
    return None, "unknown"


def _checked(
    read: Callable[[re.Match[str], datetime], Parsed], found: re.Match[str], local: datetime
) -> tuple[datetime | None, TimePrecision]:
    try:
        moment, precision = read(found, local)
        instant = moment.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None, "unknown"
    return (instant, precision) if instant.year >= EARLIEST_YEAR else (None, "unknown")


def _epoch(found: re.Match[str], _local: datetime) -> Parsed:
    whole = found["epoch"]
    scale = 10 ** max(0, len(whole) - 10)
    return datetime.fromtimestamp(int(whole) / scale, UTC), "exact"


def _full_date(found: re.Match[str], _local: datetime) -> Parsed:
    return _with_clock(found, int(found["y"]), int(found["mo"]), int(found["d"]))


def _compact(found: re.Match[str], _local: datetime) -> Parsed:
    digits = found["digits"]
    if len(digits) == 8:
        return datetime.strptime(digits, "%Y%m%d").replace(tzinfo=BEIJING), "day"
    return datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=BEIJING), "exact"


def _english(found: re.Match[str], _local: datetime) -> Parsed:
    month = _MONTHS.index(found["mon"].lower()) + 1
    return _with_clock(found, int(found["y"]), month, int(found["d"]))


def _ago(found: re.Match[str], local: datetime) -> Parsed:
    passed = duration(found["run"])
    if passed is None:
        raise ValueError(found[0])
    moment = local - passed
    if found["h"] is None:
        return moment, "relative"
    return _with_clock(found, moment.year, moment.month, moment.day)


def _just_now(_found: re.Match[str], local: datetime) -> Parsed:
    return local, "relative"


def _named_day(found: re.Match[str], local: datetime) -> Parsed:
    day = local - timedelta(days=_DAYS_AGO[found["day"]])
    return _with_clock(found, day.year, day.month, day.day)


def _month_day(found: re.Match[str], local: datetime) -> Parsed:
    for year in range(local.year + 1, local.year - 9, -1):  # nine years hold a 29 February
        try:
            moment, precision = _with_clock(found, year, int(found["mo"]), int(found["d"]))
        except ValueError:
            continue
        if moment <= local + CLOCK_SKEW:
            return moment, precision
    raise ValueError(found[0])


def _clock_only(found: re.Match[str], local: datetime) -> Parsed:
    moment, precision = _with_clock(found, local.year, local.month, local.day)
    return (moment if moment <= local + CLOCK_SKEW else moment - timedelta(days=1)), precision


def _with_clock(found: re.Match[str], year: int, month: int, day: int) -> Parsed:
    parts = found.groupdict()
    if parts.get("h") is None:
        return datetime(year, month, day, tzinfo=BEIJING), "day"
    hour = _hour(int(parts["h"]), parts.get("half") or "", (parts.get("ampm") or "").lower())
    seconds = parts.get("s")
    zone = zone_of(parts.get("zone"))
    moment = datetime(year, month, day, hour, int(parts["m"]), int(seconds or 0), tzinfo=zone)
    return moment, "exact" if seconds else "minute"


def _hour(hour: int, half: str, ampm: str) -> int:
    if (half in ("下午", "晚上") or ampm.startswith("p")) and hour < 12:
        return hour + 12
    return 0 if (half == "凌晨" or ampm.startswith("a")) and hour == 12 else hour


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], datetime], Parsed]], ...] = (
    (_compile(r"^(?P<digits>(?:19|20)\d{6}(?:\d{6})?)$"), _compact),
    (_compile(r"(?:^|timeConvert\(['\"])(?P<epoch>\d{9,10}|\d{13}|\d{16})(?:\.\d+)?(?:$|['\"])"), _epoch),
    (
        _compile(
            rf"(?<!\d)(?P<y>\d{{4}})\s?[-/.年]\s?(?P<mo>\d{{1,2}})\s?[-/.月]\s?(?P<d>\d{{1,2}})日?{_AFTER_DATE}"
        ),
        _full_date,
    ),
    (_compile(rf"{_MONTH_NAME}\s(?P<d>\d{{1,2}})\s{_CLOCK}\s?{ZONE}\s?(?P<y>\d{{4}})"), _english),
    (_compile(rf"{_MONTH_NAME}\s(?P<d>\d{{1,2}}),?\s(?P<y>\d{{4}}){_AFTER_DATE}"), _english),
    (_compile(rf"(?P<d>\d{{1,2}})[\s-]{_MONTH_NAME}[\s,-]+(?P<y>\d{{4}}){_AFTER_DATE}"), _english),
    (_compile(rf"{RUN}(?![天面])(?:\s?{_CLOCK})?"), _ago),
    (_compile(r"刚刚|just now"), _just_now),
    (_compile(rf"(?P<day>今天|今日|昨天|昨日|大前天|前天)\s?(?:{_CLOCK})?"), _named_day),
    (
        _compile(
            rf"(?<![\d./-])(?P<mo>\d{{1,2}})(?:[-/]|月\s?)(?P<d>\d{{1,2}})(?![\d/-])日?\s?{_WEEKDAY}(?:{_CLOCK})?"
        ),
        _month_day,
    ),
    (_compile(rf"^{_CLOCK}$"), _clock_only),
)
