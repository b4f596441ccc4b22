"""Reads the gold sample of a day from the state, and what the model says of its voices from the store."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

from koubei.core.ports import MentionStore
from koubei.core.query import Term
from koubei.core.state import GivenLabel, GoldLabel, Sample, State
from reports.figures.gold import ConfusionCell, Gold, Kappa, Rate
from reports.figures.stats import MIN_N
from reports.measure.agreement import cohen_kappa
from reports.measure.frame import Frame
from reports.measure.gold import Judged, Share, accuracy, confusion, corrected, parts, precision, recall
from reports.measure.queries import CUSTOMERS, any_of
from reports.measure.rows import Row, rows

LOOK_BACK = timedelta(days=28)
"""How long a sample of earlier days still tells how accurate the model is."""


def gold(store: MentionStore, state: State, frame: Frame) -> Gold | None:
    """The figures of the sample nearest to the day, None where there is none."""
    sample = choose(state.samples.of_brand(frame.brand), state, frame.day)
    if sample is None:
        return None
    given = state.labels.of_sample(sample.id)
    judged = list(_judged(store, state, sample, given))
    about_us = sum(j.about_us for j in judged)
    share = None
    if sample.covers(frame.day) and about_us >= MIN_N:
        share = corrected(judged, _voices(store, state, frame))
    cells = sorted(confusion(judged).items())
    return Gold(
        sample_id=sample.id, first_day=sample.first_day, last_day=sample.last_day,
        drawn_at=sample.drawn_at, covers=sample.covers(frame.day), population=sample.population,
        drawn=len(sample.items), judged=len(judged), people=len({g.who for g in given}), about_us=about_us,
        share=_rate(share), accuracy=_rate(accuracy(judged)), precision=_rate(precision(judged)),
        recall=_rate(recall(judged)), kappa=_kappa(given),
        confusion=tuple(ConfusionCell(gold=g, model=m, voices=n) for (g, m), n in cells),
    )  # fmt: skip


def choose(samples: Sequence[Sample], state: State, day: date) -> Sample | None:
    """One drawn from the day, judged far enough, of few days; else the latest one of the 28 days before."""
    near = [s for s in samples if s.covers(day) or timedelta() < day - s.last_day <= LOOK_BACK]

    def worth(sample: Sample) -> tuple[bool, bool, int, timedelta, str]:
        judged = len({g.mention_id for g in state.labels.of_sample(sample.id)})
        span = sample.first_day - sample.last_day
        nearness = min(0, (sample.last_day - day).days)
        return judged >= MIN_N, sample.covers(day), nearness, span, sample.drawn_at.isoformat()

    return max(near, key=worth, default=None)


def _judged(
    store: MentionStore, state: State, sample: Sample, given: Sequence[GivenLabel]
) -> Iterator[Judged]:
    """The judged voices still in the store, with the label the model gives them now.

    Each stratum's weights are spread over those of its voices that are left.
    """
    said: dict[str, list[GoldLabel]] = defaultdict(list)
    for label in given:
        said[label.mention_id].append(label.label)
    verdicts = state.overrides.of(said)
    found = {i.mention_id: m for i in sample.items if i.mention_id in said and (m := store.get(i.mention_id))}
    left = Counter(i.stratum for i in sample.items if i.mention_id in found)
    for item in sample.items:
        if item.mention_id in found:
            verdict = verdicts.get(item.mention_id)
            model = verdict.model_label if verdict else found[item.mention_id].score.label
            weight = sample.strata[item.stratum].population / left[item.stratum]
            yield Judged(model, weight, parts(said[item.mention_id]))


def _voices(store: MentionStore, state: State, frame: Frame) -> Counter[str]:
    """The day's customers' voices by the model's label: as sampled, before people's verdicts."""
    rejected = frame.current.everything(Term("matched_by", "rejected"), any_of("role", CUSTOMERS))
    today = [row for row in (*frame.rows([frame.day]), *rows(store, rejected)) if row.customer]
    verdicts = state.overrides.of(row.mention_id for row in today)

    def machine(row: Row) -> Row:
        verdict = verdicts.get(row.mention_id)
        return replace(row, label=verdict.model_label) if verdict else row

    return Counter(label for _, label in {(row.root, row.label) for row in map(machine, today)})


def _kappa(given: Sequence[GivenLabel]) -> Kappa | None:
    """Of every two people who judged the same voice, all pairs together."""
    said: dict[str, dict[str, str]] = defaultdict(dict)
    for label in given:
        said[label.mention_id][label.who] = label.label
    pairs = [(labels[a], labels[b]) for labels in said.values() for a, b in combinations(sorted(labels), 2)]
    found = cohen_kappa(pairs)
    if found.kappa is None:
        return None
    return Kappa(value=found.kappa, low=found.low, high=found.high, n=found.n)


def _rate(share: Share | None) -> Rate | None:
    if share is None:
        return None
    return Rate(value=share.value, low=share.low, high=share.high, n=share.n)
