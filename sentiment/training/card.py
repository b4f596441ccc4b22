"""The model card that `koubei sentiment train` writes beside a model: what it is made of, how good it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from koubei.core.ports import Scorer
from sentiment.polarity.model_file import PolarityModel
from sentiment.training.evaluate import confusion, evaluate_scorer, probabilities, three_class
from sentiment.training.labelled import LabelledSet
from sentiment.words.moods import CLASSES

STEPS = 5
"""Rows of the calibration table."""


def model_card(model: PolarityModel, scorer: Scorer, tests: Sequence[LabelledSet]) -> str:
    """Markdown: data with counts and digests, scores, confusion matrix and calibration of each test set."""
    lines = [f"# {model.name}-{model.digest}", "", f"Scorer: {scorer.version}", "", *_data(model)]
    for gold in tests:
        lines += [f"## {gold.name}", "", *_scores(evaluate_scorer(scorer, gold)), *_tables(scorer, gold)]
    return "\n".join(lines)


def _data(model: PolarityModel) -> Iterator[str]:
    yield from ("| set | used to | neg | neu | pos | weight | SHA-256 |", "|---|---|---|---|---|---|---|")
    for key, use in (("train", "fit"), ("held_out", "calibrate")):
        for row in model.about.get(key, ()):
            counts = " | ".join(str(row[name]) for name in CLASSES)
            yield f"| {row['name']} | {use} | {counts} | {row.get('weight', '')} | {row['sha256']} |"
    yield from ("", f"{len(model.keys)} n-grams, temperature {model.temperature},")
    yield f"`uncertain` below {model.certain_from}; started from {model.about.get('base') or 'nothing'}."
    yield from ("", "The sets below were held out of the fit and used to calibrate.", "")


def _scores(result: dict[str, Any]) -> Iterator[str]:
    yield from (
        "| classes | n | accuracy | 95 % | macro-F1 | kept | of the kept right |",
        "|---|---|---|---|---|---|---|",
    )
    for key in ("two_class", "three_class"):
        if (each := result[key]) and each["n"]:
            low, high = each["interval"]
            kept = each["kept"]
            yield (
                f"| {key} | {each['n']} | {each['accuracy']} | {low}-{high} | {each['macro_f1']} "
                f"| {kept['coverage']} | {kept['accuracy']} |"
            )
    labelled = result["two_class"]["labelled"]
    yield from (
        "",
        f"Two classes, what has a label other than `uncertain`: {labelled['coverage']}, "
        f"right {labelled['accuracy']}. Calibration error {result['ece']}.",
        "",
    )


def _tables(scorer: Scorer, gold: LabelledSet) -> Iterator[str]:
    p = probabilities(scorer.score([(text, ()) for text in gold.texts]))
    found = three_class(p)
    yield from ("| gold \\ answer | neg | neu | pos | none |", "|---|---|---|---|---|")
    for name, row in zip(CLASSES, confusion(gold.labels, found).tolist(), strict=True):
        yield f"| {name} | " + " | ".join(map(str, row)) + " |"
    yield from ("", "| confidence | texts | right |", "|---|---|---|")
    sure = np.nan_to_num(p).max(axis=1)
    for low in np.linspace(0, 1, STEPS, endpoint=False):
        inside = (sure >= low) & (sure < low + 1 / STEPS + (low + 1 / STEPS >= 1))
        if inside.any():
            right = float((found == gold.labels)[inside].mean())
            yield f"| {low:.1f}-{low + 1 / STEPS:.1f} | {int(inside.sum())} | {right:.3f} |"
    yield ""
