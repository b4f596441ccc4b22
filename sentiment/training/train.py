"""How a polarity model is made from labelled texts: a softmax regression over n-grams and words.

Every file is a set with a class balance of its own, which the model must not learn: each set has its own
intercepts while training, and the model keeps the mean of those of the sets that have all three classes and
texts held out (the balance of other sets is somebody's choice, not that of posts).
A set without neutral texts says nothing of them: its loss compares P(neg) with P(pos) alone.

    minimise  Σ w(set) · loss(text) + |W - W₀|² / 2C        (L-BFGS; W₀ = 0, or the base model's weights)
    loss      -log P(label); where a text's mood is told, MOOD_SHARE of it is -log P(mood)

The moods are told apart so that what angers, saddens and frightens need not be one thing; a text whose mood
is untold may have any of its label's. Each feature's values are first scaled by FLOOR + |log-ratio of its
shares in negative and positive texts| (after Wang & Manning 2012, "Baselines and Bigrams"): what tells the
two apart may take a greater weight at the same cost, what does not must earn it.

Tuned from a base, a model is never surer than it: a few labels hold too few out to lower the threshold or the
temperature.

n-grams and words: those in at least FEWEST texts are fitted once; the ones with the greatest weight × idf ×
√texts are kept and fitted again. Temperature and `certain_from` come from held-out texts. Same files, same
bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sentiment.polarity.exact import dot, log
from sentiment.polarity.grams import WORD_WEIGHT, Cut, GramIndex, Ints, Sparse, evidence, is_word
from sentiment.polarity.linear import Floats, by_class, products, softmax
from sentiment.polarity.model_file import PolarityModel
from sentiment.polarity.valence import Valence
from sentiment.rules.ruleset import Ruleset
from sentiment.training.labelled import UNTOLD, LabelledSet
from sentiment.training.minimise import minimise
from sentiment.words.moods import KINDS, MOODS, OF_CLASS
from sentiment.words.prepared import Preparer, Vocabulary

FEWEST, MOST_FEATURES = 4, 80_000
C = 1.5
MOOD_SHARE = 0.7
FLOOR = 0.5
FIRST_STEPS, STEPS = 40, 120
BIAS_COST = 0.01
KEPT_ACCURACY = 0.9
"""`certain_from` is the least confidence with which what is kept is right this often."""
NEG, NEUTRAL, POS = range(3)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a training run is made from.

    Attributes:
        sets: the training sets, each with its weight per text.
        held_out: texts no weight was fitted on: they set temperature and `certain_from`.
        base: a model whose features are kept and whose weights are the starting point, or None.
    """

    name: str
    sets: Sequence[tuple[LabelledSet, float]]
    held_out: Sequence[LabelledSet]
    base: PolarityModel | None = None
    c: float = C
    features: int = MOST_FEATURES


def train_model(plan: Plan, ruleset: Ruleset, cut: Cut) -> PolarityModel:
    """Fit, choose n-grams and words, fit again, calibrate. `cut` gives SnowNLP's words."""
    vocabulary = Vocabulary(ruleset.names, ruleset.brands, ruleset.emoticons)
    reader = _Reader(Preparer(vocabulary), cut, Valence(ruleset.valence))
    texts = reader.read([each for each, _ in plan.sets])
    targets = _Targets.of(plan)
    if plan.base is not None:
        index, scale = GramIndex(plan.base.keys, plan.base.idf), np.ones(len(plan.base.keys))
    else:
        index, scale = _chosen(reader, texts, targets, plan)
    weights, bias = _fit(reader.rows(index, texts), scale, targets, plan.c, STEPS, plan.base)
    rounded, valence = weights[: len(index.keys)].astype(np.float16), weights[len(index.keys) :]
    labels = np.concatenate([each.labels for each in plan.held_out])
    rows = reader.rows(index, reader.read(plan.held_out))
    log_odds = products(rows, np.concatenate((rounded, valence))) + bias
    temperature = fit_temperature(log_odds, labels)
    certain = certain_from(softmax(by_class(log_odds / temperature)), labels)
    if plan.base is not None:
        temperature = max(temperature, plan.base.temperature)
        certain = max(certain, plan.base.certain_from)
    return PolarityModel(
        name=plan.name,
        keys=index.keys,
        idf=index.idf,
        weights=rounded,
        valence=valence,
        bias=tuple(map(float, bias)),
        temperature=temperature,
        certain_from=certain,
        about=_about(plan, ruleset),
    )


