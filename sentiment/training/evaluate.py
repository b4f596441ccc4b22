"""How good a scorer is on labelled texts.

two_class    gold neutral left out; the answer is the greater of P(neg) and P(pos), its confidence that one's
             share of the two
three_class  the answer is the likeliest class, its confidence P; null where the file has no neutral text
kept         the same on what is left when answers less confident than `certain_from` are set aside
labelled     of two classes, the same on what has a label: not `uncertain`, which a post is too that may be
             neutral, nor `unknown` (of three classes this is `kept`)
unknown      texts in which there is nothing to judge
ece          expected calibration error, BINS equal bins of confidence (Guo et al. 2017), over three classes
             where there are neutral texts, else over neg and pos alone
A text labelled `unknown` has no answer: it counts as wrong, and as not kept.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from koubei.core.domain import Score
from koubei.core.ports import Scorer
from sentiment.training.labelled import LabelledSet
from sentiment.words.moods import CLASSES

BINS = 15
DRAWS, SEED = 2_000, 20
NEG, NEU, POS = range(3)
NONE = -1

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def evaluate_scorer(scorer: Scorer, gold: LabelledSet) -> dict[str, Any]:
    """Figures as JSON types; shares are 0-1, null where there is nothing to count.

    texts_per_second counts processor seconds of the whole scorer, not of reading the file.
    """
    began = time.process_time()
    scores = scorer.score([(text, ()) for text in gold.texts])
    seconds = time.process_time() - began
    p = probabilities(scores)
    unknown = sum(score.label == "unknown" for score in scores)
    labelled = np.array([score.label not in ("uncertain", "unknown") for score in scores], np.bool_)
    polar = gold.labels != NEU
    sides, of_sides = gold.labels[polar], p[polar]
    sure = np.nan_to_num(polar_shares(of_sides)).max(axis=1, initial=0.0) >= scorer.certain_from
    two = _figures(sides, two_class(of_sides), sure, (NEG, POS))
    three = bool((gold.labels == NEU).any())
    return {
        "n": len(scores),
        "unknown": unknown,
        "model": scorer.version,
        "two_class": two | {"labelled": _left(sides == two_class(of_sides), labelled[polar])},
        "three_class": _figures(gold.labels, three_class(p), labelled, (NEG, NEU, POS)) if three else None,
        "ece": calibration_error(p, gold.labels)
        if three
        else calibration_error(polar_shares(of_sides), sides),
        "texts_per_second": round(len(scores) / seconds) if seconds else None,
    }


def probabilities(scores: Sequence[Score]) -> Floats:
    """(scores, 3); a score without probabilities is a row of nan, a missing neutral class is 0."""
    none = (np.nan, np.nan, np.nan)
    rows = [
        none if s.p_neg is None or s.p_pos is None else (s.p_neg, s.p_neu or 0.0, s.p_pos) for s in scores
    ]
    return np.array(rows, np.float64).reshape(len(scores), 3)


def two_class(p: Floats) -> Ints:
    """NEG or POS by row, NONE where there are no probabilities."""
    return np.where(np.isnan(p[:, 0]), NONE, np.where(p[:, NEG] >= p[:, POS], NEG, POS))


def three_class(p: Floats) -> Ints:
    """The likeliest class by row, NONE where there are no probabilities."""
    return np.where(np.isnan(p[:, 0]), NONE, np.nan_to_num(p).argmax(axis=1))


def confusion(gold: Ints, found: Ints) -> Ints:
    """(3, 4): texts by gold class and answer; the last column has those without an answer."""
    return np.bincount(gold * 4 + np.where(found == NONE, 3, found), minlength=12).reshape(3, 4)


def interval(right: NDArray[np.bool_]) -> tuple[float, float]:
    """95 % percentile bootstrap interval of a share; the same one every time."""
    draws = np.random.default_rng(SEED).binomial(len(right), right.mean(), DRAWS) / len(right)
    low, high = np.quantile(draws, (0.025, 0.975))
    return round(float(low), 4), round(float(high), 4)


def _figures(gold: Ints, found: Ints, kept: NDArray[np.bool_], classes: Sequence[int]) -> dict[str, Any]:
    per_class = {CLASSES[each]: _class_figures(gold == each, found == each) for each in classes}
    f1 = [row["f1"] for row in per_class.values()]
    return {
        "n": len(gold),
        "accuracy": _share(gold == found),
        "interval": list(interval(gold == found)) if len(gold) else None,
        "macro_f1": round(sum(f1) / len(f1), 4) if len(gold) else None,
        "per_class": per_class,
        "kept": _left(gold == found, kept),
    }


def _left(right: NDArray[np.bool_], kept: NDArray[np.bool_]) -> dict[str, float | None]:
    return {"coverage": _share(kept), "accuracy": _share(right[kept])}


def _class_figures(gold: NDArray[np.bool_], found: NDArray[np.bool_]) -> dict[str, Any]:
    hits, both = int((gold & found).sum()), int(gold.sum() + found.sum())
    return {
        "n": int(gold.sum()),
        "precision": _share(gold[found]),
        "recall": _share(found[gold]),
        "f1": round(2 * hits / both, 4) if both else 0.0,
    }


def _share(good: NDArray[np.bool_]) -> float | None:
    return round(float(good.mean()), 4) if len(good) else None


def polar_shares(p: Floats) -> Floats:
    """P(neg) and P(pos) as if there were no neutral texts."""
    both = p * (1.0, 0.0, 1.0)
    shares: Floats = both / both.sum(axis=1, keepdims=True)
    return shares


def calibration_error(p: Floats, gold: Ints) -> float | None:
    """Mean distance of confidence and accuracy over the bins, weighted by their texts."""
    judged = ~np.isnan(p[:, 0])
    if not judged.any():
        return None
    sure, right = p[judged].max(axis=1), p[judged].argmax(axis=1) == gold[judged]
    bins = np.minimum((sure * BINS).astype(np.int64), BINS - 1)
    error = 0.0
    for each in np.unique(bins):
        inside = bins == each
        error += abs(float(right[inside].mean() - sure[inside].mean())) * float(inside.mean())
    return round(error, 4)
