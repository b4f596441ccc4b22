"""Words of feeling: which count, how much, and what is refused in their table."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from sentiment.polarity.grams import GramIndex
from sentiment.polarity.valence import Valence
from sentiment.rules.ruleset import load_rules
from sentiment.words.moods import KINDS, MOODS
from sentiment.words.prepared import Preparer, Vocabulary
from sentiment.words.tables import VALENCE, Feeling, RulesError, read_source, read_valence

TABLE = {
    "开心": Feeling("happy", 1),
    "不开心": Feeling("sad", 1),
    "开心果": Feeling("happy", 2),
    "恶心": Feeling("angry", 2),
    "emo": Feeling("sad", 1),
}
NO_GRAMS = GramIndex(np.array([7], np.int64), np.ones(1, np.float32))
ONE, TWO = (pytest.approx(strength / math.sqrt(8)) for strength in (1, 2))
"""What a word of that strength says in a short text."""


def values(*texts: str) -> list[dict[tuple[str, bool], float]]:
    rows = Valence(TABLE).beside(NO_GRAMS.rows(texts, [[] for _ in texts]), texts)
    assert (rows.height, rows.width) == (len(texts), 1 + len(KINDS))
    found: list[dict[tuple[str, bool], float]] = [{} for _ in texts]
    for row, column, value in zip(rows.rows, rows.columns, rows.values, strict=True):
        found[row][KINDS[column - 1]] = float(value)
    return found


def test_a_word_counts_by_its_strength_and_the_length_of_the_text() -> None:
    short, long = values("恶心", "今天真的是太恶心了这家店恶心")
    assert short == {("angry", False): TWO}
    assert long == {("angry", False): pytest.approx(4 / math.sqrt(14))}


def test_the_longest_of_words_that_overlap_counts() -> None:
    assert values("他是开心果", "不开心", "") == [{("happy", False): TWO}, {("sad", False): ONE}, {}]


def test_words_behind_a_negation_are_another_kind() -> None:
    near, farther, too_far = values("没有恶心", "别太恶心", "不知道，恶心")
    assert near == farther == {("angry", True): TWO}
    assert too_far == {("angry", False): TWO}


def test_latin_words_stand_alone() -> None:
    assert values("今天emo了", "demons", "emoji") == [{("sad", False): ONE}, {}, {}]


def test_words_are_shown_by_kind() -> None:
    shown = Valence(TABLE).words("恶心恶心，没有恶心，开心")
    assert [(KINDS[kind], text) for kind, text in shown.items()] == [
        (("angry", False), "怒：恶心"),
        (("angry", True), "不怒：恶心"),
        (("happy", False), "喜：开心"),
    ]


@pytest.mark.parametrize(
    "row", ["开\thappy\t1", "開心\thappy\t1", "开心\tgood\t1", "开心\thappy\t3", "开心", "恶心\tangry\t1"]
)
def test_bad_rows_are_refused_by_file_and_line(row: str) -> None:
    with pytest.raises(RulesError, match=r"own\.tsv 第 3 行"):
        read_valence(Path("own.tsv"), f"# a comment\n恶心\tangry\t2\n{row}\n")


def test_the_shipped_table_is_sound() -> None:
    table = read_valence(VALENCE, read_source(VALENCE))
    moods = [feeling.mood for feeling in table.values()]
    assert min(map(moods.count, MOODS)) > 100
    rules = load_rules()
    preparer = Preparer(Vocabulary(rules.names, rules.brands, rules.emoticons, rules.aliases))
    assert [word for word in table if preparer.prepare(preparer.fold(word)) != word] == [], "never found"
