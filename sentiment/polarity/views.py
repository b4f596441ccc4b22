"""What is judged of a text, and in which shares: the whole, the own brand's part, what is behind a turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from koubei.core.domain import Span
from sentiment.rules.rules import Fired, Heard
from sentiment.words.prepared import MASK

OWN_SHARE = 0.75
"""How much of the log-odds the own brand's part has where a text names two; the whole text has the rest."""


class Part(NamedTuple):
    """A text or a part of one, folded, brands marked; `left`: with what rules hide or is over masked."""

    text: str
    left: str


class Turned(NamedTuple):
    """What is heard behind a turn, and its share of the log-odds."""

    heard: Heard
    share: float


@dataclass(frozen=True, slots=True)
class View:
    """What is judged of a text; `own` where it names two brands, `turn` where it turns.

    Attributes:
        parts: the parts with their shares of the log-odds, which add up to 1.
    """

    whole: Part
    own: Part | None
    fired: tuple[Fired, ...]
    parts: tuple[tuple[Part, float], ...]
    turn: Part | None = None


def view_of(heard: Heard, fired: Sequence[Fired], over: Span) -> View:
    """The view of a heard text with the rules that fired; over: what it says of former times."""
    masked = [over, *hidden(fired)]
    if heard.own is None:
        whole = Part(heard.text, without(heard.text, masked))
        return View(whole, None, tuple(fired), ((whole, 1.0),))
    whole = Part(heard.text, heard.text)
    own = Part(heard.own, without(heard.own, masked))
    return View(whole, own, tuple(fired), ((whole, 1 - OWN_SHARE), (own, OWN_SHARE)))


def with_turn(view: View, share: float, turn: Part, fired: Sequence[Fired]) -> View:
    """The view in which what stands behind the turn has a share of its own, rules included."""
    parts = (*((part, of * (1 - share)) for part, of in view.parts), (turn, share))
    rules = (*(each.scaled(1 - share) for each in view.fired), *(each.scaled(share) for each in fired))
    return replace(view, turn=turn, parts=parts, fired=rules)


def hidden(fired: Sequence[Fired]) -> list[Span]:
    """Where rules hide words: what they deny is no evidence by itself."""
    return [span for each in fired for span in each.hides]


def without(text: str, spans: Sequence[Span]) -> str:
    """The text with a mark for each of the spans that are not empty; of those that overlap the later ones."""
    first = len(text)
    for start, end in sorted(spans, reverse=True):
        if start == end or end > first:
            continue
        first = start
        text = text[:start] + MASK + text[end:]
    return text
