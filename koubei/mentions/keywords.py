"""One brand's words, compiled; finds them in a folded, lower-cased text."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from koubei.core.config.schema import Brand
from koubei.core.domain import Span
from koubei.core.text import fold
from koubei.mentions.positions import lower

_NOTHING = re.compile(r"(?!)")
_TAKEN_OUT = "\x00"
_SENTENCE_END = re.compile(r"[。！？!?\n]")
NEAR = 12
"""Most characters between two ambiguous words that are each other's company: 从移动换到联通."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the words of a brand did to a text.

    Attributes:
        named: spans that name the brand.
        excluded: spans of phrases that were taken out.
        alone: spans of ambiguous words without any of the words that must stand beside them.
    """

    named: tuple[Span, ...] = ()
    excluded: tuple[Span, ...] = ()
    alone: tuple[Span, ...] = ()


class BrandKeywords:
    """Include, context and exclude words of one brand.

    Exclude phrases are taken out first, the longest where several start at one place; an include word that
    holds an exclude phrase inside itself is longer, so it is kept.
    """

    def __init__(self, brand: Brand) -> None:
        self.id, self.name = brand.id, brand.name
        include, context, exclude = (normal_set(w) for w in (brand.include, brand.context, brand.exclude))
        self._ambiguous = context - include
        self._exclude = exclude - include
        kept = {word for word in include if any(phrase in word for phrase in self._exclude)}
        self._takes_out = any_of(self._exclude | kept)
        self._words = any_of(include | context)
        self._context_with = any_of(normal_set(brand.context_with))
        self._except = any_of(normal_set(brand.context_except))
        self.rivals: Sequence[BrandKeywords] = ()
        self._subjects = {normal(subject): subject for subject in brand.subjects}

    def find(self, text: str) -> Found:
        """Look through a folded, lower-cased text."""
        if not self._words.search(text):
            return Found()
        left, excluded = self._take_out(text)
        hits: list[Span] = []
        ambiguous: list[Span] = []
        none = self._no_names(left)
        for match in self._words.finditer(left):
            if _spaced(match[0]) not in self._ambiguous:
                hits.append(match.span())
            elif match.start() not in none:
                hits.append(match.span())
                ambiguous.append(match.span())
        sure = sorted(set(hits) - set(ambiguous)) if ambiguous else hits
        if ambiguous and (sure or self._has_company(left, ambiguous)):
            return Found(tuple(hits), excluded)
        return Found(tuple(sure), excluded, tuple(ambiguous))

    def stands_beside(self, text: str, others: Sequence[Span]) -> bool:
        """Whether a word of this brand stands in the text apart from the others' words.

        One that is ambiguous itself must stand NEAR one of them in the same sentence: two verbs of a long
        post are no two brands.
        """
        left, _ = self._take_out(text)
        none = self._no_names(left)
        starts = [start for start, _ in others]
        for match in self._words.finditer(left):
            place = bisect_right(starts, match.start())
            around = others[max(0, place - 1) : place + 1]  # the nearest on either side
            if match.start() in none or any(a < match.end() and match.start() < b for a, b in around):
                continue
            if _spaced(match[0]) not in self._ambiguous or any(
                _near(left, match.span(), one) for one in around
            ):
                return True
        return False

    def _no_names(self, text: str) -> frozenset[int]:
        """Where ambiguous words stand in phrases in which they are none; not right before a rival's word."""
        return frozenset(
            place
            for phrase in self._except.finditer(text)
            if not any(rival.opens_with_name(text, phrase.end()) for rival in self.rivals)
            for place in range(*phrase.span())
        )

    def opens_with_name(self, text: str, start: int) -> bool:
        """Whether a word of this brand stands right there."""
        return bool(self._words.match(text, start))

    def declared(self, declares: Iterable[str]) -> list[str]:
        """The subjects of the brand, as the config writes them, among normalised declarations."""
        return [self._subjects[one] for one in declares if one in self._subjects]

    def _take_out(self, text: str) -> tuple[str, tuple[Span, ...]]:
        if not self._exclude:
            return text, ()
        spans: list[Span] = []

        def take(match: re.Match[str]) -> str:
            if _spaced(match[0]) not in self._exclude:
                return match[0]
            spans.append(match.span())
            return _TAKEN_OUT * len(match[0])

        return self._takes_out.sub(take, text), tuple(spans)

    def _has_company(self, text: str, ambiguous: Sequence[Span]) -> bool:
        """Whether a context word stands anywhere but inside the ambiguous words, or a rival is named."""
        starts = [a for a, _ in ambiguous]

        def stands_alone(start: int, end: int) -> bool:
            before = bisect_right(starts, start) - 1
            return before < 0 or end > ambiguous[before][1]

        if any(stands_alone(*match.span()) for match in self._context_with.finditer(text)):
            return True
        return any(rival.stands_beside(text, ambiguous) for rival in self.rivals)


def _near(text: str, one: Span, other: Span) -> bool:
    """Whether at most NEAR characters of one sentence lie between the spans."""
    first, second = sorted((one, other))
    return second[0] - first[1] <= NEAR and not _SENTENCE_END.search(text, first[1], second[0])


def any_of(words: Iterable[str]) -> re.Pattern[str]:
    """A pattern for any of the folded, lower-cased words; the longest wins where several start together.

    A word that begins or ends with an ASCII letter or digit must not go on with one: 10086 is not in 100861.
    """
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return re.compile("|".join(map(_pattern, ordered))) if ordered else _NOTHING


def _pattern(word: str) -> str:
    body = r"\s+".join(re.escape(part) for part in word.split())
    if word[0].isascii() and word[0].isalnum():
        # Behind the first letter: a pattern that begins with letters alone is looked for by them, quickly.
        body = f"{word[0]}(?<![a-z0-9]{word[0]}){body[1:]}"
    after = r"(?![a-z0-9])" if word[-1].isascii() and word[-1].isalnum() else ""
    return f"{body}{after}"


def normal_set(words: Iterable[str]) -> set[str]:
    return {one for word in words if (one := normal(word))}


def normal(word: str) -> str:
    """A word as words are compared: folded, lower case, single spaces."""
    return _spaced(lower(fold(word)))


def _spaced(word: str) -> str:
    return " ".join(word.split())
