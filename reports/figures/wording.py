"""How numbers, times and signs are written in the Chinese report. One rule, one function."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime

from koubei.core.clock import BEIJING

MINUS = "−"
SIGNIFICANT, NOT_SIGNIFICANT = "●", "○"
NOTHING = "—"
WEEKDAYS = "一二三四五六日"

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_BIDI = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_MARKDOWN = re.compile(r"([\\`*_\[\]()<>#|~])")


def whole(n: int) -> str:
    """12,345."""
    return f"{n:,}"


def short(n: float) -> tuple[str, str]:
    """A count for text and key figures as (number, unit): ("1.60", "万"), ("6,875", "")."""
    if abs(n) < 10_000:
        return f"{n:,.0f}", ""
    value, unit = (n / 1e8, "亿") if abs(n) >= 1e8 else (n / 1e4, "万")
    decimals = 2 if abs(value) < 10 else 1 if abs(value) < 1000 else 0
    return f"{value:,.{decimals}f}", unit


def short_text(n: float) -> str:
    """`short` in one string: "1.60 万"."""
    number, unit = short(n)
    return f"{number} {unit}" if unit else number


def percent(share: float, decimals: int = 1) -> str:
    """0.233 -> "23.3"; the sign % is the caller's."""
    return f"{share * 100:.{decimals}f}"


def signed(value: float, decimals: int = 1) -> str:
    """5.36 -> "+5.4"; -0.04 -> "0.0": a zero has no sign."""
    text = f"{abs(value):.{decimals}f}"
    if float(text) == 0:
        return text
    return ("+" if value > 0 else MINUS) + text


def points(share_change: float) -> str:
    """A change of a share, in points: "+5.4 点"."""
    return f"{signed(share_change * 100)} 点"


def interval(low: float, high: float) -> str:
    """A share's interval: "22.2–24.4"."""
    return f"{percent(low)}–{percent(high)}"


def day_text(day: date) -> str:
    """11-18."""
    return f"{day:%m-%d}"


def weekday(day: date) -> str:
    """周三."""
    return f"周{WEEKDAYS[day.weekday()]}"


def moment(instant: datetime) -> str:
    """11-18 17:10, Beijing time."""
    return f"{instant.astimezone(BEIJING):%m-%d %H:%M}"


def clock_time(instant: datetime) -> str:
    """17:10, Beijing time."""
    return f"{instant.astimezone(BEIJING):%H:%M}"


def roman(level: int) -> str:
    """An alert level 1-4 as the plans write it: Ⅰ Ⅱ Ⅲ Ⅳ."""
    return "ⅠⅡⅢⅣ"[min(max(level, 1), 4) - 1]


def plain(text: str, limit: int = 160) -> str:
    """A post's words on one line without control characters, cut to `limit` characters with "…"."""
    flat = " ".join(_CONTROL.sub("", unicodedata.normalize("NFC", text)).split())
    return flat if len(flat) <= limit else flat[: limit - 1].rstrip() + "…"


def inert(text: str, limit: int = 160) -> str:
    """`plain` without direction marks: for titles, mail subjects and chat cards."""
    return _BIDI.sub("", plain(text, limit))


def markdown(text: str, limit: int = 160) -> str:
    """`inert` with every character that markdown reads escaped."""
    return _MARKDOWN.sub(r"\\\1", inert(text, limit))


_MARKUP = re.compile(r"\\(.)|\*\*|\[([^\]]*)\]\(([^)\s]*)\)|^(?:#{1,6}|>) ", re.MULTILINE)


def without_markdown(card: str) -> str:
    """A card of ours as plain text: no marks, no escapes, an address behind the words of a link."""
    return _MARKUP.sub(lambda m: m[1] or (f"{m[2]} {m[3]}" if m[3] else m[2] or ""), card)


PLATFORMS = {
    "weibo": "微博", "douyin": "抖音", "xiaohongshu": "小红书", "heimao": "黑猫投诉", "appstore": "应用商店",
    "forum": "论坛", "news": "新闻", "tieba": "贴吧", "zhihu": "知乎", "bilibili": "B站", "kuaishou": "快手",
    "wechat": "微信", "toutiao": "头条", "douban": "豆瓣", "v2ex": "V2EX",
}  # fmt: skip
ROLES = {
    "customer": "客户", "unknown": "身份未知", "media": "媒体", "marketing": "营销号", "official": "自有官方",
    "employee": "员工",
}  # fmt: skip
STAGES = ("售前", "咨询", "购买", "使用", "售后")
NO_FACTOR_TEXT = "未涉要素"


def platform(name: str) -> str:
    """A platform's Chinese name, its id where it has none here."""
    return PLATFORMS.get(name, name)


def role(name: str) -> str:
    """A role's Chinese name."""
    return ROLES.get(name, name)


def factor(name: str) -> str:
    """A factor's name; "none" in words."""
    return NO_FACTOR_TEXT if name == "none" else name
