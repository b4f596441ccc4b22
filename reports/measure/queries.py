"""The queries behind the figures: what a report counts, written in the store's own language."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import get_args

from koubei.core.clock import Window
from koubei.core.domain import NOT_CUSTOMER, Role
from koubei.core.query import And, Exists, Not, Or, Query, Range, Term

COUNTED = ("text", "declared")
"""The ways of naming a brand that count as 声量; a thread's match is shown apart."""

CUSTOMERS: tuple[str, ...] = tuple(role for role in get_args(Role) if role not in NOT_CUSTOMER)
"""Roles that count as customers; an unknown role does."""

COUNT = "count"
VOICES = "distinct root_id"


def any_of(field: str, values: tuple[str, ...]) -> Query:
    """The field holds one of the values."""
    terms = tuple(Term(field, v) for v in values)
    return terms[0] if len(terms) == 1 else Or(terms)


@dataclass(frozen=True, slots=True)
class Scope:
    """Mentions of some brands published in a window and known when the report was frozen.

    Attributes:
        without: sources left out of comparisons.
    """

    brands: tuple[str, ...]
    window: Window
    frozen_at: datetime
    without: tuple[str, ...] = ()

    def over(self, window: Window) -> Scope:
        """The same mentions over another window."""
        return replace(self, window=window)

    def leaving_out(self, sources: tuple[str, ...]) -> Scope:
        """The same mentions without some sources."""
        return replace(self, without=sources)

    def everything(self, *more: Query) -> Query:
        """Every mention, however it matched."""
        parts: list[Query] = [
            any_of("brand", self.brands),
            Range("published_at", self.window.start, self.window.end, high_open=True),
            Range("first_collected_at", None, self.frozen_at),
        ]
        parts += [Not(Term("source", name)) for name in self.without]
        return And((*parts, *more))

    def counted(self, *more: Query) -> Query:
        """What 声量 counts: matched by text or declared."""
        return self.everything(any_of("matched_by", COUNTED), *more)

    def customers(self, *more: Query) -> Query:
        """Counted mentions whose voice is not media, marketing, official or employee."""
        return self.counted(any_of("role", CUSTOMERS), *more)

    def labelled(self, label: str, *more: Query) -> Query:
        """Customers' mentions with one label."""
        return self.customers(Term("label", label), *more)


def thread_only(scope: Scope) -> Query:
    """Replies that only stand in a thread about the brand."""
    return scope.everything(Term("matched_by", "thread"))


def timeless(brand: str, window: Window, frozen_at: datetime) -> Query:
    """Mentions without a publication time that were filed in the window."""
    return And(
        (
            Term("brand", brand),
            Not(Exists("published_at")),
            Range("filed_at", window.start, window.end, high_open=True),
            Range("first_collected_at", None, frozen_at),
        )
    )


def collected_later(brand: str, window: Window, frozen_at: datetime) -> Query:
    """Counted mentions of the window that nobody had collected when the report was frozen."""
    return And(
        (
            Term("brand", brand),
            any_of("matched_by", COUNTED),
            Range("published_at", window.start, window.end, high_open=True),
            Not(Range("first_collected_at", None, frozen_at)),
        )
    )


def topic_query(scope: Scope, words: tuple[str, ...]) -> Query:
    """Counted mentions that hold at least two of the words (one word: that word)."""
    if len(words) == 1:
        return scope.counted(Term("keywords", words[0]))
    pairs = tuple(
        And((Term("keywords", a), Term("keywords", b))) for i, a in enumerate(words) for b in words[i + 1 :]
    )
    return scope.counted(pairs[0] if len(pairs) == 1 else Or(pairs))
