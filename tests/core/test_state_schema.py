"""Opening the state database: new, current, older, newer, foreign, damaged, locked, shared."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from koubei.core.clock import FixedClock
from koubei.core.errors import DegradedError, StoreError, StoreUnavailableError
from koubei.core.state import State
from koubei.core.state.database import Database
from koubei.core.state.schema import metadata
from koubei.core.state.upgrade import HEAD, MIGRATIONS, open_current

CLOCK = FixedClock(datetime(2026, 11, 18, tzinfo=UTC))


def test_migrations_make_exactly_the_tables_the_code_uses(tmp_path: Path) -> None:
    database = open_current(tmp_path / "state.db")
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_head_is_the_newest_migration() -> None:
    assert ScriptDirectory(str(MIGRATIONS)).get_heads() == [HEAD]


def test_a_current_database_opens_without_alembic(tmp_path: Path) -> None:
    State.open(tmp_path / "state.db", CLOCK).close()
    code = (
        "import sys; from pathlib import Path; from koubei.core.state import State;"
        "from koubei.core.clock import SystemClock; State.open(Path(sys.argv[1]), SystemClock());"
        "print('alembic' in sys.modules)"
    )
    out = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "state.db")], capture_output=True, text=True, check=True
    )
    assert out.stdout.strip() == "False"


def test_what_was_noted_is_there_after_reopening(tmp_path: Path) -> None:
    state = State.open(tmp_path / "state.db", CLOCK)
    state.facts.put("anchor", "2026")
    state.close()
    again = State.open(tmp_path / "state.db", CLOCK)
    assert again.facts.get("anchor") == "2026"


def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    State.open(tmp_path / "state.db", CLOCK).close()
    with sqlite3.connect(tmp_path / "state.db") as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.close()
    with pytest.raises(StoreError, match="升级"):
        State.open(tmp_path / "state.db", CLOCK)


def test_another_programs_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "state.db") as raw:
        raw.execute("CREATE TABLE theirs (x)")
    raw.close()
    with pytest.raises(StoreError, match="不是 koubei"):
        State.open(tmp_path / "state.db", CLOCK)
    raw = sqlite3.connect(tmp_path / "state.db")
    assert raw.execute("SELECT name FROM sqlite_master").fetchall() == [("theirs",)]
    raw.close()


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "state.db").write_bytes(b"half a file " * 1000)
    with pytest.raises(StoreError, match="备份"):
        State.open(tmp_path / "state.db", CLOCK)


def test_a_truncated_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    State.open(path, CLOCK).close()
    path.write_bytes(path.read_bytes()[:30_000])
    with pytest.raises(StoreError, match="备份"):
        State.open(path, CLOCK).seen.count()


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="打不开"):
        State.open(tmp_path / "nowhere" / "state.db", CLOCK)


def test_a_lock_held_elsewhere_is_unavailable_for_writers_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("koubei.core.state.database.BUSY_SECONDS", 0.05)
    state = State.open(tmp_path / "state.db", CLOCK)
    other = sqlite3.connect(tmp_path / "state.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailableError, match="占用"):
        state.facts.put("a", "b")
    assert state.facts.get("a") is None
    other.execute("ROLLBACK")
    other.close()
    state.facts.put("a", "b")
    assert state.facts.get("a") == "b"


def test_a_full_disk_keeps_what_was_there(tmp_path: Path) -> None:
    database = open_current(tmp_path / "state.db")
    state = State(database, CLOCK)
    state.facts.put("small", "kept")

    def grow() -> None:
        with database.write() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 1")
            connection.exec_driver_sql("INSERT INTO facts VALUES ('big', ?)", ("x" * 1_000_000,))

    with pytest.raises(DegradedError, match="磁盘已满"):
        grow()
    assert state.facts.get("small") == "kept"
    assert state.facts.get("big") is None


def test_an_error_in_a_write_leaves_nothing_behind(tmp_path: Path) -> None:
    database = open_current(tmp_path / "state.db")

    def fail() -> None:
        with database.write() as connection:
            connection.exec_driver_sql("INSERT INTO facts VALUES ('a', 'b')")
            raise KeyError("a")

    with pytest.raises(KeyError):
        fail()
    assert State(database, CLOCK).facts.get("a") is None


TAKE = """
import sys
from pathlib import Path
from koubei.core.clock import SystemClock
from koubei.core.state import State
state = State.open(Path(sys.argv[1]), SystemClock())
for _ in range(50):
    print(state.revisions.take(3))
"""


def test_processes_share_one_database_from_its_first_moment(tmp_path: Path) -> None:
    command = [sys.executable, "-c", TAKE, str(tmp_path / "state.db")]
    children = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    firsts = [int(line) for child in children for line in child.communicate(timeout=120)[0].split()]
    assert sorted(firsts) == list(range(1, 601, 3))


def test_a_database_of_the_first_version_is_upgraded_with_its_data(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    database = Database(path)
    with database.write() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(MIGRATIONS))
        command.upgrade(config, "0001")
        connection.exec_driver_sql("INSERT INTO facts VALUES ('anchor', '2026')")
        connection.exec_driver_sql("INSERT INTO roots VALUES ('hash', 'forum:1')")
    database.close()
    assert State.open(path, CLOCK).facts.get("anchor") == "2026"
    upgraded = open_current(path)
    with upgraded.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
