"""The gold sample in the report: beside the raw share, in the appendix, and what is said without one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from koubei.core.clock import FixedClock, day_window
from koubei.core.config.schema import Settings
from koubei.core.domain import ScoredMention
from koubei.core.ports import MentionStore
from koubei.core.query import Term
from koubei.core.state import GivenLabel, GoldLabel, Override, Sample, SampleItem, State, Stratum
from reports.figures.daily import DailyFigures
from reports.measure import daily
from reports.page import render

DAY = date(2026, 11, 18)
NOON = day_window(DAY).start + timedelta(hours=12)
DRAWN = datetime(2026, 11, 19, tzinfo=UTC)
Make = Callable[[], DailyFigures]


@pytest.fixture
def mentions(kit: Any) -> list[ScoredMention]:
    """100 customers' voices of the day: the model says 20 negative, 80 positive."""
    maker = kit.Maker()
    for number in range(100):
        maker.add(NOON, label="neg" if number < 20 else "pos")
    made: list[ScoredMention] = maker.made
    return made


@pytest.fixture
def make(
    mentions: list[ScoredMention],
    store: MentionStore,
    state: State,
    settings: Settings,
    clock: FixedClock,
    kit: Any,
) -> Make:
    """Computes the day."""
    kit.filled(store, mentions)
    return lambda: daily.compute(store, state, settings, clock, DAY)


def sample_of(mentions: Sequence[ScoredMention], first: date = DAY, last: date = DAY) -> Sample:
    """Everything, in two strata by the model's label."""
    by_label = {label: [m for m in mentions if m.score.label == label] for label in ("neg", "pos")}
    strata = tuple(Stratum({"label": label}, len(found), len(found)) for label, found in by_label.items())
    items = tuple(
        SampleItem(position, m.mention.mention_id, int(m.score.label == "pos"), m.score.label, 1.0)
        for position, m in enumerate(mentions)
    )
    return Sample("S261119-1", "cmcc", first, last, DRAWN, 7, ("label",), strata, items)


def judge(state: State, sample: Sample, who: str = "张", upto: int = 100) -> None:
    """Of the 20 negative ones 18 are; of the 80 positive ones 16 are negative, 4 not about the brand."""

    def truth(position: int) -> GoldLabel:
        if position < 36:
            return "neg" if position not in (0, 1) else "neu"
        return "not_about_us" if position < 40 else "pos"

    state.labels.put(
        [GivenLabel(sample.id, i.mention_id, who, truth(i.position), DRAWN) for i in sample.items[:upto]]
    )


def share_card(page: str) -> str:
    """The text of the negative share's card."""
    return page.partition("<h3>负面占比</h3>")[2].partition("</div>")[0]


def test_the_corrected_share_stands_beside_the_raw_one(
    make: Make, state: State, mentions: list[ScoredMention]
) -> None:
    sample = sample_of(mentions)
    state.samples.put(sample)
    judge(state, sample)
    figures = make()
    gold = figures.gold
    assert gold is not None
    assert gold.share is not None
    assert gold.sample_id == sample.id
    assert figures.kpi("share").value == 0.2
    assert gold.share.value == pytest.approx(34 / 96)
    page = render.page(figures)
    corrected = f"金标校正 35.4%（{gold.share.low * 100:.1f}–{gold.share.high * 100:.1f}）"
    assert corrected in share_card(page)
    assert corrected in render.mail(figures)
    assert corrected in next(
        line for line in render.card(figures).splitlines() if line.startswith("- 负面占比")
    )
    for words in (sample.id, "金标 100 条", "准确率 81.2%", "负面精确率 样本不足", "负面召回率 52.9%"):
        assert words in page, words
    assert DailyFigures.from_json(figures.to_json()) == figures
    assert render.page(DailyFigures.from_json(figures.to_json())) == page


def test_without_a_sample_it_says_so(make: Make) -> None:
    figures = make()
    assert figures.gold is None
    page = render.page(figures)
    for told in (share_card(page), render.mail(figures), render.card(figures)):
        assert "没有金标样本" in told
    assert "这只对同类帖成立" in page
    assert "没有金标样本。" in page.partition("情感判定的准确度")[2]


