"""What a text denies: 从来没掉过线, 没有投诉过. One rule for the label and for severity.

Something is denied by a negation before it in the same clause, unless the negation is none (不得不, 是不是),
is itself denied (没有一天不断网) or stands in a condition (如果没有断网我就给好评: there are faults).
Between a negation and a fault or a complaint nothing may stand but words of the list `link`: 毫无征兆断网 and
没完没了掉线 deny a warning and an end, not the fault. Praise is denied from farther off: 没有你说的那么好.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from koubei.core.domain import Span

CLAUSE_END = re.compile(
    r"[，。！？；,!?;…~\r\n]+"
    r"|\.(?!\d)"
    r"|(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])"
    r"|(?=但是|不过|可是|然而)|(?=但)(?!但是|但愿|但凡)"
)
"""Between clauses: punctuation, a space used as such between Han, and before 但 and its kin."""

REACH = 12
"""How many characters before a word are looked at."""
NO_NEGATION_REACH = 6
NEGATION_GAP, SHORT_GAP = 4, 1
"""Most characters between a negation and what it denies; the second for negations of one character."""
MOST_LINKS = 4
"""Words between a negation and the fault or cue it denies: 没有 + 再 被 + 乱扣费."""

_HERE = "[^，。！？；,!?; ]"
_REAL_AFTER = re.compile(
    f"过?之?前|{_HERE}{{0,4}}就不|才怪|{_HERE}{{0,4}}没人[理管]"
    f"|(?:{_HERE}{{0,8}}(?:根本|就|都|永远|压根))?不(?:行|给|退|理|管|解决|处理)"
    f"|{_HERE}{{0,4}}就(?:一直|永远|老是?|总是?|只会|会)?(?:拖|装|赖|敷衍|没人|推)"
)
"""Behind a cue: 不投诉就不处理, 没投诉之前没人理. It did happen, or will."""
_UNDONE = re.compile("(?:[我已经都也就]{0,4})(?:撤销|撤回|撤了|撤掉|取消了)")
"""Behind a cue: 投诉已经撤销."""
_DENIED_TOO = re.compile(
    "(?:(?:没有?|无)(?:[一哪]个?)?[天日刻次回周月年晚夜]上?|无时无刻|(?:不|没有?)(?:会|能|可能|得)?)(?:是|能|会)?$"
)
"""Before a negation: 没有一天 + 不断网, 不会 + 不掉线. There are faults."""

Words = Mapping[str, tuple[str, ...]]
"""The lists of a rules file: negation, not_negation, unreal, link."""


class Denial:
    """Whether what stands at a place of a text is denied. Looks at REACH characters: takes constant time."""

    def __init__(self, words: Words) -> None:
        negations = words["negation"]
        long = any_of(word for word in negations if len(word) > 1)
        short = any_of(word for word in negations if len(word) == 1)
        self._near = re.compile(
            f"(?:(?:{long}).{{0,{NEGATION_GAP}}}|(?:{short}).{{0,{SHORT_GAP}}})$", re.DOTALL
        )
        self._links = f"(?:{any_of(words['link'])}){{0,{MOST_LINKS}}}"
        self._direct = re.compile(f"({any_of(negations)}){self._links}$")
        self._joined = re.compile(self._links)
        self._none = re.compile(any_of(words["not_negation"]))
        self._unreal = re.compile(any_of(words["unreal"]))

    def near(self, text: str, start: int) -> bool:
        """A negation stands a few characters before."""
        clause = before(text, start)
        return (
            bool(self._near.search(clause))
            and not self._none.search(text[max(0, start - NO_NEGATION_REACH) : start])
            and not self._unreal.search(clause)
        )

    def direct(self, text: str, start: int, end: int) -> Span | None:
        """A negation stands right before [start, end), but for link words, or what stands there is undone.

        Returns where the denial and what it denies stand together, None where nothing is denied.
        """
        if undone := _UNDONE.match(text, end):
            return start, undone.end()
        clause = before(text, start)
        negation = self._direct.search(clause)
        if (
            not negation
            or any(found.start() <= negation.start() <= found.end() for found in self._none.finditer(clause))
            or _DENIED_TOO.search(clause, 0, negation.start())
            or self._unreal.search(clause)
            or _REAL_AFTER.match(text, end)
        ):
            return None
        return start - len(clause) + negation.start(), end

    def joins(self, text: str, start: int, end: int) -> bool:
        """There is nothing but link words at [start, end): what is denied before it is so behind it."""
        return end - start <= REACH and bool(self._joined.fullmatch(text, start, end))


class Former:
    """What a text says of former times, if it turns to the present, is over: 以前老断网，现在从不掉线."""

    def __init__(self, words: Words) -> None:
        self._then, self._now = (re.compile(any_of(words[key])) for key in ("then", "now"))

    def over(self, text: str) -> Span:
        """From the first word of former times up to the first of the present; (0, 0) without both."""
        then = self._then.search(text)
        now = self._now.search(text, then.end()) if then else None
        return (then.start(), now.start()) if then and now else (0, 0)


def before(text: str, start: int) -> str:
    """What stands before a place in the same clause, REACH characters at most."""
    return CLAUSE_END.split(text[max(0, start - REACH) : start])[-1]


def any_of(words: Iterable[str]) -> str:
    """A pattern for any of the words, longer ones first; for none of them one that never matches."""
    return "|".join(long_first(words)) or "(?!)"


def long_first(words: Iterable[str]) -> list[str]:
    """The words escaped for a pattern, longer ones first."""
    return [re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word))]
