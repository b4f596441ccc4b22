from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from koubei.core.domain import Label, Score, Span
from sentiment.polarity.model_file import load_model
from sentiment.training.card import model_card
from sentiment.training.compare import compare_scorers
from sentiment.training.evaluate import calibration_error, confusion, evaluate_scorer, interval
from sentiment.training.labelled import UNTOLD, LabelledSet

Row = tuple[Label, tuple[float, float, float] | None]

SURE: Row = ("neg", (0.8, 0.1, 0.1))
NEUTRAL: Row = ("neu", (0.2, 0.7, 0.1))
POSITIVE: Row = ("pos", (0.0, 0.1, 0.9))
UNSURE: Row = ("uncertain", (0.3, 0.3, 0.4))
NOTHING: Row = ("unknown", None)


class Fixed:
    """Scores text "0", "1" … as the table says."""

    def __init__(self, rows: Sequence[Row], version: str = "fixed") -> None:
        self._rows = rows
        self.version = version
        self.certain_from = 0.6

    def score(self, items: Sequence[tuple[str, Sequence[Span]]]) -> list[Score]:
        return [self._score(*self._rows[int(text)]) for text, _ in items]

    def _score(self, label: Label, p: tuple[float, float, float] | None) -> Score:
        neg, neu, pos = p or (None, None, None)
        return Score(None, None, neg, neu, pos, label, (), "none", "", 0, (), self.version)


def gold(*labels: int) -> LabelledSet:
    return LabelledSet(
        "gold", "0", tuple(map(str, range(len(labels)))), np.array(labels), np.full(len(labels), UNTOLD)
    )


def test_three_classes() -> None:
    result = evaluate_scorer(Fixed([SURE, NEUTRAL, POSITIVE, UNSURE, NOTHING]), gold(0, 1, 2, 0, 2))
    three, two = result["three_class"], result["two_class"]
    assert (result["n"], result["model"]) == (5, "fixed")
    assert (three["n"], three["accuracy"], three["kept"]) == (5, 0.6, {"coverage": 0.6, "accuracy": 1.0})
    assert three["per_class"]["neg"] == {"n": 2, "precision": 1.0, "recall": 0.5, "f1": 0.6667}
    assert three["per_class"]["neu"] == {"n": 1, "precision": 1.0, "recall": 1.0, "f1": 1.0}
    assert three["per_class"]["pos"] == {"n": 2, "precision": 0.5, "recall": 0.5, "f1": 0.5}
    assert three["macro_f1"] == pytest.approx((0.6667 + 1 + 0.5) / 3, abs=1e-3)
    assert (two["n"], two["accuracy"], two["kept"]) == (4, 0.5, {"coverage": 0.5, "accuracy": 1.0})
    assert two["labelled"] == {"coverage": 0.5, "accuracy": 1.0}
    assert two["interval"][0] <= 0.5 <= two["interval"][1]


def test_what_is_kept_of_two_classes_goes_by_their_own_confidence() -> None:
    maybe_neutral: Row = ("uncertain", (0.5, 0.45, 0.05))
    either: Row = ("neu", (0.19, 0.7, 0.11))
    two = evaluate_scorer(Fixed([maybe_neutral, either, UNSURE, NOTHING]), gold(0, 2, 0, 2))["two_class"]
    assert two["kept"] == {"coverage": 0.5, "accuracy": 0.5}
    assert two["labelled"] == {"coverage": 0.25, "accuracy": 0.0}


def test_without_neutral_texts_there_are_two_classes() -> None:
    result = evaluate_scorer(Fixed([SURE, POSITIVE]), gold(0, 2))
    assert result["three_class"] is None
    assert result["two_class"]["macro_f1"] == 1.0
    assert set(result["two_class"]["per_class"]) == {"neg", "pos"}
    assert result["ece"] == pytest.approx(((1 - 0.8 / 0.9) + (1 - 1.0)) / 2, abs=1e-4)


def test_only_neutral_or_unjudged_texts() -> None:
    only = evaluate_scorer(Fixed([NEUTRAL]), gold(1))
    assert (only["two_class"]["accuracy"], only["two_class"]["macro_f1"]) == (None, None)
    none = evaluate_scorer(Fixed([NOTHING]), gold(2))
    assert (none["ece"], none["two_class"]["accuracy"], none["two_class"]["kept"]["accuracy"]) == (
        None,
        0.0,
        None,
    )


def test_confusion_counts_answers_and_their_absence() -> None:
    table = confusion(np.array([0, 0, 1, 2]), np.array([0, 2, 1, -1]))
    assert table.tolist() == [[1, 0, 1, 0], [0, 1, 0, 0], [0, 0, 0, 1]]


def test_calibration_error_is_nought_for_honest_confidence() -> None:
    p = np.tile([0.75, 0.25, 0.0], (400, 1))
    assert calibration_error(p, np.array([0] * 300 + [1] * 100)) == 0
    assert calibration_error(p, np.array([0] * 100 + [1] * 300)) == 0.5


def test_interval_holds_the_share_and_shrinks() -> None:
    small, large = interval(np.arange(50) < 40), interval(np.arange(5_000) < 4_000)
    assert small[0] < large[0] < 0.8 < large[1] < small[1]


def test_comparing_two_scorers() -> None:
    old, new = Fixed([UNSURE] * 40, "old"), Fixed([SURE] * 30 + [POSITIVE] * 10, "new")
    result = compare_scorers(old, new, gold(*[0] * 40))
    assert (result["old"]["accuracy"], result["new"]["accuracy"]) == (0.0, 0.75)
    assert result["difference"] == 0.75
    assert 0.5 < result["interval"][0] < 0.75 < result["interval"][1] <= 1
    assert result["changed"] == {"uncertain>neg": 30, "uncertain>pos": 10}
    assert compare_scorers(old, old, gold(0, 1, 2))["changed"] == {}


def test_model_card_lists_data_scores_confusion_and_calibration() -> None:
    card = model_card(load_model(), Fixed([SURE, NEUTRAL, POSITIVE, NOTHING]), [gold(0, 1, 2, 2)])
    for words in (
        "weibo_general",
        "| gold \\ answer |",
        "| pos | 0 | 0 | 1 | 1 |",
        "three_class",
        "0.8-1.0",
    ):
        assert words in card
