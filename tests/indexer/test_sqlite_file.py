"""The embedded store's file: old, new, foreign, damaged, locked, full, killed."""

from __future__ import annotations

import os
import pickle
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from indexer import open_store
from indexer.sqlite import SqliteStore, tables, upgrade
from koubei.core.domain import ScoredMention
from koubei.core.errors import ConfigError, StoreError, StoreUnavailableError
from koubei.core.query import Everything, Keyword, Term

Make = Callable[..., ScoredMention]
ALL = Everything()


def test_urls_name_files_relative_to_the_base(tmp_path: Path) -> None:
    open_store("sqlite:deep/er/m.db", tmp_path).close()
    open_store(f"sqlite:{tmp_path}/absolute.db", Path("/nowhere")).close()
    assert (tmp_path / "deep/er/m.db").exists()
    assert (tmp_path / "absolute.db").exists()


@pytest.mark.parametrize("url", ["mongo:x", "m.db", "", "sqlite:"])
def test_an_unknown_scheme_names_the_known_ones(tmp_path: Path, url: str) -> None:
    with pytest.raises(ConfigError, match="sqlite:"):
        open_store(url, tmp_path)


def _execute(path: Path, *statements: str) -> None:
    db = sqlite3.connect(path)
    for statement in statements:
        db.execute(statement)
    db.commit()
    db.close()


def _as_version_1(path: Path) -> None:
    """Version 1 kept the stars in the wide rows."""
    _execute(
        path,
        "ALTER TABLE doc ADD COLUMN rating REAL",
        "UPDATE doc SET rating = (SELECT rating FROM m WHERE m.rid = doc.rid)",
        "ALTER TABLE m DROP COLUMN rating",
        "PRAGMA user_version = 1",
    )


def test_an_older_schema_is_migrated(tmp_path: Path, make: Make) -> None:
    path = tmp_path / "m.db"
    store = SqliteStore(path)
    store.upsert([make(1, rating=4.0), make(2, rating=None), make(3, rating=1.0)])
    store.close()
    _as_version_1(path)
    store = SqliteStore(path)
    assert store.stats(ALL, "rating").sum == 5.0
    assert store.get("forum:1|cmcc") == make(1, rating=4.0)
    assert store.upsert([make(3, rating=2.0, revision=2)]) == ["updated"]
    assert set(store.check().values()) == {"ok"}
    store.close()


