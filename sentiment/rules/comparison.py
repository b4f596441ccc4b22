"""Which of two brands a text says is the better one: 移动比电信快, 移动没有电信那么坑, 移动换电信，后悔了."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from koubei.core.domain import Span
from sentiment.rules.denial import any_of
from sentiment.words.prepared import OTHER, OWN

GAP = 10
"""Most characters between a brand and the word of comparison, and of what is read behind the second brand."""
SWITCH_GAP = 14
"""The same behind a brand that somebody goes to: 移动转电信一个月，真后悔没早点转."""

_BRAND, _REST = f"[{OWN}{OTHER}]", f"[^，。！？；,!?;\\n{OWN}{OTHER}]{{0,{GAP}}}"
_PAIR = re.compile(
    f"({_BRAND}){_REST}?(不比|比不上|(?<!价)比(?!较)|不如|赶不上|不及|不像|没有|没){_REST}?({_BRAND})({_REST})"
)
_SWITCH = re.compile(
    f"(?:换|转|换网|转网|携转|投奔|改用)(?:成|到|去|投)?了?({_BRAND})([^。！!\\n{OWN}{OTHER}]{{0,{SWITCH_GAP}}})"
)
_REGRET = re.compile("后悔|上当|被坑|踩坑|一样|想回|想换回|又换回|又转回|又换了回|又转了回|转了回来")
_GLAD = re.compile(
    "后悔(?:没有?|未能?)(?:能|再)?早(?!.{0,4}回)|后悔[换转走](?:得)?(?:太)?晚|[换转走](?:得)?太?晚了|恨不得早|相见恨晚"
    "|庆幸|解脱|清净|舒坦|舒服|开心|不后悔|没后悔|早该|值了|对了|真爽|太爽"
)
_LESS = frozenset(("不如", "比不上", "赶不上", "不及"))
"""These say 'less good' without an adjective too; 没有 and 不像 need one."""
_BOTH = re.compile("还|更")
"""比电信还慢: the second brand is slow too."""
_HARDLY = re.compile("不了|不到|不出|得有限")
"""Behind an adjective: 便宜不了多少."""

Verdict = Literal["better", "worse"]


@dataclass(frozen=True, slots=True)
class Compared:
    """A comparison: its words, their place and what it says of the own brand, None where that is nothing."""

    words: str
    place: Span
    verdict: Verdict | None


class Comparisons:
    """Finds comparisons in folded text in which brands are marked. Linear: gaps are bounded."""

    def __init__(self, words: Mapping[str, tuple[str, ...]]) -> None:
        self._bad = frozenset(words["bad"])
        self._adjective = re.compile(f"(不)?({any_of((*words['fine'], *words['bad']))})")

    def find(self, text: str) -> Iterator[Compared]:
        """Every comparison of the own brand and another, in order."""
        if OWN not in text or OTHER not in text:
            return
        for pair in _PAIR.finditer(text):
            first, word, second, rest = pair.groups()
            if first != second:
                of_first, of_second = self._verdicts(word, rest)
                won = of_first if first == OWN else of_second
                yield Compared(pair[0], pair.span(), None if won is None else "better" if won else "worse")

    def switches(self, text: str) -> Iterator[tuple[Verdict, str]]:
        """What is said of the own brand, and the words, where somebody goes to it or leaves it."""
        if OWN not in text or OTHER not in text:
            return
        for switch in _SWITCH.finditer(text):
            brand, rest = switch.groups()
            if _GLAD.search(rest):
                good = True
            elif _REGRET.search(rest):
                good = False
            elif adjective := self._adjective.search(rest):
                good = self._good(adjective)
            else:
                continue
            yield ("better" if good == (brand == OWN) else "worse"), switch[0]

    def _good(self, adjective: re.Match[str]) -> bool:
        return (adjective[2] not in self._bad) != bool(adjective[1])

    def _verdicts(self, word: str, rest: str) -> tuple[bool | None, bool | None]:
        """Whether the first and the second brand are the better ones; None where that is not said."""
        adjectives = list(self._adjective.finditer(rest))
        if not adjectives:
            return (False, True) if word in _LESS else (None, None)
        adjective = adjectives[-1]
        if _HARDLY.match(rest, adjective.end()):
            return None, None
        good = self._good(adjective)
        if word == "比":
            return good, None if _BOTH.search(rest, 0, adjective.start()) else not good
        return not good, None if word == "不比" else good
