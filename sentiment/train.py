"""How a polarity model is made from labelled texts: a softmax regression over character n-grams.

Every file is a set with a class balance of its own, which the model must not learn: each set has its own
intercepts while training, and the model keeps the mean of those of the sets that have all three classes.
A set without neutral texts says nothing of them: its loss compares P(neg) with P(pos) alone.

    minimise  Σ w(set) · loss(text) + |W - W₀|² / 2C        (L-BFGS; W₀ = 0, or the base model's weights)

n-grams: those in at least FEWEST texts are fitted once; the ones with the greatest weight × idf × √texts
are kept and fitted again. Temperature and `certain_from` come from held-out texts. Same files, same bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sentiment.features import GramIndex, Ints, Preparer, Sparse, Vocabulary, grams
from sentiment.labelled import LabelledSet
from sentiment.minimise import minimise
from sentiment.polarity import Floats, products, softmax
from sentiment.polarity_model import CLASSES, PolarityModel
from sentiment.ruleset import Ruleset

FEWEST, MOST_FEATURES = 4, 20_000
C = 2.0
FIRST_STEPS, STEPS = 40, 120
BIAS_COST = 0.01
KEPT_ACCURACY = 0.9
"""`certain_from` is the least confidence with which what is kept is right this often."""
NEUTRAL = CLASSES.index("neu")


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


def train_model(plan: Plan, ruleset: Ruleset) -> PolarityModel:
    """Fit, choose n-grams, fit again, calibrate."""
    preparer = Preparer(Vocabulary(ruleset.names, ruleset.brands, ruleset.emoticons))
    prepared = [preparer.prepare(preparer.fold(text)) for each, _ in plan.sets for text in each.texts]
    targets = _Targets.of(plan)
    if plan.base is not None:
        index = GramIndex(plan.base.keys, plan.base.idf)
    else:
        index = _chosen(prepared, targets, plan)
    weights, bias = _fit(index.rows(prepared), targets, plan.c, STEPS, plan.base)
    rounded = weights.astype(np.float16)
    held = [preparer.prepare(preparer.fold(text)) for each in plan.held_out for text in each.texts]
    labels = np.concatenate([each.labels for each in plan.held_out])
    log_odds = products(index.rows(held), rounded.astype(np.float64)) + bias
    temperature = fit_temperature(log_odds, labels)
    return PolarityModel(
        name=plan.name,
        keys=index.keys,
        idf=index.idf,
        weights=rounded,
        bias=(float(bias[0]), float(bias[1]), float(bias[2])),
        temperature=temperature,
        certain_from=certain_from(softmax(log_odds / temperature), labels),
        about=_about(plan, ruleset),
    )


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
    """8 hex digits that name what training takes from a rules file: names, brands and emoticons."""
    parts = (ruleset.names, ruleset.brands, sorted(ruleset.emoticons.items()))
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class _Targets:
    """By text: label, set, weight, and whether its set has no neutral texts. By set: is it of all classes."""

    labels: Ints
    sets: Ints
    weight: Floats
    polar: NDArray[np.bool_]
    whole: NDArray[np.bool_]

    @classmethod
    def of(cls, plan: Plan) -> _Targets:
        sizes = [len(each.texts) for each, _ in plan.sets]
        whole = np.array([all(each.counts.values()) for each, _ in plan.sets])
        sets = np.repeat(np.arange(len(sizes)), sizes)
        return cls(
            labels=np.concatenate([each.labels for each, _ in plan.sets]),
            sets=sets,
            weight=np.repeat([float(weight) for _, weight in plan.sets], sizes),
            polar=~np.array([bool(each.counts["neu"]) for each, _ in plan.sets])[sets],
            whole=whole if whole.any() else np.ones(len(sizes), np.bool_),
        )


def _chosen(prepared: Sequence[str], targets: _Targets, plan: Plan) -> GramIndex:
    """The n-grams worth keeping."""
    keys, text = grams(prepared)
    order = np.lexsort((text, keys))
    keys, text = keys[order], text[order]
    fresh = np.append(True, (keys[1:] != keys[:-1]) | (text[1:] != text[:-1]))
    keys, counts = np.unique(keys[fresh], return_counts=True)
    keys, counts = keys[counts >= FEWEST], counts[counts >= FEWEST]
    idf = (np.log(len(prepared) / counts) + 1).astype(np.float32)
    index = GramIndex(keys, idf)
    weights, _ = _fit(index.rows(prepared), targets, plan.c, FIRST_STEPS, None)
    worth = np.abs(weights - weights.mean(axis=1, keepdims=True)).max(axis=1) * idf * np.sqrt(counts)
    best = np.sort(np.argsort(-worth, kind="stable")[: plan.features])
    return GramIndex(keys[best], idf[best])


def _fit(
    rows: Sparse, targets: _Targets, c: float, steps: int, base: PolarityModel | None
) -> tuple[Floats, Floats]:
    """Weights (features, 3) and the mean intercepts (3,) of the sets with all classes."""
    height, width, sets = rows.height, rows.width, len(targets.whole)
    centre, middle = np.zeros((width, 3)), np.zeros((sets, 3))
    if base is not None:
        centre, middle = base.weights.astype(np.float64), np.tile(base.bias, (sets, 1))
    every = np.arange(height)
    truth = np.zeros((height, 3))
    truth[every, targets.labels] = 1
    by_column = rows.by_column()

    def loss(flat: Floats) -> tuple[float, Floats]:
        point = flat.reshape(-1, 3)
        weights, bias = point[:width], point[width:]
        log_odds = products(rows, weights) + bias[targets.sets]
        log_odds[targets.polar, NEUTRAL] = -np.inf
        p = softmax(log_odds)
        surprise = -np.log(np.maximum(p[every, targets.labels], 1e-300))
        away, off = weights - centre, bias - middle
        value = float(targets.weight @ surprise + (away**2).sum() / (2 * c) + BIAS_COST * (off**2).sum() / 2)
        error = (p - truth) * targets.weight[:, None]
        on_bias = np.stack([np.bincount(targets.sets, error[:, k], sets) for k in range(3)], axis=1)
        slope = np.concatenate((products(by_column, error) + away / c, on_bias + BIAS_COST * off))
        return value, slope.ravel()

    found = minimise(loss, np.concatenate((centre, middle)).ravel(), steps).reshape(-1, 3)
    return found[:width], found[width:][targets.whole].mean(axis=0)


def fit_temperature(log_odds: Floats, labels: Ints) -> float:
    """The temperature with the least log loss on held-out texts (Guo et al. 2017), to three digits."""
    every = np.arange(len(labels))

    def loss(temperature: float) -> float:
        return float(-np.log(np.maximum(softmax(log_odds / temperature)[every, labels], 1e-300)).mean())

    return float(min((round(0.3 * 1.02**step, 3) for step in range(150)), key=loss))


def certain_from(p: Floats, labels: Ints) -> float:
    """The least confidence from which on KEPT_ACCURACY of the held-out labels are right, to three digits."""
    sure, right = p.max(axis=1), p.argmax(axis=1) == labels
    for threshold in np.arange(0.34, 0.999, 0.002):
        kept = sure >= threshold
        if kept.any() and right[kept].mean() >= KEPT_ACCURACY:
            return round(float(threshold), 3)
    return 0.999
