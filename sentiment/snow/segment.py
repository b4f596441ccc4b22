"""SnowNLP's segmenter (a second-order Viterbi search over the tags b m e s) for many runs of Han at once.

Same decisions as snownlp.seg.y09_2047, ties included: SnowNLP keeps the first of equal candidates
in the order of its tags, and for a character it never saw it keeps the last predecessor.
A state is the tag pair (s2, s3) of the last two characters; its number is 4 * s2 + s3.
Runs are sorted longest first and walked character by character, all runs in step, so arrays are
ordered by (position in the run, run): the runs still alive at a position are a prefix.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sentiment.snow.cache import Arrays
from sentiment.words.hashed_keys import HashedKeys

FIRST_HAN, LAST_HAN = "\u4e00", "\u9fa5"
PAD = "\u4dff"
"""Stands twice before each run: the two BOS marks of the model. Just below the Han that are looked up."""
UNKNOWN, BOS, FIRST_KNOWN = 0, 1, 2
"""Character numbers: never seen by the model, begin of run, the first real one."""

B, E, S = 0, 2, 3
BLOCK = 2048
"""Characters whose log-probabilities are laid out at one time (16 float64 each)."""

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Entries:
    """Log-probabilities by character pair or triple, for the few tag combinations that were seen."""

    def __init__(self, name: str, arrays: Arrays) -> None:
        self._keys = HashedKeys(arrays[f"{name}_keys"], arrays[f"{name}_buckets"])
        self._starts = arrays[f"{name}_starts"]
        self._codes = arrays[f"{name}_codes"]
        self._values = arrays[f"{name}_values"]

    def find(self, keys: Ints) -> tuple[Ints, NDArray[Any], Floats]:
        """(index into keys, tag code, log-probability) of every entry."""
        hits, place = self._keys.find(keys)
        starts = self._starts[place]
        counts = self._starts[place + 1] - starts
        ends = np.cumsum(counts)
        rows = np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts - (ends - counts), counts)
        return np.repeat(hits, counts), self._codes[rows], self._values[rows]


class _Batch:
    """Where each character of each run lies; runs are given longest first.

    Attributes:
        starts: index of each run's first character in the padded text.
        alive: runs longer than t, for t = 0 .. steps.
        offsets: where the characters at position t begin in the order of the walk.
        source: index in the padded text, in the order of the walk.
    """

    def __init__(self, chars: NDArray[np.int16], lengths: Ints) -> None:
        self.chars = chars
        self.starts: Ints = np.cumsum(lengths + 2) - lengths
        self.steps = int(lengths[0])
        alive = len(lengths) - np.searchsorted(lengths[::-1], np.arange(self.steps + 1), side="right")
        offsets = np.concatenate(([0], np.cumsum(alive[:-1])))
        step_of = np.repeat(np.arange(self.steps), alive[:-1])
        run_of = np.arange(offsets[-1]) - np.repeat(offsets[:-1], alive[:-1])
        self.source: Ints = self.starts[run_of] + step_of
        self.alive: list[int] = alive.tolist()
        self.offsets: list[int] = offsets.tolist()

    def block_end(self, step: int) -> int:
        """The step up to which about BLOCK characters are laid out together, at least one step."""
        return max(step + 1, bisect_right(self.offsets, self.offsets[step] + BLOCK) - 1)

    def trace(self, state: Ints, back: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Follow the predecessors from each run's last state; tags laid out as the padded text."""
        walked = np.empty(len(self.source), np.uint8)
        columns = np.arange(len(state))
        for t in range(self.steps - 1, -1, -1):
            n, lo = self.alive[t], self.offsets[t]
            now = state[:n]
            walked[lo : lo + n] = now & 3
            state[:n] = (now >> 2) + (back[now, columns[:n] + lo].astype(np.int64) << 2)
        tags = np.zeros(len(self.chars), np.uint8)
        tags[self.source] = walked
        return tags