@pytest.mark.parametrize(("upto", "words"), [(0, "尚未标注"), (29, "只标了 29 条")])
def test_a_sample_hardly_judged_corrects_nothing(
    make: Make, state: State, mentions: list[ScoredMention], upto: int, words: str
) -> None:
    sample = sample_of(mentions)
    state.samples.put(sample)
    judge(state, sample, upto=upto)
    figures = make()
    assert figures.gold is not None
    assert figures.gold.share is None
    page = render.page(figures)
    assert "不作校正" in share_card(page)
    assert words in page


def test_another_weeks_sample_measures_but_does_not_correct(
    make: Make, state: State, mentions: list[ScoredMention]
) -> None:
    sample = sample_of(mentions, DAY - timedelta(days=9), DAY - timedelta(days=3))
    state.samples.put(sample)
    judge(state, sample)
    gold = make().gold
    assert gold is not None
    assert (gold.covers, gold.share) == (False, None)
    assert gold.accuracy is not None
    page = render.page(make())
    assert "当日没有金标样本" in share_card(page)
    assert "样本不含本日" in page


@pytest.mark.parametrize("days", [40, -1])
def test_samples_too_old_or_of_days_to_come_are_no_samples(
    make: Make, state: State, mentions: list[ScoredMention], days: int
) -> None:
    day = DAY - timedelta(days=days)
    sample = sample_of(mentions, day, day)
    state.samples.put(sample)
    judge(state, sample)
    assert make().gold is None


def test_the_judged_sample_of_fewest_days_is_taken(
    make: Make, state: State, mentions: list[ScoredMention]
) -> None:
    week = sample_of(mentions, DAY - timedelta(days=6), DAY)
    judge(state, week)
    empty = replace(sample_of(mentions), id="S261119-2", drawn_at=DRAWN + timedelta(hours=1))
    for sample in (week, empty):
        state.samples.put(sample)
    gold = make().gold
    assert gold is not None
    assert gold.sample_id == week.id
    judge(state, empty)
    gold = make().gold
    assert gold is not None
    assert gold.sample_id == empty.id


def test_kappa_is_shown_for_double_labels(make: Make, state: State, mentions: list[ScoredMention]) -> None:
    sample = sample_of(mentions)
    state.samples.put(sample)
    judge(state, sample)
    judge(state, sample, "李", upto=60)
    first = sample.items[5].mention_id
    state.labels.put([GivenLabel(sample.id, first, "李", "pos", DRAWN)])
    gold = make().gold
    assert gold is not None
    assert gold.kappa is not None
    assert (gold.kappa.n, gold.people, gold.judged) == (60, 2, 100)
    assert 0.9 < gold.kappa.value < 1
    assert "双标 60 对 κ = 0.97" in render.page(make())


def test_verdicts_do_not_make_the_model_look_better(
    make: Make, state: State, store: MentionStore, mentions: list[ScoredMention]
) -> None:
    """Every error corrected by hand, also what is not about the brand: the estimate stays what it was."""
    sample = sample_of(mentions)
    state.samples.put(sample)
    judge(state, sample)
    before = make().gold
    truths: dict[str, GoldLabel] = {g.mention_id: g.label for g in state.labels.of_sample(sample.id)}
    for m in mentions:
        label = truths[m.mention.mention_id]
        about = label != "not_about_us"
        ruled = None if label == "not_about_us" else label
        verdict = Override(
            m.mention.mention_id, ruled, about, "张", DRAWN, m.score.label, m.mention.matched_by
        )
        state.overrides.put([verdict])
        mention = m.mention if about else replace(m.mention, matched_by="rejected")
        score = replace(m.score, label=ruled or m.score.label)
        store.upsert([replace(m, mention=mention, score=score, revision=m.revision + 1000)])
    store.refresh()
    figures = make()
    assert figures.gold == before
    assert figures.kpi("share").value == pytest.approx(34 / 96)


def test_erased_posts_leave_the_sample(
    make: Make, state: State, store: MentionStore, mentions: list[ScoredMention]
) -> None:
    sample = sample_of(mentions)
    state.samples.put(sample)
    judge(state, sample)
    store.delete(Term("mention_id", sample.items[50].mention_id))
    gold = make().gold
    assert gold is not None
    assert gold.judged == 99
