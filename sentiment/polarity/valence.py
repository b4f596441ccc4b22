"""Words that have a mood by themselves: what the model hears in words it was never shown.

An n-gram has a weight only if the training texts hold it. The table (models/valence.tsv, written for this
project) says of some 21,000 words which mood they are of and how strongly; the model learns what a word
of each mood is worth, and what it is worth behind a negation, so that a rare one counts at once.

    value of a kind = Σ strength of its words / √characters

Of words that overlap the longest counts, of those of one length the first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from sentiment.polarity.grams import Sparse
from sentiment.words.moods import KINDS
from sentiment.words.phrases import Match, PhraseTable
from sentiment.words.tables import Feeling

SHOWN = {"angry": "怒", "sad": "哀", "fear": "惧", "neutral": "平", "surprise": "惊", "happy": "喜"}
FEWEST_CHARS = 8
"""A shorter text is taken for one of this length: a single word need not say everything."""
_NEGATION = re.compile("[不没无未别非]")
_REACH = 2
"""How many characters before a word a negation is looked for: 不太满意."""

_NUMBER = {kind: number for number, kind in enumerate(KINDS)}


class Valence:
    """Counts the words of a table in prepared texts. Linear in the length of the text."""

    def __init__(self, table: Mapping[str, Feeling]) -> None:
        self._words: PhraseTable[Feeling] = PhraseTable(table.items())

    def beside(self, rows: Sparse, prepared: Sequence[str]) -> Sparse:
        """Those rows of the texts with a column more for each of KINDS that a text has words of."""
        cells: list[int] = []
        strengths: list[int] = []
        for row, (text, matches) in enumerate(zip(prepared, self._words.find(prepared), strict=True)):
            for kind, match in _kinds(text, matches):
                cells.append(row * len(KINDS) + kind)
                strengths.append(match.owner.strength)
        sums = np.bincount(np.array(cells, np.int64), strengths, len(prepared) * len(KINDS))
        held = sums.nonzero()[0]
        row_of, kind_of = np.divmod(held, len(KINDS))
        chars = np.array([max(len(text), FEWEST_CHARS) for text in prepared], np.int64)
        return Sparse(
            rows=np.concatenate((rows.rows, row_of)),
            columns=np.concatenate((rows.columns, rows.width + kind_of)),
            values=np.concatenate((rows.values, (sums[held] / np.sqrt(chars[row_of])).astype(np.float32))),
            height=rows.height,
            width=rows.width + len(KINDS),
        )

    def words(self, prepared: str) -> dict[int, str]:
        """The words of each kind in a text, as a person reads them: 怒：恶心、骗子."""
        found: dict[int, dict[str, None]] = {}
        for kind, match in _kinds(prepared, *self._words.find([prepared])):
            found.setdefault(kind, {})[prepared[match.start : match.end]] = None
        return {kind: f"{_title(kind)}：{'、'.join(words)}" for kind, words in found.items()}


def _kinds(text: str, matches: Sequence[Match[Feeling]]) -> Iterator[tuple[int, Match[Feeling]]]:
    for match in _longest(matches):
        negated = bool(_NEGATION.search(text, max(0, match.start - _REACH), match.start))
        yield _NUMBER[match.owner.mood, negated], match


def _title(kind: int) -> str:
    mood, negated = KINDS[kind]
    return ("不" if negated else "") + SHOWN[mood]


def _longest(matches: Sequence[Match[Feeling]]) -> list[Match[Feeling]]:
    """Those that overlap no longer one, nor one of the same length before them."""
    taken: list[Match[Feeling]] = []
    for match in matches:
        if not taken or taken[-1].end <= match.start:
            taken.append(match)
        elif match.end - match.start > taken[-1].end - taken[-1].start:
            taken[-1] = match
    return taken
