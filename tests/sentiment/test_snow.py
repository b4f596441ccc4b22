from __future__ import annotations

import math

import pytest

from sentiment.snow import batch as module
from sentiment.snow.batch import LONGEST_RUN, SnowBatch, SnowResult
from sentiment.snow.segment import Segmenter

TEXTS = ["网速快，客服态度好，很满意", "莫名其妙扣了我三十块", "😀😀", "好" * 30, "5G abc 信号", "客服"]


def one(snow: SnowBatch, text: object) -> SnowResult:
    result = snow.score([text])[0]
    assert result is not None
    return result


@pytest.mark.parametrize("odd", ["", None, b"bytes", 12, 1.5, ["好"], object()])
def test_none_where_the_package_raises(snow: SnowBatch, odd: object) -> None:
    assert snow.score(["好", odd, "差"])[1] is None


def test_no_texts(snow: SnowBatch) -> None:
    assert snow.score([]) == []


def test_blank_text_has_the_prior(snow: SnowBatch) -> None:
    result = one(snow, " \n")
    assert result.words == []
    assert result.snow == pytest.approx(0.526, abs=0.001)


def test_a_batch_scores_as_its_texts_do_alone(snow: SnowBatch) -> None:
    assert snow.score(TEXTS * 3) == [one(snow, text) for text in TEXTS] * 3


def test_batches_cut_by_size_keep_order(snow: SnowBatch, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = snow.score([*TEXTS, None, *TEXTS])
    monkeypatch.setattr(module, "BATCH_CHARS", 10)
    assert snow.score([*TEXTS, None, *TEXTS]) == whole


def test_remembered_runs_are_forgotten_in_time_and_change_nothing(
    snow: SnowBatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = snow.score(TEXTS)
    monkeypatch.setattr(module, "REMEMBERED_RUNS", 0)
    assert snow.score(TEXTS) == first
    assert snow.score(TEXTS) == first


def test_margin_is_the_log_odds(snow: SnowBatch) -> None:
    for text in TEXTS:
        result = one(snow, text)
        assert result.margin == pytest.approx(math.log(result.snow / (1 - result.snow)), abs=1e-9)


@pytest.mark.parametrize(("text", "expected"), [("太差了垃圾" * 400, 0.0), ("喜欢" * 4000, 1.0)])
def test_margin_stays_finite_where_the_probability_is_saturated(
    snow: SnowBatch, text: str, expected: float
) -> None:
    result = one(snow, text)
    assert result.snow == expected
    assert math.isfinite(result.margin)
    assert abs(result.margin) > 700


def test_words_make_up_the_text(snow: SnowBatch) -> None:
    text = "移动的信号差，" * 3000 + "宽带" * 5000
    assert "".join(one(snow, text).words) == text


def test_one_run_longer_than_a_block(snow: SnowBatch) -> None:
    text = "移动网络真差客服不理" * 500
    assert "".join(one(snow, text).words) == text


def test_a_run_no_post_has_is_segmented_in_pieces(snow: SnowBatch, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run is walked character by character: a million of them alone take a quarter of a minute."""
    longest = 0
    real = Segmenter.cut

    def spy(self: Segmenter, runs: list[str]) -> list[str]:
        nonlocal longest
        longest = max(longest, *map(len, runs))
        return real(self, runs)

    monkeypatch.setattr(Segmenter, "cut", spy)
    text = "移动网络真差客服不理" * 21_000
    assert "".join(one(snow, text).words) == text
    assert longest == LONGEST_RUN
