"""The alert check on a month of posts: found, gated, followed, told once."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest

from indexer.sqlite import SqliteStore
from koubei.core.clock import FixedClock, Window
from koubei.core.config.schema import Settings
from koubei.core.domain import IncidentKey
from koubei.core.query import parse_query
from koubei.core.state import State
from reports.alerts import Change, check, settle
from reports.alerts.detector import BACKFILL_AFTER

After = Callable[[float], datetime]
SURGE = 27 * 24 + 10
"""The hour after START in which the surges begin: 10:00 on the last day."""


@pytest.fixture
def look(
    month: SqliteStore, state: State, settings: Settings, clock: FixedClock, hours_after: After
) -> Callable[[float], list[Change]]:
    """One check so many hours after START, its messages settled."""

    def at(hours: float) -> list[Change]:
        clock.set(hours_after(hours))
        changes = check(month, state, settings, clock.now())
        for change in changes:
            if change.notify:
                settle(state.incidents, change)
        return changes

    return at


Look = Callable[[float], list[Change]]


def told(changes: list[Change]) -> list[str]:
    return [change.event for change in changes if change.notify]


def test_surge_is_found_with_its_start_factor_and_province(
    month: SqliteStore, look: Look, make: SimpleNamespace, hours_after: After
) -> None:
    make.write(month, make.surge(hours_after(SURGE), 4, 14))
    assert look(SURGE) == []
    [change] = look(SURGE + 2.1)
    incident, evidence = change.incident, change.incident.evidence
    assert (change.event, incident.status, incident.key.kind) == ("opened", "open", "surge")
    assert abs(incident.started_at - hours_after(SURGE)) <= timedelta(hours=1)
    assert (evidence["factor"], evidence["province"]) == ("资费套餐", "山东")
    assert evidence["concentration"]["province"][0]["n"] >= 28
    assert len(evidence["snippets"]) == 2
    assert evidence["first_post"]["url"].startswith("https://forum.example/t/")
    assert json.loads(json.dumps(evidence, ensure_ascii=False)) == evidence


def test_query_of_the_evidence_finds_its_posts(
    month: SqliteStore, look: Look, make: SimpleNamespace, hours_after: After
) -> None:
    make.write(month, make.surge(hours_after(SURGE), 4, 14))
    [change] = look(SURGE + 2.1)
    evidence = change.incident.evidence
    found = month.distinct(parse_query(evidence["query"]), "root_id")
    assert found == evidence["negatives_since_start"]


def test_quiet_days_say_nothing(look: Look) -> None:
    assert [change for h in range(20 * 24, 22 * 24, 6) for change in look(h)] == []


def test_whole_life_is_told_once_each(
    month: SqliteStore, look: Look, make: SimpleNamespace, hours_after: After
) -> None:
    make.write(month, make.surge(hours_after(SURGE), 5, 14))
    events = [event for h in range(SURGE, SURGE + 18) for event in told(look(h + 0.1))]
    assert events[0] == "opened"
    assert events[-1] == "resolved"
    assert events.count("opened") == events.count("resolved") == 1
    assert set(events[1:-1]) <= {"escalated"}


def test_brand_takes_in_its_parts(
    month: SqliteStore, look: Look, make: SimpleNamespace, state: State, hours_after: After
) -> None:
    make.write(month, make.surge(hours_after(SURGE), 3, 60))
    [change] = look(SURGE + 1.1)
    assert change.incident.key == IncidentKey("cmcc", "surge")
    assert {child["name"] for child in change.incident.evidence["children"]} == {"资费套餐", "山东"}
    assert len(state.incidents.active()) == 1


def test_part_that_grows_into_the_brand_keeps_its_number(
    month: SqliteStore, look: Look, make: SimpleNamespace, state: State, hours_after: After
) -> None:
    make.write(month, make.surge(hours_after(SURGE), 1, 12))
    [first] = look(SURGE + 1.1)
    assert first.incident.key.factor or first.incident.key.province
    make.write(month, make.surge(hours_after(SURGE + 1), 3, 70, first=200_000))
    look(SURGE + 2.1)
    [active] = state.incidents.active()
    assert (active.number, active.key) == (first.incident.number, IncidentKey("cmcc", "surge"))


def test_another_event_beside_a_running_one_has_its_own_number(
    month: SqliteStore, look: Look, make: SimpleNamespace, state: State, hours_after: After
) -> None:
    make.write(month, make.surge(hours_after(SURGE), 1, 12))
    later = make.surge(hours_after(SURGE + 4), 1, 12, first=200_000, primary_factor="客服", province="四川")
    make.write(month, later)
    look(SURGE + 1.1)
    look(SURGE + 5.1)
    places = [(i.evidence["factor"], i.evidence["province"]) for i in state.incidents.active()]
    assert places == [("资费套餐", "山东"), ("客服", "四川")]


def test_repost_storm_alone_is_no_incident(
    month: SqliteStore, look: Look, make: SimpleNamespace, hours_after: After
) -> None:
    make.write(month, make.surge(hours_after(SURGE), 3, 60, root_id="forum:100000"))
    assert [look(SURGE + h + 0.1) for h in range(1, 4)] == [[], [], []]


def test_storm_around_a_real_surge_is_labelled(
    month: SqliteStore, look: Look, make: SimpleNamespace, hours_after: After
) -> None:
    make.write(month, make.surge(hours_after(SURGE), 2, 14))
    make.write(month, make.surge(hours_after(SURGE), 2, 120, first=200_000, root_id="forum:100000"))
    [change] = look(SURGE + 2.1)
    assert change.incident.evidence["amplified"]
    assert change.incident.evidence["copies"] > 100


def test_few_authors_are_no_incident(
    month: SqliteStore, look: Look, make: SimpleNamespace, hours_after: After
) -> None:
    rows = make.surge(hours_after(SURGE), 2, 30)
    for i, values in enumerate(rows):
        values["author_key"] = f"loud{i % 2}"
    make.write(month, rows)
    assert look(SURGE + 2.1) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"role": "marketing"},
        {"matched_by": "thread"},
        {"label": "pos"},
        {"brand": "ctcc"},
        {"time_precision": "day"},
    ],
    ids=str,
)
def test_other_voices_do_not_count(
    changes: dict[str, str], month: SqliteStore, look: Look, make: SimpleNamespace, hours_after: After
) -> None:
    make.write(month, make.surge(hours_after(SURGE), 3, 40, **changes))
    assert look(SURGE + 2.1) == []


def test_back_filled_window_fires_nothing(
    month: SqliteStore, look: Look, make: SimpleNamespace, hours_after: After
) -> None:
    late = make.surge(hours_after(SURGE), 3, 40)
    for values in late:
        values["first_collected_at"] = values["last_collected_at"] = (
            values["published_at"] + BACKFILL_AFTER * 1.2
        )
    make.write(month, late)
    assert look(SURGE + 3.1) == []


def test_a_window_long_past_fires_nothing(
    month: SqliteStore, look: Look, make: SimpleNamespace, hours_after: After
) -> None:
    make.write(month, make.surge(hours_after(SURGE), 3, 40))
    assert look(SURGE + 30) == []


def test_missed_checks_are_made_up_for(
    month: SqliteStore, look: Look, make: SimpleNamespace, hours_after: After
) -> None:
    make.write(month, make.surge(hours_after(SURGE), 2, 40))
    assert told(look(SURGE + 6.1)) == ["opened"]


def test_boom_with_a_falling_negative_share_is_no_surge(
    month: SqliteStore, look: Look, make: SimpleNamespace, hours_after: After
) -> None:
    make.write(month, make.surge(hours_after(SURGE), 3, 25))
    make.write(month, make.surge(hours_after(SURGE), 3, 160, first=200_000, label="pos"))
    assert look(SURGE + 2.1) == []


def test_boom_with_the_usual_share_says_so(
    month: SqliteStore, look: Look, make: SimpleNamespace, hours_after: After
) -> None:
    make.write(month, make.surge(hours_after(SURGE), 3, 60))
    make.write(month, make.surge(hours_after(SURGE), 3, 60, first=200_000, label="pos"))
    [change] = look(SURGE + 2.1)
    assert change.incident.evidence["boom"]
    assert change.incident.level >= 3


def test_late_posts_revise_the_open_incident(
    month: SqliteStore, look: Look, make: SimpleNamespace, state: State, hours_after: After
) -> None:
    make.write(month, make.surge(hours_after(SURGE), 2, 14))
    [opened] = look(SURGE + 2.1)
    make.write(month, make.surge(hours_after(SURGE + 1), 1, 6, first=200_000))
    changes = look(SURGE + 2.6)
    assert told(changes) == []
    [active] = state.incidents.active()
    assert active.number == opened.incident.number
    assert active.evidence["negatives_since_start"] == opened.incident.evidence["negatives_since_start"] + 6


def test_reopening_within_the_cool_down_keeps_the_number(
    month: SqliteStore, look: Look, make: SimpleNamespace, hours_after: After
) -> None:
    begin = 26 * 24 + 9
    make.write(month, make.surge(hours_after(begin), 2, 50))
    life = [change for h in range(1, 12) for change in look(begin + h + 0.1)]
    assert life[-1].event == "resolved"
    make.write(month, make.surge(hours_after(begin + 14), 2, 50, first=300_000))
    [again] = look(begin + 15.1)
    assert (again.event, again.incident.number) == ("opened", life[0].incident.number)
    assert again.incident.evidence["reopened"] == 1
    assert again.incident.resolved_at is None


def test_a_message_lost_in_a_crash_is_asked_for_again(
    month: SqliteStore, state: State, settings: Settings, make: SimpleNamespace, hours_after: After
) -> None:
    make.write(month, make.surge(hours_after(SURGE), 2, 14))
    now = hours_after(SURGE + 2.1)
    [lost] = check(month, state, settings, now)
    [again] = check(month, state, settings, now + timedelta(minutes=5))
    assert (again.notify, again.event, again.incident.number) == (True, "opened", lost.incident.number)
    settle(state.incidents, again)
    assert told(check(month, state, settings, now + timedelta(minutes=10))) == []


def test_young_history_is_marked_as_a_trial(
    empty: SqliteStore, state: State, settings: Settings, make: SimpleNamespace, hours_after: After
) -> None:
    make.write(empty, make.quiet(5))
    make.write(empty, make.surge(hours_after(4 * 24 + 12), 3, 50))
    [change] = check(empty, state, settings, hours_after(4 * 24 + 14.1))
    assert change.incident.evidence["trial"]


def test_an_empty_store_and_a_first_day_say_nothing(
    empty: SqliteStore, state: State, settings: Settings, make: SimpleNamespace, hours_after: After
) -> None:
    assert check(empty, state, settings, hours_after(50)) == []
    make.write(empty, make.surge(hours_after(20), 3, 50))
    assert check(empty, state, settings, hours_after(23)) == []


def test_check_leaves_a_window_for_the_report(
    month: SqliteStore, look: Look, make: SimpleNamespace, state: State, hours_after: After
) -> None:
    make.write(month, make.surge(hours_after(SURGE), 2, 40))
    look(SURGE + 2.1)
    day = Window(hours_after(27 * 24), hours_after(28 * 24))
    assert [i.number for i in state.incidents.overlapping(day)] == ["R-1108-01"]
