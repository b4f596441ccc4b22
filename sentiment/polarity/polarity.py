"""The shown label: P(neg), P(neu), P(pos) of a text by a linear model over what it holds, and by rules.

    log-odds of a mood   = (bias + Σ weight × evidence) / temperature; TF-IDF of n-grams, words; valence
    log-odds of a class  = log Σ exp over its moods, then + what each rule adds
    P                    = softmax(log-odds)
    label    = the likeliest class; `uncertain` below the model's `certain_from`;
               `unknown` where there is nothing to judge

A text that names two brands is judged by what it says of its own brand, and a little by the whole; one that
turns (客服好，不过信号是真的烂) mostly by what stands behind the turn.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from koubei.core.domain import Label, Span
from sentiment.polarity.grams import Cut, GramIndex, Sparse, name
from sentiment.polarity.linear import Floats, by_class, products, softmax, within_class
from sentiment.polarity.model_file import PolarityModel
from sentiment.polarity.valence import Valence
from sentiment.polarity.views import Part, Turned, View, hidden, view_of, with_turn, without
from sentiment.rules.denial import Former
from sentiment.rules.owners import Owners
from sentiment.rules.rules import JUDGING, Fired, Heard, Rules
from sentiment.rules.ruleset import Push, Ruleset
from sentiment.rules.turns import last_turn
from sentiment.words.moods import CLASSES
from sentiment.words.prepared import EMOTICON, OTHER, OWN, Preparer, Vocabulary, readable

Item = tuple[str, Sequence[Span]]

LONGEST = 200_000
"""A longer text is no post: it is not judged. The intake cuts posts there."""
MOST_BARE = 200
"""Emoticons alone are judged up to so many characters; more of them are noise."""

_SOMETHING = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Judgement:
    """P of each class and the label; all None and `unknown` where there is nothing to judge."""

    p: Push | None
    label: Label


@dataclass(frozen=True, slots=True)
class Evidence:
    """An n-gram, word or rule and what it adds to the log-odds of (neg, neu, pos)."""

    what: str
    push: Push


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a text has its label. The pushes of `start`, `grams` and `rules` add up to the log-odds.

    A class's log-odds are those of its moods, log Σ exp z = Σ r·z + H(r) with r the share of each mood in the
    class: so each piece of evidence pushes a class by what it pushes the moods the text is likely of, and
    `start` holds the rest.

    Attributes:
        judged: the text as the model sees it; names are shown as 〇.
        own: the part that speaks of the own brand, where the text names another one too.
        turn: the part behind the last turn, where that part judges.
        start: what the model says before any evidence.
        grams: every known n-gram and word, strongest first.
    """

    judgement: Judgement
    judged: str
    own: str | None
    turn: str | None
    start: Push
    grams: tuple[Evidence, ...]
    rules: tuple[Fired, ...]


