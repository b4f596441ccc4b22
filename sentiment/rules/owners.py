"""Which clauses of a text speak of another brand than the one in question. One rule for label and factors.

A part of a text begins at a clause or at a brand's name (with the 换 or 转 before it) and is that brand's,
else that of the brand named before. The name of another brand with nothing behind it begins no part:
携号转网去了联通 is told of the brand that is left. A text that compares the two is told of both.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Container, Iterator, Sequence, Set
from dataclasses import dataclass
from typing import NamedTuple

from koubei.core.domain import Span
from sentiment.rules.comparison import Comparisons
from sentiment.rules.denial import CLAUSE_END, any_of
from sentiment.rules.ruleset import Ruleset
from sentiment.words.prepared import NO_BRAND, OTHER, OWN, own_groups

Bounds = list[int]
"""start, end, start, end … of clauses or of parts of them."""
OURS = -1
MARKED = re.compile(f"[{OWN}{OTHER}]")
BETWEEN = "(?:[、和跟与及]|以及|还有)?"
"""Between names that are spoken of together: 移动和联通信号都差."""


class Turn(NamedTuple):
    """Where a text turns to a brand: [start, end), the name from `name` on, and whether it is the own one."""

    start: int
    name: int
    end: int
    ours: bool


@dataclass(frozen=True, slots=True)
class Told:
    """Of whom a folded text speaks where.

    Attributes:
        clauses: their bounds.
        parts: bounds of the parts; those of the clauses where nothing is told of another brand alone.
        named: of each part OURS, or where another brand's begins: at its name, without the 换 before it;
            empty where all of them are ours.
        by_name: of each part whether a brand's name opens it; else it goes on with the brand before.
        own: finds the brand in question, None where no other one is named.
    """

    clauses: Bounds
    parts: Bounds
    named: Sequence[int] = ()
    by_name: Sequence[bool] = ()
    own: re.Pattern[str] | None = None

    @property
    def whole(self) -> bool:
        """Whether there is but one part."""
        return len(self.parts) == 2

    def ours(self, spans: list[Span]) -> list[Span]:
        """Those at which the brand in question is spoken of; leaving it (换电信真香) is among them."""
        if not self.named:
            return spans
        return [span for span in spans if (named := self._named(span)) == OURS or span[0] < named <= span[1]]

    def not_theirs(self, spans: list[Span]) -> list[Span]:
        """Those of `ours` and those in parts that name no brand: whose fault a complaint behind two brands is
        remains open, and one on us must not be missed."""
        if not self.named:
            return spans
        kept = set(self.ours(spans))
        return [span for span in spans if span in kept or not self.by_name[_place(self.parts, span)]]

    def around(self, span: Span) -> Span:
        """The part that holds the span; the clause where the part is another brand's."""
        bounds = self.clauses if self.named and self._named(span) != OURS else self.parts
        i = _place(bounds, span)
        return bounds[2 * i], max(bounds[2 * i + 1], span[1])

    def _named(self, span: Span) -> int:
        return self.named[_place(self.parts, span)]


def _place(bounds: Bounds, span: Span) -> int:
    return (bisect_right(bounds, span[0]) - 1) // 2


def clause_bounds(text: str) -> Bounds:
    """Of the clauses of a text, without the marks between them: one at least."""
    bounds: Bounds = []
    start = 0
    for mark in CLAUSE_END.finditer(text):
        if start < mark.start():
            bounds += start, mark.start()
        start = mark.end()
    return [*bounds, start, len(text)] if start < len(text) or not bounds else bounds


