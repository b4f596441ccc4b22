"""The evidence of prepared texts as numbers: n-grams of one to three characters, and words.

A character n-gram counts wherever it stands (好 in 好像 too), a word only where SnowNLP's segmentation cuts
it out. Each has a key of its own, an int64: n-grams are positive, words negative.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from sentiment.snow.segment import FIRST_HAN, LAST_HAN
from sentiment.words.hashed_keys import HashedKeys, code_points, hash_keys
from sentiment.words.prepared import END, MASK, OTHER

Ints = NDArray[np.int64]
Cut = Callable[[Sequence[str]], list[list[str]]]
"""Texts to the words of each, SnowNLP's."""

LONGEST_WORD = 4
"""Longer words are not counted: their key would not fit, and their n-grams say as much."""
WORD_WEIGHT = 0.7
"""What a word counts beside an n-gram of the same rarity."""
NO_WORD = 0
_HAN = ord(LAST_HAN) - ord(FIRST_HAN) + 2
"""How many digits a key of a word has: one for each Han, and 0."""


@dataclass(frozen=True, slots=True)
class Sparse:
    """A sparse matrix (height, width): `values[i]` stands at (rows[i], columns[i])."""

    rows: Ints
    columns: Ints
    values: NDArray[np.float32]
    height: int
    width: int

    def by_column(self) -> Sparse:
        """The transposed matrix, in the order of its rows."""
        order = np.argsort(self.columns, kind="stable")
        return Sparse(self.columns[order], self.rows[order], self.values[order], self.width, self.height)


class GramIndex:
    """The n-grams and words a model knows, by ascending key, and their inverse document frequencies."""

    def __init__(self, keys: Ints, idf: NDArray[np.float32]) -> None:
        self.keys = keys
        self.idf = idf
        hashed = hash_keys(keys)
        order = np.argsort(hashed)
        self._hashed = HashedKeys.of(hashed[order])
        self._columns = order.astype(np.int32)

    def rows(self, prepared: Sequence[str], words: Sequence[Sequence[str]]) -> Sparse:
        """TF-IDF rows of length 1 (presence × idf) of what is known; a text without any is empty."""
        keys, text = evidence(prepared, words)
        known, place = self._hashed.find(keys)
        cells = distinct(text[known] * len(self.keys) + self._columns[place])
        rows, columns = np.divmod(cells, len(self.keys))
        values = self.idf[columns]
        length = np.sqrt(np.bincount(rows, values.astype(np.float64) ** 2, len(prepared)))
        size = len(self.keys)
        return Sparse(rows, columns, (values / length[rows]).astype(np.float32), len(prepared), size)

    def lengths(self, rows: Sparse) -> NDArray[np.float64]:
        """What each row was divided by to have length 1, (height,); 0 where it is empty."""
        found = np.zeros(rows.height)
        found[rows.rows] = self.idf[rows.columns] / rows.values
        return found


def distinct(numbers: Ints) -> Ints:
    """Each number once, in ascending order; np.unique hashes first and takes ten times as long."""
    ordered = np.sort(numbers)
    once: Ints = ordered[np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)]]
    return once


def evidence(prepared: Sequence[str], words: Sequence[Sequence[str]]) -> tuple[Ints, Ints]:
    """(key, text) of every n-gram and every word of the texts, in no particular order."""
    pairs = (_grams(prepared), _words(words))
    return np.concatenate([keys for keys, _ in pairs]), np.concatenate([text for _, text in pairs])


def _grams(prepared: Sequence[str]) -> tuple[Ints, Ints]:
    """A key holds the code points of its characters, 21 bits each: no two n-grams share one."""
    codes = code_points(END.join(("", *prepared, "")))
    end = codes == ord(END)
    text = np.cumsum(end) - 1
    good = (codes < ord(MASK)) | (codes > ord(OTHER))
    one = good & ~end
    two = good[:-1] & good[1:] & ~(end[:-1] & end[1:])
    three = good[:-2] & good[1:-1] & good[2:] & ~end[1:-1]
    pair = codes[:-1] << 21 | codes[1:]
    triple = pair[:-1] << 21 | codes[2:]
    of_pair = np.where(end[1:], text[:-1], text[1:])
    keys = np.concatenate((codes[one], pair[two], triple[three]))
    return keys, np.concatenate((text[one], of_pair[two], text[1:-1][three]))


def _words(words: Sequence[Sequence[str]]) -> tuple[Ints, Ints]:
    keys = word_keys(chain.from_iterable(words))
    text = np.repeat(np.arange(len(words)), [len(found) for found in words])
    counted = keys != NO_WORD
    return keys[counted], text[counted]


def word_keys(words: Iterable[str]) -> Ints:
    """Minus the number whose digits, to the base _HAN, are a word's Han: no two words share a key.

    NO_WORD for what is not Han, or too long: its n-grams stand for it.
    """
    codes = code_points(END.join(("", *words, "")))
    ends = np.flatnonzero(codes == ord(END))
    lengths = np.diff(ends) - 1
    digits = codes - ord(FIRST_HAN) + 1
    counted = lengths <= LONGEST_WORD
    numbers = np.zeros(len(lengths), np.int64)
    for place in range(1, LONGEST_WORD + 1):
        there = np.flatnonzero(counted & (lengths >= place))
        digit = digits[ends[there] + place]
        numbers[there] = numbers[there] * _HAN + digit
        counted[there] = (digit > 0) & (digit < _HAN)
    return np.where(counted, -numbers, NO_WORD)


def is_word(keys: Ints) -> NDArray[np.bool_]:
    """Which keys are of words."""
    return keys < 0


def name(key: int) -> str:
    """An n-gram, or a word between 「」."""
    if key > 0:
        parts = [key >> shift & 0x1FFFFF for shift in (42, 21, 0)]
        return "".join(chr(code) for code in parts if code)
    word, number = "", -key
    while number:
        number, digit = divmod(number, _HAN)
        word = chr(ord(FIRST_HAN) + digit - 1) + word
    return f"「{word}」"
