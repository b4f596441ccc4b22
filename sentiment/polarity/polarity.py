"""The shown label: P(neg), P(neu), P(pos) of a text by a linear model over what it holds, and by rules.

    log-odds of a mood   = (bias + Σ weight × evidence) / temperature; TF-IDF of n-grams, words; valence
    log-odds of a class  = log Σ exp over its moods, then + what each rule adds
    P                    = softmax(log-odds)
    label    = the likeliest class; `uncertain` below the model's `certain_from`;
               `unknown` where there is nothing to judge

A text that names two brands is judged by what it says of its own brand, and a little by the whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from koubei.core.domain import Label, Span
from sentiment.polarity.exact import exp, log
from sentiment.polarity.grams import Cut, GramIndex, Sparse, name
from sentiment.polarity.model_file import PolarityModel
from sentiment.polarity.valence import Valence
from sentiment.rules.denial import Former
from sentiment.rules.owners import Owners
from sentiment.rules.rules import Fired, Heard, Rules
from sentiment.rules.ruleset import Push, Ruleset
from sentiment.words.moods import CLASSES, OF_CLASS
from sentiment.words.prepared import EMOTICON, MASK, Preparer, Vocabulary, readable

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
        start: what the model says before any evidence.
        grams: every known n-gram and word, strongest first.
    """

    judgement: Judgement
    judged: str
    own: str | None
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
            return Explanation(Judgement(None, "unknown"), "", None, (0.0, 0.0, 0.0), (), ())
        start, grams = self._evidence(view)
        return Explanation(
            judgement=self.judge([(text, spans)])[0],
            judged=readable(self._preparer.prepare(view.whole.left)),
            own=readable(view.own.left) if view.own else None,
            start=start,
            grams=grams,
            rules=tuple(replace(each, words=readable(each.words)) for each in view.fired),
        )

    def _views(self, items: Sequence[Item]) -> list[_View | None]:
        """One per item, in order; None where there is nothing to judge."""
        heard = [self._heard(text, spans) for text, spans in items]
        fired = self._rules.fire([each for each in heard if each])
        return [_view(each, next(fired), self._over(each)) if each else None for each in heard]

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

    def _log_odds(self, views: Sequence[_View]) -> Floats:
        """(views, 3)"""
        if not views:
            return np.empty((0, 3))
        whole = self._linear([view.whole for view in views])
        split = [i for i, view in enumerate(views) if view.own is not None]
        if split:
            own = self._linear([view.own for view in views if view.own is not None])
            whole[split] = OWN_SHARE * own + (1 - OWN_SHARE) * whole[split]
        for i, view in enumerate(views):
            for fired in view.fired:
                whole[i] += fired.push
        return whole

    def _linear(self, parts: Sequence[_Part]) -> Floats:
        """(parts, 3)"""
        return by_class(self._bias + products(self._rows(parts), self._weights))

    def _rows(self, parts: Sequence[_Part]) -> Sparse:
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

    def _evidence(self, view: _View) -> tuple[Push, tuple[Evidence, ...]]:
        """The start, and what each n-gram and word adds to it."""
        shares = ((view.whole, 1 - OWN_SHARE), (view.own, OWN_SHARE)) if view.own else ((view.whole, 1.0),)
        start, pushes = np.zeros(3), dict[str, Floats]()
        for part, share in shares:
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


class _Part(NamedTuple):
    """A text or a part of one, folded, brands marked; `left`: with what rules hide or is over masked."""

    text: str
    left: str


@dataclass(frozen=True, slots=True)
class _View:
    """What is judged of a text; `own` where it names two brands."""

    whole: _Part
    own: _Part | None
    fired: tuple[Fired, ...]


def _view(heard: Heard, fired: Sequence[Fired], over: Span) -> _View:
    hidden = [over, *(span for each in fired for span in each.hides)]
    if heard.own is None:
        return _View(_Part(heard.text, _without(heard.text, hidden)), None, tuple(fired))
    whole = _Part(heard.text, heard.text)
    return _View(whole, _Part(heard.own, _without(heard.own, hidden)), tuple(fired))


def _without(text: str, spans: Sequence[Span]) -> str:
    """The text with a mark for each of the spans that are not empty; of those that overlap the later ones."""
    first = len(text)
    for start, end in sorted(spans, reverse=True):
        if start == end or end > first:
            continue
        first = start
        text = text[:start] + MASK + text[end:]
    return text


def products(rows: Sparse, weights: Floats) -> Floats:
    """Sparse rows × weights: (rows, 3), summed in the order of the columns."""
    out = np.empty((rows.height, weights.shape[1]))
    for each in range(weights.shape[1]):
        out[:, each] = np.bincount(rows.rows, rows.values * weights[rows.columns, each], rows.height)
    return out


def by_class(moods: Floats) -> Floats:
    """Log-odds by mood, (texts, moods), to log-odds by class, (texts, 3)."""
    return np.stack([_log_sum(moods[:, of]) for of in OF_CLASS], axis=1)


def _log_sum(log_odds: Floats) -> Floats:
    """log Σ exp by row."""
    most = log_odds.max(axis=1, initial=-np.inf)
    total: Floats = most + log(exp(log_odds - most[:, None]).sum(axis=1))
    return total


def within_class(moods: Floats) -> Floats:
    """(3, moods): the share of each mood in its class, 0 where it is not of that class; from (moods,)."""
    shares = np.where(OF_CLASS, np.exp(moods - moods.max()), 0.0)
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))


def softmax(log_odds: Floats) -> Floats:
    """Probabilities by row."""
    powers = exp(log_odds - log_odds.max(axis=1, keepdims=True, initial=-np.inf))
    shares: Floats = powers / powers.sum(axis=1, keepdims=True)
    return shares


def _push(row: Floats) -> Push:
    neg, neu, pos = row.tolist()
    return (neg, neu, pos)
