from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from koubei.core.domain import Span
from sentiment import open_polarity
from sentiment.factors.lexicon import SHIPPED, LexiconError
from sentiment.polarity.polarity import LONGEST, MOST_BARE, Judgement, Polarity
from sentiment.training.labelled import read_labelled
from sentiment.words.moods import CLASSES

SENTENCES = Path(__file__).with_name("telecom_sentences.tsv")
HELD_OUT = Path(__file__).with_name("telecom_held_out.jsonl")


@pytest.fixture(scope="module")
def polarity() -> Polarity:
    return open_polarity("telecom")


def one(polarity: Polarity, text: Any, *spans: Span) -> Judgement:
    return polarity.judge([(text, spans)])[0]


def leaning(judgement: Judgement) -> str:
    assert judgement.p is not None
    return "neg" if judgement.p[0] >= judgement.p[2] else "pos"


def test_sentences_written_for_it(polarity: Polarity) -> None:
    rows = [
        line.split("\t")
        for line in SENTENCES.read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
    ]
    judged = polarity.judge([(text, ()) for _, text in rows])
    polar = [(gold, leaning(each)) for (gold, _), each in zip(rows, judged, strict=True) if gold != "neu"]
    assert len(rows) > 70
    assert sum(gold == found for gold, found in polar) / len(polar) >= 0.9
    neutral = [each.label for (gold, _), each in zip(rows, judged, strict=True) if gold == "neu"]
    assert sum(label in ("neu", "uncertain") for label in neutral) / len(neutral) >= 0.8


def test_sentences_no_fit_has_seen(polarity: Polarity) -> None:
    gold = read_labelled(HELD_OUT)
    judged = polarity.judge([(text, ()) for text in gold.texts])
    polar = [
        (CLASSES[label], leaning(each))
        for label, each in zip(gold.labels, judged, strict=True)
        if CLASSES[label] != "neu"
    ]
    assert len(polar) == 460
    assert sum(label == found for label, found in polar) / len(polar) >= 0.85


@pytest.mark.parametrize(
    "odd", ["", None, b"bytes", 12, 1.5, ["好"], "，。！？", "\ud800\udfff", "\x00", "2026"]
)
def test_nothing_to_judge(polarity: Polarity, odd: object) -> None:
    assert one(polarity, odd) == Judgement(None, "unknown")


def test_only_names_is_nothing_to_judge(polarity: Polarity) -> None:
    assert one(polarity, "中国移动", (0, 4)).label == "unknown"


def test_longer_than_any_post_is_not_judged(polarity: Polarity) -> None:
    assert one(polarity, "差" * LONGEST).label == "neg"
    assert one(polarity, "差" * (LONGEST + 1)).label == "unknown"


def test_emoticons_alone_are_judged_while_they_are_few(polarity: Polarity) -> None:
    assert one(polarity, "[怒][怒]").label == "neg"
    assert one(polarity, "👍👍👍").label == "pos"
    assert one(polarity, "😀" * (MOST_BARE + 1)).label == "unknown"
    assert one(polarity, "[不认识的]").label == "unknown"


@pytest.mark.parametrize("span", [(0, 2), (5, 99), (-3, 1), (3, 3), (4, 2)])
def test_any_span_is_survived(polarity: Polarity, span: Span) -> None:
    assert one(polarity, "移动太烂换电信真香", span).label != "unknown"


def test_the_models_own_marks_in_a_text_say_nothing(polarity: Polarity) -> None:
    marks = "".join(map(chr, [*range(0xE000, 0xE00B), 0xF0000, 0xF0010]))
    assert one(polarity, marks).label == "unknown"
    items: list[tuple[str, tuple[Span, ...]]] = [(f"客服{mark}太差{mark}", ()) for mark in marks]
    assert {each.label for each in polarity.judge(items)} == {"neg"}
    assert polarity.judge([("信号真好", ())])[0] == polarity.judge([*items, ("信号真好", ())])[-1]


def test_random_texts_and_spans_are_survived(polarity: Polarity) -> None:
    rng = random.Random(1)
    pool = [
        *"移动电信断网没不太真谢谢牛[怒]😀,。！\n\t #@/a1\ud800\ue000\ue00a\u0301\u200d",
        "//@x:",
        "http://t.cn/a",
    ]
    items: list[tuple[str, tuple[Span, ...]]] = []
    for _ in range(500):
        start = rng.randint(-2, 60)
        items.append(
            ("".join(rng.choices(pool, k=rng.randint(0, 60))), ((start, start + rng.randint(-1, 5)),))
        )
    assert polarity.judge(items) == [polarity.judge([item])[0] for item in items]
    for text, spans in items[:50]:
        polarity.explain(text, spans)


def test_probabilities_add_up_and_do_not_depend_on_the_batch(polarity: Polarity) -> None:
    items: list[tuple[str, tuple[Span, ...]]] = [
        ("客服太差", ()),
        ("信号真好", ((0, 2),)),
        ("", ()),
        ("今天办卡", ()),
    ]
    together = polarity.judge(items)
    assert together == [polarity.judge([item])[0] for item in items]
    assert polarity.judge([]) == []
    for each in together:
        assert each.p is None or sum(each.p) == pytest.approx(1)


