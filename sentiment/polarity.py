"""The shown label: P(neg), P(neu), P(pos) of a text by a linear model over character n-grams, and rules.

    log-odds = (bias + Σ weight × TF-IDF) / temperature, then + what each rule adds
    P        = softmax(log-odds)
    label    = the likeliest class; `uncertain` below the model's `certain_from`;
               `unknown` where there is nothing to judge

A text that names two brands is judged by what it says of its own brand, and a little by the whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from koubei.core.domain import Label, Span
from sentiment.features import EMOTICON, GramIndex, Preparer, Sparse, Vocabulary, gram, readable
from sentiment.polarity_model import CLASSES, PolarityModel
from sentiment.rules import Fired, Rules
from sentiment.ruleset import Push, Ruleset

OWN_SHARE = 0.75
"""How much of the log-odds the own brand's part has where a text names two; the whole text has the rest."""

Floats = NDArray[np.float64]
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
    """An n-gram or rule and what it adds to the log-odds of (neg, neu, pos)."""

    what: str
    push: Push


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a text has its label. The pushes of `start`, `grams` and `rules` add up to the log-odds.

    Attributes:
        judged: the text as the model sees it; names are shown as 〇.
        own: the part that speaks of the own brand, where the text names another one too.
        start: what the model says of a text without any evidence.
        grams: every known n-gram, strongest first.
    """

    judgement: Judgement
    judged: str
    own: str | None
    start: Push
    grams: tuple[Evidence, ...]
    rules: tuple[Fired, ...]


class Polarity:
    """Judges texts with one model and one rule set. Deterministic; keeps no state."""

    def __init__(self, model: PolarityModel, ruleset: Ruleset) -> None:
        self._model = model
        self._weights = model.weights.astype(np.float64) / model.temperature
        self._bias = np.array(model.bias) / model.temperature
        self._index = GramIndex(model.keys, model.idf)
        self._preparer = Preparer(Vocabulary(ruleset.names, ruleset.brands, ruleset.emoticons))
        self._rules = Rules(ruleset)
        self.version = f"{model.name}-{model.digest}+{ruleset.version}"

    def judge(self, items: Sequence[Item]) -> list[Judgement]:
        """One judgement per (text, spans of the brand), in order. What is no str is `unknown`."""
        views = [self._view(text, spans) for text, spans in items]
        judged = [view for view in views if view is not None]
        found = iter(softmax(self._log_odds(judged)).tolist())
        return [self._judgement(next(found)) if view else Judgement(None, "unknown") for view in views]

    def explain(self, text: str, spans: Sequence[Span] = ()) -> Explanation:
        """What pushed the label of one text where."""
        view = self._view(text, spans)
        if view is None:
            return Explanation(Judgement(None, "unknown"), "", None, (0.0, 0.0, 0.0), (), ())
        fired = tuple(self._rules.fire(view.text, view.own, view.trade))
        return Explanation(
            judgement=self.judge([(text, spans)])[0],
            judged=readable(self._preparer.prepare(view.text)),
            own=readable(view.own) if view.own else None,
            start=_push(self._bias),
            grams=self._evidence(view),
            rules=fired,
        )

    def _view(self, text: object, spans: Sequence[Span]) -> _View | None:
        if not isinstance(text, str) or len(text) > LONGEST:
            return None
        folded = self._preparer.fold(text, spans)
        bare = not _SOMETHING.search(EMOTICON.sub("", folded))
        if bare and (len(folded) > MOST_BARE or not self._preparer.has_emoticon(folded)):
            return None
        return _View(folded, self._rules.own_part(folded), self._preparer.has_name(folded))

    def _log_odds(self, views: Sequence[_View]) -> Floats:
        """(views, 3)"""
        if not views:
            return np.empty((0, 3))
        whole = self._linear([view.text for view in views])
        split = [i for i, view in enumerate(views) if view.own is not None]
        if split:
            own = self._linear([views[i].own or "" for i in split])
            whole[split] = OWN_SHARE * own + (1 - OWN_SHARE) * whole[split]
        for i, view in enumerate(views):
            for fired in self._rules.fire(view.text, view.own, view.trade):
                whole[i] += fired.push
        return whole

    def _linear(self, folded: Sequence[str]) -> Floats:
        rows = self._index.rows([self._preparer.prepare(text) for text in folded])
        return self._bias + products(rows, self._weights)

    def _judgement(self, p: list[float]) -> Judgement:
        best = max(range(3), key=p.__getitem__)
        label = CLASSES[best] if p[best] >= self._model.certain_from else "uncertain"
        return Judgement((p[0], p[1], p[2]), label)

    def _evidence(self, view: _View) -> tuple[Evidence, ...]:
        shares = ((view.text, 1 - OWN_SHARE), (view.own, OWN_SHARE)) if view.own else ((view.text, 1.0),)
        pushes: dict[str, Floats] = {}
        for text, share in shares:
            row = self._index.rows([self._preparer.prepare(text)])
            for column, value in zip(row.columns.tolist(), row.values.tolist(), strict=True):
                name = readable(gram(int(self._model.keys[column])))
                pushes[name] = pushes.get(name, np.zeros(3)) + share * value * self._weights[column]
        ordered = sorted(pushes.items(), key=lambda pair: (-float(np.ptp(pair[1])), pair[0]))
        return tuple(Evidence(name, _push(push)) for name, push in ordered)


@dataclass(frozen=True, slots=True)
class _View:
    """A text folded, brands marked; `own` where it names two brands; `trade` where it names the trade."""

    text: str
    own: str | None
    trade: bool


def products(rows: Sparse, weights: Floats) -> Floats:
    """Sparse rows × weights: (rows, 3), summed in the order of the columns."""
    out = np.empty((rows.height, weights.shape[1]))
    for each in range(weights.shape[1]):
        out[:, each] = np.bincount(rows.rows, rows.values * weights[rows.columns, each], rows.height)
    return out


def softmax(log_odds: Floats) -> Floats:
    """Probabilities by row."""
    powers = np.exp(log_odds - log_odds.max(axis=1, keepdims=True, initial=-np.inf))
    shares: Floats = powers / powers.sum(axis=1, keepdims=True)
    return shares


def _push(row: Floats) -> Push:
    neg, neu, pos = row.tolist()
    return (neg, neu, pos)
