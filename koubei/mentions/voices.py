"""Independent voices: a repost speaks with the voice of its origin, a copy with that of the first-seen copy.

| post | root |
|---|---|
| one seen before | what it was the first time, for ever |
| a repost that names its origin | the root of the origin; an origin not yet seen is its own root |
| a text of 30 letters or more | the first-seen text it shares .8 of its trigrams with, no number changed |
| a text of 10 to 29 letters | the first-seen text that is the same letter for letter |
| a shorter text | the post itself |

A cluster holds the copies of its first-seen text, not copies of copies, so it cannot drift.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from koubei.core.domain import Post
from koubei.mentions.band_index import TAIL, BandIndex
from koubei.mentions.reposts import parents_of, top, voice_fingerprint
from koubei.mentions.sketches import BANDS, Sketch, band_keys, sketch
from koubei.mentions.voices_file import Known, Leader, VoicesFile

_LEARNED = "learned from the store"
_LEARN_BATCH = 500


class Voices:
    """The memory of voices of one data folder. Works in batches; several processes may use one folder."""

    def __init__(self, path: Path, cache: Path) -> None:
        """Open the voices file, making it where there is none.

        Args:
            path: the voices file.
            cache: folder of what can be made again from it.

        Raises:
            StoreError: the file is no voices file, is damaged, or a newer koubei wrote it.
            StoreUnavailableError: another process holds it for too long.
        """
        self._file = VoicesFile(path)
        self._index = BandIndex(cache, self._file.stamp)

    def roots(self, posts: Sequence[Post]) -> dict[str, str]:
        """post_id -> root_id of each post, durable on return; the same post again gets the same root.

        Raises:
            StoreUnavailableError, DegradedError, StoreError: nothing of this batch was kept.
        """
        parents = parents_of(posts)
        texts = {p.post_id: voice_fingerprint(p) for p in posts if p.post_id not in parents}
        with self._file.writing():
            self._catch_up()
            batch = _Batch(self._file.known({*texts, *parents, *parents.values()}))
            batch.place(texts, self._file, self._index)
            batch.follow(parents)
            self._file.decide(batch.decided.items())
            self._file.lead(self._index.last + 1, batch.leaders)
        if batch.leaders:
            self._index.add(batch.leader_keys)
        return {post.post_id: batch.root(post.post_id) for post in posts}

    def learn(self, stored: Iterable[tuple[Post, str]]) -> None:
        """Take over the roots that a mention store holds already; only the first time, and lazily.

        A file that is new beside a store that is not (an earlier koubei, a lost file) thus renames nobody.

        Args:
            stored: posts, the first seen first, with their roots.
        """
        if self._file.marked(_LEARNED):
            return
        batch: list[tuple[Post, str]] = []
        for item in stored:
            batch.append(item)
            if len(batch) == _LEARN_BATCH:
                self._learn_batch(batch)
                batch = []
        self._learn_batch(batch)
        self._file.mark(_LEARNED)

    def close(self) -> None:
        """Release the file."""
        self._file.close()

    def _learn_batch(self, batch: Sequence[tuple[Post, str]]) -> None:
        own = {root: Known("", heard=False) for _, root in batch}
        others = {p.post_id: Known(root, heard=False) for p, root in batch if p.post_id != root}
        with self._file.writing():
            self._file.decide((own | others).items())
        self.roots([post for post, _ in batch])

    def _catch_up(self) -> None:
        """Index what other processes, or this one before it was cut off, have written."""
        last = self._file.last()
        while self._index.last < last:
            first = self._index.last + 1
            leaders = self._file.leaders(range(first, min(last, first + TAIL - 1) + 1))
            self._index.add(band_keys([one.sketch for _, one in sorted(leaders.items())]))


class _Batch:
    """The decisions about some posts that are made together."""

    def __init__(self, known: Mapping[str, Known]) -> None:
        self._known = dict(known)
        self.decided: dict[str, Known] = {}
        self.leaders: list[Leader] = []
        self.leader_keys = np.empty((0, BANDS), dtype=np.uint32)
        self._by_key: dict[int, list[int]] = defaultdict(list)

    def root(self, post_id: str) -> str:
        """The root of a post that is decided."""
        return self._known[post_id].root or post_id

    def place(self, texts: Mapping[str, str], file: VoicesFile, index: BandIndex) -> None:
        """Decide for posts by their texts (post_id -> fingerprint, "" for one that has no copies)."""
        fresh = {i: text for i, text in texts.items() if not (i in self._known and self._known[i].heard)}
        compared = [post_id for post_id, text in fresh.items() if text]
        sketches = sketch([fresh[post_id] for post_id in compared])
        keys = band_keys(sketches)
        found = index.find(keys)
        earlier = file.leaders({number for numbers in found for number in numbers})
        leading: list[int] = []
        voices: dict[str, str] = {}
        rows = zip(compared, sketches, _met_again(keys), found, strict=True)
        for row, (post_id, own, met, numbers) in enumerate(rows):
            candidates = [earlier[number] for number in sorted(numbers) if number in earlier]
            candidates += [self.leaders[place] for place in self._fresh(met)]
            voice = next((one.post_id for one in candidates if own.copies(one.sketch)), "")
            if not voice:
                voice = self._lead(post_id, own, met)
                leading.append(row)
            voices[post_id] = voice
        self.leader_keys = keys[leading]
        for post_id in fresh:
            self._decide(post_id, voices.get(post_id, post_id), heard=True)

    def follow(self, parents: Mapping[str, str]) -> None:
        """Decide for reposts (post_id -> what it reposts) by the first post up the chain that is decided."""
        undecided = {post_id: parent for post_id, parent in parents.items() if post_id not in self._known}
        for post_id in parents:
            origin = top(post_id, undecided)
            if origin not in self._known:
                self._decide(origin, origin, heard=False)
            self._decide(post_id, self.root(origin), heard=True)

    def _decide(self, post_id: str, root: str, *, heard: bool) -> None:
        before = self._known.get(post_id)
        if before and before.heard:
            return
        now = Known(before.root if before else "" if root == post_id else root, heard)
        self._known[post_id] = self.decided[post_id] = now

    def _fresh(self, keys: Sequence[int]) -> list[int]:
        """Places of the leaders of this batch that share one of the keys, the first one first."""
        return sorted({place for key in keys for place in self._by_key[key]})

    def _lead(self, post_id: str, own: Sketch, keys: Sequence[int]) -> str:
        """The text leads from now on; the root that its copies follow."""
        root = self.root(post_id) if post_id in self._known else post_id
        for key in keys:
            self._by_key[key].append(len(self.leaders))
        self.leaders.append(Leader(root, own))
        return root


def _met_again(keys: NDArray[np.uint32]) -> list[list[int]]:
    """Of each row those keys that another row of the batch may share."""
    _, places, counts = np.unique(keys, return_inverse=True, return_counts=True)
    shared = (counts > 1)[places.reshape(keys.shape)]
    met: list[list[int]] = [[] for _ in keys]
    for row in np.flatnonzero(shared.any(axis=1)).tolist():
        met[row] = keys[row][shared[row]].tolist()
    return met
