"""Rules around the polarity model: what a model learned from other trades cannot know.

Each rule that fires moves the log-odds of (neg, neu, pos) by what the rules file says:
    fault           a fault is named and nobody denies it: 断网, 没到账
    fault_mended    a fault is named, and that it was mended
    negated_fault   a fault or a complaint is denied: 从来没掉过线; its words are no evidence then
    negated_praise  praise is denied: 一点都不耐心
    irony           praise and trouble, the trouble not mended: 移动牛逼，扣费比谁都快;
                    also plain praise and a fault that is counted: 信号真好，一天掉了八次
                    or done in style: 稳定地断网; and praise in quotes: 客服真"专业"
    good            praise in the trade's words, nothing denied, no fault, nothing hanging
    bad, fine       the trade's nouns are said to be so: 资费太贵, 信号强
    not_bad         it is denied that they are bad: 信号不弱
    neither         it is said to be neither: 没有想象中好，也没有传说中那么差; it fires alone for its words
    stuck           a matter hangs, a demand is made: 报修三天了还没人上门
    question, notice  somebody asks or announces; nothing is judged
    better, worse   the brand is said to be better or worse than another
What a text says of former times (以前老断网，现在从不掉线) fires nothing.
The two denials and what nouns are said to be are general; the other rules fire where the trade is spoken
of: a name, a brand or a word of the list `trade`. A rule fires once a text. A fault, denied praise, a bad
noun or a hanging matter counts for less (SOFTER) or more (HARDER) beside a word that says so in the same
clause.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from koubei.core.domain import Span
from sentiment.rules.adjectives import Adjectives, neither
from sentiment.rules.comparison import Comparisons
from sentiment.rules.denial import Denial, Former, any_of, before
from sentiment.rules.ruleset import RULES, Push, Ruleset
from sentiment.words.phrases import Match, PhraseTable

SOFTER, HARDER = 0.6, 1.3
COUNTERS = "次遍回"
TIMES = f"(?:[两二三四五六七八九十百几数]{{1,4}}|好几|无数|[1-9][0-9]{{1,3}}|[2-9])[多来]?[{COUNTERS}]"
"""Twice or more often."""


class Heard(NamedTuple):
    """A text to judge, folded, and in lower case, with brands marked (features.Preparer.fold).

    own: what Owners.own_part() returned for it. trade: whether a name or a brand stands in it.
    """

    text: str
    own: str | None = None
    trade: bool = True

    @property
    def judged(self) -> str:
        """What the rules hear."""
        return self.own or self.text


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that fired: its name, the words that made it fire, what it adds to the log-odds.

    `hides`: where the judged text says this, if its words are no evidence by themselves: 信号不差.
    """

    rule: str
    words: str
    push: Push
    hides: tuple[Span, ...] = ()

    def scaled(self, by: float) -> Fired:
        """The same rule with a part of its push."""
        neg, neu, pos = self.push
        return replace(self, push=(neg * by, neu * by, pos * by))


class Split(NamedTuple):
    """Matches as they stand, and those that are denied; of denied faults the negation is a part."""

    plain: list[Match[str]]
    denied: list[Match[str]]


