"""Samples, labels, overrides, and a database from before there were any."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config

from koubei.core.clock import FixedClock
from koubei.core.state import GivenLabel, Override, Sample, SampleItem, State, Stratum
from koubei.core.state.database import Database
from koubei.core.state.upgrade import MIGRATIONS

NOON = datetime(2026, 11, 18, 4, tzinfo=UTC)
CLOCK = FixedClock(NOON)
ITEMS = tuple(SampleItem(n, f"weibo:{n}|cmcc", n % 2, "neg", 2.5) for n in range(4))
STRATA = (
    Stratum({"platform": "weibo", "label": "neg"}, 5, 2),
    Stratum({"platform": "weibo", "label": ""}, 5, 2),
)
SAMPLE = Sample(
    "S261118-1", "cmcc", date(2026, 11, 9), date(2026, 11, 15), NOON, 7, ("platform", "label"), STRATA, ITEMS
)
VERDICT = Override("weibo:1|cmcc", "neg", True, "张", NOON, "neu", "text")


@pytest.fixture
def state(tmp_path: Path) -> State:
    return State.open(tmp_path / "state.db", CLOCK)


def test_a_sample_comes_back_as_it_was_drawn(state: State) -> None:
    state.samples.put(SAMPLE)
    assert state.samples.get(SAMPLE.id) == SAMPLE
    assert state.samples.get("S261118-2") is None
    assert SAMPLE.population == 10
    assert SAMPLE.covers(date(2026, 11, 15))
    assert not SAMPLE.covers(date(2026, 11, 16))


def test_samples_of_a_brand_come_newest_first(state: State) -> None:
    later = replace(SAMPLE, id="S261119-1", drawn_at=NOON + timedelta(days=1))
    rival = replace(SAMPLE, id="S261119-2", brand_id="ctcc")
    for sample in (SAMPLE, later, rival):
        state.samples.put(sample)
    assert state.samples.of_brand("cmcc") == [later, SAMPLE]


def test_a_sample_id_is_given_once(state: State) -> None:
    day = date(2026, 11, 18)
    assert [state.samples.next_id(day) for _ in range(2)] == ["S261118-1", "S261118-2"]
    assert state.samples.next_id(date(2027, 11, 18)) == "S271118-1"


def test_a_person_corrects_only_what_they_said_themselves(state: State) -> None:
    zhang = GivenLabel(SAMPLE.id, "weibo:1|cmcc", "张", "neg", NOON)
    li = replace(zhang, who="李", label="not_about_us")
    state.labels.put([zhang, li])
    corrected = replace(zhang, label="pos", at=NOON + timedelta(hours=1))
    state.labels.put([corrected])
    assert state.labels.of_sample(SAMPLE.id) == sorted([corrected, li], key=lambda g: g.who)
    assert state.labels.of_sample("S261118-9") == []


def test_the_last_verdict_holds_until_it_is_withdrawn(state: State) -> None:
    state.overrides.put([replace(VERDICT, label="pos"), replace(VERDICT, mention_id="weibo:2|cmcc")])
    state.overrides.put([VERDICT])
    rejected = replace(VERDICT, mention_id="weibo:2|cmcc", label=None, about_us=False)
    state.overrides.put([rejected])
    wanted = ["weibo:1|cmcc", "weibo:2|cmcc", "weibo:3|cmcc"]
    assert state.overrides.of(wanted) == {"weibo:1|cmcc": VERDICT, "weibo:2|cmcc": rejected}
    state.overrides.withdraw("weibo:1|cmcc")
    assert state.overrides.of(wanted) == {"weibo:2|cmcc": rejected}


def test_a_database_from_before_labels_keeps_what_it_knows(tmp_path: Path) -> None:
    database = Database(tmp_path / "state.db")
    with database.write() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        command.upgrade(config, "0001")
        connection.exec_driver_sql("INSERT INTO facts VALUES ('anchor', '2026')")
    database.close()
    state = State.open(tmp_path / "state.db", CLOCK)
    assert state.facts.get("anchor") == "2026"
    state.samples.put(SAMPLE)
    assert state.samples.get(SAMPLE.id) == SAMPLE