def test_a_migration_that_fails_leaves_the_old_file(
    tmp_path: Path, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "m.db"
    SqliteStore(path).close()
    _as_version_1(path)
    monkeypatch.setitem(upgrade.MIGRATIONS, 1, lambda db: db.execute("DROP TABLE doc; SELECT").fetchall())
    with pytest.raises((StoreError, sqlite3.Error)):
        SqliteStore(path)
    monkeypatch.undo()
    store = SqliteStore(path)
    assert store.upsert([make(1)]) == ["inserted"]
    store.close()


def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "m.db"
    SqliteStore(path).close()
    _execute(path, f"PRAGMA user_version = {tables.SCHEMA_VERSION + 1}")
    with pytest.raises(StoreError, match="升级"):
        SqliteStore(path)


def test_another_analyzer_builds_the_index_again(
    tmp_path: Path, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "m.db"
    with monkeypatch.context() as patched:
        patched.setattr(tables, "ANALYZER_VERSION", "0")
        patched.setattr(upgrade, "ANALYZER_VERSION", "0")
        patched.setattr(tables, "tokens", str.split)
        store = SqliteStore(path)
        store.upsert([make(1, "中國移動", indexed="中國移動"), make(2)])
        assert store.count(Keyword("移动")) == 0
        store.close()
    store = SqliteStore(path)
    assert store.count(Keyword("中国移动")) == 1
    assert store.count(Keyword("移动")) == 2
    assert store.upsert([make(1, "电信", revision=2)]) == ["updated"]
    assert store.count(Keyword("移动")) == 1
    assert set(store.check().values()) == {"ok"}
    store.close()


@pytest.mark.parametrize(
    "content", [b"not a database, just a long enough text" * 200, b"SQLite format 3\x00" + b"\xff" * 8000]
)
def test_a_file_that_is_no_database_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "m.db"
    path.write_bytes(content)
    with pytest.raises(StoreError) as caught:
        SqliteStore(path)
    assert caught.value.fix
    assert path.read_bytes() == content


def test_another_programs_database_is_refused_untouched(tmp_path: Path) -> None:
    path = tmp_path / "m.db"
    _execute(path, "CREATE TABLE theirs(x)")
    with pytest.raises(StoreError, match="不是 koubei"):
        SqliteStore(path)


def test_a_half_written_file_is_an_error_not_a_result(tmp_path: Path, make: Make) -> None:
    path = tmp_path / "m.db"
    store = SqliteStore(path)
    store.upsert([make(n) for n in range(500)])
    store.close()
    os.truncate(path, path.stat().st_size // 2)
    with pytest.raises(StoreError) as caught:
        list(SqliteStore(path).export(ALL))
    assert caught.value.fix


def test_check_finds_rows_that_went_missing(tmp_path: Path, make: Make) -> None:
    path = tmp_path / "m.db"
    store = SqliteStore(path)
    store.upsert([make(n) for n in range(5)])
    _execute(path, "DELETE FROM doc WHERE rid = (SELECT max(rid) FROM doc)")
    assert "5" in store.check()["表"]
    _execute(path, "INSERT INTO f(f) VALUES('delete-all')")
    assert "4" in store.check()["全文索引"]
    store.close()


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError):
        SqliteStore(tmp_path / "file" / "m.db")
    with pytest.raises(StoreError):
        SqliteStore(tmp_path)


def test_a_locked_file_is_away_not_broken(tmp_path: Path, make: Make) -> None:
    path = tmp_path / "m.db"
    store = SqliteStore(path, busy_seconds=0.05)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailableError):
        store.upsert([make(1)])
    assert store.count(ALL) == 0
    other.execute("ROLLBACK")
    other.close()
    assert store.upsert([make(1)]) == ["inserted"]
    store.close()


def test_a_full_disk_writes_nothing_of_the_batch(tmp_path: Path, make: Make) -> None:
    store = SqliteStore(tmp_path / "m.db")
    store.upsert([make(1)])
    with store._database.writing() as db:  # the limit is a setting of the connection
        pages = db.execute("PRAGMA page_count").fetchone()[0]
        db.execute(f"PRAGMA max_page_count = {pages + 5}")
    with pytest.raises(StoreUnavailableError, match="磁盘"):
        store.upsert([make(n, "移动" * 2000) for n in range(2, 200)])
    assert store.count(ALL) == 1
    with store._database.writing() as db:
        db.execute("PRAGMA max_page_count = 1000000")
    assert store.upsert([make(2)]) == ["inserted"]
    assert set(store.check().values()) == {"ok"}
    store.close()


_WRITER = """
import pickle
import sys
from pathlib import Path

from indexer.sqlite import SqliteStore

store = SqliteStore(Path(sys.argv[1]))
items = pickle.loads(Path(sys.argv[2]).read_bytes())
for start in range(0, len(items), 200):
    store.upsert(items[start:start + 200])
    print(start + 200, flush=True)
"""


def test_kill_9_in_mid_batch_while_another_process_reads(tmp_path: Path, make: Make) -> None:
    path, pickled = tmp_path / "m.db", tmp_path / "items"
    items = [make(n, f"移动的资费套餐{n}") for n in range(6000)]
    pickled.write_bytes(pickle.dumps(items))
    store = SqliteStore(path)
    command = [sys.executable, "-c", _WRITER, str(path), str(pickled)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        written = 0
        while written < 1000:
            written = int(writer.stdout.readline())
            assert store.count(ALL) >= written
        time.sleep(0.003)
        writer.send_signal(signal.SIGKILL)
        written = max([written, *map(int, writer.stdout.read().split())])
    kept = store.count(ALL)
    assert kept >= written
    assert kept % 200 == 0
    assert store.count(Keyword("资费套餐")) == kept
    assert set(store.check().values()) == {"ok"}
    outcomes = store.upsert(items)
    assert outcomes.count("unchanged") == kept
    assert store.count(Keyword("资费套餐")) == store.count(Term("label", "neg")) == 6000
    store.close()