class Rules:
    """Applies a rule set to folded, lower-case text in which brands are marked (features.Preparer.fold)."""

    def __init__(self, ruleset: Ruleset) -> None:
        self._push = ruleset.push
        self._table: PhraseTable[str] = PhraseTable(
            (word, kind) for kind in FOUND for word in ruleset.words[kind]
        )
        self._denial = Denial(ruleset.words)
        self._softer, self._harder = (re.compile(any_of(ruleset.words[key])) for key in ("softer", "harder"))
        praise = any_of((*ruleset.words["opener"], *ruleset.words["praise"]))
        self._quoted = re.compile(f"(?:{any_of(ruleset.words['quoting'])})[\"“'‘「『](?:{praise})[\"”'’」』]")
        self._style = re.compile(f"(?:{any_of(ruleset.words['style'])})$")
        self._repeated = re.compile(f"(?<![只仅才])(?:{any_of(ruleset.words['repeated'])})了?{TIMES}")
        self._former = Former(ruleset.words)
        self._no_act = re.compile(any_of(ruleset.words["no_act"]))
        self._adjectives = Adjectives(ruleset.words)
        self._neither = neither(ruleset.words)
        self._comparisons = Comparisons(ruleset.words)

    def fire(self, heard: Sequence[Heard]) -> Iterator[list[Fired]]:
        """Of each text the rules that fire, in the order of RULES."""
        matches = self._table.find([each.judged for each in heard])
        return map(self._fire, heard, matches)

    def _fire(self, heard: Heard, matches: list[Match[str]]) -> list[Fired]:
        found = self._found(heard.judged, matches)
        fired = {each.rule: each for each in self._judgements(heard.judged, found)} if found else {}
        fired |= {each.rule: each for each in self._comparison(heard.text)}
        if "worse" in fired:
            for praise in ("good", "fine"):  # the other brand's
                fired.pop(praise, None)
        if "better" in fired:
            fired.pop("bad", None)
        allowed = RULES if heard.trade or "trade" in found else GENERAL
        return [fired[rule] for rule in allowed if rule in fired]

    def _found(self, text: str, matches: list[Match[str]]) -> dict[str, list[Match[str]]]:
        """The matches of each list, without those in what is said of former times."""
        if any(map(text.__contains__, COUNTERS)):
            matches += [Match(*often.span(), "repeated") for often in self._repeated.finditer(text)]
        matches += self._adjectives.find(text)
        balanced = [each.span() for each in self._neither.finditer(text)]
        mute = [self._former.over(text), *balanced]
        found: dict[str, list[Match[str]]] = {}
        for match in matches:
            if not any(began <= match.start < ended for began, ended in mute):
                found.setdefault(match.owner, []).append(match)
        if balanced:
            found["neither"] = [Match(*span, "neither") for span in balanced]
        if "stuck" in found:
            found["stuck"] = _apart(found["stuck"], (act.span() for act in self._no_act.finditer(text)))
        return found

    def _judgements(self, text: str, found: dict[str, list[Match[str]]]) -> Iterator[Fired]:
        repeated = self._faults(text, found.get("repeated", ()))[0]
        faults, denied = self._faults(text, found.get("fault", ()))
        praise_denied = self._praise(text, found.get("praise", ()))[1]
        good, good_denied = self._praise(text, found.get("good", ()))
        mended = bool(found.get("solved")) and not found.get("not_solved")
        faults = sorted(faults + repeated)
        trouble = faults or found.get("trouble", [])
        stuck, unstuck = self._faults(text, found.get("stuck", ()))
        stuck = [] if mended else stuck
        openers = [*found.get("opener", ()), *(good if repeated else ())]
        of_good = ((each.start, each.end) for each in good)
        opener = self._ironic(text, openers, repeated or trouble, mended) or self._mocked(text, faults)
        bad = bool(faults or stuck or praise_denied or good_denied)
        unpraised = opener or (bad and not mended)
        for rule, matches in (
            ("irony", [opener, *(repeated or trouble)[:1]] if opener else []),
            ("fault_mended" if mended else "fault", faults),
            ("negated_fault", [] if faults or stuck else denied + unstuck),
            ("negated_praise", praise_denied),
            ("good", [] if unpraised else good),
            ("bad", found.get("bad", [])),
            ("fine", [] if unpraised else _apart(found.get("fine", []), of_good)),
            ("not_bad", found.get("not_bad", [])),
            ("neither", found.get("neither", [])),
            ("stuck", stuck),
            ("question", [] if bad else found.get("question", [])),
            ("notice", [] if bad else found.get("notice", [])),
        ):
            if matches:
                yield self._fired(text, rule, matches)

    def _faults(self, text: str, matches: Iterable[Match[str]]) -> Split:
        """Faults as they stand, and those that are denied: 没有卡顿和掉线."""
        split = Split([], [])
        for match in _outermost(matches):
            if denied := self._denial.direct(text, match.start, match.end):
                split.denied.append(Match(*denied, match.owner))
            elif split.denied and self._denial.joins(text, split.denied[-1].end, match.start):
                split.denied.append(match)
            else:
                split.plain.append(match)
        return split

    def _praise(self, text: str, matches: Iterable[Match[str]]) -> Split:
        """Praise as it stands, and what is denied."""
        split = Split([], [])
        for match in _outermost(matches):
            (split.denied if self._denial.near(text, match.start) else split.plain).append(match)
        return split

    def _ironic(
        self, text: str, openers: Iterable[Match[str]], trouble: Sequence[Match[str]], mended: bool
    ) -> Match[str] | None:
        if mended or not trouble:
            return None
        return next((match for match in openers if not self._denial.near(text, match.start)), None)

    def _mocked(self, text: str, faults: Iterable[Match[str]]) -> Match[str] | None:
        """Praise in quotes, or a fault that is done in style."""
        if quoted := self._quoted.search(text):
            return Match(*quoted.span(), "opener")
        return next((fault for fault in faults if self._style.search(before(text, fault.start))), None)

    def _fired(self, text: str, rule: str, matches: Sequence[Match[str]]) -> Fired:
        scale = self._scale(text, matches[0]) if rule in SCALED else 1.0
        neg, neu, pos = self._push[rule]
        words = "、".join(dict.fromkeys(text[match.start : match.end] for match in matches))
        hides = tuple((match.start, match.end) for match in matches) if rule in DENIALS else ()
        return Fired(rule, words, (neg * scale, neu * scale, pos * scale), hides)

    def _scale(self, text: str, match: Match[str]) -> float:
        clause = before(text, match.start)
        if self._softer.search(clause):
            return SOFTER
        return HARDER if self._harder.search(clause) else 1.0

    def _comparison(self, text: str) -> Iterator[Fired]:
        for verdict, words in self._comparisons.switches(text):
            yield Fired(verdict, words, self._push[verdict])
        for found in self._comparisons.find(text):
            if found.verdict:
                yield Fired(found.verdict, found.words, self._push[found.verdict], (found.place,))


FOUND = (
    "fault", "trouble", "good", "praise", "stuck", "opener", "solved", "not_solved", "question", "notice",
    "trade",
)  # fmt: skip
GENERAL = ("negated_fault", "negated_praise", "bad", "fine", "not_bad", "neither")
JUDGING = frozenset(RULES) - {"question", "notice"}
DENIALS = frozenset(("negated_fault", "not_bad", "neither"))
SCALED = frozenset(("fault", "negated_praise", "stuck", "bad"))


def _apart(matches: Iterable[Match[str]], others: Iterable[Span]) -> list[Match[str]]:
    """Matches that share no character with one of the others."""
    taken = {place for start, end in others for place in range(start, end)}
    return [each for each in matches if taken.isdisjoint(range(each.start, each.end))]


def _outermost(matches: Iterable[Match[str]]) -> Iterator[Match[str]]:
    """A longer match hides those inside it."""
    end = 0
    for match in matches:
        if match.end > end:
            yield match
            end = match.end
