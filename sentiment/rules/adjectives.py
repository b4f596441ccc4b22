"""What the trade's own nouns are said to be: 资费太贵, 信号不强. The model masks these nouns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from sentiment.rules.denial import any_of, before
from sentiment.words.phrases import Match
from sentiment.words.prepared import OTHER, OWN

MOST_DEGREES = 4
"""Words of degree between a noun and its adjective: 一直 + 都 + 真的 + 很."""

BRAND = "|".join(f"{mark}(?![卡高低少])" for mark in (OWN, OTHER))
"""A brand is such a noun too, but 移动卡 is a card. Each alternative begins with a letter, not with a class:
such a pattern is looked for by its first letters."""


class Adjectives:
    """Finds noun, degree and adjective in folded, lower-case text. Linear: gaps are bounded."""

    def __init__(self, words: Mapping[str, tuple[str, ...]]) -> None:
        self._costs, self._bad = frozenset(words["cost"]), frozenset(words["bad"])
        nouns = f"{any_of((*words['cost'], *words['noun']))}|{BRAND}"
        degrees = f"(?:{any_of(words['degree'])}){{0,{MOST_DEGREES}}}"
        self._said = re.compile(
            f"({nouns}){degrees}({any_of(words['less'])})?{degrees}"
            f"({any_of(('高', '低', *words['bad'], *words['fine']))})(?!{any_of(words['no_end'])})"
        )
        self._no_adjective = re.compile(any_of(words["no_adjective"]))
        self._longest = max(map(len, words["no_adjective"]), default=0)
        self._open = re.compile(any_of((*words["unreal"], *words["open"])))

    def find(self, text: str) -> Iterator[Match[str]]:
        """Each noun with its adjective; the owner is the rule: "fine", "bad" or "not_bad" (信号不差)."""
        for said in self._said.finditer(text):
            within = any(
                none.start() < said.end() and none.end() > said.start(3)
                for none in self._no_adjective.finditer(text, said.start(), said.end() + self._longest)
            )
            if not within and not self._open.search(before(text, said.start())):
                yield Match(*said.span(), self._rule(self._fine(said[1], said[3]), bool(said[2])))

    @staticmethod
    def _rule(fine: bool, denied: bool) -> str:
        return "bad" if fine == denied else "fine" if fine else "not_bad"

    def _fine(self, noun: str, adjective: str) -> bool:
        if adjective in ("高", "低"):
            return (adjective == "低") == (noun in self._costs)
        return adjective not in self._bad
