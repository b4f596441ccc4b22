"""What people's labels of a random sample say of the model's: corrected share, accuracy. Pure.

The corrected share needs no model of the model: each voice the model gave a label counts as negative as
often as the sample's voices with that label turned out to be.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from koubei.core.state import GoldLabel
from reports.figures.stats import MIN_N, wilson

FEWEST = 5
"""Model labels with fewer judged voices are taken together: a rate out of four says nothing."""

DECIDED = ("neg", "neu", "pos")


@dataclass(frozen=True, slots=True)
class Judged:
    """A voice of the sample that people judged.

    Attributes:
        model: the model's label, one of neg, neu, pos, uncertain, unknown.
        weight: how many voices of the population it stands for.
        gold: people's label -> its part; the parts add up to 1 (two people who differ: a half each).
    """

    model: str
    weight: float
    gold: Mapping[GoldLabel, float]

    @property
    def about_us(self) -> float:
        """The part that says it is about the brand."""
        return 1.0 - self.gold.get("not_about_us", 0.0)


def parts(labels: Sequence[GoldLabel]) -> dict[GoldLabel, float]:
    """Several people's labels of one voice as parts of 1."""
    return {label: count / len(labels) for label, count in Counter(labels).items()}


@dataclass(frozen=True, slots=True)
class Share:
    """A share in 0-1 with its 95 % interval, from n judged voices."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class _Group:
    """Voices with one model label (or several rare ones): how many, and what the sample says of them.

    Attributes:
        voices: in the population; neg, other: rates of negative and of neutral or positive; n: the
            effective number of judged voices, (sum of weights)² / sum of squares (Kish 1965, 11.7).
    """

    voices: int
    neg: float
    other: float
    n: float

    def variance(self, share: float) -> float:
        """Of the mean of d = 1 - share (negative), -share (neutral, positive), 0 (not about the brand).

        Half a voice is added to either side: five out of five does not mean that no sixth differs.
        """
        neg = (self.n * self.neg + 0.5) / (self.n + 1)
        other = (self.n * self.other + 0.5) / (self.n + 1)
        mean = neg * (1 - share) - other * share
        return (neg * (1 - share) ** 2 + other * share**2 - mean**2) / self.n


def corrected(judged: Sequence[Judged], voices: Mapping[str, int]) -> Share | None:
    """The negative share of a population of voices, given how many the model gave each label.

    The post-stratified (here: by the model's label) combined ratio estimator, sum of N_h times rate_h(neg)
    over the same of rate_h(neg, neu or pos), with its linearised variance: Cochran (1977), Sampling
    Techniques, 5A.9 and 6.11. The interval is Wilson's at the effective sample size share (1 - share) /
    variance (Korn & Graubard 1998, with Wilson's for Clopper and Pearson's). There is no finite population
    correction: like the raw share's interval it also allows for who happened to speak.

    Args:
        judged: the sample's judged voices, weights from the draw.
        voices: model label -> voices of the population the share is wanted for.

    Returns:
        None below 30 judged voices that are about the brand.
    """
    if sum(j.about_us for j in judged) < MIN_N:
        return None
    groups = _groups(judged, voices)
    negative = sum(g.voices * g.neg for g in groups)
    opinions = sum(g.voices * (g.neg + g.other) for g in groups)
    if opinions <= 0:
        return None
    share = min(negative / opinions, 1.0)
    variance = sum((g.voices / opinions) ** 2 * g.variance(share) for g in groups)
    spread = share * (1 - share)
    size = spread / variance if spread > 0 else sum(g.n for g in groups)
    return Share(share, *wilson(share * size, size), len(judged))


def _groups(judged: Iterable[Judged], voices: Mapping[str, int]) -> list[_Group]:
    """One a model label; labels with too few judged voices together, or with the largest one."""
    found: dict[str, list[Judged]] = defaultdict(list)
    for voice in judged:
        found[voice.model].append(voice)
    rare = [label for label in {*found, *voices} if len(found.get(label, ())) < FEWEST]
    usual = [label for label in found if label not in rare]
    if usual and sum(len(found.get(label, ())) for label in rare) < FEWEST:
        rare.append(usual.pop(usual.index(max(usual, key=lambda label: len(found[label])))))
    sets = [[label] for label in usual] + ([rare] if rare else [])
    made = [
        _group([j for label in labels for j in found.get(label, ())], sum(voices.get(x, 0) for x in labels))
        for labels in sets
    ]
    return [group for group in made if group.voices]


def _group(judged: Sequence[Judged], voices: int) -> _Group:
    weights = math.fsum(j.weight for j in judged)
    squares = math.fsum(j.weight**2 for j in judged)
    negative = math.fsum(j.weight * j.gold.get("neg", 0.0) for j in judged)
    about = math.fsum(j.weight * j.about_us for j in judged)
    return _Group(voices, negative / weights, max(about - negative, 0.0) / weights, weights**2 / squares)


def accuracy(judged: Sequence[Judged]) -> Share | None:
    """How often the model is right where it decides, over voices about the brand; None below 30."""
    return _rate([(j.weight, j.about_us, j.gold.get(_gold(j.model), 0.0)) for j in judged if _decides(j)])


def precision(judged: Sequence[Judged]) -> Share | None:
    """Of what the model calls negative, the part that is; None below 30."""
    return _rate([(j.weight, 1.0, j.gold.get("neg", 0.0)) for j in judged if j.model == "neg"])


def recall(judged: Sequence[Judged]) -> Share | None:
    """Of what is negative, the part the model calls so (uncertain is not so); None below 30."""
    return _rate([(j.weight, part, part * (j.model == "neg")) for j in judged if (part := j.gold.get("neg"))])


def _decides(judged: Judged) -> bool:
    return judged.model in DECIDED and judged.about_us > 0


def _gold(label: str) -> GoldLabel:
    return next(known for known in ("neg", "neu", "pos") if known == label)


def _rate(found: Sequence[tuple[float, float, float]]) -> Share | None:
    """A weighted rate of (weight, part that counts, part that hits) with Wilson's interval at Kish's size."""
    if sum(counts for _, counts, _ in found) < MIN_N:
        return None
    total = math.fsum(weight * counts for weight, counts, _ in found)
    value = math.fsum(weight * hits for weight, _, hits in found) / total
    size = total**2 / math.fsum((weight * counts) ** 2 for weight, counts, _ in found)
    return Share(value, *wilson(value * size, size), len(found))


def confusion(judged: Iterable[Judged]) -> dict[tuple[GoldLabel, str], float]:
    """(people's label, model's label) -> judged voices, unweighted."""
    cells: dict[tuple[GoldLabel, str], float] = defaultdict(float)
    for voice in judged:
        for label, part in voice.gold.items():
            cells[label, voice.model] += part
    return dict(cells)