class _Block:
    """The log-probabilities of some steps of a batch, by (s1, s2, s3, character), and the step itself."""

    def __init__(self, model: Segmenter, batch: _Batch, step: int, until: int) -> None:
        self._offsets = [offset - batch.offsets[step] for offset in batch.offsets[step : until + 1]]
        self._step, self._at = step, batch.offsets[step]
        source = batch.source[batch.offsets[step] : batch.offsets[until]]
        last = batch.chars[source]
        pair = batch.chars[source - 1].astype(np.int64) * model.size + last
        triple = batch.chars[source - 2].astype(np.int64) * model.size**2 + pair
        self._table = np.empty((4, 4, 4, len(source)))
        self._table[:] = model.emit[:, last]
        where, code, value = model.pairs.find(pair)
        self._table.reshape(4, 16, -1)[:, code, where] = value
        where, code, value = model.triples.find(triple)
        self._table.reshape(64, -1)[code, where] = value
        self._unknown = np.flatnonzero(last == UNKNOWN)
        self._cuts = np.searchsorted(self._unknown, self._offsets).tolist()

    def advance(self, t: int, value: Floats, back: NDArray[np.uint8]) -> Floats:
        """Best log-probability (s2, s3, run) after character t; predecessors are noted in `back`.

        value: (s1, s2, run), the best so far of the runs that have a character t.
        """
        i = t - self._step
        lo, hi = self._offsets[i], self._offsets[i + 1]
        best, before = _first_best(value[:, :, None] + self._table[:, :, :, lo:hi])
        if self._cuts[i] < self._cuts[i + 1]:
            runs = self._unknown[self._cuts[i] : self._cuts[i + 1]] - lo
            _pass_unknown(runs, value, best, before, last=3 if t > 1 else 0)
        back[:, self._at + lo : self._at + hi] = before.reshape(16, hi - lo)
        return best


def _pass_unknown(runs: Ints, value: Floats, best: Floats, before: NDArray[np.uint8], last: int) -> None:
    """A character that was never seen: every tag takes over the last predecessor's value."""
    best[:, :, runs] = value[last][:, None, runs]
    before[:, :, runs] = last


def _first_best(options: Floats) -> tuple[Floats, NDArray[np.uint8]]:
    """Maximum over the first axis (of four) and its index, the first one among equals."""
    even, odd = options[::2], options[1::2]
    better = (odd > even).view(np.uint8)
    pairs = np.maximum(even, odd)
    before = np.where(pairs[1] > pairs[0], better[1] + np.uint8(2), better[0])
    return np.maximum(pairs[0], pairs[1]), before


class Segmenter:
    """Cuts runs of Han into SnowNLP's words, with a space between them: one string a run is small to keep."""

    def __init__(self, arrays: Arrays) -> None:
        self._chars = arrays["chars"]
        self.emit: Floats = arrays["emit"]
        self.size = self.emit.shape[1]
        self.pairs = Entries("pair", arrays)
        self.triples = Entries("triple", arrays)

    def cut(self, runs: Sequence[str]) -> list[str]:
        """Each run (non-empty, Han from U+4E00 to U+9FA5 only) with its words apart."""
        if not runs:
            return []
        order = sorted(range(len(runs)), key=lambda i: -len(runs[i]))
        ordered = [runs[i] for i in order]
        text = "".join(PAD + PAD + run for run in ordered)
        codes = np.frombuffer(text.encode("utf-16-le"), np.uint16)
        batch = _Batch(self._chars[codes - ord(PAD)], np.array([len(run) for run in ordered]))
        spaced = _spaced(codes, batch.starts, self._tags(batch))
        out = [""] * len(runs)
        for i, run in zip(order, spaced, strict=True):
            out[i] = run
        return out

    def _tags(self, batch: _Batch) -> NDArray[np.uint8]:
        """The tag of every character, laid out as the padded text (0 at the pads)."""
        back = np.empty((16, len(batch.source)), np.uint8)
        final = np.empty((4, 4, len(batch.starts)))
        value = np.full((4, 4, len(batch.starts)), -np.inf)
        value[0, 0] = 0.0
        step = 0
        while step < batch.steps:
            until = batch.block_end(step)
            block = _Block(self, batch, step, until)
            for t in range(step, until):
                value = block.advance(t, value, back)
                alive, left = batch.alive[t], batch.alive[t + 1]
                final[:, :, left:alive] = value[:, :, left:]
                value = value[:, :, :left]
            step = until
        # SnowNLP takes the first best of its states, which stand in the order of (s3, s2).
        best = final.transpose(1, 0, 2).reshape(16, -1).argmax(axis=0)
        return batch.trace((best % 4) * 4 + best // 4, back)


def _spaced(codes: NDArray[np.uint16], starts: Ints, tags: NDArray[np.uint8]) -> list[str]:
    """The runs with a space before each word but the first: one begins at a tag b or s, and after a tag e."""
    begins = (tags == B) | (tags == S)
    begins[1:] |= tags[:-1] == E
    begins[starts] = begins[starts - 1] = begins[starts - 2] = False
    spaced = np.insert(codes, np.flatnonzero(begins), ord(" "))
    return spaced.tobytes().decode("utf-16-le").split(PAD + PAD)[1:]
