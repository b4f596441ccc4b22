"""How many characters of a text hardly anybody uses: what tells a wrong decoding that raised no error."""

from __future__ import annotations

import re

from koubei.core.text import fold

RARE = 0.3
"""Share of rare Chinese characters from which GB18030 is doubted: prose has a few hundredths."""
MOST_LOOKED_AT = 20_000
_COMMON = (b"\xb0\xa1", b"\xd7\xf9")
"""GB 2312's first level: the 3,755 characters that make up 99.9 % of what is written."""
FEWEST_HAN = 4
"""Fewer Chinese characters prove nothing."""
HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]")


def rare_share(text: str) -> float:
    """The share of Chinese characters, simplified, outside the 3,755 common ones; 0 where there are few."""
    han = HAN.findall(fold(text[:MOST_LOOKED_AT]))
    if len(han) < FEWEST_HAN:
        return 0.0
    return sum(not _COMMON[0] <= char.encode("gb2312", "ignore") <= _COMMON[1] for char in han) / len(han)
