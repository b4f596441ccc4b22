"""Finds many 64-bit keys among sorted ones at once: several times as fast as a binary search each."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Hashes = NDArray[np.uint64]


def code_points(text: str) -> Ints:
    """Of each character, a lone surrogate included: what keys are made of."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.int64)


def hash_keys(keys: Ints) -> Hashes:
    """Keys spread evenly over 64 bits, no two onto one (Fibonacci hashing, Knuth, TAOCP 6.4)."""
    return keys.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)


def buckets_of(hashed: Hashes, each: int = 1) -> NDArray[np.int32]:
    """Where each bucket of sorted hashes starts, by their high bits, plus the end; about `each` a hash."""
    bits = max(len(hashed) * each, 1).bit_length()
    high = np.arange(2**bits, dtype=np.uint64) << np.uint64(64 - bits)
    return np.append(np.searchsorted(hashed, high), len(hashed)).astype(np.int32)


class HashedKeys:
    """Sorted hashes and the buckets_of() them."""

    def __init__(self, hashed: Hashes, buckets: NDArray[Any]) -> None:
        self._hashed = hashed
        self._buckets = buckets
        self._shift = np.uint64(65 - len(buckets).bit_length())

    @classmethod
    def of(cls, hashed: Hashes) -> HashedKeys:
        """Of sorted hashes; with room to spare, so that what is not there mostly meets an empty bucket."""
        return cls(hashed, buckets_of(hashed, 4))

    def find(self, keys: Ints) -> tuple[Ints, Ints]:
        """Which of the keys are there, in order, and their places among the hashes."""
        wanted = hash_keys(keys)
        bucket = (wanted >> self._shift).astype(np.int64)
        place, end = self._buckets[bucket], self._buckets[bucket + 1]
        found = np.zeros(len(wanted), np.bool_)
        left = np.flatnonzero(place < end)
        while len(left):
            equal = self._hashed[place[left]] == wanted[left]
            found[left[equal]] = True
            left = left[~equal]
            place[left] += 1
            left = left[place[left] < end[left]]
        hits = np.flatnonzero(found)
        return hits, place[hits]