class Polarity:
    """Judges texts with one model and one rule set. Deterministic; keeps no state."""

    def __init__(self, model: PolarityModel, ruleset: Ruleset, cut: Cut) -> None:
        self._model = model
        self.certain_from = model.certain_from
        self._cut = cut
        self._weights = model.every_weight / model.temperature
        self._valence = Valence(ruleset.valence)
        self._bias = np.array(model.bias) / model.temperature
        self._index = GramIndex(model.keys, model.idf)
        self._preparer = Preparer(
            Vocabulary(ruleset.names, ruleset.brands, ruleset.emoticons, ruleset.aliases)
        )
        self._rules = Rules(ruleset)
        self._former = Former(ruleset.words)
        self._owners = Owners(ruleset)
        self.ruleset = ruleset
        self.version = f"{model.name}-{model.digest}+{ruleset.version}"

    def judge(self, items: Sequence[Item]) -> list[Judgement]:
        """One judgement per (text, spans of the brand), in order. What is no str is `unknown`."""
        views = self._views(items)
        judged = [view for view in views if view is not None]
        found = iter(softmax(self._log_odds(judged)).tolist())
        return [self._judgement(next(found)) if view else Judgement(None, "unknown") for view in views]

    def explain(self, text: str, spans: Sequence[Span] = ()) -> Explanation:
        """What pushed the label of one text where."""
        (view,) = self._views([(text, spans)])
        if view is None:
            return Explanation(Judgement(None, "unknown"), "", None, None, (0.0, 0.0, 0.0), (), ())
        start, grams = self._evidence(view)
        return Explanation(
            judgement=self.judge([(text, spans)])[0],
            judged=readable(self._preparer.prepare(view.whole.left)),
            own=readable(view.own.left) if view.own else None,
            turn=readable(view.turn.left) if view.turn else None,
            start=start,
            grams=grams,
            rules=tuple(replace(each, words=readable(each.words)) for each in view.fired),
        )

    def _views(self, items: Sequence[Item]) -> list[View | None]:
        """One per item, in order; None where there is nothing to judge."""
        heard = [self._heard(text, spans) for text, spans in items]
        judged = [each for each in heard if each]
        turned = [self._turned(each) for each in judged]
        fired = self._rules.fire([*judged, *(each.heard for each in turned if each)])
        views = [view_of(each, next(fired), self._over(each)) for each in judged]
        for i, turn in enumerate(turned):
            if turn and (heard_behind := self._behind(turn, next(fired))):
                views[i] = with_turn(views[i], turn.share, *heard_behind)
        found = iter(views)
        return [next(found) if each else None for each in heard]

    def _turned(self, heard: Heard) -> Turned | None:
        """What stands behind the last turn, said of the brand: 就是太贵. None where it is of another one."""
        turn = last_turn(heard.judged)
        if turn is None or (OTHER in turn.rest and OWN in heard.text and OWN not in turn.rest):
            return None
        return Turned(Heard(OWN + turn.rest, None, heard.trade), turn.share)

    def _behind(self, turn: Turned, fired: Sequence[Fired]) -> tuple[Part, Sequence[Fired]] | None:
        """The part behind a turn and its rules; None where it judges nothing: 不过今天先这样.

        Where the trade is spoken of a rule must say so: 移动很好，但是我现在没钱 is no blame.
        """
        text = turn.heard.text
        part = Part(text, without(text, [self._over(turn.heard), *hidden(fired)]))
        judges = any(each.rule in JUDGING for each in fired)
        felt = not turn.heard.trade and self._valence.words(self._preparer.prepare(part.left))
        return (part, fired) if judges or felt else None

    def _over(self, heard: Heard) -> Span:
        """What the text says of former times that are over; not looked for where the trade is not named."""
        return self._former.over(heard.judged) if heard.trade else (0, 0)

    def _heard(self, text: object, spans: Sequence[Span]) -> Heard | None:
        if not isinstance(text, str) or len(text) > LONGEST:
            return None
        folded = self._preparer.fold(text, spans)
        bare = not _SOMETHING.search(EMOTICON.sub("", folded))
        if bare and (len(folded) > MOST_BARE or not self._preparer.has_emoticon(folded)):
            return None
        return Heard(folded, self._owners.own_part(folded), self._preparer.has_name(folded))

    def _log_odds(self, views: Sequence[View]) -> Floats:
        """(views, 3)"""
        total = np.zeros((len(views), 3))
        shared = [(i, part, share) for i, view in enumerate(views) for part, share in view.parts]
        if shared:
            places, parts, shares = zip(*shared, strict=True)
            np.add.at(total, list(places), np.array(shares)[:, None] * self._linear(parts))
        for i, view in enumerate(views):
            for fired in view.fired:
                total[i] += fired.push
        return total

    def _linear(self, parts: Sequence[Part]) -> Floats:
        """(parts, 3)"""
        return by_class(self._bias + products(self._rows(parts), self._weights))

    def _rows(self, parts: Sequence[Part]) -> Sparse:
        """Evidence weighs what it weighs in the text as written: what is hidden makes the rest no louder."""
        left, rows = self._grams([part.left for part in parts])
        masked = [i for i, part in enumerate(parts) if part.left != part.text]
        if masked:
            _, written = self._grams([parts[i].text for i in masked])
            louder = np.ones(len(parts))
            of_written, of_left = self._index.lengths(written), self._index.lengths(rows)[masked]
            louder[masked] = np.divide(of_left, of_written, out=np.ones(len(masked)), where=of_written > 0)
            rows = replace(rows, values=(rows.values * louder[rows.rows]).astype(np.float32))
        return self._valence.beside(rows, left)

    def _grams(self, folded: Sequence[str]) -> tuple[list[str], Sparse]:
        """The texts prepared, and their n-grams and words."""
        prepared = [self._preparer.prepare(text) for text in folded]
        return prepared, self._index.rows(prepared, self._cut(prepared))

    def _judgement(self, p: list[float]) -> Judgement:
        best = max(range(3), key=p.__getitem__)
        label = CLASSES[best] if p[best] >= self.certain_from else "uncertain"
        return Judgement((p[0], p[1], p[2]), label)

    def _evidence(self, view: View) -> tuple[Push, tuple[Evidence, ...]]:
        """The start, and what each n-gram and word adds to it."""
        start, pushes = np.zeros(3), dict[str, Floats]()
        for part, share in view.parts:
            row = self._rows([part])
            moods = self._bias + products(row, self._weights)[0]
            each = within_class(moods)
            start += share * (by_class(moods[None])[0] - each @ (moods - self._bias))
            felt = self._valence.words(self._preparer.prepare(part.left))
            for column, value in zip(row.columns.tolist(), row.values.tolist(), strict=True):
                of_feeling = column - len(self._model.keys)
                what = readable(name(int(self._model.keys[column]))) if of_feeling < 0 else felt[of_feeling]
                push = share * value * (each @ self._weights[column])
                pushes[what] = pushes.get(what, np.zeros(3)) + push
        ordered = sorted(pushes.items(), key=lambda pair: (-float(np.ptp(pair[1])), pair[0]))
        return _push(start), tuple(Evidence(what, _push(push)) for what, push in ordered)


def _push(row: Floats) -> Push:
    neg, neu, pos = row.tolist()
    return (neg, neu, pos)
