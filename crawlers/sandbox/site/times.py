"""Times the way a Chinese forum shows them: relative for a week, then dates."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from koubei.core.clock import BEIJING

_HALF_HOUR, _HOUR, _WEEK_DAYS = 1800, 3600, 7


class Shown(NamedTuple):
    """`relative` is "" where the post is older than a week; `absolute` is Beijing time to the minute."""

    relative: str
    absolute: str


def shown(at: datetime, now: datetime) -> Shown:
    """How a post of `at` looks to a reader of `now`."""
    local, today = at.astimezone(BEIJING), now.astimezone(BEIJING).date()
    absolute = f"{local:%Y-%m-%d %H:%M}"
    days = (today - local.date()).days
    if days == 0:
        return Shown(_same_day((now - at).total_seconds()), absolute)
    if days <= 2:
        return Shown(f"{'昨天' if days == 1 else '前天'} {local:%H:%M}", absolute)
    return Shown(f"{days} 天前" if days < _WEEK_DAYS else "", absolute)


def _same_day(seconds: float) -> str:
    if seconds < 60:
        return f"{int(seconds)} 秒前" if seconds >= 1 else "刚刚"
    if seconds < _HALF_HOUR:
        return f"{int(seconds // 60)} 分钟前"
    return "半小时前" if seconds < _HOUR else f"{int(seconds // _HOUR)} 小时前"
