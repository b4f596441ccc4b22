"""Texts that come without the places of the brand's words: whose mention is meant, and where it is named.

Stored mentions bring their spans along. A bare text (`koubei sentiment score`) is taken for one about the own
brand, so that 移动太烂换电信真香 is judged by what it says of that one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from koubei.core.domain import Score, Span
from koubei.core.ports import Scorer
from sentiment.ruleset import Ruleset


class BrandWords:
    """The words of a brand: those given and their aliases; without any, those of the rules' first brand."""

    def __init__(self, ruleset: Ruleset, given: Sequence[str] = ()) -> None:
        named = set(given) or set(next(iter(ruleset.aliases), ()))
        words = named.union(*(group for group in ruleset.aliases if named & set(group)))
        ordered = sorted(words, key=lambda word: (-len(word), word))
        self._any = re.compile("|".join(map(re.escape, ordered)) or "(?!)", re.IGNORECASE)

    def spans(self, text: str) -> list[Span]:
        """Where they stand in a text as it is written."""
        return [found.span() for found in self._any.finditer(text)]


class OfBrand:
    """A scorer that looks for the brand's words itself where no spans are given."""

    def __init__(self, scorer: Scorer, words: BrandWords) -> None:
        self._scorer = scorer
        self._words = words

    @property
    def version(self) -> str:
        """The scorer's own: the brand is part of the question."""
        return self._scorer.version

    def score(self, items: Sequence[tuple[str, Sequence[Span]]]) -> list[Score]:
        """One Score per item, in order."""
        return self._scorer.score([(text, spans or self._found(text)) for text, spans in items])

    def _found(self, text: object) -> list[Span]:
        return self._words.spans(text) if isinstance(text, str) else []
