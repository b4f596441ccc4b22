"""Finds many words and simple patterns in a text in one pass, overlapping ones included."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import add
from typing import Generic, NamedTuple, TypeVar

GAP = r"[^，。！？；,!?;…\n]{0,8}?"
"""What a * stands for: up to eight characters of the same clause."""
MOST_STARS = 3
"""In one phrase: each * more makes a place of a text up to nine times as long to look at."""

T = TypeVar("T")


class Match(NamedTuple, Generic[T]):
    """A phrase at [start, end) of the text."""

    start: int
    end: int
    owner: T


@dataclass(frozen=True, slots=True)
class _Phrase(Generic[T]):
    word: str
    pattern: re.Pattern[str] | None
    owner: T


class PhraseTable(Generic[T]):
    """Phrases by their first two characters: each place of a text is looked up once.

    A phrase is a word, or pieces joined by `*`. A phrase that begins or ends with a Latin letter or a
    digit is not found inside a longer Latin word or number ("5g" is not in "15g").
    """

    def __init__(self, phrases: Iterable[tuple[str, T]]) -> None:
        self._buckets: dict[str, list[_Phrase[T]]] = {}
        for word, owner in phrases:
            self._buckets.setdefault(word[:2], []).append(_Phrase(word, _pattern(word), owner))
        for bucket in self._buckets.values():
            bucket.sort(key=lambda phrase: -len(phrase.word))

    def find(self, text: str) -> list[Match[T]]:
        """Every phrase at every place, by start; at one place the longest phrase first."""
        found: list[Match[T]] = []
        get = self._buckets.get
        for start, bucket in enumerate(map(get, map(add, text, text[1:]))):
            if bucket:
                found += _at(text, start, bucket)
        return found


def _at(text: str, start: int, bucket: Sequence[_Phrase[T]]) -> Iterable[Match[T]]:
    for phrase in bucket:
        if phrase.pattern is None:
            if text.startswith(phrase.word, start):
                yield Match(start, start + len(phrase.word), phrase.owner)
        elif hit := phrase.pattern.match(text, start):
            yield Match(start, hit.end(), phrase.owner)


def _pattern(word: str) -> re.Pattern[str] | None:
    """The regular expression of a phrase that plain comparison cannot find, else None."""
    before = "(?<![0-9a-z])" if _latin(word[0]) else ""
    after = "(?![0-9a-z])" if _latin(word[-1]) else ""
    if not before and not after and "*" not in word:
        return None
    return re.compile(before + GAP.join(map(re.escape, word.split("*"))) + after)


def _latin(char: str) -> bool:
    return char.isascii() and char.isalnum()
