"""A month replayed hour by hour."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest

from indexer.sqlite import SqliteStore
from koubei.core.clock import Window, day_of
from koubei.core.config.schema import Settings
from koubei.core.domain import Incident
from koubei.core.state import State
from reports.alerts import backtest, check, settle

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


@pytest.mark.parametrize("quiet_hours", [2, 6])
def test_a_replay_is_a_check_at_the_end_of_each_hour(
    month: SqliteStore, settings: Settings, state: State, make: SimpleNamespace, hours_after: After,
    quiet_hours: int,
) -> None:  # fmt: skip
    """The same incidents with the same evidence, also of a surge that comes again, weaker."""
    settings = Settings.model_validate(settings.model_dump() | {"alerts": {"quiet_hours": quiet_hours}})
    first, last = 26 * 24 + 8, 26 * 24 + 40
    make.write(month, make.surge(hours_after(first + 1), 3, 40))
    make.write(month, make.surge(hours_after(first + 17), 3, 16, first=300_000))
    for hour in range(first + 1, last + 1):
        for change in check(month, state, settings, hours_after(hour)):
            if change.notify:
                settle(state.incidents, change)
    window = Window(hours_after(first), hours_after(last))
    live = [_without_coverage(i) for i in state.incidents.overlapping(window)]
    assert live[0].evidence["reopened"] == 1
    assert list(backtest(month, settings, window).incidents) == live
    long = backtest(month, settings, Window(hours_after(15 * 24), window.end)).incidents
    assert [i for i in long if i.opened_at > window.start] == live


def _without_coverage(incident: Incident) -> Incident:
    """Coverage is what only a live check knows."""
    kept = {name: value for name, value in incident.evidence.items() if name != "coverage"}
    return replace(incident, evidence=kept)


def test_a_reopened_incident_counts_from_its_first_start(
    month: SqliteStore, settings: Settings, make: SimpleNamespace, hours_after: After
) -> None:
    begin = 26 * 24 + 9
    make.write(month, make.surge(hours_after(begin), 2, 50))
    make.write(month, make.surge(hours_after(begin + 25), 2, 20, first=300_000))
    replay = backtest(month, settings, Window(hours_after(begin - 9), hours_after(begin + 36)))
    [incident] = replay.incidents
    assert incident.evidence["reopened"] == 1
    again = [change.incident.evidence for change in replay.changes if change.event == "opened"][-1]
    assert again["reopened"] == 1
    assert again["negatives_since_start"] > 100
