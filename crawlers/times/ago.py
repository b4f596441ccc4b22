"""How long ago: 2天3小时前, 1个半小时前, 十分钟前. Read whole or not at all, never a part of it."""

from __future__ import annotations

import re
from datetime import timedelta

_UNITS = {
    "年": timedelta(days=365),
    "月": timedelta(days=30),
    "星期": timedelta(weeks=1),
    "礼拜": timedelta(weeks=1),
    "周": timedelta(weeks=1),
    "天": timedelta(days=1),
    "日": timedelta(days=1),
    "小时": timedelta(hours=1),
    "钟头": timedelta(hours=1),
    "刻钟": timedelta(minutes=15),
    "分钟": timedelta(minutes=1),
    "分": timedelta(minutes=1),
    "秒钟": timedelta(seconds=1),
    "秒": timedelta(seconds=1),
}
_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_TENS = {"十": 10, "百": 100}
_FEW = 3.0
"""几分钟前."""

_NUMBER = r"\d{1,5}(?:\.\d{1,3})?|[零〇一二两三四五六七八九十百]{1,5}|半|几"
_TERM = re.compile(
    rf"\s*(?P<n>{_NUMBER})\s*(?P<measure>个)?\s*(?P<half>半)?\s*(?P<unit>{'|'.join(_UNITS)})"
    r"(?P<tail>半)?\s*[零又]?\s*",
    re.ASCII,
)
_PART = r"[\d.:点零〇一二两三四五六七八九十百千万多几半个年月星期礼拜周天日小时钟头刻分秒又余\s]"
RUN = rf"(?P<run>{_PART}{{1,40}}?)(?:以|之)?前"
"""What stands before 前, as far as it could be a part of it; to be searched for in NFKC text."""
_COUNT_BESIDE = re.compile(r"[\d.\s]*\s", re.ASCII)
"""A number that stands before, as the count of a button does: 12 3分钟前."""


def duration(run: str) -> timedelta | None:
    """The time a run of RUN stands for; None where any part of it is not understood.

    The units must come in descending order. 3月前 (before March?) and 之前 are none.
    """
    whole = _terms(run)
    if whole is None and (beside := _COUNT_BESIDE.match(run)):
        return _terms(run[beside.end() :])
    return whole


def _terms(text: str) -> timedelta | None:
    total, smallest, at = timedelta(), timedelta.max, 0
    while at < len(text):
        term = _TERM.match(text, at)
        if term is None:
            return None
        unit = _UNITS[term["unit"]]
        if unit >= smallest or (term["unit"] == "月" and not (term["measure"] or term["n"] == "半")):
            return None
        count = _count(term["n"])
        if count is None or (term["half"] and (term["tail"] or not count.is_integer())):
            return None
        total += (count + (0.5 if term["half"] or term["tail"] else 0.0)) * unit
        smallest, at = unit, term.end()
    return total if at else None


def _count(number: str) -> float | None:
    """A number in digits or Chinese numerals up to 999."""
    if number in ("半", "几"):
        return 0.5 if number == "半" else _FEW
    if number[0].isdigit():
        return float(number)
    total, digit = 0, None
    for char in number:
        if char in _TENS:
            total += (1 if digit is None else digit) * _TENS[char]
            digit = None
        elif digit:
            return None
        else:
            digit = _DIGITS[char]
    return float(total + (digit or 0))
