"""Texts that grant one thing and mean another; written for this project."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

from sentiment import open_polarity
from sentiment.polarity.polarity import Polarity
from sentiment.rules.turns import last_turn

MIXED = Path(__file__).with_name("mixed_sentences.tsv")
ROWS = [line.split("\t") for line in MIXED.read_text(encoding="utf-8").splitlines() if line[0] != "#"]
MOST_WRONG = 3
"""Of 28 sentences measured once after the shares were chosen."""


@pytest.fixture(scope="module")
def polarity() -> Polarity:
    return open_polarity("telecom")


def right(polarity: Polarity, gold: str, text: str, brand: str) -> bool:
    spans = [found.span() for found in re.finditer(brand, text)] if brand else []
    (judged,) = polarity.judge([(text, spans)])
    assert judged.p is not None
    leaning = max(zip(judged.p, ("neg", "neu", "pos"), strict=True))[1]
    return judged.label != gold.removeprefix("not ") if gold.startswith("not ") else leaning == gold


@pytest.mark.parametrize("row", [row[1:] for row in ROWS if row[0] == "tune"], ids=lambda row: str(row[1]))
def test_the_label_follows_the_turn(polarity: Polarity, row: list[str]) -> None:
    assert right(polarity, *row)


def test_held_out_mixed_sentences_are_mostly_right(polarity: Polarity) -> None:
    held = [row[1:] for row in ROWS if row[0] == "held"]
    wrong = [row[1] for row in held if not right(polarity, *row)]
    assert len(wrong) <= MOST_WRONG, wrong


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("客服好,不过信号烂", "信号烂"),
        ("客服好但是信号烂", "信号烂"),
        ("信号好,但贵,不过客服好", "客服好"),
        ("套餐便宜,就是慢得很", "慢得很"),
    ],
)
def test_what_stands_behind_the_last_turn(text: str, rest: str) -> None:
    turn = last_turn(text)
    assert turn is not None
    assert turn.rest == rest


@pytest.mark.parametrize(
    "text",
    [
        "移动就是好",
        "不过如此",
        "套餐不过三十块",
        "但愿移动早点修好",
        "我办了卡,但愿能用",
        "但是慢得很",
        "办好了,不过30块",
    ],
)
def test_no_turn(text: str) -> None:
    assert last_turn(text) is None


def test_a_softened_reservation_weighs_less() -> None:
    hard, soft = last_turn("客服好,就是太贵了"), last_turn("客服好,就是有点贵")
    assert hard is not None
    assert soft is not None
    assert soft.share < hard.share


def test_the_explanation_names_the_turn_and_adds_up(polarity: Polarity) -> None:
    made = polarity.explain("移动客服好,套餐便宜,不过信号太差", [(0, 2)])
    assert made.turn is not None
    assert "太差" in made.turn
    assert "便宜" not in made.turn
    pushes = [made.start, *(each.push for each in made.grams), *(each.push for each in made.rules)]
    p = made.judgement.p
    assert p is not None
    odds = [sum(push[i] for push in pushes) for i in range(3)]
    assert odds[0] - odds[2] == pytest.approx(math.log(p[0] / p[2]), abs=1e-6)


def test_turns_without_end_are_looked_for() -> None:
    """Not a measurement: quadratic work on these texts would not come back for minutes."""
    for piece in ("但是", "好,但", "不过,", "就是。", "没有好也没有"):
        last_turn(piece * (100_000 // len(piece)))
