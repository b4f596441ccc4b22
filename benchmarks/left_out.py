"""How good the recipe is on a set it never saw: the plan of the shipped model without one weibo set.

    python -m benchmarks.left_out --data DATA_DIR

--data: the folder with the recipe's files (TRAIN in sentiment/training/recipe.py). For each weibo set a
model is fitted without it, its threshold set on the other's held-out texts, and then the whole scorer (rules
included, no brand spans) is measured on all of the set. Prints what docs/model-card.md says of sets never
seen. Takes about four minutes of a core and 2 GB of memory a set.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.start import Figures, given, launch
from koubei.core.domain import Score
from koubei.core.ports import Scorer
from sentiment.factors.lexicon import load_lexicon
from sentiment.polarity.polarity import Polarity
from sentiment.rules.ruleset import load_rules
from sentiment.scorer import MentionScorer
from sentiment.snow.batch import SnowBatch
from sentiment.training.evaluate import NEU, evaluate_scorer, polar_shares, probabilities, two_class
from sentiment.training.labelled import LabelledSet, joined, read_labelled
from sentiment.training.recipe import CALIBRATED_ON, TRAIN, shipped_plan
from sentiment.training.train import Plan, train_model

SURE = 0.75
"""The share of texts that counts as the most confident."""


class Kept:
    """A scorer that keeps its last answers, so that a set is scored once."""

    def __init__(self, scorer: Scorer) -> None:
        self._scorer = scorer
        self.version = scorer.version
        self.certain_from = scorer.certain_from
        self.scores: list[Score] = []

    def score(self, items: Any) -> list[Score]:
        """As the scorer has it."""
        self.scores = self._scorer.score(items)
        return self.scores


def without(plan: Plan, name: str) -> Plan:
    """The plan without that set, neither to fit nor to calibrate on."""
    return replace(
        plan,
        name=f"without-{name}",
        sets=[(each, weight) for each, weight in plan.sets if each.name != name],
        held_out=[each for each in plan.held_out if each.name != name],
    )


def whole(folder: Path, name: str) -> LabelledSet:
    """Every text of a set of the recipe."""
    return joined(name, [read_labelled(folder / f"{file}.jsonl.gz") for file in TRAIN[name][1]])


def surest_right(scores: list[Score], gold: LabelledSet) -> float:
    """Accuracy over two classes of the SURE of the negative and positive texts with the surest answers."""
    polar = gold.labels != NEU
    p = probabilities(scores)[polar]
    surest = np.argsort(-np.nan_to_num(polar_shares(p)).max(axis=1), kind="stable")[: round(SURE * len(p))]
    return float((two_class(p) == gold.labels[polar])[surest].mean())


def measure(wanted: argparse.Namespace, figures: Figures) -> None:
    """Fit without each set in turn, and measure on it."""
    if wanted.data:
        _measured(wanted.data, figures)
        return
    with tempfile.TemporaryDirectory() as folder:
        invent(Path(folder))
        _measured(Path(folder), figures)


def _measured(folder: Path, figures: Figures) -> None:
    plan, ruleset, snow = shipped_plan(folder), load_rules(), SnowBatch.open()
    for name in CALIBRATED_ON:
        model = train_model(without(plan, name), ruleset, snow.words)
        scorer = Kept(MentionScorer(snow, Polarity(model, ruleset, snow.words), load_lexicon("telecom")))
        gold = whole(folder, name)
        result = evaluate_scorer(scorer, gold)
        two, three = result["two_class"], result["three_class"]
        figures.add(f"{name}: texts, none of them seen", result["n"], scorer.version)
        figures.add(f"{name}: two classes, accuracy", two["accuracy"], digits=3)
        figures.add(f"{name}: two classes, macro-F1", two["macro_f1"], digits=3)
        figures.add(f"{name}: right of the surest {SURE:.0%}", surest_right(scorer.scores, gold), digits=3)
        figures.add(f"{name}: three classes, accuracy", three["accuracy"], digits=3)
        figures.add(f"{name}: three classes, macro-F1", three["macro_f1"], digits=3)
        for key in ("kept", "labelled"):
            figures.add(f"{name}: {key}, coverage", two[key]["coverage"], digits=2)
            figures.add(f"{name}: {key}, right of it", two[key]["accuracy"], digits=3)


def invent(folder: Path) -> None:
    """Files of the recipe's names with a few made-up rows each, to see that it runs."""
    dice = random.Random(1)
    moods = (("neg", "气愤难受糟透恶劣"), ("neu", "公布地点日期名单"), ("pos", "开心满意美味优秀"))
    for file in {file for _, files in TRAIN.values() for file in files}:
        rows = (
            {"text": "".join(dice.choices(words, k=12)), "label": label}
            for _ in range(40)
            for label, words in moods
        )
        with gzip.open(folder / f"{file}.jsonl.gz", "wt", encoding="utf-8") as out:
            out.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


if __name__ == "__main__":
    launch(
        __doc__,
        measure,
        [given("--data", Path, "the folder with the recipe's files; without one a few invented rows")],
    )
