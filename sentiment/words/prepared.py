"""How a text is prepared before its evidence is counted (grams.py).

Prepared text is folded, lower case, and holds marks (private-use characters) for what is evidence only as
a kind or not at all: names, addresses, accounts, emoticons.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from koubei.core.domain import Span
from koubei.core.text import ONE_BY_ONE, fold
from sentiment.words.phrases import char_class

MOST_CHARS = 8_000
"""Only so many characters of a text are judged: its beginning."""

MASK, OWN, OTHER = "\ue000", "\ue001", "\ue002"
"""A factor's or a trade's word; the brand in question; another brand. No n-gram holds one."""
LINK, ACCOUNT, REPOST = " ", "\ue003", "\ue004"
STRENGTHS = {-2: "\ue005", -1: "\ue006", 0: "\ue007", 1: "\ue008", 2: "\ue009"}
"""Emoticons by the weight of their table, from very negative to very positive."""
FIRST_EMOTICON, EMOTICONS = 0xF0000, 0xFFFD
"""Each emoticon of the table also has a character of its own, found by the CRC-32 of its name."""
END = "\ue00a"
"""Before and behind each text."""

_MARKS = re.compile(f"[{MASK}-{END}{chr(FIRST_EMOTICON)}-{chr(FIRST_EMOTICON + EMOTICONS)}]")
"""What a text may not bring along: the characters above."""
EMOTICON = re.compile(r"\[[^\[\]\s]{1,8}\]")
"""A bracket emoticon, known or not."""
SIGNS = re.compile(
    r"(?=[h/@\d\s]|(.)\1{3})"  # a quick no for most places
    r"(?:(https?://[\w./?=&%#~:+-]+)|(//@[^:\s]{1,30}:?)|(@[\w-]{1,30})|(\d+)|(\s+)|(.)\7{3,})"
)
NO_BRAND = re.compile(
    "电信(?:网络)?(?:诈骗|条例|管理|业务|运营|行业)|移动(?:数据|支付|硬盘|电源|端|设备|办公|互联网|应用)"
)
"""Where a brand's word names no brand, unless it is the one in question."""
REPLACED = {2: LINK, 3: REPOST, 4: ACCOUNT, 5: "0", 6: " "}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What is masked, and the weights (-2 … 2) of emoticons and emoji. Words are folded and lower case.

    Attributes:
        names: words of the trade and of its factors: never evidence.
        brands: words that name any brand.
        aliases: the words of one brand, brand by brand: with one of them marked as its own all are (10086 is
            移动 too). Words that stand only here name a brand too, and must be names: no evidence changes.
    """

    names: tuple[str, ...]
    brands: tuple[str, ...]
    emoticons: Mapping[str, int]
    aliases: tuple[tuple[str, ...], ...] = ()


class Preparer:
    """Prepares texts. Keeps the positions of nothing: spans are marked before the text is folded."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._names = _alternatives(vocabulary.names)
        self._groups = vocabulary.aliases
        self._brands = _alternatives({*vocabulary.brands, *chain(*self._groups)})
        self._emoticons = _alternatives(vocabulary.emoticons)
        self._signs = {name: _emoticon(name, weight) for name, weight in vocabulary.emoticons.items()}

    def fold(self, text: str, spans: Sequence[Span] = ()) -> str:
        """Folded, lower case; the brand's own words and their aliases are OWN, words of other brands OTHER.

        Without spans every brand's word is OTHER. One that names no brand (电信诈骗) is masked.
        """
        judged = _MARKS.sub(" ", text[:MOST_CHARS])
        own: frozenset[str] = frozenset()
        if spans:
            written = frozenset(fold(judged[start:end]).lower() for start, end in set(spans))
            own = own_groups(self._groups, written)
            # A post was folded for the matcher: fold() remembers it, the marked text it has not seen.
            marked = (
                _mark(fold(judged), spans) if ONE_BY_ONE.fullmatch(judged) else fold(_mark(judged, spans))
            )
        else:
            marked = fold(judged)

        def mark(found: re.Match[str]) -> str:
            if found[0] in own:
                return OWN
            return MASK if NO_BRAND.match(found.string, found.start()) else OTHER

        return self._brands.sub(mark, marked.lower())

    def has_emoticon(self, folded: str) -> bool:
        """Whether an emoticon or emoji of the table stands in what fold() returned."""
        return bool(self._emoticons.search(folded))

    def has_name(self, folded: str) -> bool:
        """Whether a brand or a name of the trade stands in what fold() returned."""
        return any(mark in folded for mark in (OWN, OTHER, MASK)) or bool(self._names.search(folded))

    def prepare(self, folded: str) -> str:
        """Prepared text of what fold() returned."""
        text = self._emoticons.sub(lambda found: self._signs[found[0]], folded)
        text = self._names.sub(MASK, text)
        return SIGNS.sub(_sign, text)


@lru_cache(maxsize=1_024)
def own_groups(groups: tuple[tuple[str, ...], ...], written: frozenset[str]) -> frozenset[str]:
    """The words of the brands one of whose words stands in one that is written: 移动客服 is 移动 too.

    Remembered: a brand is written in few ways.
    """
    own = (group for group in groups if any(name in word for word in written for name in group))
    return frozenset(chain.from_iterable(own))


def _mark(text: str, spans: Sequence[Span]) -> str:
    parts, done = [], 0
    for start, end in sorted(spans):
        if done <= start < end <= len(text):
            parts += [text[done:start], OWN]
            done = end
    return "".join((*parts, text[done:]))


def _alternatives(words: Iterable[str]) -> re.Pattern[str]:
    ordered = sorted(words, key=lambda word: (-len(word), word))
    if not ordered:
        return re.compile(r"(?!)")
    firsts = char_class(word[0] for word in ordered)
    return re.compile(f"(?={firsts})(?:{'|'.join(map(_whole, ordered))})")


def _whole(word: str) -> str:
    before = r"(?<![a-z0-9])" if word[0].isascii() and word[0].isalnum() else ""
    after = r"(?![a-z0-9])" if word[-1].isascii() and word[-1].isalnum() else ""
    return before + re.escape(word) + after


def _emoticon(name: str, weight: int) -> str:
    return STRENGTHS[weight] + chr(FIRST_EMOTICON + zlib.crc32(name.encode()) % EMOTICONS)


def _sign(found: re.Match[str]) -> str:
    return REPLACED.get(found.lastindex or 0) or found[7] * 3


def readable(prepared: str) -> str:
    """Prepared text, or an n-gram of it, as a person can read it: names 〇, emoticons by their weight."""
    return "".join(_SHOWN.get(char, char) for char in prepared if ord(char) < FIRST_EMOTICON)


_SHOWN = {MASK: "〇", OWN: "〇本〇", OTHER: "〇他〇", ACCOUNT: "@", REPOST: "//@", END: "¦"} | {
    sign: f"[{weight:+d}]" for weight, sign in STRENGTHS.items()
}
