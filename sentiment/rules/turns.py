"""Where a text turns from what it grants to what it means: 客服好，套餐也便宜，不过信号是真的烂.

In Chinese the part behind 但是 and its kin carries the point. What stands behind the last such word is judged
as a part of its own and outweighs the rest (polarity.py); factors keep the polarity of their own clauses.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from sentiment.rules.denial import CLAUSE_END

TURN_SHARE = 0.75
"""How much of the log-odds the part behind a turn has, the text has the rest."""
ASIDE_SHARE = 0.6
"""The same behind a word that only adds a reservation: 就是, 只是, 可惜; less so where it is softened."""
SOFTENED = 0.7
"""What a reservation that is softened (就是有点贵) keeps of that."""

_TURN = (
    "但(?!愿|凡|是?[也又](?:不|没|谈不上|说不上))是?|不过(?!是?[0-9一二两三四五六七八九十百几]|如此|瘾)"
    "|可是|然而|却是|奈何|无奈"
)
_ASIDE = "就是(?!这|那|因为|说|要|想|冲)|只是(?!想|问|为了|因为)|只不过|可惜|遗憾的是|唯一|唯独|美中不足|除了"
_MARK = re.compile(f"(?:({_TURN})|({_ASIDE}))")
_SOFT = re.compile("有一?点|有些|稍微|略|偶尔|不太|小问题")
LEAST = 2
"""Characters of words that must stand before a turn, and behind it."""
_WORDS = re.compile(r"[^\W_]")


class Turn(NamedTuple):
    """What stands behind the last turn of a text, and its share of the log-odds."""

    words: str
    rest: str
    share: float


def last_turn(text: str) -> Turn | None:
    """The last turn at the beginning of a clause, in folded text; None where there is none.

    Linear: each clause is looked at once.
    """
    start, found = 0, None
    for end in (*CLAUSE_END.finditer(text), None):
        mark = _MARK.match(text, start)
        if mark and start > 0:
            found = mark
        if end:
            start = end.end()
    if found is None:
        return None
    before, rest = text[: found.start()], text[found.end() :]
    if min(_letters(before), _letters(rest)) < LEAST:
        return None
    share = TURN_SHARE if found[1] else ASIDE_SHARE
    if _SOFT.search(CLAUSE_END.split(rest, 1)[0]):
        share *= SOFTENED
    return Turn(found[0], rest, share)


def _letters(text: str) -> int:
    """Letters, LEAST at most."""
    count = 0
    for _ in _WORDS.finditer(text):
        count += 1
        if count == LEAST:
            break
    return count
