"""Which factors (要素) a text names and in which clause, its journey stage and its severity.

Everything here is lexicon and counting, so that a label can be explained by the words behind it.

Rules:
    factor    named by a word of its table, unless the word stands inside an excluded phrase.
    polarity  that of the clauses that name the factor, each judged by itself (factor_hits); where a text
              names two brands, only what is told of the one in question counts (owners.py).
    primary   the factor with the most hits (a hit inside a longer hit of the same factor is one);
              among equals one whose polarity is the text's label, then the one named first.
    stage     the stage with the most hits, among equals the later one of the journey;
              without any, the stage the primary factor's table gives; else "".
    severity  the highest level that any complaint cue of the text has, else 0 (severity.py).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Literal

from koubei.core.domain import NO_FACTOR, FactorHit, Label, Span
from koubei.core.text import fold
from sentiment.factors.lexicon import STAGES, Lexicon, Rows
from sentiment.rules.owners import Owners, Told
from sentiment.rules.ruleset import Ruleset
from sentiment.rules.severity import Severity
from sentiment.words.phrases import Match, PhraseTable

CLAUSE_CHARS = 80
"""A longer clause is shown as so many characters around the word."""
TURNS = re.compile("^(?:就是|只是|可(?!以|能)|而)|但(?!愿|凡)|不过|然而|可惜|唯独|却|倒是?|好在|幸好|幸亏")
"""A clause that says the opposite of those around it."""

Part = Literal["words", "context", "context_with", "exclude"]
Owner = tuple[str, str, Part]
"""(kind of table, name of table, which list of it)."""

Item = tuple[str, Sequence[Span]]
Clause = tuple[str, tuple[Span, ...]]
"""A clause, folded, and where the own brand stands in it if the text names another one too."""


@dataclass(frozen=True, slots=True)
class Named:
    """A factor found in a text: the clauses that name it, in order, and how often the text does."""

    name: str
    clauses: tuple[Clause, ...]
    hits: int


@dataclass(frozen=True, slots=True)
class Tags:
    """What the lexicon finds in a text. `factors` in the order in which they are first named.

    `whole`: the text has one clause, so that what it says is what the clause says.
    """

    factors: tuple[Named, ...] = ()
    stage: str = ""
    severity: int = 0
    whole: bool = True


@dataclass(slots=True)
class _Found:
    """The matches of one table in one text."""

    spans: dict[str, list[tuple[int, int]]] = field(default_factory=dict)

    def add(self, part: Part, span: Span) -> None:
        self.spans.setdefault(part, []).append(span)

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
        self._cues = Severity(ruleset.words)
        self._owners = Owners(ruleset)
        self._table: PhraseTable[tuple[Owner, ...]] = PhraseTable(_phrases(lexicon))
        self._stage_of = {factor.name: factor.stage for factor in lexicon.factors}

    def tag(self, items: Sequence[Item]) -> list[Tags]:
        """Factors, stage and severity of each (text as written, spans), in order; texts are folded first.

        spans: the words of the brand in question; what is said of another brand is then left out.
        """
        folded = [fold(text) for text, _ in items]
        found = self._table.find([_lower(text) for text in folded])
        return list(map(self._tags, items, folded, found))

    def _tags(self, item: Item, folded: str, matches: Sequence[Match[tuple[Owner, ...]]]) -> Tags:
        named = _hits(matches)
        if not named:
            return Tags()
        text, spans = item
        lower = _lower(folded)
        told = self._owners.told(lower, {fold(text[start:end]).lower() for start, end in spans} - {""})
        hits = {
            key: ours for key, spans in named.items()
            if (ours := (told.not_theirs if key[0] == "severity" else told.ours)(spans))
        }  # fmt: skip
        factors = tuple(_named(folded, hits, told))
        return Tags(factors, _stage(hits), self._severity(lower, hits), told.whole)

    def _severity(self, text: str, hits: Hits) -> int:
        cues = (
            (*span, int(name)) for (kind, name), spans in hits.items() if kind == "severity" for span in spans
        )
        return self._cues.highest(text, cues)

    def stage(self, tags: Tags, primary: str) -> str:
        """The text's stage: by its words, else by its primary factor."""
        return tags.stage or self._stage_of.get(primary, "")


