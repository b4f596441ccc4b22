"""Finds many words and simple patterns in many texts in one pass, overlapping ones included."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import Generic, NamedTuple, TypeVar

import numpy as np

from sentiment.words.hashed_keys import HashedKeys, code_points, hash_keys

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
    """Phrases by what they begin with: three characters, or two where no third is given (断网, 断网*天).

    A phrase is a word, or pieces joined by `*`, the first of two characters or more. A phrase that begins
    or ends with a Latin letter or a digit is not found inside a longer Latin word or number ("5g" is not
    in "15g").
    """

    def __init__(self, phrases: Iterable[tuple[str, T]]) -> None:
        pairs: dict[str, list[_Phrase[T]]] = {}
        for word, owner in phrases:
            pairs.setdefault(word[:2], []).append((word, _pattern(word), owner))
        self._phrases: dict[str, list[_Phrase[T]]] = {}
        for pair, bucket in pairs.items():
            bucket.sort(key=lambda phrase: -len(phrase[0]))
            self._phrases |= {pair + third: each for third, each in _by_beginning(bucket).items() if each}
        self._pairs, self._beginnings = _hashed(pairs), _hashed(self._phrases)

    def find(self, texts: Sequence[str]) -> Iterator[list[Match[T]]]:
        """Of each text every phrase at every place, by start; at one place the longest phrase first.

        Many texts at once: the places are looked up together, which is most of the work.
        """
        places = self._places("\0".join((*texts, "")))  # which folding drops: no phrase reaches over it
        begin = first = 0
        for text in texts:
            end = begin + len(text)
            last = bisect_left(places, end, first)
            yield self._at(text, [place - begin for place in places[first:last]])
            begin, first = end + 1, last

    def _places(self, text: str) -> list[int]:
        """Where phrases begin, by their first characters; the text ends with one that no phrase holds."""
        codes = code_points(text)
        pairs = codes[:-2] << 21 | codes[1:-1]
        places, _ = self._pairs.find(pairs)
        pairs = pairs[places]
        begun = np.zeros(len(places), np.bool_)
        for keys in (pairs, pairs << 21 | codes[places + 2]):
            begun[self._beginnings.find(keys)[0]] = True
        found: list[int] = places[begun].tolist()
        return found

    def _at(self, text: str, places: Iterable[int]) -> list[Match[T]]:
        found: list[Match[T]] = []
        of, get = self._phrases, self._phrases.get
        for start in places:
            for word, pattern, owner in get(text[start : start + 3]) or of[text[start : start + 2]]:
                if pattern is None:
                    if text.startswith(word, start):
                        found.append(Match(start, start + len(word), owner))
                elif hit := pattern.match(text, start):
                    found.append(Match(start, hit.end(), owner))
        return found


def _by_beginning(bucket: Iterable[_Phrase[T]]) -> dict[str, list[_Phrase[T]]]:
    """Phrases of two same characters by their third, "" for those that give none; these stand with each."""
    found: dict[str, list[_Phrase[T]]] = {"": []}
    for phrase in bucket:
        third = phrase[0][2:3].replace("*", "")
        if third:
            found.setdefault(third, found[""].copy()).append(phrase)
        else:
            for each in found.values():
                each.append(phrase)
    return found


def _hashed(beginnings: Iterable[str]) -> HashedKeys:
    """Two or three characters as keys, 21 bits each."""
    codes = code_points("".join(begun.rjust(3, "\0") for begun in beginnings)).reshape(-1, 3)
    return HashedKeys.of(np.sort(hash_keys(codes[:, 0] << 42 | codes[:, 1] << 21 | codes[:, 2])))


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
