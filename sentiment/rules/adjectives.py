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

_NOT = "(?:没有?|不|算不上|说不上|谈不上|称不上|不算)"
_SAID = "像?(?:想[象像]|传说|大家|网上|别人|他们|传闻|宣传)[中的]?说?[的中]?"
_AS = f"(?:得?有?多|{_SAID}|那么|这么|很|太|特别|非常){{0,3}}"


def neither(words: Mapping[str, tuple[str, ...]]) -> re.Pattern[str]:
    """Finds what is said to be neither good nor bad: 没有想象中好，也没有传说中那么差."""
    fine, bad = any_of(words["fine"]), any_of((*words["bad"], "坏"))
    denied = f"{_NOT}{_AS}"
    joint = "的?[，,、 ]?(?:但|可|却)?[也又]"
    return re.compile(f"{denied}(?:(?:{fine}){joint}{denied}(?:{bad})|(?:{bad}){joint}{denied}(?:{fine}))")


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
