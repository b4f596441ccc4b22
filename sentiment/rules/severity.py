"""How severe a text's complaint is: the highest level of the cues that are neither denied nor only named.

A body (工信部, 法院, 12315) is no complaint by itself: 工信部通报三季度申诉量. It counts where the poster
turns to it, an act before or behind it in its clause (只好去工信部申诉, 12315见), or where a threat stands
before it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter

from koubei.core.domain import Span
from sentiment.rules.denial import CLAUSE_END, Denial, Former, any_of, before

ACT_REACH = 10
"""How many characters behind a body an act is looked for; before it denial.REACH."""
THREAT_REACH = 16
"""How many characters before a body a threat is looked for, over the ends of clauses: 再不退，12315."""


class Severity:
    """Weighs complaint cues with the word lists of a rules file. Takes constant time a cue."""

    def __init__(self, words: Mapping[str, tuple[str, ...]]) -> None:
        self._denial = Denial({**words, "link": (*words["link"], *words["aim"])})
        self._former = Former(words)
        self._body = frozenset(words["body"])
        self._no_act, self._threat = (re.compile(any_of(words[key])) for key in ("no_act", "threat"))
        self._before, self._behind = (re.compile(any_of(words[key])) for key in ("act_before", "act_behind"))

    def highest(self, text: str, cues: Iterable[tuple[int, int, int]]) -> int:
        """The highest level of the (start, end, level) that count, 0 without any.

        One in a word in which an act is none (投诉电话), or told of former times that are over, does not.
        What overlaps or directly follows a cue that is denied is denied too: 不用打12300投诉.
        """
        highest, denied = 0, -1
        began, over = self._former.over(text)
        idle = [found.span() for found in self._no_act.finditer(text)]
        for start, end, level in sorted(cues, key=lambda cue: (cue[0], -cue[1], cue[2])):
            follows = denied >= 0 and (start < denied or self._denial.joins(text, denied, start))
            if follows or self._denial.direct(text, start, end):
                denied = max(denied, end)
            elif (began <= start and end <= over) or _within(idle, start, end):
                continue
            elif text[start:end] not in self._body or self._turned_to(text, start, end):
                highest = max(highest, level)
        return highest

    def _turned_to(self, text: str, start: int, end: int) -> bool:
        """Whether the poster goes to the body at [start, end), or threatens to."""
        behind = CLAUSE_END.split(text[end : end + ACT_REACH])[0]
        return bool(
            self._before.search(self._no_act.sub("|", before(text, start)))
            or self._behind.search(self._no_act.sub("|", behind))
            or self._threat.search(text, max(0, start - THREAT_REACH), start)
        )


def _within(spans: Sequence[Span], start: int, end: int) -> bool:
    """Whether [start, end) lies in one of the spans, which are in order and apart."""
    place = bisect_right(spans, start, key=itemgetter(0))
    return place > 0 and end <= spans[place - 1][1]
