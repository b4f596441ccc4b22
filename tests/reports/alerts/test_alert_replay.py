"""A replay and the live check are one detector; quiet brands pass the share gate; a replay tells sizes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from indexer.sqlite import SqliteStore
from koubei.core.clock import Window, day_of
from koubei.core.config.schema import Settings
from koubei.core.domain import Incident
from koubei.core.state import State
from reports.alerts import backtest, check, summary
from reports.alerts.check import Reader
from reports.alerts.detector import Detector, Firing, firings
from reports.alerts.scope import HOUR
from reports.alerts.series import load
from reports.alerts.usual import history_of

After = Callable[[float], datetime]
DAYS = 70


@pytest.fixture(scope="module")
def long_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[SqliteStore, datetime]]:
    """Seventy days: more than the eight weeks any hour may look back on; two surges and a new province."""
    from runpy import run_path

    kit = run_path(str(Path(__file__).with_name("conftest.py")))
    begin = kit["START"] - timedelta(days=DAYS - 28)
    store = SqliteStore(tmp_path_factory.mktemp("long") / "mentions.db")
    rows = kit["quiet_rows"](DAYS, per_hour=2.0, start=begin)
    rows += kit["surge_rows"](begin + timedelta(days=5, hours=10), 6, 20)
    rows += kit["surge_rows"](begin + timedelta(days=66, hours=14), 3, 18, first=200_000, province="西藏")
    kit["write"](store, rows)
    yield store, begin
    store.close()


def found_at(store: SqliteStore, settings: Settings, window: Window, end: datetime) -> list[Firing]:
    detector = Detector(load(store, "cmcc", window), settings.alerts)
    return firings(detector, [end], Reader(store), settings.alerts, live=False)


@hypothesis_settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(hour=st.integers(57 * 24, DAYS * 24), before=st.integers(0, 13 * 24), after=st.integers(0, 48))
def test_a_replay_of_any_range_says_of_an_hour_what_the_check_says(
    long_store: tuple[SqliteStore, datetime], settings: Settings, hour: int, before: int, after: int
) -> None:
    store, begin = long_store
    end = begin + hour * HOUR
    long = Window(history_of(end - before * HOUR).start, end + after * HOUR)
    live = history_of(end, 5 * HOUR)
    assert found_at(store, settings, long, end) == found_at(store, settings, live, end)


def test_the_hours_of_the_surge_are_among_them(
    long_store: tuple[SqliteStore, datetime], settings: Settings
) -> None:
    store, begin = long_store
    end = begin + (66 * 24 + 16) * HOUR
    assert found_at(store, settings, history_of(end), end)


def test_a_surge_of_a_quiet_brand_passes_the_share_gate(
    empty: SqliteStore, state: State, settings: Settings, make: SimpleNamespace, hours_after: After
) -> None:
    """Eight negative roots of ten posts where .12 an hour are usual."""
    quiet = [
        make.row(hours_after(n * 7 + 1), n, label="neg" if n % 3 == 0 else "pos", primary_factor="none")
        for n in range(27 * 24 // 7)
    ]
    burst = [
        make.row(hours_after(27 * 24 + 14 + i / 12), 50_000 + i, label="neg" if i < 8 else "pos")
        for i in range(10)
    ]
    make.write(empty, quiet + burst)
    found = check(empty, state, settings, hours_after(27 * 24 + 15.1))
    assert [change.event for change in found] == ["opened"]
    assert not found[0].incident.evidence["boom"]


def test_a_boom_of_a_quiet_brand_with_the_usual_share_is_one(
    empty: SqliteStore, state: State, settings: Settings, make: SimpleNamespace, hours_after: After
) -> None:
    quiet = [make.row(hours_after(n * 3 + 1), n, label="neg" if n % 2 else "pos") for n in range(27 * 8)]
    burst = [
        make.row(hours_after(27 * 24 + 14 + i / 60), 50_000 + i, label="neg" if i % 2 else "pos")
        for i in range(40)
    ]
    make.write(empty, quiet + burst)
    [change] = check(empty, state, settings, hours_after(27 * 24 + 15.1))
    assert change.incident.evidence["boom"]
    assert change.incident.level >= 3


def test_a_replay_tells_the_worst_level_the_end_and_the_size(
    month: SqliteStore, settings: Settings, make: SimpleNamespace, whole_month: Window, hours_after: After
) -> None:
    begin = 20 * 24 + 9
    make.write(month, make.surge(hours_after(begin), 2, 70))
    make.write(month, make.surge(hours_after(begin + 14), 1, 12, first=300_000))
    [incident] = backtest(month, settings, whole_month).incidents
    told = summary(incident)
    assert told.reopened == 1
    assert (told.peak_level, incident.level) == (2, 4)
    assert day_of(told.started_at) == day_of(hours_after(begin))
    assert told.ended_at is not None
    assert told.peak_roots is not None
    assert told.peak_roots >= 140
    assert told.ratio is not None
    assert told.ratio > 4


def test_a_summary_of_a_coverage_incident_has_no_sizes(settings: Settings, hours_after: After) -> None:
    from koubei.core.domain import IncidentKey

    made = Incident("R-1", IncidentKey("cmcc", "coverage"), "open", 2, *[hours_after(1)] * 3)
    assert (summary(made).roots, summary(made).ratio, summary(made).peak_level) == (None, None, 2)
