"""The corrected share: right where it can be worked out by hand, honest in a seeded simulation."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from dataclasses import dataclass
from statistics import fmean, stdev

import pytest

from koubei.core.state import GoldLabel
from reports.measure.agreement import cohen_kappa
from reports.measure.gold import Judged, accuracy, confusion, corrected, parts, precision, recall

LABELS: tuple[GoldLabel, ...] = ("neg", "neu", "pos", "not_about_us")
MODEL = ("neg", "neu", "pos", "uncertain")
PLATFORMS = {"weibo": 0.6, "forum": 0.3, "heimao": 0.1}
TRUTH = {
    "weibo": (0.24, 0.43, 0.28, 0.05),
    "forum": (0.15, 0.50, 0.30, 0.05),
    "heimao": (0.80, 0.12, 0.05, 0.03),
}
SAYS = {
    "neg": (0.50, 0.20, 0.20, 0.10), "neu": (0.06, 0.60, 0.24, 0.10), "pos": (0.02, 0.10, 0.83, 0.05),
    "not_about_us": (0.10, 0.50, 0.30, 0.10),
}  # fmt: skip
"""A model that misses half of what is negative, as stock SnowNLP does on weibo."""


@dataclass(frozen=True)
class Voice:
    platform: str
    model: str
    truth: GoldLabel


def population(dice: random.Random, size: int) -> list[Voice]:
    made = []
    for platform in dice.choices(list(PLATFORMS), list(PLATFORMS.values()), k=size):
        truth = dice.choices(LABELS, TRUTH[platform])[0]
        made.append(Voice(platform, dice.choices(MODEL, SAYS[truth])[0], truth))
    return made


def true_share(voices: list[Voice]) -> float:
    return sum(v.truth == "neg" for v in voices) / sum(v.truth != "not_about_us" for v in voices)


def raw_share(voices: list[Voice]) -> float:
    counts = Counter(v.model for v in voices)
    return counts["neg"] / (counts["neg"] + counts["neu"] + counts["pos"])


Strata = dict[tuple[str, str], list[Voice]]


def stratified(voices: list[Voice]) -> Strata:
    strata: Strata = defaultdict(list)
    for voice in voices:
        strata[voice.platform, voice.model].append(voice)
    return strata


def judged(dice: random.Random, strata: Strata, rate: dict[str, float]) -> list[Judged]:
    """A sample stratified by platform × model label, each platform at its own rate, judged without fault."""
    made = []
    for (platform, model), found in strata.items():
        count = min(len(found), max(2, round(len(found) * rate[platform])))
        made += [Judged(model, len(found) / count, {v.truth: 1.0}) for v in dice.sample(found, count)]
    return made


def evenly(rate: float) -> dict[str, float]:
    return dict.fromkeys(PLATFORMS, rate)


def simulate(voices: list[Voice], rate: dict[str, float], runs: int) -> tuple[float, float, float]:
    """(coverage of the true share, mean error, its standard error) over seeded draws."""
    truth, strata, counts = true_share(voices), stratified(voices), Counter(v.model for v in voices)
    inside, errors = 0, []
    for seed in range(runs):
        found = corrected(judged(random.Random(seed), strata, rate), counts)
        assert found is not None
        inside += found.low <= truth <= found.high
        errors.append(found.value - truth)
    return inside / runs, fmean(errors), stdev(errors) / runs**0.5


@pytest.mark.parametrize(
    "rate",
    [evenly(0.025), evenly(0.05), {"weibo": 0.015, "forum": 0.05, "heimao": 0.15}],
    ids=["200 judged", "400 judged", "platforms at different rates"],
)
def test_the_interval_covers_the_truth_and_a_biased_models_error_is_gone(rate: dict[str, float]) -> None:
    voices = population(random.Random(11), 8000)
    coverage, error, noise = simulate(voices, rate, runs=500)
    assert 0.93 <= coverage <= 0.985  # 95 %, two standard errors of 500 draws either way; a little wide
    assert raw_share(voices) - true_share(voices) < -0.08
    assert abs(error) < 3 * noise + 0.002


def test_a_rare_label_is_covered_too() -> None:
    """Four in a hundred negative, often none in a stratum: where an interval without width would fail."""
    dice = random.Random(5)
    truths = dice.choices(LABELS, (0.04, 0.56, 0.40, 0.0), k=6000)
    voices = [Voice("weibo", dice.choices(MODEL, SAYS[truth])[0], truth) for truth in truths]
    coverage, error, noise = simulate(voices, evenly(0.02), runs=400)
    assert coverage >= 0.93
    assert abs(error) < 3 * noise + 0.002


def sure(model: str, gold: GoldLabel, count: int, weight: float = 1.0) -> list[Judged]:
    return [Judged(model, weight, {gold: 1.0})] * count


def test_by_hand() -> None:
    sample = sure("neg", "neg", 45) + sure("neg", "neu", 5) + sure("pos", "neg", 10) + sure("pos", "pos", 40)
    found = corrected(sample, {"neg": 100, "pos": 900})
    assert found is not None
    assert found.value == pytest.approx((100 * 0.9 + 900 * 0.2) / 1000)
    assert found.low < found.value < found.high
    assert found.n == 100


def test_posts_about_others_leave_the_denominator() -> None:
    sample = sure("neg", "neg", 30) + sure("neg", "not_about_us", 10) + sure("pos", "pos", 40)
    found = corrected(sample, {"neg": 400, "pos": 600})
    assert found is not None
    assert found.value == pytest.approx(300 / 900)


def test_weights_count() -> None:
    sample = sure("neg", "neg", 20, weight=9) + sure("neg", "pos", 20, weight=1)
    found = corrected(sample, {"neg": 1000})
    assert found is not None
    assert found.value == pytest.approx(0.9)


def test_two_people_who_differ_count_half_each() -> None:
    assert parts(["neg", "neu"]) == {"neg": 0.5, "neu": 0.5}
    assert parts(["neg", "neg"]) == {"neg": 1.0}
    found = corrected([Judged("neg", 1.0, parts(["neg", "neu"]))] * 40, {"neg": 100})
    assert found is not None
    assert found.value == pytest.approx(0.5)


def test_a_label_without_judged_voices_borrows_from_the_others() -> None:
    sample = sure("neg", "neg", 40) + sure("pos", "pos", 30)
    found = corrected(sample, {"neg": 100, "pos": 100, "uncertain": 10})
    assert found is not None
    assert 0.45 < found.value < 0.55
    assert corrected(sure("pos", "pos", 40), {"neg": 500}) is not None


def test_too_few_are_no_share() -> None:
    assert corrected(sure("neg", "neg", 29), {"neg": 100}) is None
    assert corrected(sure("neg", "neg", 29) + sure("neg", "not_about_us", 90), {"neg": 100}) is None
    assert corrected([], {"neg": 100}) is None
    assert corrected(sure("neg", "neg", 40), {}) is None


@pytest.mark.parametrize(("gold", "value"), [("neg", 1.0), ("pos", 0.0)])
def test_unanimous_samples_still_have_an_interval(gold: GoldLabel, value: float) -> None:
    found = corrected(sure("neg", gold, 40), {"neg": 100})
    assert found is not None
    assert found.value == value
    assert 0 <= found.low < found.high <= 1
    assert found.high - found.low > 0.05


def test_accuracy_precision_and_recall_are_weighted() -> None:
    sample = (
        sure("neg", "neg", 30, 2)
        + sure("neg", "neu", 10, 2)
        + sure("pos", "pos", 60, 1)
        + sure("uncertain", "neg", 15, 4)
        + sure("pos", "not_about_us", 7)
    )
    right, exact, found = accuracy(sample), precision(sample), recall(sample)
    assert right is not None
    assert exact is not None
    assert found is not None
    assert right.value == pytest.approx((60 + 60) / (60 + 20 + 60))
    assert exact.value == pytest.approx(0.75)
    assert found.value == pytest.approx(60 / (60 + 60))
    assert right.n == 100
    assert accuracy(sure("neg", "neg", 29)) is None
    assert confusion(sample)["neg", "uncertain"] == 15


def test_kappa_of_a_published_table() -> None:
    """Fleiss, Levin & Paik (2003), Statistical Methods for Rates and Proportions, 18.1: 0.68, s.e. 0.087."""
    table = {("psy", "psy"): 75, ("psy", "neu"): 1, ("psy", "org"): 4, ("neu", "psy"): 5, ("neu", "neu"): 4,
             ("neu", "org"): 1, ("org", "org"): 10}  # fmt: skip
    found = cohen_kappa([pair for pair, count in table.items() for _ in range(count)])
    assert found.kappa == pytest.approx(0.676, abs=0.0005)
    assert (found.high - found.low) / 2 / 1.96 == pytest.approx(0.0877, abs=0.0005)
    assert (found.n, found.agreed) == (100, 89)


def test_kappas_interval_covers() -> None:
    """Two people who see the truth 85 times in 100 and else guess among three."""
    dice = random.Random(3)
    same, chance = 0.9**2 + 2 * 0.05**2, 2 * 0.305**2 + 0.39**2
    kappa = (same - chance) / (1 - chance)

    def says(truth: str) -> str:
        return truth if dice.random() < 0.85 else dice.choice("abc")

    inside = 0
    for _ in range(400):
        truths = dice.choices("abc", (0.3, 0.4, 0.3), k=150)
        found = cohen_kappa([(says(t), says(t)) for t in truths])
        inside += found.low <= kappa <= found.high
    assert 0.92 <= inside / 400 <= 0.98


def test_kappa_without_choice_is_undefined() -> None:
    assert cohen_kappa([("a", "a")] * 9).kappa is None
    assert cohen_kappa([]).kappa is None
    assert cohen_kappa([("a", "b"), ("b", "a")]).kappa == -1.0
