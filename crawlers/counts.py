"""Counts as sites and exports write them: the whole text is a number, or the count is not known."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal

NULLS = frozenset({"", "-", "--", "---", "—", "null", "none", "nan", "n/a", "\\n"})
"""What exports write where they have no value (compared in lower case)."""

MAX_LENGTH = 100
_MOST = 2**63 - 1
"""Both stores keep counts as signed 64-bit integers."""

_FOLDS: dict[int, int | str | None] = {full: full - 0xFEE0 for full in range(0xFF01, 0xFF5F)}
"""Full-width forms are ASCII ones 0xFEE0 further on."""
_FOLDS |= {0x3000: " ", 0x200B: None, 0xFEFF: None}
_FOLDS |= {ord("萬"): "万", ord("億"): "亿", ord("兩"): "两"}

_UNITS = {"十": 10, "百": 100, "千": 10**3, "k": 10**3, "万": 10**4, "w": 10**4, "m": 10**6}
_UNITS |= {"亿": 10**8, "b": 10**9}
_UNIT = r"(?:[十百千]?万?亿|[十百千]?万|[十百千kwmb])"
_DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5}
_DIGITS |= {"六": 6, "七": 7, "八": 8, "九": 9}

_PLAIN = r"(?:[0-9]{1,19}|[0-9]{1,3}(?:,[0-9]{3}){1,6})(?:\.[0-9]{1,9})?"
_NUMBER = (
    r"(?P<power>[0-9]{1,18}(?:\.[0-9]{1,17})?e\+?[0-9]{1,2})"
    rf"|(?P<scaled>(?:{_PLAIN}\s?{_UNIT}){{1,3}})"
    rf"|(?P<plain>{_PLAIN})"
    rf"|(?P<words>[{''.join(_DIGITS)}十百千万亿]{{1,12}})"
)
_LABEL = (
    r"(?:点?赞|评论|转发|收藏|分享|回复|阅读|浏览|播放|查看|观看|喜欢|在看|人气|热度|弹幕|投币|有用"
    r"|likes?|comments?|reposts?|shares?|views?|repl(?:y|ies))(?:数|量)?"
)
"""What buttons and figures are called on a page."""
_COUNT = re.compile(
    rf"(?:{_LABEL}\s?[:(]?\s?|[共约近超>≥]\s?|超过\s?)?(?:{_NUMBER})(?:\+|[多余]|以上)?"
    rf"\s?(?:次|人|条|个)?\s?(?:{_LABEL})?\)?"
)
_BARE_LABEL = re.compile(_LABEL)
_PART = re.compile(rf"({_PLAIN})\s?({_UNIT})")
_NEGATIVE = re.compile(rf"[-−]{_PLAIN}")


def parse_count(text: str | int | None) -> int | None:
    """A count as sites show it: "1.2万" is 12000, "十万+" 100000, "1e+05" 100000, "1,234" 1234.

    The whole text must be a number, with the name of the figure before or behind it at most ("赞(3)",
    "12条评论"): a date, a clock time or a rating is no count. The bare name of a button ("赞", "转发") is 0,
    since sites show it so for none. Everything else, no value ("", "--", "null", None) and a negative number
    (hidden) are None. Never raises.
    """
    if text is None or isinstance(text, int):
        return text if text is not None and 0 <= text <= _MOST else None
    tidy = _tidy(text)
    if _BARE_LABEL.fullmatch(tidy):
        return 0
    found = _COUNT.fullmatch(tidy) if len(tidy) <= MAX_LENGTH else None
    value = _value(found) if found else None
    return value if value is not None and value <= _MOST else None


def count_noted(text: str | int | None, name: str, notes: Counter[str]) -> int | None:
    """`parse_count`; a text that says something and is no count is noted under the field's name."""
    count = parse_count(text)
    if count is None and isinstance(text, str):
        tidy = _tidy(text)
        if tidy not in NULLS and not _NEGATIVE.fullmatch(tidy):
            notes[f"{name}（数字读不出，记为未知）"] += 1
    return count


def _tidy(text: str) -> str:
    return " ".join(text[: MAX_LENGTH * 2].translate(_FOLDS).lower().split())


def _value(found: re.Match[str]) -> int | None:
    if found["words"]:
        return _in_words(found["words"])
    if found["scaled"]:
        return _scaled(found["scaled"])
    exact = Decimal((found["power"] or found["plain"]).replace(",", ""))
    return int(exact) if exact == exact.to_integral_value() else None


def _scaled(text: str) -> int | None:
    """1.2万, 1亿2345万: each unit smaller than the one before."""
    total, before = Decimal(0), Decimal(_MOST)
    for number, units in _PART.findall(text):
        scale = Decimal(1)
        for unit in units:
            scale *= _UNITS[unit]
        value = Decimal(number.replace(",", "")) * scale
        if scale >= before or (total and value >= before):
            return None
        total, before = total + value, scale
    return int(total)


def _in_words(text: str) -> int | None:
    """一千二百, 十万, 百万: the numerals of Chinese; a unit that nothing stands before counts once.

    三万五 is 35000 to the ear and 30005 to the letter: not known.
    """
    total = below = section = 0
    digit: int | None = None
    for at, character in enumerate(text):
        if character in _DIGITS:
            if digit:
                return None
            digit = _DIGITS[character]
            if at and at == len(text) - 1 and text[at - 1] in "百千万亿":
                return None
        elif character == "亿":
            total += (below + section + (digit or 0) or 1) * _UNITS[character]
            below, section, digit = 0, 0, None
        elif character == "万":
            below += (section + (digit or 0) or 1) * _UNITS[character]
            section, digit = 0, None
        else:
            section += (1 if digit is None else digit) * _UNITS[character]
            digit = None
    return total + below + section + (digit or 0)