Texts = tuple[Sequence[str], Sequence[Sequence[str]]]
"""Prepared texts, and the words of each."""


@dataclass(frozen=True, slots=True)
class _Reader:
    preparer: Preparer
    cut: Cut
    valence: Valence

    def read(self, sets: Sequence[LabelledSet]) -> Texts:
        prepared = [self.preparer.prepare(self.preparer.fold(text)) for each in sets for text in each.texts]
        return prepared, self.cut(prepared)

    def rows(self, index: GramIndex, texts: Texts) -> Sparse:
        """What the model sees of the texts: n-grams and words, then the kinds of feeling."""
        return self.valence.beside(index.rows(*texts), texts[0])


def _about(plan: Plan, ruleset: Ruleset) -> dict[str, object]:
    def line(each: LabelledSet) -> dict[str, object]:
        return {"name": each.name, "sha256": each.digest, **each.counts}

    return {
        "train": [{**line(each), "weight": weight} for each, weight in plan.sets],
        "held_out": [line(each) for each in plan.held_out],
        "base": plan.base.digest if plan.base else None,
        "vocabulary": vocabulary_digest(ruleset),
        "c": plan.c,
    }


def vocabulary_digest(ruleset: Ruleset) -> str:
    """8 hex digits that name what training takes from a rules file and its tables."""
    tables = (sorted(ruleset.emoticons.items()), sorted(ruleset.valence.items()))
    parts = (ruleset.names, ruleset.brands, *tables)
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class _Targets:
    """By text: label, set, weight, the moods its label and its mood allow, whether its set has no neutral
    texts. By set: are its intercepts kept."""

    labels: Ints
    sets: Ints
    weight: Floats
    of_label: NDArray[np.bool_]
    of_mood: NDArray[np.bool_]
    polar: NDArray[np.bool_]
    whole: NDArray[np.bool_]

    @classmethod
    def of(cls, plan: Plan) -> _Targets:
        sizes = [len(each.texts) for each, _ in plan.sets]
        kept = {each.name for each in plan.held_out}
        whole = np.array([all(each.counts.values()) and each.name in kept for each, _ in plan.sets])
        sets = np.repeat(np.arange(len(sizes)), sizes)
        labels = np.concatenate([each.labels for each, _ in plan.sets])
        moods = np.concatenate([each.moods for each, _ in plan.sets])
        of_label = OF_CLASS[labels]
        of_mood = np.where(moods[:, None] == UNTOLD, of_label, moods[:, None] == np.arange(len(MOODS)))
        return cls(
            labels=labels,
            sets=sets,
            weight=np.repeat([float(weight) for _, weight in plan.sets], sizes),
            of_label=of_label,
            of_mood=of_mood,
            polar=~np.array([bool(each.counts["neu"]) for each, _ in plan.sets])[sets],
            whole=whole if whole.any() else np.ones(len(sizes), np.bool_),
        )


def _chosen(reader: _Reader, texts: Texts, targets: _Targets, plan: Plan) -> tuple[GramIndex, Floats]:
    """The n-grams and words worth keeping, and the scale of each."""
    keys, text = evidence(*texts)
    order = np.lexsort((text, keys))
    keys, text = keys[order], text[order]
    fresh = np.append(True, (keys[1:] != keys[:-1]) | (text[1:] != text[:-1]))
    keys, counts = np.unique(keys[fresh], return_counts=True)
    keys, counts = keys[counts >= FEWEST], counts[counts >= FEWEST]
    rarity = log(len(texts[0]) / counts) + 1
    idf = np.where(is_word(keys), WORD_WEIGHT * rarity, rarity).astype(np.float32)
    index = GramIndex(keys, idf)
    scale = _scale(index.rows(*texts), targets.labels)
    weights, _ = _fit(reader.rows(index, texts), scale, targets, plan.c, FIRST_STEPS, None)
    weights = weights[: len(keys)]
    worth = np.abs(weights - weights.mean(axis=1, keepdims=True)).max(axis=1) * idf * np.sqrt(counts)
    best = np.sort(np.argsort(-worth, kind="stable")[: plan.features])
    return GramIndex(keys[best], idf[best]), scale[best]