@pytest.mark.parametrize(
    ("text", "own", "label"),
    [
        ("移动太烂换电信真香", (0, 2), "neg"),
        ("移动太烂换电信真香", (5, 7), "pos"),
        ("电信宽带很稳很满意，移动天天掉线", (0, 2), "pos"),
        ("电信宽带很稳很满意，移动天天掉线", (10, 12), "neg"),
        ("移动比电信好用多了", (0, 2), "pos"),
        ("移动比电信好用多了", (3, 5), "neg"),
        ("联通的信号不如移动", (0, 2), "neg"),
        ("联通的信号不如移动", (7, 9), "pos"),
        ("10086客服太差，10000号客服态度真好", (0, 5), "neg"),
        ("10086客服太差，10000号客服态度真好", (10, 16), "pos"),
        ("电信网速很快，10086就是垃圾", (0, 2), "pos"),
        ("电信网速很快，10086就是垃圾", (7, 12), "neg"),
    ],
)
def test_a_text_with_two_brands_is_judged_by_brand(
    polarity: Polarity, text: str, own: Span, label: str
) -> None:
    assert leaning(one(polarity, text, own)) == label


def test_a_brands_hot_line_speaks_of_the_brand(polarity: Polarity) -> None:
    made = polarity.explain("移动客服太烂，打10086从来打不通，电信真香", [(0, 2)])
    assert made.own is not None
    assert "打不通" in made.own
    assert "真香" not in made.own


def test_a_sum_of_money_is_no_hot_line(polarity: Polarity) -> None:
    assert polarity.explain("电信不错，充了10000元话费", [(0, 2)]).own is None


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("信号真好，一天掉了八次", "neg"),
        ("客服真棒，复读了二十遍", "neg"),
        ("如果没有断网我就给好评", "uncertain"),
        ("投诉后第二天就退费了效率不错", "pos"),
        ("信号真好，用了三年没换过", "pos"),
        ("客服态度真好，问了三遍都不烦", "pos"),
    ],
)
def test_counted_faults_conditions_and_mended_complaints(polarity: Polarity, text: str, label: str) -> None:
    assert one(polarity, text).label == label


def test_names_are_no_evidence(polarity: Polarity) -> None:
    texts = [f"{name}今天又崩溃了" for name in ("移动", "联通", "电信")]
    assert len({one(polarity, text).p for text in texts}) == 1
    assert one(polarity, "宽带太差").p == one(polarity, "资费太差").p


def test_traditional_and_full_width_are_judged_alike(polarity: Polarity) -> None:
    assert one(polarity, "網路很慢，客服態度惡劣").p == one(polarity, "网路很慢,客服态度恶劣").p


def test_explanation_adds_up_to_the_probabilities(polarity: Polarity) -> None:
    for text, spans in (
        ("移动牛逼，扣费比谁都快[怒]", ((0, 2),)),
        ("移动太烂换电信真香", ((0, 2),)),
        ("还行", ()),
    ):
        made = polarity.explain(text, spans)
        log_odds = np.sum([made.start, *(e.push for e in (*made.grams, *made.rules))], axis=0)
        p = np.exp(log_odds) / np.exp(log_odds).sum()
        assert made.judgement == one(polarity, text, *spans)
        assert p == pytest.approx(made.judgement.p, abs=1e-6)


def test_explanation_shows_names_masked_and_the_own_part(polarity: Polarity) -> None:
    made = polarity.explain("移动太烂换电信真香", [(0, 2)])
    assert made.judged == "〇本〇太烂换〇他〇真香"
    assert made.own == "〇本〇太烂"
    assert {each.words for each in made.rules} == {"〇本〇太烂", "换〇他〇真香"}
    assert {"太烂", "烂"} & {each.what for each in made.grams}
    assert "「真」" in {each.what for each in made.grams}, "words are shown in brackets"


def test_what_is_hidden_makes_the_rest_no_louder(polarity: Polarity) -> None:
    with_mark, without = (one(polarity, text) for text in ("信号不差。", "信号不差"))
    assert with_mark.p is not None
    assert without.p is not None
    assert abs(with_mark.p[1] - without.p[1]) < 0.35
    assert with_mark.label != "neu"


def test_a_lexicon_that_is_not_there_is_refused_here_too() -> None:
    with pytest.raises(LexiconError, match="nosuch"):
        open_polarity("nosuch")


def test_explaining_nothing(polarity: Polarity) -> None:
    made = polarity.explain("")
    assert (made.judgement.label, made.grams, made.rules) == ("unknown", (), ())


def test_version_changes_with_the_rules(polarity: Polarity, tmp_path: Path) -> None:
    rules = tmp_path / "own.rules.toml"
    shipped = (Path(__file__).parents[2] / "sentiment" / "rulesets" / "telecom.toml").read_text(
        encoding="utf-8"
    )
    rules.write_text(shipped.replace("irony = [", "irony = [ "), encoding="utf-8")
    lexicon = tmp_path / "own.toml"
    shutil.copy(SHIPPED / "telecom.toml", lexicon)
    other = open_polarity(str(lexicon))
    assert other.version.split("+")[0] == polarity.version.split("+")[0]
    assert other.version.split("+")[1].startswith("own.rules-")
