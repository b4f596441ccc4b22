"""The day's figures: what is counted, what is compared, and that every number is a query."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from koubei.core.clock import BEIJING, FixedClock, day_window
from koubei.core.config.schema import Settings
from koubei.core.domain import Run, ScoredMention
from koubei.core.errors import ConfigError
from koubei.core.ports import MentionStore
from koubei.core.state import State
from reports.figures.daily import DailyFigures
from reports.figures.figure import Figure
from reports.measure import daily
from reports.page.findings import lead

DAY = date(2026, 11, 18)
NOON = day_window(DAY).start + timedelta(hours=12)
NOW = day_window(DAY).end + timedelta(hours=8, minutes=30)
Make = Callable[[Sequence[ScoredMention]], DailyFigures]


@pytest.fixture
def made(store: MentionStore, state: State, settings: Settings, clock: FixedClock, kit: Any) -> Make:
    """Computes the day from some mentions."""

    def make(items: Sequence[ScoredMention]) -> DailyFigures:
        return daily.compute(kit.filled(store, list(items)), state, settings, clock, DAY)

    return make


def test_every_figure_holds_when_its_query_runs_again(
    figures: DailyFigures, surge_store: MentionStore
) -> None:
    assert len(figures.figures) > 50
    assert daily.verify(figures, surge_store) == []


def test_a_wrong_figure_is_named(figures: DailyFigures, surge_store: MentionStore) -> None:
    first, row = figures.figures[0], next(f for f in figures.figures if f.by == ("day",))
    key = next(iter(row.values))
    wrong = {
        first.id: first.model_copy(update={"value": 999_999}),
        row.id: row.model_copy(update={"values": row.values | {key: 7_777}}),
    }
    changed: tuple[Figure, ...] = tuple(wrong.get(f.id, f) for f in figures.figures)
    found = daily.verify(figures.model_copy(update={"figures": changed}), surge_store)
    assert [(m.figure_id, m.key) for m in found] == [(first.id, ""), (row.id, key)]
    assert "999,999" in str(found[0])


def test_figures_survive_json(figures: DailyFigures) -> None:
    assert DailyFigures.from_json(figures.to_json()) == figures


def test_the_share_counts_customers_voices_once(made: Make, kit: Any) -> None:
    maker = kit.Maker()
    for i in range(40):
        maker.add(NOON, label="neg" if i < 10 else "pos")
    for _ in range(30):
        maker.add(NOON, label="neg", root="forum:0")  # copies of one voice
        maker.add(NOON, label="neg", role="marketing", root="forum:m")
    maker.add(NOON, label="neg", role="unknown")  # counts as a customer
    maker.add(NOON, label="uncertain")
    found = made(maker.made)
    counts = found.counts
    assert (counts.neg, counts.neu, counts.pos, counts.uncertain) == (11, 0, 30, 1)
    assert found.kpi("share").value == 11 / 41
    assert found.kpi("posts").value == 102
    assert found.kpi("voices").value == 43


def test_thread_matches_and_unknown_times_stand_apart(made: Make, kit: Any) -> None:
    maker = kit.Maker()
    maker.add(NOON)
    maker.add(NOON, matched_by="thread")
    maker.add(NOON, matched_by="declared")
    maker.add(None, seen=NOON)
    found = made(maker.made)
    assert (found.kpi("posts").value, found.thread_posts, found.timeless) == (2, 1, 1)


def test_unknown_engagement_is_not_zero(made: Make, kit: Any) -> None:
    maker = kit.Maker()
    maker.add(NOON, counts=(None, None, None, None))
    assert made(maker.made).kpi("interactions").value is None


def test_known_engagement_is_summed(made: Make, kit: Any) -> None:
    maker = kit.Maker()
    maker.add(NOON, counts=(None, 0, None, 500))
    maker.add(NOON, counts=(3, None, 2, None))
    assert made(maker.made).kpi("interactions").value == 5


def test_fewer_than_thirty_voices_give_no_share(made: Make, kit: Any) -> None:
    maker = kit.Maker()
    for _ in range(29):
        maker.add(NOON, label="neg")
    found = made(maker.made)
    assert found.kpi("share").value is None
    assert "不计算占比" in lead(found).headline


def test_shares_of_voice_add_up(figures: DailyFigures) -> None:
    assert sum(c.voices for c in figures.rivals) == figures.days[-1].all_voices
    assert [c.name for c in figures.rivals] == ["cmcc", "ctcc", "cucc", "cbn"]


def test_the_surge_is_found_where_it_is(figures: DailyFigures) -> None:
    top = figures.drivers[0]
    assert (top.factor, top.province) == ("资费套餐", "山东")
    assert figures.kpi("share").yesterday.significant is True
    assert "山东资费套餐" in lead(figures).headline
    total = figures.kpi("share").yesterday.value
    assert sum(c.contribution or 0 for c in figures.factors) == pytest.approx(total, abs=1e-9)
    topic = figures.topics[0]
    assert set(topic.words) <= {"恢复原价", "到期", "提醒短信", "退差价", "套餐"}
    assert (topic.status, topic.first_platform, topic.posts) == ("新增", "forum", 130)
    assert topic.first_at is not None
    assert topic.first_at.astimezone(BEIJING).hour == 16


def test_a_quiet_day_finds_nothing(made: Make, kit: Any) -> None:
    found = made(kit.world(with_surge=False))
    assert found.kpi("share").yesterday.significant is False
    assert not [c for c in found.factors if c.change.significant]
    assert not found.topics
    assert lead(found).todos == ()
    assert "无显著差异" in lead(found).headline


def test_the_first_day_compares_nothing(made: Make, kit: Any) -> None:
    found = made(kit.world(days=0))
    assert found.state == "first"
    assert all(c.value is None for k in found.kpis for c in (k.yesterday, k.week, k.median))
    assert "首日" in lead(found).headline
    assert "无可比历史" in lead(found).changed.text


def test_an_empty_store_says_so(made: Make) -> None:
    found = made([])
    assert found.state == "empty"
    assert "还没有提及" in lead(found).headline


def test_history_imported_after_the_moment_asked_for_is_named(
    store: MentionStore, state: State, settings: Settings, clock: FixedClock, kit: Any
) -> None:
    maker = kit.Maker()
    kit.quiet_day(maker, DAY, 60)
    imported = [replace(item, first_collected_at=NOW + timedelta(days=30)) for item in maker.made]
    found = daily.compute(kit.filled(store, imported), state, settings, clock, DAY)
    own = {item.mention.post.post_id for item in imported if item.mention.brand_id == "cmcc"}
    assert (found.state, found.collected_later) == ("empty", len(own))
    assert f"{len(own)} 帖" in lead(found).headline
    assert "KOUBEI_NOW" in lead(found).changed.text
    assert daily.verify(found, store) == []


def test_a_day_without_mentions_is_not_an_empty_store(made: Make, kit: Any) -> None:
    maker = kit.Maker()
    kit.quiet_day(maker, DAY - timedelta(days=1), 60)
    found = made(maker.made)
    assert found.state == "silent"
    assert "没有采到" in lead(found).headline


def refused(state: State, *sources: str) -> None:
    """The last run of each source was refused in the middle of the day."""
    for source in sources:
        at = NOON + timedelta(hours=2)
        run = Run(f"{source}-bad", source, at, at, "degraded", "refused: 403", refused=3)
        state.runs.start(replace(run, status="running", finished_at=None))
        state.runs.finish(run)


@pytest.fixture
def broken_state(tmp_path: Path, clock: FixedClock) -> Iterator[State]:
    """A state in which no source has a good run on the day."""
    found = State.open(tmp_path / "broken.db", clock)
    yield found
    found.close()


def good(state: State, *sources: str) -> None:
    """A finished run this morning, and one in each of the days compared."""
    for source in sources:
        for hours in (0.5, 24.5, 7 * 24.5):
            at = NOW - timedelta(hours=hours)
            run = Run(f"{source}-{hours}", source, at, at, "ok", "finished")
            state.runs.start(replace(run, status="running", finished_at=None))
            state.runs.finish(run)


def test_a_degraded_source_is_left_out_of_both_days(
    store: MentionStore, broken_state: State, settings: Settings, clock: FixedClock, kit: Any
) -> None:
    good(broken_state, "forum", "appstore", "feed", "weibo")
    refused(broken_state, "heimao")
    found = daily.compute(kit.filled(store, kit.world()), broken_state, settings, clock, DAY)
    assert found.health.comparable
    assert found.health.excluded == ("heimao",)
    assert daily.verify(found, store) == []
    heimao = next(c for c in found.platforms if c.name == "heimao")
    assert (heimao.now.n, heimao.change.reason) == (0, "不可比")
    assert found.counts.n > sum(c.now.n for c in found.factors) > 0
    assert "剔除黑猫投诉" in lead(found).sure.text
    assert any("source" in f.query and "NOT" in f.query for f in found.figures)


def test_bad_coverage_makes_no_claim(
    store: MentionStore, broken_state: State, settings: Settings, clock: FixedClock, kit: Any
) -> None:
    refused(broken_state, "forum", "heimao", "appstore", "feed")
    found = daily.compute(kit.filled(store, kit.world()), broken_state, settings, clock, DAY)
    assert not found.health.comparable
    assert all(c.value is None for k in found.kpis for c in (k.yesterday, k.week, k.median))
    assert all(c.change.value is None for c in (*found.factors, *found.provinces, *found.rivals))
    assert "不可比" in lead(found).headline
    assert found.drivers == ()


def test_late_posts_do_not_change_a_frozen_query(
    figures: DailyFigures, surge_store: MentionStore, kit: Any
) -> None:
    maker = kit.Maker()
    late = maker.add(NOON, post_id="forum:late", label="neg", seen=NOW + timedelta(hours=1))
    surge_store.upsert([replace(late, revision=999_999)])
    surge_store.refresh()
    assert daily.verify(figures, surge_store) == []


def test_a_wrong_event_names_the_key(
    store: MentionStore, state: State, tmp_path: Path, clock: FixedClock, kit: Any
) -> None:
    settings = kit.settings_for(tmp_path, events=({"date": "11月16日", "name": "满格出行"},))
    with pytest.raises(ConfigError, match=r"reports\.events"):
        daily.compute(store, state, settings, clock, DAY)
