"""Finds phone, id card, bank card numbers and mail addresses in a text and covers them with stars.

| covered | left as written |
|---|---|
| mobile numbers, also with +86, in groups, full-width or in Chinese numerals | 10086, 12345, 95xxx, 400 and 800 numbers |
| landlines with their area code | a number right after 编号, 单号 or 流水号 |
| 18-digit id cards whose check digit fits | other numbers of 18 digits |
| bank cards: 16-19 digits, a bank's prefix, Luhn fits | order numbers that begin with a date |
| mail addresses | @nicknames |
"""  # noqa: E501  a table row cannot be folded

from __future__ import annotations

import re
from collections.abc import Iterator

_TO_ASCII = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
"""Full-width forms to ASCII, one character for one, so that positions stay those of the text."""

_NUMERALS = str.maketrans(
    "〇零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖⓪①②③④⑤⑥⑦⑧⑨", "0012345678911234567890123456789"
)

_GAP = r"[ \t\u00a0.·•\-‐‑–—\u200b-\u200d\u2060\ufeff]"
_S = _GAP + "{0,2}"
"""What people put between the groups of a number, zero-width characters among it."""

_COUNTRY = rf"(?:(?:\+|00)?86{_S})"

_MOBILE = re.compile(
    rf"(?<!\d){_COUNTRY}?1(?:"
    rf"[3-9]\d{_S}\d{{4}}{_S}\d{{4}}"  # 138 0013 8000
    rf"|[3-9]\d\d{_S}\d{{3}}{_S}\d{{4}}"  # 1380 013 8000
    rf"|[3-9]\d{_S}\d{{3}}{_S}\d{{5}}"  # 138 001 38000
    rf"|[3-9]\d{{3}}{_S}\d{{3}}{_S}\d{{3}}"  # 13800 138 000
    rf"|{_GAP}[3-9](?:{_GAP}\d){{9}}"  # 1 3 8 0 0 …
    r")(?!\d)",
    re.ASCII,
)
_LANDLINE = re.compile(
    rf"(?<!\d)(?:{_COUNTRY}\(?0?|\(?0)(?:10|2\d|[3-9]\d\d)\)?{_S}[2-8]\d{{2,3}}{_S}\d{{4}}(?!\d)", re.ASCII
)
_ID_CARD = re.compile(rf"(?<!\d)(?=(\d{{6}}{_S}\d{{4}}{_S}\d{{4}}{_S}\d{{3}}[\dXx])(?!\d))", re.ASCII)
_ID_CARD_FOURS = re.compile(rf"(?<!\d)(?=((?:\d{{4}}{_GAP}){{4}}\d[\dXx])(?!\d))", re.ASCII)
_BANK_CARD = re.compile(
    rf"(?<!\d)(?=((?:6[02]|4\d|5[1-5]|35|9\d)\d\d(?:{_S}\d{{4}}){{3}}(?:{_S}\d{{1,3}})?)(?!\d))", re.ASCII
)
_LOCAL = r"[A-Za-z0-9._%+\-]"
_MAIL = re.compile(rf"(?<!{_LOCAL}){_LOCAL}++@(?:[A-Za-z0-9\-]++\.)+[A-Za-z]{{2,}}")
_LABELLED = re.compile(r"(?:编号|單號|单号|流水号|流水號)[ :是为為]{0,3}$")
_WORTH_A_LOOK = re.compile(
    r"\d.{0,30}\d.{0,30}\d|[@＠]|[〇零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖⓪①-⑨]{6}", re.DOTALL
)

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"


def mask(text: str) -> str:
    """The text with every personal number and mail address covered by as many stars as it had characters.

    Covered again until nothing is found, so a masked text never changes when it is masked once more.
    """
    if not _WORTH_A_LOOK.search(text):
        return text
    covered = _cover(text)
    while covered != text:
        text, covered = covered, _cover(covered)
    return text


def id_card_fits(number: str) -> bool:
    """Whether 18 characters are an id card number by its check digit (GB 11643-1999) and birth date."""
    month, day = int(number[10:12]), int(number[12:14])
    if number[0] == "0" or number[6:8] not in ("18", "19", "20") or not (1 <= month <= 12 and 1 <= day <= 31):
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_ID_WEIGHTS, number, strict=False))
    return number[17].upper() == _ID_CHECKS[total % 11]


def luhn_fits(number: str) -> bool:
    """Whether the digits pass the check of bank card numbers (ISO/IEC 7812-1)."""
    doubled = [int(d) * (2 if n % 2 else 1) for n, d in enumerate(reversed(number))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def _cover(text: str) -> str:
    plain = text.translate(_TO_ASCII)
    spans = [*_personal(plain), *_mobiles(plain.translate(_NUMERALS))]
    if not spans:
        return text
    characters = list(text)
    for start, end in spans:
        characters[start:end] = "*" * (end - start)
    return "".join(characters)


def _personal(plain: str) -> Iterator[tuple[int, int]]:
    for pattern in (_ID_CARD, _ID_CARD_FOURS):
        for found in pattern.finditer(plain):
            if id_card_fits(_bare(found[1])):
                yield found.span(1)
    for found in _BANK_CARD.finditer(plain):
        if luhn_fits(_bare(found[1])) and not _labelled(plain, found.start(1)):
            yield found.span(1)
    yield from _mobiles(plain)
    for pattern in (_LANDLINE, _MAIL):
        yield from (found.span() for found in pattern.finditer(plain))


def _mobiles(plain: str) -> Iterator[tuple[int, int]]:
    return (m.span() for m in _MOBILE.finditer(plain) if not _labelled(plain, m.start()))


def _labelled(plain: str, start: int) -> bool:
    return bool(_LABELLED.search(plain, max(0, start - 8), start))


def _bare(number: str) -> str:
    return "".join(c for c in number if c in "0123456789Xx")
