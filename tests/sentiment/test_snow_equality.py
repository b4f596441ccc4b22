"""The package itself is the oracle: every score and every word must be equal to the last bit."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from snownlp import SnowNLP
from snownlp.seg.seg import Seg
from snownlp.seg.y09_2047 import CharacterBasedGenerativeModel
from snownlp.utils.frequency import NormalProb

from sentiment.snow.batch import SnowBatch
from sentiment.snow.build import Segmenter as Builder
from sentiment.snow.build import rows
from sentiment.snow.segment import Segmenter

TEXTS = 2600
TINY_HAN = "甲乙丙丁戊己"
COMMON = "的一是了我不在人有移动网络信号流量套餐客服差好卡扣费宽带断网真太没就都还又个月话"
EMOJI = "😀😡🎉👍🏽\u200d\ufe0f❤"
SPACES = " \t\n\u3000\xa0\x85\x1c\u2028"
SIGNS = "，。！？,.!?~…[]【】（）@#:/"
TRADITIONAL = "網絡資費門號門市訊號寬頻電話臺灣"

TinyModel = Callable[[random.Random], dict[str, Any]]
Draw = Callable[[random.Random], str]


def one_of(chars: str) -> Draw:
    return lambda rng: rng.choice(chars)


def between(first: int, last: int) -> Draw:
    return lambda rng: chr(rng.randint(first, last))


ANY_HAN = between(0x4E00, 0x9FA5)
MIXED = (
    one_of(COMMON), one_of(COMMON), one_of(EMOJI), one_of(SPACES), one_of(SIGNS), one_of(TRADITIONAL),
    one_of("abcXYZ019"), ANY_HAN, between(0x9FA0, 0x9FFF), between(0x3400, 0x4DFF), between(0x20000, 0x2A6DF),
    between(0xD800, 0xDFFF), between(0x3041, 0x30FF), between(0xAC00, 0xAC80), between(0, 0x1F),
)  # fmt: skip


def generated(seed: int) -> Iterator[str]:
    """Short odd texts: mixed scripts, plain Han, rare Han, one or two characters over and over."""
    rng = random.Random(seed)
    for _ in range(TEXTS):
        first, second = ANY_HAN(rng), rng.choice(COMMON)
        draws, length = rng.choice(
            (
                (MIXED, rng.randint(1, 12)),
                ((one_of(COMMON),), rng.randint(1, 12)),
                ((ANY_HAN,), rng.randint(1, 8)),
                ((one_of(COMMON), one_of(COMMON), ANY_HAN), rng.randint(1, 10)),
                ((one_of(first),), rng.randint(1, 25)),
                ((one_of(second),), rng.randint(1, 25)),
                ((one_of(first + second),), rng.randint(1, 15)),
            )
        )
        yield "".join(rng.choice(draws)(rng) for _ in range(length))


def test_scores_and_words_equal_the_packages(snow: SnowBatch) -> None:
    texts = [*generated(20), "客服" * 60, "差" * 80, "網" * 40, "a" * 3000, " \n ", "10086"]
    results = snow.score(texts)
    assert len(results) >= 2000
    for text, result in zip(texts, results, strict=True):
        theirs = SnowNLP(text)
        assert result is not None, text
        assert result.snow == theirs.sentiments, text
        assert result.words == theirs.words, text


@pytest.mark.parametrize("seed", range(60))
def test_ties_and_impossible_tags_fall_as_in_the_package(seed: int, tiny_model: TinyModel) -> None:
    """Random tiny models: nearly every step is a tie, some characters have no possible tag."""
    rng = random.Random(seed)
    data = tiny_model(rng)
    theirs = CharacterBasedGenerativeModel()
    for key, value in data.items():
        if isinstance(value, dict):
            prob = NormalProb()
            prob.__dict__ = value
            setattr(theirs, key, prob)
        else:
            setattr(theirs, key, value)
    built = Builder(data)
    ours = Segmenter(
        {
            "chars": built.chars(),
            "emit": built.emit(),
            **rows("pair", built.pairs()),
            **rows("triple", built.triples()),
        }
    )
    runs = ["".join(rng.choices(TINY_HAN + "龘", k=rng.randint(1, 9))) for _ in range(40)]
    assert ours.cut(runs) == [" ".join(_words(run, theirs)) for run in runs]


def _words(run: str, model: CharacterBasedGenerativeModel) -> list[str]:
    seg = Seg()
    seg.segger = model
    return list(seg.seg(run))
