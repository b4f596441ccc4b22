"""A month replayed hour by hour."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace

from indexer.sqlite import SqliteStore
from koubei.core.clock import Window, day_of
from koubei.core.config.schema import Settings
from reports.alerts import backtest

After = Callable[[float], datetime]


def test_quiet_month_raises_nothing(month: SqliteStore, settings: Settings, whole_month: Window) -> None:
    replay = backtest(month, settings, whole_month)
    assert (list(replay.incidents), replay.hours) == ([], 28 * 24)
    assert 0 < replay.trial_hours < replay.hours


def test_surge_is_found_on_its_day_alone(
    month: SqliteStore, settings: Settings, make: SimpleNamespace, whole_month: Window, hours_after: After
) -> None:
    begin = hours_after(20 * 24 + 14)
    late = make.surge(begin, 6, 14)
    for values in late:
        values["first_collected_at"] = values["last_collected_at"] = hours_after(28 * 24)
    make.write(month, late)
    seen: list[tuple[int, int]] = []
    replay = backtest(month, settings, whole_month, lambda done, of: seen.append((done, of)))
    [incident] = replay.incidents
    assert day_of(incident.opened_at) == day_of(begin)
    assert abs(incident.started_at - begin) <= timedelta(hours=2)
    assert (incident.evidence["factor"], incident.evidence["province"]) == ("资费套餐", "山东")
    events = [change.event for change in replay.changes]
    assert (events[0], events[-1]) == ("opened", "resolved")
    assert seen[-1] == (28 * 24, 28 * 24)


def test_outage_makes_no_alarm(
    month: SqliteStore, settings: Settings, whole_month: Window, hours_after: After
) -> None:
    from koubei.core.query import Range

    month.delete(Range("published_at", hours_after(18 * 24), hours_after(19 * 24), high_open=True))
    assert list(backtest(month, settings, whole_month).incidents) == []


def test_empty_store_is_no_error(empty: SqliteStore, settings: Settings, whole_month: Window) -> None:
    replay = backtest(empty, settings, whole_month)
    assert (list(replay.incidents), replay.per_week) == ([], 0.0)
