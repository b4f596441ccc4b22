"""Runs, incidents, deliveries, manifests."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from koubei.core.clock import FixedClock, Window
from koubei.core.domain import Incident, IncidentKey, Run
from koubei.core.state import Manifest, State
from koubei.core.state.process import is_alive, this_process

NOON = datetime(2026, 11, 18, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)
TARIFF = IncidentKey("cmcc", "surge", "资费套餐", "山东")


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def state(tmp_path: Path, clock: FixedClock) -> State:
    return State.open(tmp_path / "state.db", clock)


def test_a_run_is_noted_at_its_start_and_its_end(state: State) -> None:
    begun = Run("1118-forum", "forum", NOON)
    state.runs.start(begun)
    assert state.runs.latest("forum") == begun
    ended = replace(
        begun,
        finished_at=NOON + HOUR,
        status="degraded",
        finish_reason="refused: 403",
        requested=7,
        collected=40,
        dropped={"duplicate": 3},
        refused=1,
        truncated=True,
        leftover={"thread.new_field": 40},
    )
    state.runs.finish(ended)
    assert state.runs.latest("forum") == ended
    assert state.runs.latest("heimao") is None


def test_runs_are_found_by_when_they_started(state: State) -> None:
    runs = [Run(f"r{n}", "forum", NOON + n * HOUR, status="ok") for n in range(4)]
    for run in reversed(runs):
        state.runs.start(run)
    assert state.runs.between(Window(NOON + HOUR, NOON + 3 * HOUR)) == runs[1:3]
    assert state.runs.latest("forum") == runs[3]


BEGIN = """
import sys
from datetime import datetime, UTC
from pathlib import Path
from koubei.core.clock import SystemClock
from koubei.core.domain import Run
from koubei.core.state import State
state = State.open(Path(sys.argv[1]), SystemClock())
state.runs.start(Run("dead", "forum", datetime(2026, 11, 18, 4, tzinfo=UTC)))
"""


def test_a_run_whose_process_died_is_failed(state: State, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", BEGIN, str(tmp_path / "state.db")], check=True)
    state.runs.start(Run("mine", "heimao", NOON))
    assert [run.run_id for run in state.runs.abandoned()] == ["dead"]
    dead = state.runs.latest("forum")
    assert dead is not None
    assert (dead.status, dead.finished_at) == ("failed", NOON)
    assert state.runs.latest("heimao") == Run("mine", "heimao", NOON)
    assert state.runs.abandoned() == []


def test_another_machines_run_is_dead_after_a_day(
    state: State, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("koubei.core.state.runs.this_process", lambda: ("elsewhere", "1:1"))
    state.runs.start(Run("far", "forum", NOON))
    monkeypatch.undo()
    clock.set(NOON + 23 * HOUR)
    assert state.runs.abandoned() == []
    clock.set(NOON + 25 * HOUR)
    assert [run.run_id for run in state.runs.abandoned()] == ["far"]


def test_a_reused_process_number_is_another_process() -> None:
    _, mark = this_process()
    assert is_alive(mark)
    assert not is_alive(mark + "0")


def incident(number: str, opened: datetime, key: IncidentKey = TARIFF) -> Incident:
    return Incident(number, key, "open", 2, opened - HOUR, opened, opened, evidence={"窗口": [1, None, "x"]})


def test_incidents_come_back_as_they_were_put(state: State) -> None:
    first = incident("R-1118-01", NOON)
    state.incidents.put(first)
    assert state.incidents.get("R-1118-01") == first
    assert state.incidents.get("R-1118-02") is None
    changed = replace(first, status="ongoing", level=1, owner="客服", due_at=NOON + HOUR, verdict="属实")
    state.incidents.put(changed)
    assert state.incidents.active() == [changed]


def test_resolved_incidents_are_not_active_but_remembered(state: State) -> None:
    over = replace(incident("R-1117-01", NOON - 24 * HOUR), status="resolved", resolved_at=NOON - 20 * HOUR)
    now = incident("R-1118-01", NOON)
    other = incident("R-1118-02", NOON, IncidentKey("cmcc", "coverage"))
    for item in (now, other, over):
        state.incidents.put(item)
    assert state.incidents.active() == [now, other]
    assert state.incidents.latest(TARIFF) == now
    assert state.incidents.latest(IncidentKey("cmcc", "surge")) is None
    assert state.incidents.overlapping(Window(NOON - 21 * HOUR, NOON - 19 * HOUR)) == [over]
    assert state.incidents.overlapping(Window(NOON + HOUR, NOON + 2 * HOUR)) == [now, other]
    assert state.incidents.overlapping(Window(NOON - 19 * HOUR, NOON - 2 * HOUR)) == []


def test_incident_numbers_are_never_given_twice(state: State) -> None:
    day = date(2026, 11, 18)
    assert [state.incidents.next_number(day) for _ in range(2)] == ["R-1118-01", "R-1118-02"]
    assert state.incidents.next_number(date(2026, 11, 19)) == "R-1119-01"
    assert state.incidents.next_number(date(2027, 11, 18)) == "R-1118-03"


def test_the_same_message_is_one_delivery(state: State) -> None:
    first = state.deliveries.intend("alert", "R-1118-01", "wecom", "d1")
    assert (first.status, first.intended_at) == ("intended", NOON)
    state.deliveries.sent(first.id)
    again = state.deliveries.intend("alert", "R-1118-01", "wecom", "d1")
    assert (again.id, again.status, again.finished_at) == (first.id, "sent", NOON)
    others = [
        state.deliveries.intend("alert", "R-1118-01", "mail", "d1"),
        state.deliveries.intend("alert", "R-1118-01", "wecom", "d2"),
        state.deliveries.intend("report", "R-1118-01", "wecom", "d1"),
    ]
    assert len({first.id, *(d.id for d in others)}) == 4
    assert [d.id for d in state.deliveries.latest(2)] == [others[2].id, others[1].id]


def test_an_attempt_that_was_cut_off_is_doubtful(state: State) -> None:
    first = state.deliveries.intend("report", "run-1", "mail", "d")
    assert state.deliveries.unfinished() == [first]
    again = state.deliveries.intend("report", "run-1", "mail", "d")
    assert (again.id, again.status) == (first.id, "doubtful")
    assert state.deliveries.intend("report", "run-1", "mail", "d").status == "doubtful"
    assert state.deliveries.unfinished() == [again]
    state.deliveries.sent(first.id)
    assert state.deliveries.unfinished() == []


def test_a_failed_delivery_may_be_tried_again(state: State, clock: FixedClock) -> None:
    first = state.deliveries.intend("alert", "R-1118-01", "wecom", "d")
    state.deliveries.failed(first.id, "errcode 45009")
    assert state.deliveries.latest(1)[0].reason == "errcode 45009"
    assert state.deliveries.unfinished() == []
    clock.set(NOON + HOUR)
    again = state.deliveries.intend("alert", "R-1118-01", "wecom", "d")
    assert (again.id, again.status, again.intended_at) == (first.id, "intended", NOON + HOUR)
    assert again.finished_at is None


def test_the_newest_manifest_of_a_day_is_found(state: State) -> None:
    day = date(2026, 11, 17)
    first = Manifest("daily", day, 7, "run-1", NOON, "a.json", "a.html", "00")
    second = replace(first, run_id="run-2", frozen_at=NOON + HOUR)
    earlier = replace(first, run_id="run-0", day=date(2026, 11, 16), number=6, frozen_at=NOON + 2 * HOUR)
    for manifest in (second, first, earlier):
        state.manifests.save(manifest)
    state.manifests.save(second)
    assert state.manifests.get("daily", day) == second
    assert state.manifests.latest("daily") == second
    assert state.manifests.get("daily", date(2026, 11, 15)) is None
    assert state.manifests.latest("weekly") is None