def _scale(rows: Sparse, labels: Ints) -> Floats:
    neg, pos = (
        np.bincount(rows.columns[labels[rows.rows] == label], minlength=rows.width) + 1.0
        for label in (NEG, POS)
    )
    ratio: Floats = FLOOR + np.abs(log(neg / neg.sum()) - log(pos / pos.sum()))
    return ratio


def _fit(
    rows: Sparse, scale: Floats, targets: _Targets, c: float, steps: int, base: PolarityModel | None
) -> tuple[Floats, Floats]:
    """Weights (features and KINDS, moods) and the mean intercepts (moods,) of the sets with all classes."""
    width, sets, moods = rows.width, len(targets.whole), len(MOODS)
    scale = np.append(scale, np.ones(len(KINDS)))
    centre, middle = np.zeros((width, moods)), np.zeros((sets, moods))
    if base is not None:
        centre, middle = base.every_weight, np.tile(base.bias, (sets, 1))
    scaled = replace(rows, values=(rows.values * scale[rows.columns]).astype(np.float32))
    by_column = scaled.by_column()

    def loss(flat: Floats) -> tuple[float, Floats]:
        point = flat.reshape(-1, moods)
        weights, bias = point[:width], point[width:]
        log_odds = products(scaled, weights) + bias[targets.sets]
        log_odds[np.ix_(targets.polar, OF_CLASS[NEUTRAL])] = -np.inf
        surprise, error = _surprise(softmax(log_odds), targets)
        away, off = weights - centre, bias - middle
        value = dot(targets.weight, surprise) + dot(away, away) / (2 * c) + BIAS_COST * dot(off, off) / 2
        error *= targets.weight[:, None]
        on_bias = np.stack([np.bincount(targets.sets, error[:, k], sets) for k in range(moods)], axis=1)
        slope = np.concatenate((products(by_column, error) + away / c, on_bias + BIAS_COST * off))
        return value, slope.ravel()

    found = minimise(loss, np.concatenate((centre, middle)).ravel(), steps).reshape(-1, moods)
    return found[:width] * scale[:, None], found[width:][targets.whole].mean(axis=0)


def _surprise(p: Floats, targets: _Targets) -> tuple[Floats, Floats]:
    """By text: the loss, (texts,), and its slope in the log-odds, (texts, moods)."""
    surprise, slope = np.zeros(len(p)), p.copy()
    for share, allowed in ((MOOD_SHARE, targets.of_mood), (1 - MOOD_SHARE, targets.of_label)):
        inside = p * allowed
        total = np.maximum(inside.sum(axis=1), 1e-300)
        surprise -= share * log(total)
        slope -= share * inside / total[:, None]
    return surprise, slope


def fit_temperature(log_odds: Floats, labels: Ints) -> float:
    """The temperature with the least log loss on held-out texts (Guo et al. 2017), to three digits.

    log_odds: (texts, moods).
    """
    every = np.arange(len(labels))

    def loss(temperature: float) -> float:
        p = softmax(by_class(log_odds / temperature))
        return float(-log(np.maximum(p[every, labels], 1e-300)).mean())

    return float(min((round(0.3 * 1.02**step, 3) for step in range(150)), key=loss))


def certain_from(p: Floats, labels: Ints) -> float:
    """The least confidence from which on KEPT_ACCURACY of the held-out labels are right, to three digits."""
    sure, right = p.max(axis=1), p.argmax(axis=1) == labels
    for threshold in np.arange(0.34, 0.999, 0.002):
        kept = sure >= threshold
        if kept.any() and right[kept].mean() >= KEPT_ACCURACY:
            return round(float(threshold), 3)
    return 0.999
