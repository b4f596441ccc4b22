from __future__ import annotations

from typing import Any

import pytest

from koubei.core.domain import LABELS, Score
from koubei.core.ports import Scorer
from sentiment import open_scorer
from sentiment.factors.lexicon import LexiconError
from sentiment.polarity.model_file import load_model
from sentiment.polarity.polarity import LONGEST
from sentiment.scorer import MOST_WORDS
from sentiment.snow.batch import SnowBatch


def one(scorer: Scorer, text: Any) -> Score:
    return scorer.score([(text, ())])[0]


def test_version_names_model_rules_lexicon_and_package(scorer: Scorer, snow: SnowBatch) -> None:
    model, rules, lexicon, package = scorer.version.split("+")
    assert package == f"snow-{snow.version}"
    assert model == f"{load_model().name}-{load_model().digest}"
    for named, name in ((rules, "telecom-"), (lexicon, "telecom-")):
        assert named.startswith(name)
        assert len(named) == len(name) + 8
    assert one(scorer, "好").model_version == scorer.version


def test_snownlps_numbers_stand_beside_the_models(scorer: Scorer, snow: SnowBatch) -> None:
    texts = ["太差了，骗子", "非常满意，很喜欢", "今天办了一张卡", "移动不错", "[泪]", "好[怒]"]
    for text, score in zip(texts, scorer.score([(text, ()) for text in texts]), strict=True):
        result = snow.score([text])[0]
        assert result is not None
        assert (score.snow, score.margin) == (result.snow, result.margin)
        assert score.p_neg is not None
        assert score.p_neu is not None
        assert score.p_pos is not None
        assert score.p_neg + score.p_neu + score.p_pos == pytest.approx(1)


def test_two_brands_in_one_text_have_two_labels(scorer: Scorer) -> None:
    text = "移动太烂换电信真香"
    first, second = scorer.score([(text, ((0, 2),)), (text, ((5, 7),))])
    assert first.label == "neg"
    assert second.p_pos is not None
    assert first.p_pos is not None
    assert second.p_pos > 5 * first.p_pos
    assert (first.snow, first.words) == (second.snow, second.words)


@pytest.mark.parametrize("odd", ["", None, b"bytes", 12, 1.5, ["好"]])
def test_what_is_no_text_is_unknown(scorer: Scorer, odd: object) -> None:
    score = one(scorer, odd)
    assert score == Score(None, None, None, None, None, "unknown", (), "none", "", 0, (), scorer.version)


@pytest.mark.parametrize(
    "text",
    ["，。！", "😀" * 50_000, " \n", "12345", "\ud800\udfff", "\x00", "___", "\u202e\u200b", "a" * 1_000_000],
)
def test_nothing_to_judge_is_unknown_but_keeps_snownlps_number(
    scorer: Scorer, snow: SnowBatch, text: str
) -> None:
    score, result = one(scorer, text), snow.score([text])[0]
    assert result is not None
    assert (score.label, score.p_pos, score.p_neg) == ("unknown", None, None)
    assert (score.snow, score.margin) == (result.snow, result.margin)


@pytest.mark.parametrize(
    "text",
    [
        "移动网络真差客服不理" * 10_000, "宽带不错，" * 20_000,
        "客服 " * 33_000, "網路很慢" * 1000,
        "\ud800移动\udfff信号差", "<script>alert(1)</script>客服",
        "\x00移动\x00扣费", "\u202e移动差评",
    ],
    ids=lambda text: repr(text[:8]),
)  # fmt: skip
def test_odd_texts_get_a_label_that_can_be_stored(scorer: Scorer, text: str) -> None:
    score = one(scorer, text)
    assert score.label in LABELS
    assert len(score.words) <= MOST_WORDS
    for kept in (*score.words, *(factor.clause for factor in score.factors)):
        kept.encode("utf-8")


def test_order_is_kept_and_equal_texts_are_scored_once(
    scorer: Scorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    real = SnowBatch.score

    def spy(self: SnowBatch, texts: list[str]) -> Any:
        seen.extend(texts)
        return real(self, texts)

    monkeypatch.setattr(SnowBatch, "score", spy)
    texts = [f"第{number}次来，很好" for number in range(700)]
    scores = scorer.score([(text, ((0, 1),)) for text in texts + texts[::-1]])
    assert scores == scores[::-1]
    assert seen == texts
    assert scores[3].margin == one(scorer, texts[3]).margin


def test_no_items(scorer: Scorer) -> None:
    assert scorer.score([]) == []


def test_factors_in_one_clause_have_the_texts_label(scorer: Scorer) -> None:
    score = one(scorer, "这个宽带的客服太差了，真恶心，垃圾")
    assert score.label == "neg"
    assert {(factor.name, factor.polarity) for factor in score.factors} == {("宽带", "neg"), ("客服", "neg")}


def test_factors_in_several_clauses_have_their_clauses_label(scorer: Scorer) -> None:
    score = one(scorer, "宽带很好很满意，但是营业厅态度恶劣，骗人")
    by_name = {factor.name: factor for factor in score.factors}
    assert by_name["宽带"].polarity == "pos"
    assert by_name["营业厅与APP"].polarity == "neg"
    assert one(scorer, by_name["宽带"].clause).label == "pos"


def test_an_uncertain_clause_takes_the_texts_label(scorer: Scorer) -> None:
    score = one(scorer, "昨天我家的宽带，太差了，客服恶心垃圾骗人")
    clause = next(factor for factor in score.factors if factor.name == "宽带")
    assert one(scorer, clause.clause).label == "uncertain"
    assert clause.polarity == score.label == "neg"


def test_severity_stage_and_primary_factor_are_filled(scorer: Scorer) -> None:
    score = one(scorer, "莫名其妙扣费，客服踢皮球，客服不理，已投诉到工信部，要求退费")
    assert score.severity == 3
    assert score.stage == "售后"
    assert score.primary_factor in {factor.name for factor in score.factors}


def test_words_are_distinct_without_stop_words_signs_and_links(scorer: Scorer) -> None:
    score = one(scorer, "我们的宽带，我们的宽带，5G不错！http://t.cn/abc 2026 我的")
    assert "宽带" in score.words
    assert len(score.words) == len(set(score.words))
    assert not {"我们", "的", "，", "2026", "http://t.cn/abc"} & set(score.words)


def test_factors_and_severity_are_read_from_what_a_post_can_hold(scorer: Scorer) -> None:
    text = "好" * (LONGEST - 2) + "投诉"
    assert one(scorer, text).severity == 2
    assert one(scorer, "好" + text).severity == 0


def test_unknown_lexicon() -> None:
    with pytest.raises(LexiconError):
        open_scorer("no-such")
