"""The times of one page or feed looked at together: what one alone cannot show.

A list page that knows only days writes midnight into every entry; a feed made on request stamps every entry
with the moment it was asked. Taken at their word both would be a surge.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple

from koubei.core.clock import BEIJING
from koubei.core.domain import TimePrecision

FEWEST = 2
"""Entries that must agree before a page is doubted."""
FEWEST_WITHOUT_SECONDS = 4
"""So many different moments, all on the full minute, are no chance: 60^-4."""
AT_ONCE = timedelta(seconds=10)
"""As far from the moment of asking as a feed that stamps it can be."""
ONLY_DAYS = "发布时间只到日：整页都在零点，不进逐时序列"
STAMPED = "发布时间是抓取或生成的时刻，不是发布时间：记为未知"

Times = Mapping[str, str]
"""An entry's key -> the time its feed gave it, as written."""


class Stamp(NamedTuple):
    """A publication time (UTC, aware, or None) and its precision."""

    at: datetime | None
    precision: TimePrecision


def settle_together(
    stamps: Sequence[Stamp], asked_at: datetime | None = None, moved: bool = False
) -> tuple[list[Stamp], str | None]:
    """The stamps of one page as they are to be believed, and what was found wrong with them.

    asked_at: when the page was fetched; None for rows of a file, whose times nobody made up when asked.
    moved: the same entries had other times when they were last asked for.
    """
    precise = [each.at for each in stamps if each.at is not None and each.precision in ("exact", "minute")]
    if len(precise) >= FEWEST:
        if moved or (asked_at and _made_up(precise, asked_at)):
            return [_unknown(each) for each in stamps], STAMPED
        zone = _where_days_begin(precise, on_page=asked_at is not None)
        if zone:
            return [_day(each, zone) for each in stamps], ONLY_DAYS
    seconds = {at for at in precise if at.second or at.microsecond}
    if not seconds and len(set(precise)) >= FEWEST_WITHOUT_SECONDS:
        return [_to_the_minute(each) for each in stamps], None
    return list(stamps), None


def times_moved(before: Times, now: Times) -> bool:
    """Whether most entries that were there before have another time now."""
    shared = [before[key] != now[key] for key in before.keys() & now.keys()]
    return len(shared) >= FEWEST and _mostly(shared)


def _mostly(facts: Iterable[bool]) -> bool:
    found = list(facts)
    return sum(found) >= FEWEST and 2 * sum(found) > len(found)


def _stamped(precise: Sequence[datetime]) -> bool:
    """Most carry one odd second: when the feed was made. One without seconds an editor may have set."""
    moment, times = Counter(precise).most_common(1)[0]
    return bool(moment.second) and times > FEWEST and 2 * times > len(precise)


def _made_up(precise: Sequence[datetime], asked_at: datetime) -> bool:
    return _mostly(abs(at - asked_at) <= AT_ONCE for at in precise) or _stamped(precise)


def _where_days_begin(precise: Sequence[datetime], on_page: bool) -> tzinfo | None:
    """The zone in which most stand at midnight: Beijing, or on a page Greenwich, which some generators put.

    08:00 in Beijing is midnight in Greenwich, and many post daily at eight: some must share their day.
    """
    if _mostly(_midnight(at, BEIJING) for at in precise):
        return BEIJING
    share_days = len(set(precise)) < len(precise)
    return UTC if on_page and share_days and _mostly(_midnight(at, UTC) for at in precise) else None


def _midnight(at: datetime, zone: tzinfo) -> bool:
    local = at.astimezone(zone)
    return (local.hour, local.minute, local.second) == (0, 0, 0)


def _day(stamp: Stamp, zone: tzinfo) -> Stamp:
    """A midnight as the Beijing day it means; any other time as it is."""
    if stamp.at is None or stamp.precision not in ("exact", "minute") or not _midnight(stamp.at, zone):
        return stamp
    here = stamp.at.astimezone(BEIJING)
    return Stamp(here.replace(hour=0).astimezone(UTC), "day")


def _to_the_minute(stamp: Stamp) -> Stamp:
    return stamp._replace(precision="minute") if stamp.precision == "exact" else stamp


def _unknown(stamp: Stamp) -> Stamp:
    return Stamp(None, "unknown") if stamp.precision in ("exact", "minute") else stamp
