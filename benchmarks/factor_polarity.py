"""How well the polarity of a factor is told: rows of a JSONL(.gz) file with text, aspect and label.

    python benchmarks/factor_polarity.py car_aspects.dev.jsonl.gz --lexicon cars

Of the rows whose aspect the lexicon names: accuracy over three classes and over the polar rows, how many of
those are told the opposite, and the same if every factor took its text's label. One JSON object.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from koubei.core.domain import Label, Score
from sentiment import open_scorer
from sentiment.training.labelled import opened, rows

POLAR: tuple[Label, ...] = ("neg", "pos")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--lexicon", default="cars")
    given = parser.parse_args()
    with given.file.open("rb") as stream:
        wanted = [row for _, row in rows(opened(stream, str(given.file)), str(given.file))]
    scorer = open_scorer(given.lexicon)
    scores = scorer.score([(row["text"], ()) for row in wanted])
    told = [
        (row["label"], polarity, score.label)
        for row, score in zip(wanted, scores, strict=True)
        if (polarity := _polarity(score, row["aspect"]))
    ]
    found = {"model": scorer.version, "rows": len(wanted), "named": len(told)}
    print(json.dumps({**found, "factor": _figures(told, 1), "text": _figures(told, 2)}, indent=1))


def _polarity(score: Score, aspect: str) -> Label | None:
    """Of a factor that is praised and blamed the blame; None where it is not named."""
    return min((f.polarity for f in score.factors if f.name == aspect), default=None)


def _figures(told: Sequence[tuple[Label, Label, Label]], column: int) -> dict[str, float]:
    polar = [row for row in told if row[0] in POLAR]
    right = sum(row[column] == row[0] for row in polar)
    opposite = sum(row[column] in POLAR and row[column] != row[0] for row in polar)
    return {
        "accuracy": round(sum(row[column] == row[0] for row in told) / len(told), 3),
        "polar": len(polar),
        "polar_accuracy": round(right / len(polar), 3),
        "polar_opposite": round(opposite / len(polar), 3),
        "of_decided_right": round(right / max(1, right + opposite), 3),
    }


if __name__ == "__main__":
    main()
