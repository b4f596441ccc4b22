from __future__ import annotations

import numpy as np

from sentiment.polarity.grams import distinct
from sentiment.words.hashed_keys import HashedKeys, buckets_of, hash_keys


def test_finds_the_keys_that_are_there_and_only_them() -> None:
    random = np.random.default_rng(1)
    known = np.unique(random.integers(-(2**62), 2**62, 5_000))
    hashed = np.sort(hash_keys(known))
    wanted = random.permutation(np.concatenate((known[::2], known[:9], known + 1)))
    hits, places = HashedKeys(hashed, buckets_of(hashed)).find(wanted)
    assert (hits == np.flatnonzero(np.isin(wanted, known))).all()
    assert (hashed[places] == hash_keys(wanted[hits])).all()


def test_keys_with_room_to_spare_are_found_as_without() -> None:
    random = np.random.default_rng(2)
    hashed = np.sort(hash_keys(np.arange(5_000)))
    wanted = random.integers(-5_000, 10_000, 9_000)
    spare, plain = HashedKeys.of(hashed).find(wanted), HashedKeys(hashed, buckets_of(hashed)).find(wanted)
    assert all(map(np.array_equal, spare, plain))
    assert len(buckets_of(hashed, 4)) > 4 * len(hashed)


def test_no_keys_and_nothing_wanted() -> None:
    none, some = np.empty(0, np.int64), np.arange(3)
    hashed = hash_keys(none)
    assert not len(HashedKeys(hashed, buckets_of(hashed)).find(some)[0])
    assert not len(HashedKeys(hash_keys(some), buckets_of(hash_keys(some))).find(none)[0])


def test_distinct_numbers_ascend() -> None:
    assert distinct(np.array([7, 3, 7, -1, 3])).tolist() == [-1, 3, 7]
    assert distinct(np.empty(0, np.int64)).tolist() == []
