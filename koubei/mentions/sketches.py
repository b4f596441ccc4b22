"""Texts as sets of hashed character trigrams: how alike two are, and keys under which like ones meet.

Two texts are copies where the Jaccard similarity of their sets of trigrams is `ALIKE` or more. Of a long
text the `MOST_GRAMS` smallest hashes stand for the whole (bottom-k sketch, Cohen and Kaplan 2007).

Copies are found by `BANDS` keys of `ROWS` MinHash values each (Broder 1997): two texts of similarity j share
one with the probability 1 - (1 - j ** ROWS) ** BANDS, which is .991 at j = .8, .999 at .85 and .02 at .3.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

ALIKE = 0.8
"""Least Jaccard similarity of two texts that are one."""
SHORT = 30
"""A text of fewer letters has exact copies only: many people write such a sentence of their own."""
MOST_GRAMS = 256
BANDS, ROWS = 12, 5
KEYS_VERSION = 1
"""Raised with every change of what `band_keys` returns; an index of older keys is then built anew."""

_CHUNK = 1_000_000
"""Letters hashed in one go: bounds the memory a batch of long posts takes to some 50 MB."""
_DIGITS = {han: value for value, han in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_POWERS = {"十": 10, "百": 100, "千": 1000}
_COUNTED = "[元块毛角天日月年周次遍回趟个名位人户家条张台部兆倍折点号期gm]|小时|分钟|分钱"
_LONGEST_HAN = 11
_HAN = "零〇一二两三四五六七八九十百千万"
_NUMBER = re.compile(
    rf"\d+|(?:[二两三四五六七八九十]|一(?=[{_HAN}]))[{_HAN}]{{0,{_LONGEST_HAN}}}(?={_COUNTED})"
)
"""A Chinese number counts where a measure follows: 三十元; 十分 and 一个 are no numbers of a case."""
_WEIGHTS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], dtype=np.uint64)
_MIX = np.uint64(0xBF58476D1CE4E5B9)
_PERMUTATIONS = [
    np.uint32(int.from_bytes(hashlib.sha256(b"minhash %d" % n).digest()[:4], "little") | 1)
    for n in range(BANDS * ROWS)
]


@dataclass(frozen=True)
class Sketch:
    """What is kept of a text to compare it with others; the text cannot be read from it.

    Attributes:
        letters: length of the fingerprint.
        grams: hashes of its trigrams, each once, ascending, little-endian uint32; at most MOST_GRAMS.
        numbers: the numbers in it, in digits, each once, ascending, joined by blanks; None for a text of
            more than MOST_GRAMS trigrams, where one number more or less is not what it says.
    """

    letters: int
    grams: bytes
    numbers: str | None

    @property
    def size(self) -> int:
        """How many hashes are kept."""
        return len(self.grams) // 4

    @cached_property
    def _ordered(self) -> list[int]:
        ordered: list[int] = np.frombuffer(self.grams, "<u4").tolist()
        return ordered

    @cached_property
    def _set(self) -> frozenset[int]:
        return frozenset(self._ordered)

    @cached_property
    def _numbers(self) -> frozenset[str]:
        return frozenset((self.numbers or "").split())

    def copies(self, other: Sketch) -> bool:
        """Whether the two are one text.

        A short text is a copy only where it is the same letter for letter. Texts that each hold a number the
        other lacks (38元 against 98元, 三次 against 七次) tell of two cases, however alike they are.
        """
        if min(self.letters, other.letters) < SHORT:
            return (self.letters, self.grams) == (other.letters, other.grams)
        low, high = sorted((self.size, other.size))
        if low < ALIKE * high and high < MOST_GRAMS:
            return False
        alike = self.grams == other.grams or self.similarity(other) >= ALIKE
        return alike and not self._other_numbers(other)

    def similarity(self, other: Sketch) -> float:
        """Jaccard similarity: exact up to MOST_GRAMS trigrams, else estimated (standard error .025 at .8)."""
        a, b = self._set, other._set
        if self.size == MOST_GRAMS or other.size == MOST_GRAMS:
            full = [one._ordered[-1] for one in (self, other) if one.size == MOST_GRAMS]
            a, b = (frozenset(gram for gram in one if gram <= min(full)) for one in (a, b))
        both = len(a & b)
        return both / (len(a) + len(b) - both)

    def _other_numbers(self, other: Sketch) -> bool:
        if self.numbers is None or other.numbers is None or self.numbers == other.numbers:
            return False
        return bool(self._numbers - other._numbers) and bool(other._numbers - self._numbers)


def sketch(fingerprints: Sequence[str]) -> list[Sketch]:
    """The sketch of each fingerprint (`koubei.core.text.fingerprint_text`) of three letters or more."""
    return [one for chunk in _chunks(fingerprints) for one in _sketch_chunk(chunk)]


def band_keys(sketches: Sequence[Sketch]) -> NDArray[np.uint32]:
    """Keys under which copies meet: shape (len(sketches), BANDS)."""
    keys = np.empty((len(sketches), BANDS), dtype=np.uint32)
    if not sketches:
        return keys
    grams = np.frombuffer(b"".join(one.grams for one in sketches), "<u4")
    starts = np.concatenate(([0], np.cumsum([one.size for one in sketches])[:-1]))
    permutations = iter(_PERMUTATIONS)
    for band in range(BANDS):
        joined = np.full(len(sketches), band + 1, dtype=np.uint64)
        for _ in range(ROWS):
            least = np.minimum.reduceat(grams * next(permutations), starts)
            joined = _mixed(joined * _WEIGHTS[0] + least)
        keys[:, band] = joined >> np.uint64(32)
    return keys


def _chunks(fingerprints: Sequence[str]) -> Iterator[Sequence[str]]:
    begin = letters = 0
    for end, fingerprint in enumerate(fingerprints):
        letters += len(fingerprint)
        if letters > _CHUNK and end > begin:
            yield fingerprints[begin:end]
            begin, letters = end, len(fingerprint)
    if begin < len(fingerprints):
        yield fingerprints[begin:]


def _sketch_chunk(fingerprints: Sequence[str]) -> Iterator[Sketch]:
    lengths = np.array([len(fingerprint) for fingerprint in fingerprints])
    owners = np.repeat(np.arange(len(fingerprints), dtype=np.uint64), lengths)
    codes = np.frombuffer("".join(fingerprints).encode("utf-32-le"), "<u4").astype(np.uint64)
    a, b, c = (codes[n : len(codes) - 2 + n] * _WEIGHTS[n] for n in range(3))
    hashes = _mixed(a + b + c) >> np.uint64(32)
    within = owners[2:] == owners[:-2]
    owned = np.sort((owners[2:][within] << np.uint64(32)) | hashes[within])
    owned = owned[np.concatenate(([True], owned[1:] != owned[:-1]))]
    edges = np.searchsorted(owned >> np.uint64(32), np.arange(len(fingerprints) + 1))
    grams = owned.astype("<u4")
    for fingerprint, (start, end) in zip(fingerprints, pairwise(edges.tolist()), strict=True):
        numbers = _numbers(fingerprint) if end - start <= MOST_GRAMS else None
        kept = grams[start : min(end, start + MOST_GRAMS)]
        yield Sketch(len(fingerprint), kept.tobytes(), numbers)


def _numbers(fingerprint: str) -> str:
    return " ".join(sorted({_in_digits(number) for number in _NUMBER.findall(fingerprint)}))


def _in_digits(number: str) -> str:
    """三十 and 30 are one number; a row of digits (二〇二六) is read one by one."""
    if number[0] not in _HAN:
        return number
    total = part = digit = 0
    for han in number:
        if han == "万":
            total, part, digit = total + (part + digit) * 10_000, 0, 0
        elif han in _POWERS:
            part, digit = part + (digit or 1) * _POWERS[han], 0
        else:
            digit = 10 * digit + _DIGITS[han]
    return str(total + part + digit)


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Each bit depends on every bit (SplitMix64's finalizer, shortened)."""
    values = (values ^ (values >> np.uint64(30))) * _MIX
    return values ^ (values >> np.uint64(27))
