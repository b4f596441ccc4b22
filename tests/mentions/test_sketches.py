"""Sketches and band keys: exact where they promise it, near where they estimate."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koubei.mentions.sketches import ALIKE, BANDS, MOST_GRAMS, ROWS, SHORT, Sketch, band_keys, sketch

TEXTS = st.lists(
    st.text(st.sampled_from("移动电信扣费了12a"), min_size=3, max_size=120), min_size=1, max_size=6
)


def grams(text: str) -> set[str]:
    return {text[n : n + 3] for n in range(len(text) - 2)}


def jaccard(a: str, b: str) -> float:
    return len(grams(a) & grams(b)) / len(grams(a) | grams(b))


def written(dice: Random, length: int) -> str:
    return "".join(chr(0x4E00 + dice.randrange(5000)) for _ in range(length))


def edited(dice: Random, text: str, edits: int) -> str:
    letters = list(text)
    for place in dice.sample(range(len(letters)), edits):
        letters[place] = chr(0x8000 + dice.randrange(5000))
    return "".join(letters)


@given(TEXTS)
def test_similarity_is_jaccards_of_the_trigrams(texts: list[str]) -> None:
    made = sketch(texts)
    for text, one in zip(texts, made, strict=True):
        assert (one.letters, one.size) == (len(text), len(grams(text)))
        assert one.similarity(made[0]) == pytest.approx(jaccard(text, texts[0]))


@given(TEXTS)
def test_a_text_has_one_sketch_whatever_stands_beside_it(texts: list[str]) -> None:
    together = sketch(texts)
    assert together == [sketch([text])[0] for text in texts]
    alone = [band_keys([one])[0].tolist() for one in together]
    assert band_keys(together).tolist() == alone


def test_copies_is_the_rule_of_the_docs() -> None:
    dice = Random(5)
    for edits in range(1, 9):
        text = written(dice, 60)
        copy = edited(dice, text, edits)
        one, other = sketch([text, copy])
        assert one.copies(other) == other.copies(one) == (jaccard(text, copy) >= ALIKE)


def test_a_short_text_is_copied_letter_for_letter() -> None:
    text = written(Random(6), SHORT - 1)
    one, longer, same = sketch([text, f"{text}啊", text])
    assert one.copies(same)
    assert not one.copies(longer)
    assert not longer.copies(one)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("38", "98", False),
        ("", "9", True),
        ("38", "38和9", True),
        ("38和9", "38和7", False),
        ("3、3", "3", True),
        ("三十元", "五十元", False),
        ("三十元", "30元", True),
        ("30元", "五十元", False),
        ("两次", "三次", False),
        ("一百零五块", "一百五十块", False),
        ("三百五十天", "350天", True),
        ("二〇二六年", "2026年", True),
        ("一万二千元", "12000元", True),
        ("十分钟", "20分钟", False),
        ("三十元", "", True),
        ("十分好", "万分好", True),
        ("一个样", "两样", True),
        ("三元桥", "三元桥", True),
    ],
)
def test_a_number_in_place_of_another_is_another_case(before: str, after: str, expected: bool) -> None:
    text = written(Random(7), 80)
    one, other = sketch([f"{text}{before}", f"{text}{after}"])
    assert one.similarity(other) > ALIKE
    assert one.copies(other) is other.copies(one) is expected


def test_a_row_of_numerals_without_end_is_read() -> None:
    """Neither quadratic nor an int too long to be written out."""
    (one,) = sketch(["九" * 200_000 + "元"])
    assert one.numbers is not None


def test_long_texts_are_estimated() -> None:
    dice = Random(8)
    errors = []
    for _ in range(40):
        text = written(dice, 3_000)
        copy = edited(dice, text, 120)
        one, other = sketch([text, copy])
        assert one.size == other.size == MOST_GRAMS
        errors.append(one.similarity(other) - jaccard(text, copy))
    assert abs(sum(errors) / len(errors)) < 0.015
    assert max(map(abs, errors)) < 0.12


def test_a_part_of_a_long_text_is_no_copy() -> None:
    text = written(Random(9), 3_000)
    whole, part = sketch([text, text[:400]])
    assert not whole.copies(part)
    assert not part.copies(whole)


def test_texts_meet_as_often_as_the_formula_says() -> None:
    dice = Random(10)
    met: list[tuple[bool, float]] = []
    for edits in range(1, 10):
        texts = [written(dice, 90) for _ in range(150)]
        copies = [edited(dice, text, edits) for text in texts]
        one, other = sketch(texts), sketch(copies)
        hits = (band_keys(one) == band_keys(other)).any(axis=1)
        for a, b, hit in zip(one, other, hits.tolist(), strict=True):
            met.append((hit, 1 - (1 - a.similarity(b) ** ROWS) ** BANDS))
    assert sum(hit for hit, _ in met) == pytest.approx(sum(due for _, due in met), rel=0.03)
    assert all(hit for hit, due in met if due > 0.9999)


def test_strangers_do_not_meet() -> None:
    dice = Random(11)
    keys = band_keys(sketch([written(dice, 60) for _ in range(2_000)]))
    assert len({key for row in keys.tolist() for key in row}) > keys.size * 0.999


def test_nothing_is_nothing() -> None:
    assert sketch([]) == []
    assert band_keys([]).shape == (0, BANDS)


def test_the_sketch_is_the_same_on_every_machine() -> None:
    (one,) = sketch(["中国移动10086的宽带又断了"])
    assert one == Sketch(15, one.grams, "10086")
    assert (one.grams[:8].hex(), band_keys([one])[0, :2].tolist()) == (
        "35676b23ac196b3e",
        [3089628805, 3459229670],
    )
