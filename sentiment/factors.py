"""Which factors (要素) a text names and in which clause, its journey stage and its severity.

Everything here is lexicon and counting, so that a label can be explained by the words behind it.

Rules:
    factor    named by a word of its table, unless the word stands inside an excluded phrase.
    primary   the factor with the most hits (a hit inside a longer hit of the same factor is one);
              among equals one whose polarity is the text's label, then the one named first.
    stage     the stage with the most hits, among equals the later one of the journey;
              without any, the stage the primary factor's table gives; else "".
    severity  the highest level that any complaint cue of the text has, else 0; a cue that is denied
              (没有投诉过) does not count, nor what overlaps or directly follows it (不用打12300投诉).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Literal

from koubei.core.domain import NO_FACTOR, FactorHit, Label
from koubei.core.text import fold
from sentiment.denial import CLAUSE_END, Denial
from sentiment.lexicon import STAGES, Lexicon, Rows
from sentiment.phrases import Match, PhraseTable
from sentiment.ruleset import Ruleset

CLAUSE_CHARS = 80
"""A longer clause is shown as so many characters around the word."""

Part = Literal["words", "context", "context_with", "exclude"]
Owner = tuple[str, str, Part]
"""(kind of table, name of table, which list of it)."""


@dataclass(frozen=True, slots=True)
class Named:
    """A factor found in a text: the first clause (folded) that names it, and how often the text does."""

    name: str
    clause: str
    hits: int


@dataclass(frozen=True, slots=True)
class Tags:
    """What the lexicon finds in a text. `factors` in the order in which they are first named."""

    factors: tuple[Named, ...] = ()
    stage: str = ""
    severity: int = 0


@dataclass(slots=True)
class _Found:
    """The matches of one table in one text."""

    spans: dict[str, list[tuple[int, int]]] = field(default_factory=dict)

    def add(self, match: Match[Owner]) -> None:
        self.spans.setdefault(match.owner[2], []).append((match.start, match.end))

    def hits(self) -> list[tuple[int, int]]:
        """Spans that count, by start, without those inside an excluded or an earlier, longer one."""
        spans = self.spans.get("words", [])
        if "context" in self.spans and "context_with" in self.spans:
            spans = sorted(spans + self.spans["context"], key=lambda span: (span[0], -span[1]))
        if "exclude" in self.spans:
            spans = list(_outside(spans, self.spans["exclude"]))
        return list(_outermost(spans))


class FactorTagger:
    """Tags texts with one lexicon and the denials of its rules. Linear in the length of the text."""

    def __init__(self, lexicon: Lexicon, ruleset: Ruleset) -> None:
        self._denial = Denial(ruleset.words)
        self._table: PhraseTable[Owner] = PhraseTable(_phrases(lexicon))
        self._stage_of = {factor.name: factor.stage for factor in lexicon.factors}

    def tag(self, text: str) -> Tags:
        """Factors, stage and severity of a text as written; it is folded first."""
        folded = fold(text)
        lower = _lower(folded)
        found: dict[tuple[str, str], _Found] = {}
        for match in self._table.find(lower):
            found.setdefault(match.owner[:2], _Found()).add(match)
        if not found:
            return Tags()
        hits = {key: spans for key, table in found.items() if (spans := table.hits())}
        return Tags(tuple(_named(folded, hits)), _stage(hits), self._severity(lower, hits))

    def _severity(self, text: str, hits: Hits) -> int:
        """The highest level of the cues that are not denied."""
        cues = sorted(
            (start, -end, int(name))
            for (kind, name), spans in hits.items()
            if kind == "severity"
            for start, end in spans
        )
        highest, denied = 0, -1
        for start, minus_end, level in cues:
            if self._denied(text, denied, start, -minus_end):
                denied = max(denied, -minus_end)
            else:
                highest = max(highest, level)
        return highest

    def _denied(self, text: str, denied: int, start: int, end: int) -> bool:
        """Whether the cue at [start, end) is denied; `denied`: where the last one that was ends, else -1."""
        follows = denied >= 0 and (start < denied or self._denial.joins(text, denied, start))
        return follows or self._denial.direct(text, start, end)

    def stage(self, tags: Tags, primary: str) -> str:
        """The text's stage: by its words, else by its primary factor."""
        return tags.stage or self._stage_of.get(primary, "")


def primary_factor(tags: Tags, factors: Sequence[FactorHit], label: Label) -> str:
    """The one factor that additive splits use, or "none"; the rule stands at the top of this file.

    factors: the hits of `tags.factors`, in the same order.
    """
    if not tags.factors:
        return NO_FACTOR
    pairs = zip(tags.factors, factors, strict=True)
    return max(pairs, key=lambda pair: (pair[0].hits, pair[1].polarity == label))[0].name


def clauses(text: str) -> list[str]:
    """The clauses of a text, without the marks between them."""
    bounds = _bounds(text)
    parts = (text[start:end].strip() for start, end in zip(bounds[::2], bounds[1::2], strict=True))
    return [part for part in parts if part]


def _bounds(text: str) -> list[int]:
    """start, end, start, end … of the clauses."""
    out = [0]
    for mark in CLAUSE_END.finditer(text):
        out += mark.span()
    return [*out, len(text)]


def _phrases(lexicon: Lexicon) -> Iterator[tuple[str, Owner]]:
    kinds = (("factor", lexicon.factors), ("stage", lexicon.stages), ("severity", lexicon.severity))
    for kind, tables in kinds:
        for table in tables:
            for part, words in _lists(table):
                yield from ((word, (kind, table.name, part)) for word in words)


def _lists(table: Rows) -> Iterable[tuple[Part, tuple[str, ...]]]:
    yield "words", table.words
    yield "context", table.context
    yield "context_with", table.context_with
    yield "exclude", table.exclude


def _lower(text: str) -> str:
    lower = text.lower()
    # A few letters (İ) grow when lowered; positions must stay those of the folded text.
    return (
        lower if len(lower) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    )


def _outside(
    spans: Iterable[tuple[int, int]], excluded: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    starts = [start for start, _ in excluded]
    furthest = list(accumulate((end for _, end in excluded), max))
    for start, end in spans:
        i = bisect_right(starts, start)
        if not i or furthest[i - 1] < end:
            yield start, end


def _outermost(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    furthest = 0
    for start, end in spans:
        if end > furthest:
            yield start, end
            furthest = end


Hits = dict[tuple[str, str], list[tuple[int, int]]]


def _named(text: str, hits: Hits) -> Iterator[Named]:
    factors = sorted((spans[0], name, len(spans)) for (kind, name), spans in hits.items() if kind == "factor")
    if not factors:
        return
    bounds = _bounds(text)
    for span, name, count in factors:
        yield Named(name, _clause(text, bounds, span), count)


def _clause(text: str, bounds: Sequence[int], span: tuple[int, int]) -> str:
    """The clause that holds the span, cut around it where it is too long to be read."""
    i = (bisect_right(bounds, span[0]) - 1) // 2 * 2
    start, end = bounds[i], max(bounds[i + 1], span[1])
    if end - start > CLAUSE_CHARS:
        start = max(start, span[0] - CLAUSE_CHARS // 2)
        end = min(end, start + CLAUSE_CHARS)
    return text[start:end].strip()


def _stage(hits: Hits) -> str:
    counts = [(len(spans), STAGES.index(name)) for (kind, name), spans in hits.items() if kind == "stage"]
    return STAGES[max(counts)[1]] if counts else ""
