"""Sources that are down: surges stop, an incident of their own kind begins and ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest

from indexer.sqlite import SqliteStore
from koubei.core.config.schema import Settings
from koubei.core.domain import Run
from koubei.core.state import State
from reports.alerts import Change, check, settle

After = Callable[[float], datetime]


SURGE = 27 * 24 + 10


def told(changes: list[Change]) -> list[str]:
    return [change.event for change in changes if change.notify]


@pytest.fixture
def crawled(settings: Settings) -> Settings:
    sources = [
        {"name": "forum", "spider": "discuz"},
        {"name": "heimao", "spider": "heimao", "expected_per_day": 40},
    ]
    return Settings.model_validate(settings.model_dump() | {"sources": sources})


def ran(state: State, source: str, at: datetime, status: str = "ok") -> None:
    reason = "finished" if status == "ok" else "refused: 403"
    state.runs.finish(Run(f"{at:%Y%m%dT%H%M%S}-{source}", source, at, at, status, reason))  # type: ignore[arg-type]


def test_dead_sources_stop_surges_and_raise_their_own_incident(
    month: SqliteStore, state: State, crawled: Settings, make: SimpleNamespace, hours_after: After
) -> None:
    make.write(month, make.surge(hours_after(SURGE), 2, 40))
    now = hours_after(SURGE + 2.1)
    ran(state, "forum", now - timedelta(hours=1), "degraded")
    ran(state, "heimao", now - timedelta(minutes=20))
    [change] = check(month, state, crawled, now)
    assert change.incident.key.kind == "coverage"
    assert change.incident.evidence["muted"]
    assert [d["source"] for d in change.incident.evidence["down"]] == ["forum"]
    assert change.incident.started_at == now - timedelta(hours=1)


def test_a_small_source_that_is_down_does_not_stop_surges(
    month: SqliteStore, state: State, crawled: Settings, make: SimpleNamespace, hours_after: After
) -> None:
    make.write(month, make.surge(hours_after(SURGE), 2, 40))
    now = hours_after(SURGE + 2.1)
    ran(state, "heimao", now - timedelta(hours=1), "degraded")
    ran(state, "forum", now - timedelta(minutes=20))
    changes = check(month, state, crawled, now)
    assert [c.incident.key.kind for c in changes] == ["coverage", "surge"]
    assert changes[1].incident.evidence["coverage"]["down"][0]["source"] == "heimao"


def test_coverage_incident_ends_when_sources_stay_sound(
    month: SqliteStore, state: State, crawled: Settings, hours_after: After
) -> None:
    now = hours_after(600)
    ran(state, "forum", now - timedelta(minutes=20))
    ran(state, "heimao", now - timedelta(minutes=20), "degraded")
    [opened] = check(month, state, crawled, now)
    settle(state.incidents, opened)
    for hour in (1, 2, 3):
        for source in ("forum", "heimao"):
            ran(state, source, now + timedelta(hours=hour, minutes=-5))
    assert told(check(month, state, crawled, now + timedelta(hours=1))) == []
    [closed] = check(month, state, crawled, now + timedelta(hours=3))
    assert (closed.event, closed.incident.number) == ("resolved", opened.incident.number)


def test_an_incident_does_not_end_while_collection_is_blind(
    month: SqliteStore, state: State, crawled: Settings, make: SimpleNamespace, hours_after: After
) -> None:
    make.write(month, make.surge(hours_after(SURGE), 2, 40))
    ran(state, "forum", hours_after(SURGE + 2))
    ran(state, "heimao", hours_after(SURGE + 2))
    check(month, state, crawled, hours_after(SURGE + 2.1))
    for hour in range(3, 14):
        ran(state, "forum", hours_after(SURGE + hour), "degraded")
    check(month, state, crawled, hours_after(SURGE + 13.1))
    assert {i.key.kind for i in state.incidents.active()} == {"surge", "coverage"}
