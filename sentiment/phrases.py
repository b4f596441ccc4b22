"""Finds many words and simple patterns in a text in one pass, overlapping ones included."""

from __future__ import annotations

import re
from collections.abc import Iterable
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


_Phrase = tuple[str, re.Pattern[str] | None, T]
"""The word, its pattern if it needs one, and its owner: tuples, since they are unpacked at every place."""


class PhraseTable(Generic[T]):
    """Phrases by their first two characters: a place of a text is looked up where both may begin one.

    A phrase is a word, or pieces joined by `*`. A phrase that begins or ends with a Latin letter or a
    digit is not found inside a longer Latin word or number ("5g" is not in "15g").
    """

    def __init__(self, phrases: Iterable[tuple[str, T]]) -> None:
        self._buckets: dict[str, list[_Phrase[T]]] = {}
        for word, owner in phrases:
            self._buckets.setdefault(word[:2], []).append((word, _pattern(word), owner))
        for bucket in self._buckets.values():
            bucket.sort(key=lambda phrase: -len(phrase[0]))
        first, second = (char_class(pair[i] for pair in self._buckets if pair[1:]) for i in (0, 1))
        self._places = re.compile(f"{first}(?={second})")

    def find(self, text: str) -> list[Match[T]]:
        """Every phrase at every place, by start; at one place the longest phrase first."""
        found: list[Match[T]] = []
        get = self._buckets.get
        for place in self._places.finditer(text):
            start = place.start()
            for word, pattern, owner in get(text[start : start + 2], ()):
                if pattern is None:
                    if text.startswith(word, start):
                        found.append(Match(start, start + len(word), owner))
                elif hit := pattern.match(text, start):
                    found.append(Match(start, hit.end(), owner))
        return found


def char_class(chars: Iterable[str]) -> str:
    """A pattern for any of the characters and few others: sets beyond U+FFFF are slow to match."""
    every = set(chars)
    beyond = {char for char in every if char > "\uffff"}
    spread = f"{min(beyond)}-{max(beyond)}" if beyond else ""
    return f"[{''.join(map(re.escape, sorted(every - beyond)))}{spread}]" if every else "(?!)"


def _pattern(word: str) -> re.Pattern[str] | None:
    """The regular expression of a phrase that plain comparison cannot find, else None."""
    before = "(?<![0-9a-z])" if _latin(word[0]) else ""
    after = "(?![0-9a-z])" if _latin(word[-1]) else ""
    if not before and not after and "*" not in word:
        return None
    return re.compile(before + GAP.join(map(re.escape, word.split("*"))) + after)


def _latin(char: str) -> bool:
    return char.isascii() and char.isalnum()