class Owners:
    """Tells the brand in question from the others of a rules file. Linear in the length of the text."""

    def __init__(self, ruleset: Ruleset) -> None:
        self._groups = ruleset.aliases
        self._words = frozenset(ruleset.brands).union(*self._groups)
        self._brand = re.compile(_any(self._words))
        self._pivots = any_of(ruleset.words["pivot"])
        self._comparisons = Comparisons(ruleset.words)

    def told(self, text: str, written: Set[str]) -> Told:
        """A text, folded and in lower case; written: how it writes the brand in question, likewise."""
        clauses = clause_bounds(text)
        if not written or not self._brand.search(text):
            return Told(clauses, clauses)
        own = own_groups(self._groups, frozenset(written)) | written
        if all(found[0] in own for found in self._brand.finditer(text)):
            return Told(clauses, clauses)
        ours, name = re.compile(_any(own)), re.compile(_any(self._words | own))
        marked = name.sub(lambda found: OWN if found[0] in own else OTHER, text)
        if any(found.verdict for found in self._comparisons.find(marked)):
            return Told(clauses, clauses, own=ours)
        return Told(clauses, *_parts(self._turns(text, name, own), clauses), ours)

    def own_part(self, marked: str) -> str | None:
        """What a text that names two brands says of its own one; None where it does not or compares them.

        Where that is but its name, the clauses that name it: 电信太坑，还好我用移动.
        marked: folded, lower-case text in which brands are marked (features.Preparer.fold).
        """
        if OWN not in marked or OTHER not in marked or any(self._comparisons.find(marked)):
            return None
        clauses = clause_bounds(marked)
        bounds, named, _ = _parts(self._turns(marked, MARKED, OWN), clauses)
        parts = zip(bounds[::2], bounds[1::2], named, strict=True)
        part = "，".join(marked[start:end] for start, end, whose in parts if whose == OURS)
        if part.strip(OWN + "， "):
            return part
        each = zip(clauses[::2], clauses[1::2], strict=True)
        part = "，".join(marked[start:end] for start, end in each if OWN in marked[start:end])
        return part if part.strip(OWN + OTHER + "， ") and part != marked else None

    def _turns(self, text: str, name: re.Pattern[str], own: Container[str]) -> list[Turn]:
        """Where the text turns to a brand; name: finds one, own: those of the brand in question."""
        list_of = f"(?P<names>{name.pattern}(?:{BETWEEN}{name.pattern})*)"
        return [
            Turn(found.start(), found.start("names"), found.end(), is_ours)
            for found in re.finditer(f"(?:{self._pivots})?{list_of}", text)
            if (is_ours := any(each[0] in own for each in name.finditer(found["names"])))
            or not NO_BRAND.match(text, found.start("names"))
        ]


def _any(words: Set[str]) -> str:
    """A pattern for any of the words, none of them inside a longer number or Latin word."""
    edge = "(?:(?<![0-9a-z])|(?![0-9a-z]))"
    firsts = "".join(re.escape(first) for first in sorted({word[0] for word in words}))
    return f"{f'(?=[{firsts}])' if firsts else ''}{edge}(?:{any_of(words)}){edge}"


def _parts(turns: Sequence[Turn], clauses: Bounds) -> tuple[Bounds, list[int], list[bool]]:
    """Bounds of the parts, where each is named and whether by a name of its own, as Told has them."""
    bounds: Bounds = []
    named: list[int] = []
    by_name: list[bool] = []
    ours, place = True, 0
    for start, end in zip(clauses[::2], clauses[1::2], strict=True):
        first = place
        while place < len(turns) and turns[place].start < end:
            place += 1
        for part_start, part_end, opener in _cut(start, end, turns[first:place]):
            ours = opener.ours if opener else ours
            bounds += [part_start, part_end]
            named.append(OURS if ours else opener.name if opener else part_start)
            by_name.append(opener is not None)
        if first < place:
            ours = turns[place - 1].ours
    return bounds, named, by_name


def _cut(start: int, end: int, turns: Sequence[Turn]) -> Iterator[tuple[int, int, Turn | None]]:
    """The parts of a clause, each with the turn that opens it."""
    opener: Turn | None = None
    for turn, behind in zip(turns, [*(turn.start for turn in turns[1:]), end], strict=False):
        if turn.start <= start:
            opener = turn
        elif turn.end < behind or turn.ours:
            yield start, turn.start, opener
            start, opener = turn.start, turn
    yield start, end, opener
