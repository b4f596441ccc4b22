"""SnowNLP's own segmentation and sentiment, the same numbers, in batches.

Reads the model files of the installed snownlp without importing it. For every text the package
accepts, `snow` equals `snownlp.SnowNLP(text).sentiments` with `==`, and `words` equals `.words`.
Nothing is cleaned, folded or cut: the scores are those of the text exactly as given. One exception, which
no post meets: a run of Han longer than LONGEST_RUN is segmented in pieces of that length, since a run is
walked character by character and only several at once are quick.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from sentiment.snow.cache import Arrays, ModelFiles, Progress, open_arrays
from sentiment.snow.segment import FIRST_HAN, LAST_HAN, Segmenter

LONGEST_RUN = 200_000
TOKEN = re.compile(f"[{FIRST_HAN}-{LAST_HAN}]{{1,{LONGEST_RUN}}}|[^\\s{FIRST_HAN}-{LAST_HAN}]+")
"""Runs of Han (cut further by the model) and what else stands between spaces (one word each)."""

BATCH_CHARS = 65_536
REMEMBERED_RUN, REMEMBERED_RUNS = 6, 30_000
"""Short runs come back again and again: so many, of at most so many characters, are kept cut."""

Text = TypeVar("Text")

_UNSEEN, _PRIOR, _STOP, _FIRST_WORD = range(4)


@dataclass(frozen=True, slots=True)
class SnowResult:
    """SnowNLP's answer for one text.

    Attributes:
        snow: probability of "positive", 0-1.
        margin: log-odds of the same, from the sums: finite also where `snow` is 0 or 1.
        words: SnowNLP's words, stop words included.
    """

    snow: float
    margin: float
    words: list[str]


class SnowBatch:
    """SnowNLP's segmenter and classifier over many texts at once."""

    def __init__(self, arrays: Arrays, version: str) -> None:
        self.version = version
        self._segmenter = Segmenter(arrays)
        self._known: dict[str, str] = {}
        self._last: dict[str, str] = {}
        words = _unpacked(arrays["words"])
        self._index = dict(zip(words, range(_FIRST_WORD, _FIRST_WORD + len(words)), strict=True))
        self.stop_words = frozenset(_unpacked(arrays["stop"]))
        self._index |= dict.fromkeys(self.stop_words, _STOP)
        self._index[""] = _PRIOR
        self._neg, self._pos = arrays["weights"]

    @classmethod
    def open(cls, progress: Progress | None = None) -> SnowBatch:
        """The installed package's model; the first time after an installation takes some 10 s.

        Raises SnowModelError where snownlp's files are missing or cannot be read.
        """
        files = ModelFiles.find()
        return cls(open_arrays(files, progress=progress), files.version)

    def score(self, texts: Iterable[object]) -> list[SnowResult | None]:
        """One result per text, in order; None where the package raises (empty, or not a str)."""
        out: list[SnowResult | None] = []
        for part in batches(texts):
            good = [text for text in part if isinstance(text, str) and text]
            results = iter(self._score(good))
            out += [next(results) if isinstance(text, str) and text else None for text in part]
        return out

    def words(self, texts: Sequence[str]) -> list[list[str]]:
        """SnowNLP's words of each text; none of an empty one. The runs of the call before cost nothing."""
        return [words for part in batches(texts) for words in self._words(part)]

    def _score(self, texts: Sequence[str]) -> Iterator[SnowResult]:
        words = self._words(texts)
        neg, pos = self._sums(words)
        for found, n, p in zip(words, neg, pos, strict=True):
            yield SnowResult(_probability(n, p), p - n, found)

    def _words(self, texts: Sequence[str]) -> list[list[str]]:
        tokens = [TOKEN.findall(text) for text in texts]
        cut = self._cut({token for found in tokens for token in found if FIRST_HAN <= token[0] <= LAST_HAN})
        # No token holds a blank, so one split a text finds the words of all its runs.
        return [" ".join(map(cut.get, found, found)).split() for found in tokens]

    def _cut(self, runs: set[str]) -> dict[str, str]:
        """Runs with their words apart; those of the last call and short ones are remembered for the next."""
        known, last = self._known, self._last
        cut = {run: spaced for run in runs if (spaced := known.get(run) or last.get(run))}
        fresh = list(runs - cut.keys())
        cut.update(zip(fresh, self._segmenter.cut(fresh), strict=True))
        if len(known) > REMEMBERED_RUNS:
            known.clear()
        known.update((run, spaced) for run, spaced in cut.items() if len(run) <= REMEMBERED_RUN)
        self._last = cut
        return cut

    def _sums(self, words: Sequence[Sequence[str]]) -> tuple[list[float], list[float]]:
        """Log-likelihood of each text under neg and pos.

        bincount adds one by one in order, as SnowNLP does: prior first, then word by word.
        """
        with_prior = chain.from_iterable(chain(("",), found) for found in words)
        lengths = [len(found) + 1 for found in words]
        ids = np.fromiter(map(self._index.get, with_prior, repeat(_UNSEEN)), np.int64, sum(lengths))
        text_of = np.repeat(np.arange(len(words)), lengths)
        neg = np.bincount(text_of, self._neg[ids], len(words))
        pos = np.bincount(text_of, self._pos[ids], len(words))
        return neg.tolist(), pos.tolist()


def batches(texts: Iterable[Text]) -> Iterator[list[Text]]:
    """Texts in batches of about BATCH_CHARS characters: enough to be quick, few enough to stay small."""
    batch: list[Text] = []
    size = 0
    for text in texts:
        batch.append(text)
        size += len(text) if isinstance(text, str) else 0
        if size >= BATCH_CHARS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _probability(neg: float, pos: float) -> float:
    """P(positive), rounded as snownlp.classification.bayes and sentiment.classify round it."""
    p_neg, p_pos = _share(pos - neg), _share(neg - pos)
    return p_pos if p_pos > p_neg else 1 - p_neg


def _share(other_minus_own: float) -> float:
    try:
        return 1 / (1.0 + math.exp(other_minus_own))
    except OverflowError:
        return 0.0


def _unpacked(packed: NDArray[np.uint8]) -> list[str]:
    return packed.tobytes().decode("utf-8", "surrogatepass").split("\n")
