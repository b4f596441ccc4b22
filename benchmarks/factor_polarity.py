"""How well the polarity of a factor is told: rows of a JSONL(.gz) file with text, aspect and label.

    python -m benchmarks.factor_polarity --file car_aspects.dev.jsonl.gz --lexicon cars

Of the rows whose aspect the lexicon names: accuracy over three classes and over the polar rows, how many of
those are told the opposite, and the same if every factor took its text's label.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from benchmarks.start import Figures, given, launch
from koubei.core.domain import Label, Score
from sentiment import open_scorer
from sentiment.training.labelled import opened, rows

POLAR: tuple[Label, ...] = ("neg", "pos")
INVENTED = (
    ("动力", "很强，满意", "pos"),
    ("油耗", "太高，后悔", "neg"),
    ("内饰", "一般", "neu"),
    ("空间", "很大", "pos"),
)


def measure(wanted: argparse.Namespace, figures: Figures) -> None:
    """Score the rows, compare aspect by aspect."""
    if wanted.file is None:
        named = [{"text": a + word, "aspect": a, "label": label} for a, word, label in INVENTED]
    else:
        with wanted.file.open("rb") as stream:
            named = [row for _, row in rows(opened(stream, str(wanted.file)), str(wanted.file))]
    scorer = open_scorer(wanted.lexicon)
    scores = scorer.score([(row["text"], ()) for row in named])
    told = [
        (row["label"], polarity, score.label)
        for row, score in zip(named, scores, strict=True)
        if (polarity := _polarity(score, row["aspect"]))
    ]
    figures.add("model", scorer.version)
    figures.add("rows", len(named))
    figures.add("named", len(told))
    for column, name in ((1, "factor"), (2, "text")):
        for key, value in _figures(told, column).items():
            figures.add(f"{name} {key}", value, digits=3)


def _polarity(score: Score, aspect: str) -> Label | None:
    """Of a factor that is praised and blamed the blame; None where it is not named."""
    return min((f.polarity for f in score.factors if f.name == aspect), default=None)


def _figures(told: Sequence[tuple[Label, Label, Label]], column: int) -> dict[str, float]:
    polar = [row for row in told if row[0] in POLAR]
    right = sum(row[column] == row[0] for row in polar)
    opposite = sum(row[column] in POLAR and row[column] != row[0] for row in polar)
    return {
        "accuracy": round(sum(row[column] == row[0] for row in told) / max(1, len(told)), 3),
        "polar": len(polar),
        "polar_accuracy": round(right / max(1, len(polar)), 3),
        "polar_opposite": round(opposite / max(1, len(polar)), 3),
        "of_decided_right": round(right / max(1, right + opposite), 3),
    }


if __name__ == "__main__":
    options = [
        given("--file", Path, "JSONL(.gz) with text, aspect and label; without one a few invented rows"),
        given("--lexicon", str, "the factor lexicon", default="cars"),
    ]
    launch(__doc__, measure, options)
