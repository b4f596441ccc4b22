"""Training on a tiny made-up set: three moods with words of their own, some shared."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sentiment.polarity.grams import NO_WORD, evidence, name, word_keys
from sentiment.polarity.linear import by_class, softmax
from sentiment.polarity.model_file import (
    IN_USE,
    ModelError,
    PolarityModel,
    chosen_model,
    load_model,
    reset_model,
    use_model,
)
from sentiment.polarity.polarity import Polarity
from sentiment.rules.ruleset import load_rules
from sentiment.snow.batch import SnowBatch
from sentiment.training.labelled import UNTOLD, LabelledSet
from sentiment.training.minimise import minimise
from sentiment.training.train import Plan, certain_from, fit_temperature, train_model
from sentiment.words.moods import CLASSES, MOODS, OF_CLASS
from sentiment.words.prepared import END

WORDS = (("气愤", "难受", "糟透", "恶劣"), ("公布", "地点", "日期", "名单"), ("开心", "满意", "美味", "优秀"))
FILLERS = ("今天", "昨天", "这里", "那边", "他们", "我们", "早上", "晚上")
RULES = load_rules()
CUT = SnowBatch.open().words


def made_up(seed: int, count: int, classes: tuple[int, ...] = (0, 1, 2)) -> LabelledSet:
    rng = random.Random(seed)
    labels = [rng.choice(classes) for _ in range(count)]
    texts = tuple(
        "".join(rng.sample(FILLERS, 3)) + rng.choice(WORDS[label]) + rng.choice(FILLERS) for label in labels
    )
    return LabelledSet(f"made-up-{seed}", f"{seed:016d}", texts, np.array(labels), np.full(count, UNTOLD))


def plan(seed: int = 1, base: PolarityModel | None = None) -> Plan:
    return Plan("tiny", [(made_up(seed, 300), 1.0), (made_up(9, 100, (0, 2)), 0.5)], [made_up(5, 100)], base)


@pytest.fixture(scope="module")
def tiny() -> PolarityModel:
    return train_model(plan(), RULES, CUT)


def test_it_learns_the_words(tiny: PolarityModel) -> None:
    unseen = made_up(77, 100)
    judged = Polarity(tiny, RULES, CUT).judge([(text, ()) for text in unseen.texts])
    assert all(each.p is not None for each in judged)
    assert [int(np.argmax(each.p or ())) for each in judged] == unseen.labels.tolist()


def test_same_sets_same_bytes(tiny: PolarityModel) -> None:
    assert train_model(plan(), RULES, CUT).to_bytes() == tiny.to_bytes()
    assert train_model(plan(2), RULES, CUT).digest != tiny.digest


def test_the_file_says_what_it_is_made_of(tiny: PolarityModel, tmp_path: Path) -> None:
    path = tmp_path / "tiny.polarity"
    path.write_bytes(tiny.to_bytes())
    read = load_model(path)
    assert read.digest == tiny.digest
    assert read.about["train"][1] == {
        "name": "made-up-9", "sha256": f"{9:016d}", "weight": 0.5, **made_up(9, 100, (0, 2)).counts
    }  # fmt: skip
    assert read.to_bytes() == tiny.to_bytes()


def test_tuning_a_base_keeps_its_features_and_adds_little(tiny: PolarityModel) -> None:
    tuned = train_model(plan(3, tiny), RULES, CUT)
    assert (tuned.keys == tiny.keys).all()
    assert tuned.digest != tiny.digest
    assert tuned.about["base"] == tiny.digest
    apart = np.abs(tuned.weights.astype(float) - tiny.weights).mean()
    assert 0 < apart < np.abs(tiny.weights.astype(float)).mean()


def test_tuning_never_makes_a_model_surer_than_its_base(tiny: PolarityModel) -> None:
    careful = replace(tiny, temperature=2.0, certain_from=0.9)
    tuned = train_model(plan(3, careful), RULES, CUT)
    assert (tuned.temperature, tuned.certain_from) == (2.0, 0.9)
    assert train_model(plan(3, tiny), RULES, CUT).certain_from >= tiny.certain_from


def test_a_set_without_neutral_texts_moves_no_neutral_weight() -> None:
    both = Plan("two", [(made_up(4, 200, (0, 2)), 1.0)], [made_up(5, 60, (0, 2))])
    neutral = OF_CLASS[CLASSES.index("neu")]
    assert not train_model(both, RULES, CUT).weights[:, neutral].any()


def test_moods_that_are_told_are_told_apart() -> None:
    angry, sad = list(MOODS).index("angry"), list(MOODS).index("sad")
    gold = made_up(6, 400)
    told = np.array([angry if "气愤" in text or "恶劣" in text else sad for text in gold.texts])
    moods = np.where(gold.labels == CLASSES.index("neg"), told, UNTOLD)
    model = train_model(Plan("moods", [(replace(gold, moods=moods), 1.0)], [made_up(5, 60)]), RULES, CUT)
    weights = {name(int(key)): row.astype(float) for key, row in zip(model.keys, model.weights, strict=True)}
    assert weights["气愤"][angry] > 0 > weights["气愤"][sad]
    assert weights["难受"][sad] > 0 > weights["难受"][angry]


def test_words_have_keys_of_their_own() -> None:
    words = ["好", "服务", "服务员", "乱七八糟", "一龥"]
    assert [name(key) for key in word_keys(words).tolist()] == [f"「{word}」" for word in words]
    assert set(word_keys(("", "ab", "好a", "五个字的词")).tolist()) == {NO_WORD}
    keys, text = evidence(["好像", ""], [["好像", "a"], []])
    assert sorted((name(int(key)), int(place)) for key, place in zip(keys, text, strict=True)) == sorted(
        (gram, 0)
        for gram in (*"好像", "好像", f"{END}好", f"像{END}", f"{END}好像", f"好像{END}", "「好像」")
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda b: b[:-1], "被截断"),
        (lambda b: b + b"x", "多出内容"),
        (lambda b: b[:20], "截断"),
        (lambda b: b[:0], "不是口碑"),
        (lambda b: b"PK\x03\x04" + b, "不是口碑"),
        (lambda b: b.replace(b"KOUBEI-POLARITY 3", b"KOUBEI-POLARITY 1", 1), "格式版本是 1"),
        (lambda b: b.replace(b"words/2", b"words/9", 1), "特征是"),
        (lambda b: b.replace(b'"angry"', b'"bored"', 1), "情绪是"),
        (lambda b: b[:-1] + bytes([b[-1] ^ 1]), "校验和"),
        (lambda b: b.replace(b'"bias"', b'"bios"', 1), "校验和"),
        (lambda b: re.sub(rb'"bias": \[-?[0-9]', b'"bias": [7', b, count=1), "校验和"),
        (lambda b: re.sub(rb'"temperature": [0-9]', b'"temperature": 7', b, count=1), "校验和"),
        (lambda b: b.replace(b'"about"', b'"more": 1, "about"', 1), "校验和"),
        (lambda b: re.sub(rb', "sha256": "[0-9a-f]{64}"', b"", b, count=1), "文件头损坏"),
        (lambda b: b.replace(b"{", b"[", 1), "文件头损坏"),
        (lambda b: re.sub(rb'"count": \d+', b'"count": Infinity', b, count=1), "文件头损坏"),
    ],
)
def test_files_that_are_no_model_are_refused_by_name(
    tiny: PolarityModel, tmp_path: Path, change: object, words: str
) -> None:
    path = tmp_path / "other.polarity"
    path.write_bytes(change(tiny.to_bytes()))  # type: ignore[operator]  # a lambda of the table
    with pytest.raises(ModelError, match=words) as caught:
        load_model(path)
    assert "other.polarity" in caught.value.found


@pytest.mark.parametrize("number", ["NaN", "Infinity", "0", "-1", "1e-300", "1e300"])
def test_numbers_that_cannot_be_used_are_refused(tiny: PolarityModel, tmp_path: Path, number: str) -> None:
    path = tmp_path / "other.polarity"
    path.write_bytes(replace(tiny, temperature=float(number)).to_bytes())
    with pytest.raises(ModelError, match="数值不可用"):
        load_model(path)


@pytest.mark.parametrize("number", [-0.1, 1.1, float("nan")])
def test_a_threshold_that_cannot_be_used_is_refused(
    tiny: PolarityModel, tmp_path: Path, number: float
) -> None:
    path = tmp_path / "other.polarity"
    path.write_bytes(replace(tiny, certain_from=number).to_bytes())
    with pytest.raises(ModelError, match="数值不可用"):
        load_model(path)


@pytest.mark.parametrize("number", [1e308, float("nan"), float("-inf")])
def test_a_bias_that_cannot_be_used_is_refused(tiny: PolarityModel, tmp_path: Path, number: float) -> None:
    path = tmp_path / "other.polarity"
    path.write_bytes(replace(tiny, bias=(number, *tiny.bias[1:])).to_bytes())
    with pytest.raises(ModelError, match="数值不可用"):
        load_model(path)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda m: replace(m, keys=m.keys[::-1]), "升序"),
        (lambda m: replace(m, keys=np.append(m.keys[:1], m.keys[:-1])), "重复"),
        (lambda m: replace(m, weights=np.where(m.weights == m.weights[3], np.nan, m.weights)), "权重"),
        (lambda m: replace(m, weights=np.where(m.weights == m.weights[3], np.inf, m.weights)), "权重"),
        (lambda m: replace(m, idf=m.idf * np.float32(np.nan)), "idf"),
        (lambda m: replace(m, idf=m.idf * np.float32(1e30)), "idf"),
        (lambda m: replace(m, idf=-m.idf), "idf"),
        (lambda m: replace(m, name="own\nmodel"), "模型名"),
        (lambda m: replace(m, name=" "), "模型名"),
    ],
)
def test_well_formed_but_absurd_models_are_refused_by_name(
    tiny: PolarityModel, tmp_path: Path, change: object, words: str
) -> None:
    path = tmp_path / "other.polarity"
    path.write_bytes(change(tiny).to_bytes())  # type: ignore[operator]  # a lambda of the table
    with pytest.raises(ModelError, match=words) as caught:
        load_model(path)
    assert "other.polarity" in caught.value.found


def test_no_such_model(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="打不开"):
        load_model(tmp_path / "none.polarity")


def test_choosing_a_model_and_going_back(tiny: PolarityModel, tmp_path: Path) -> None:
    path, models = tmp_path / "tiny.polarity", tmp_path / "models"
    path.write_bytes(tiny.to_bytes())
    shipped = load_model().digest
    assert load_model(chosen_model(models)).digest == shipped
    assert use_model(path, models).digest == tiny.digest
    assert load_model(chosen_model(models)).digest == tiny.digest
    assert [file.name for file in models.iterdir()] == [IN_USE]
    path.write_bytes(b"broken")
    with pytest.raises(ModelError):
        use_model(path, models)
    assert load_model(chosen_model(models)).digest == tiny.digest
    assert reset_model(models).digest == shipped
    assert load_model(chosen_model(models)).digest == shipped


def test_temperature_and_threshold() -> None:
    rng = np.random.default_rng(3)
    labels = rng.integers(0, 3, 4_000)
    true = rng.normal(0, 1, (4_000, len(MOODS)))
    p = softmax(by_class(true))
    labels = np.array([rng.choice(3, p=row) for row in p])
    assert fit_temperature(true * 2.5, labels) == pytest.approx(2.5, rel=0.1)
    threshold = certain_from(p, labels)
    kept = p.max(axis=1) >= threshold
    right = p.argmax(axis=1) == labels
    assert right[kept].mean() >= 0.9
    assert right[p.max(axis=1) >= threshold - 0.01].mean() < 0.9


def test_minimise_finds_the_lowest_point() -> None:
    scale = np.array([1.0, 10.0, 100.0])
    found = minimise(
        lambda x: (float((scale * (x - 3) ** 2).sum()), 2 * scale * (x - 3)), np.zeros(3), steps=100
    )
    assert found == pytest.approx([3, 3, 3], abs=1e-2)
