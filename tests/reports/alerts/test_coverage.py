"""Expected, collected, degraded: missing is unknown, never zero."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from indexer.sqlite import SqliteStore
from koubei.core.clock import Window
from koubei.core.config.schema import Settings
from koubei.core.domain import Run
from koubei.core.state import State
from reports.measure.coverage import SourceCoverage, coverage, share_collected

After = Callable[[float], datetime]
DAY = 27


@pytest.fixture
def window(hours_after: After) -> Window:
    return Window(hours_after(DAY * 24), hours_after(DAY * 24 + 24))


def with_sources(settings: Settings, *sources: dict[str, Any]) -> Settings:
    return Settings.model_validate(settings.model_dump() | {"sources": list(sources)})


FORUM = {"name": "forum", "spider": "discuz"}


def ran(state: State, at: datetime, source: str = "forum", **changes: Any) -> None:
    values: dict[str, Any] = {"finished_at": at, "status": "ok", "finish_reason": "finished"} | changes
    state.runs.finish(Run(f"{at:%Y%m%dT%H%M%S}-{source}", source, at, **values))


def test_expectation_is_the_median_of_the_same_weekday(
    month: SqliteStore, state: State, settings: Settings, window: Window
) -> None:
    ran(state, window.end - timedelta(minutes=10))
    [row] = coverage(month, state, with_sources(settings, FORUM), window, window.end)
    assert row.expected is not None
    assert row.expected == pytest.approx(row.collected, rel=0.4)
    assert row.expected > 100
    assert not row.degraded


def test_configured_expectation_is_scaled_to_the_window(
    month: SqliteStore, state: State, settings: Settings, window: Window
) -> None:
    ran(state, window.end - timedelta(minutes=10))
    quarter = Window(window.end - timedelta(hours=6), window.end)
    source = FORUM | {"expected_per_day": 400}
    assert coverage(month, state, with_sources(settings, source), quarter, window.end)[0].expected == 100


def test_a_new_source_has_no_expectation(
    empty: SqliteStore, state: State, settings: Settings, make: SimpleNamespace, window: Window
) -> None:
    make.write(empty, [make.row(window.start, 1)])
    ran(state, window.end - timedelta(minutes=10))
    [row] = coverage(empty, state, with_sources(settings, FORUM), window, window.end)
    assert (row.expected, row.collected, row.degraded) == (None, 1, False)


def test_a_post_of_two_brands_counts_once(
    empty: SqliteStore, state: State, settings: Settings, make: SimpleNamespace, window: Window
) -> None:
    make.write(empty, [make.row(window.start, 1), make.row(window.start, 1, brand="ctcc")])
    [row] = coverage(empty, state, settings, window, window.end)
    assert row.collected == 1


def test_never_crawled_is_degraded(
    month: SqliteStore, state: State, settings: Settings, window: Window
) -> None:
    [row] = coverage(month, state, with_sources(settings, FORUM), window, window.end)
    assert (row.degraded, row.reason) == (True, "从未采集")


def test_no_run_in_the_window_is_degraded(
    month: SqliteStore, state: State, settings: Settings, window: Window
) -> None:
    ran(state, window.start - timedelta(days=3))
    [row] = coverage(month, state, with_sources(settings, FORUM), window, window.end)
    assert (row.degraded, row.since) == (True, window.start)


def test_refusal_counts_from_the_first_that_was_not_healed(
    month: SqliteStore, state: State, settings: Settings, window: Window
) -> None:
    ran(state, window.start + timedelta(hours=1))
    for hour in (10, 11, 12):
        ran(
            state,
            window.start + timedelta(hours=hour),
            status="degraded",
            finish_reason="refused: 403",
            refused=2,
        )
    [row] = coverage(month, state, with_sources(settings, FORUM), window, window.end)
    assert (row.degraded, row.since) == (True, window.start + timedelta(hours=10))
    assert (row.refused, row.reason) == (6, "refused: 403")


def test_a_later_crawl_heals_the_gap(
    month: SqliteStore, state: State, settings: Settings, window: Window
) -> None:
    ran(state, window.start + timedelta(hours=1))
    ran(state, window.start + timedelta(hours=20), status="degraded", refused=1)
    ran(state, window.end + timedelta(hours=2))
    asked = window.end + timedelta(hours=8)
    [row] = coverage(month, state, with_sources(settings, FORUM), window, asked)
    assert (row.degraded, row.refused) == (False, 1)


def test_cut_off_lists_are_said(month: SqliteStore, state: State, settings: Settings, window: Window) -> None:
    ran(state, window.end - timedelta(minutes=10), truncated=True)
    assert coverage(month, state, with_sources(settings, FORUM), window, window.end)[0].truncated


def test_silence_of_a_running_source_is_degraded(
    month: SqliteStore, state: State, settings: Settings, window: Window
) -> None:
    from koubei.core.query import Range

    month.delete(Range("published_at", window.start, window.end, high_open=True))
    ran(state, window.end - timedelta(minutes=10))
    [row] = coverage(month, state, with_sources(settings, FORUM), window, window.end)
    assert (row.collected, row.degraded) == (0, True)
    assert "应有约" in row.reason


def test_a_daily_source_is_sound_between_its_crawls(
    month: SqliteStore, state: State, settings: Settings, window: Window
) -> None:
    ran(state, window.end - timedelta(hours=20))
    late = Window(window.end - timedelta(hours=6), window.end)
    source = FORUM | {"every_minutes": 1440}
    assert not coverage(month, state, with_sources(settings, source), late, window.end)[0].degraded


def test_importers_that_delivered_are_listed_without_expectation(
    month: SqliteStore, state: State, settings: Settings, make: SimpleNamespace, window: Window
) -> None:
    make.write(
        month,
        [
            make.row(
                window.start - timedelta(days=2), 900_001, source="weibo", platform="weibo", post_id="weibo:1"
            )
        ],
    )
    ran(state, window.end - timedelta(minutes=10))
    rows = coverage(month, state, with_sources(settings, FORUM), window, window.end)
    assert [r.source for r in rows] == ["forum", "weibo"]
    assert (rows[1].platform, rows[1].expected, rows[1].collected, rows[1].degraded) == (
        "weibo",
        None,
        0,
        False,
    )


def test_disabled_sources_are_left_out(
    month: SqliteStore, state: State, settings: Settings, window: Window
) -> None:
    assert (
        coverage(month, state, with_sources(settings, FORUM | {"enabled": False}), window, window.end) == []
    )


def row(expected: int | None, degraded: bool) -> SourceCoverage:
    return SourceCoverage("s", "s", expected, 0, 0, False, degraded, None, "")


@pytest.mark.parametrize(
    ("rows", "share"),
    [
        ([], 1.0),
        ([row(100, False), row(300, True)], 0.25),
        ([row(None, True), row(None, False)], 0.5),
        ([row(50, False)], 1.0),
    ],
)
def test_share_weighs_sources_by_what_they_should_bring(rows: list[SourceCoverage], share: float) -> None:
    assert share_collected(rows) == pytest.approx(share)
