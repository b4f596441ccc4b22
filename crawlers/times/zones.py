"""Zone words behind a clock time, read alike in feeds, pages and files: GMT+8, CST, 北京时间, +0800."""

from __future__ import annotations

import re
from datetime import timedelta, timezone, tzinfo

from koubei.core.clock import BEIJING

_HOURS = {"Z": 0, "UTC": 0, "GMT": 0, "UT": 0, "CST": 8, "BJT": 8, "HKT": 8, "SGT": 8, "JST": 9, "KST": 9}
_HOURS |= {"EST": -5, "EDT": -4, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7}
_HOURS |= {"WET": 0, "BST": 1, "CET": 1, "CEST": 2, "EET": 2, "MSK": 3, "AEST": 10, "AEDT": 11}
"""CST is China Standard Time: the sources are Chinese."""
_BEIJING = (
    "北京时间|北京標準時間|北京标准时间|中国标准时间|中國標準時間|东八区|東八區"
    "|China Standard Time|Beijing Time|Asia/Shanghai"
)
_MOST = timedelta(hours=14)
"""The farthest zone there is (Line Islands)."""

_OFFSET = r"[+-]\d{1,2}(?::?\d{2})?(?![\d:])"
ZONE = (
    rf"(?P<zone>(?:GMT|UTC|UT)\s?{_OFFSET}|[+-]\d{{2}}(?::?\d{{2}})?(?![\d:])|[+-]\d{{1,3}}(?=$)"
    rf"|{_BEIJING}|(?:{'|'.join(sorted(_HOURS, key=len, reverse=True))})\b)?"
)
"""A zone word, or nothing, as the group `zone`; to be compiled with re.ASCII and re.IGNORECASE."""
_NUMERIC = re.compile(r"(?:GMT|UTC|UT)?\s?([+-])(\d{1,2}?)(?::?(\d{2}))?", re.ASCII | re.IGNORECASE)


def zone_of(word: str | None) -> tzinfo:
    """The zone a word of ZONE means; none is Beijing time.

    Raises:
        ValueError: no place on earth has that offset.
    """
    if not word or re.fullmatch(_BEIJING, word, re.IGNORECASE):
        return BEIJING
    if word.upper() in _HOURS:
        return timezone(timedelta(hours=_HOURS[word.upper()]))
    found = _NUMERIC.fullmatch(word)
    if found is None:
        raise ValueError(word)
    offset = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    if offset > _MOST or int(found[3] or 0) > 59:
        raise ValueError(word)
    return timezone(-offset if found[1] == "-" else offset)