def factor_hits(tags: Tags, label: Label, said: Callable[[Clause], Label]) -> Iterator[FactorHit]:
    """The factors with the polarity of the clauses that name them: each once a polarity, in reading order.

    label: the text's, taken for a clause that says nothing of its own and for a text of one clause.
    said: what a clause says by itself, `uncertain` or `unknown` where that is nothing.
    A factor that is praised and blamed is both; what is neither counts only where nothing else is said.
    A clause that turns against the others (但是, 就是) and is not clear by itself stays uncertain.
    """
    alone = tags.whole or label == "unknown"
    for factor in tags.factors:
        told: dict[Label, str] = {}
        for clause in factor.clauses:
            told.setdefault(label if alone else said(clause), clause[0])
        polar = [FactorHit(factor.name, own, told[own]) for own in told if own in ("neg", "pos")]
        own, evidence = next(iter(told.items()))
        if own != "neu":
            own = "uncertain" if not alone and TURNS.search(evidence) else label
        yield from polar or [FactorHit(factor.name, own, evidence)]


def primary_factor(tags: Tags, factors: Sequence[FactorHit], label: Label) -> str:
    """The one factor that additive splits use, or "none"; the rule stands at the top of this file.

    factors: the hits that factor_hits() made of `tags`.
    """
    if not tags.factors:
        return NO_FACTOR
    agree = {factor.name for factor in factors if factor.polarity == label}
    return max(tags.factors, key=lambda factor: (factor.hits, factor.name in agree)).name


def _phrases(lexicon: Lexicon) -> Iterator[tuple[str, tuple[Owner, ...]]]:
    """Each word once, with all the lists it stands in: a brand's word is a context of many tables."""
    kinds = (("factor", lexicon.factors), ("stage", lexicon.stages), ("severity", lexicon.severity))
    owners: defaultdict[str, list[Owner]] = defaultdict(list)
    for kind, tables in kinds:
        for table in tables:
            for part, words in _lists(table):
                for word in words:
                    owners[word].append((kind, table.name, part))
    return ((word, tuple(each)) for word, each in owners.items())


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


def _hits(matches: Sequence[Match[tuple[Owner, ...]]]) -> Hits:
    """The spans of each table that has some. Most posts name nothing but the brand, a mere context."""
    if all(part in ("context_with", "exclude") for match in matches for _, _, part in match.owner):
        return {}
    found: defaultdict[tuple[str, str], _Found] = defaultdict(_Found)
    for start, end, owners in matches:
        for kind, name, part in owners:
            found[kind, name].add(part, (start, end))
    return {key: spans for key, table in found.items() if (spans := table.hits())}


def _named(text: str, hits: Hits, told: Told) -> Iterator[Named]:
    factors = sorted((spans[0], name, spans) for (kind, name), spans in hits.items() if kind == "factor")
    for _, name, spans in factors:
        yield Named(name, tuple(dict.fromkeys(_clause(text, told, span) for span in spans)), len(spans))


def _clause(text: str, told: Told, span: Span) -> Clause:
    """What the text says around the span, cut where it is too long to be read."""
    start, end = told.around(span)
    if end - start > CLAUSE_CHARS:
        start = max(start, span[0] - CLAUSE_CHARS // 2)
        end = min(end, start + CLAUSE_CHARS)
    clause = text[start:end].strip()
    return clause, tuple(name.span() for name in told.own.finditer(_lower(clause))) if told.own else ()


def _stage(hits: Hits) -> str:
    counts = [(len(spans), STAGES.index(name)) for (kind, name), spans in hits.items() if kind == "stage"]
    return STAGES[max(counts)[1]] if counts else ""
