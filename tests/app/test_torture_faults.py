"""Full disks, locks, damaged files, folders without rights: a reason and a way out, never a traceback."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from indexer.sqlite import SqliteStore

Stand = Any
DATABASES = ("mentions.db", "state.db", "spool.db")
DAMAGE = ("truncated", "beginning", "text", "foreign", "newer", "folder")


def spoil(path: Path, how: str) -> None:
    content = path.read_bytes()
    for beside in path.parent.glob(f"{path.name}-*"):
        beside.unlink()
    path.unlink()
    if how == "truncated":
        path.write_bytes(content[: len(content) // 2 + 100])
    elif how == "beginning":
        path.write_bytes(content[:100])
    elif how == "text":
        path.write_text("这不是数据库" * 500, encoding="utf-8")
    elif how == "folder":
        path.mkdir()
    elif how == "foreign":
        with contextlib.closing(sqlite3.connect(path)) as db:
            db.execute("CREATE TABLE theirs (x)")
    elif how == "newer":
        path.write_bytes(content)
        newer = (
            "UPDATE alembic_version SET version_num = '9999'"
            if path.name == "state.db"
            else "PRAGMA user_version = 99"
        )
        with contextlib.closing(sqlite3.connect(path)) as db:
            db.execute(newer)
            db.commit()


@pytest.mark.parametrize("how", DAMAGE)
@pytest.mark.parametrize("file", DATABASES)
def test_a_spoilt_file_is_named_with_what_to_do(full: Stand, file: str, how: str) -> None:
    spoil(full.data / file, how)
    for command in (["ingest"], ["status"], ["import", "weibo.xlsx", "--source", "again"]):
        ended = full.inside(*command)
        assert ended.code in (2, 3), (command, ended)
        assert file in ended.err
        assert "办法：" in ended.err


def test_a_cluster_that_cannot_be_used_is_named_and_what_waits_is_still_shown(
    empty: Stand, httpserver: HTTPServer
) -> None:
    body = {"error": {"type": "security_exception", "reason": "unable to authenticate"}}
    httpserver.expect_request("/_nodes/_local").respond_with_json(
        body, status=401, headers={"X-Elastic-Product": "Elasticsearch"}
    )
    text = empty.config.read_text(encoding="utf-8")
    url = httpserver.url_for("/").rstrip("/")
    empty.config.write_text(
        text.replace('store = "sqlite:mentions.db"', f'store = "{url}"'), encoding="utf-8"
    )
    ended = empty.inside("import", str(empty.surge(count=40)), "--source", "weibo")
    assert ended.code == 2
    assert "40 帖在队列中等候" in ended.err
    shown = empty.inside("status")
    assert shown.code == 2
    assert "队列 40 帖" in shown.out
    assert "KOUBEI_ES_API_KEY" in shown.err
    told = empty.inside("status", "--json")
    assert told.code == 2
    said = json.loads(told.out)
    assert (said["waiting"], said["mentions"]) == (40, None)
    assert "KOUBEI_ES_API_KEY" in said["trouble"]


@pytest.mark.parametrize("how", ["truncated", "text", "foreign"])
def test_the_scheduler_names_a_spoilt_job_store(full: Stand, how: str) -> None:
    jobs = full.data / "scheduler.db"
    with contextlib.closing(sqlite3.connect(jobs)) as db:
        db.execute("CREATE TABLE apscheduler_jobs (id TEXT)" if how == "truncated" else "CREATE TABLE x (y)")
    spoil(jobs, how) if how != "foreign" else None
    if how == "foreign":  # a table of that name and of another shape
        with contextlib.closing(sqlite3.connect(jobs)) as db:
            db.execute("CREATE TABLE apscheduler_jobs (id TEXT)")
    ended = full.inside("schedule")
    assert ended.code == 2
    assert "scheduler.db" in ended.err
    assert "办法：" in ended.err


def test_an_emptied_store_is_not_taken_for_a_first_day(full: Stand) -> None:
    (full.data / "mentions.db").write_bytes(b"")
    for beside in full.data.glob("mentions.db-*"):
        beside.unlink()
    for command in (["ingest"], ["report", "daily"]):
        ended = full.inside(*command)
        assert ended.code == 2
        assert "状态库记得其中有" in ended.err
        assert "state.db" in ended.err
    assert "状态库记得其中有" in full.inside("doctor").out


def test_after_the_loss_of_the_state_corrections_still_count(full: Stand) -> None:
    (before,) = full.rows("mentions.db", "SELECT max(revision), count(*) FROM m")
    for file in full.data.glob("state.db*"):
        file.unlink()
    assert full.inside("import", "weibo.xlsx", "--source", "weibo").code == 0
    (after,) = full.rows("mentions.db", "SELECT max(revision), count(*) FROM m")
    assert after[0] > before[0], "the posts that were read again are newer than what stood there"
    assert after[1] == before[1]


@pytest.mark.parametrize("restored", [0, 7])
def test_a_state_older_than_the_store_loses_no_update(full: Stand, restored: int) -> None:
    file = full.surge(count=40)
    assert full.inside("import", str(file), "--source", "weibo").code == 0
    with contextlib.closing(sqlite3.connect(full.data / "state.db")) as db, db:
        db.execute("UPDATE counters SET value = ? WHERE name = 'revision'", (restored,))
    liked = [{**json.loads(line), "likes": 77} for line in file.read_text(encoding="utf-8").splitlines()]
    file.write_text("".join(f"{json.dumps(row)}\n" for row in liked), encoding="utf-8")
    ended = full.inside("import", str(file), "--source", "weibo")
    assert (ended.code, "更新 40" in ended.out) == (0, True), ended
    assert full.inside("search", "likes:77", "--count").out.startswith("40 ")


def test_a_verdict_counts_although_the_state_is_older_than_the_store(full: Stand) -> None:
    with contextlib.closing(sqlite3.connect(full.data / "state.db")) as db, db:
        db.execute("UPDATE counters SET value = 1 WHERE name = 'revision'")
    row = json.loads(full.inside("search", "label:neg", "--limit", "1", "--json").out)
    assert full.inside("label", "verdict", row["mention_id"], "--label", "pos", "--who", "李").code == 0
    kept = json.loads(full.inside("search", f'mention_id:"{row["mention_id"]}"', "--json").out)
    assert kept["label"] == "pos"
    assert kept["revision"] > row["revision"]


@pytest.mark.parametrize("file", DATABASES)
def test_a_database_held_by_another_process_is_named(
    full: Stand, file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("koubei.core.state.database.BUSY_SECONDS", 0.1)
    monkeypatch.setattr("koubei.core.spool.BUSY_SECONDS", 0.1)
    monkeypatch.setattr(SqliteStore.__init__, "__defaults__", (0.1,))
    with contextlib.closing(sqlite3.connect(full.data / file, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = DELETE")
        db.execute("BEGIN EXCLUSIVE")
        for command in (["ingest"], ["status"], ["import", "weibo.xlsx", "--source", "again"]):
            ended = full.inside(*command)
            assert ended.code == 3, (command, ended)
            if (command, file) == (["status"], "mentions.db"):
                assert "库 不可用" in ended.out
                continue
            assert f"{file} 正被另一个进程占用" in ended.err
            assert "办法：" in ended.err
    assert full.inside("ingest").code == 0


def without_override() -> None:
    """Take from root what lets it write where no permission allows it (CAP_DAC_OVERRIDE, _READ_SEARCH)."""
    for capability in (1, 2):
        ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP


@pytest.mark.skipif(os.name != "posix" or not Path("/proc").exists(), reason="needs Linux permissions")
def test_a_data_folder_without_rights_is_named(full: Stand) -> None:
    subprocess.run(["chmod", "-R", "a-w", str(full.data)], check=True)
    before = without_override if os.geteuid() == 0 else None
    commands = (["crawl", "--all"], ["import", "weibo.xlsx"], ["report", "daily"], ["schedule"])
    with ThreadPoolExecutor(2) as pool:
        ends = list(pool.map(lambda c: full.run(*c, before=before), commands))
    subprocess.run(["chmod", "-R", "u+w", str(full.data)], check=True)
    for ended in ends:
        assert ended.code == 2, ended
        assert str(full.data) in ended.err
        assert "不可写" in ended.err
        assert "办法：" in ended.err


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own that a test can fill."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = shutil.which("mount") and os.geteuid() == 0
    command = ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(folder)]
    if not mounted or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("a small tmpfs can only be mounted by root")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder: Path, leave: int) -> Path:
    """Leave `leave` bytes free; the file that takes the rest."""
    ballast = folder / "ballast"
    size = 1 << 20
    with ballast.open("wb", buffering=0) as file:
        while size >= 4096:
            try:
                file.write(b"x" * size)
            except OSError:
                size //= 2
    os.truncate(ballast, ballast.stat().st_size - leave)
    return ballast


@pytest.mark.parametrize("leave", [0, 700])
def test_a_full_disk_stops_the_collecting_and_marks_nothing_seen(
    empty: Stand, small_disk: Path, leave: int
) -> None:
    empty.configure(data=small_disk)
    stand = empty
    file = str(stand.surge(name="many", count=1500))
    ballast = fill(small_disk, leave * 1024)
    for command in (
        ["crawl", "heimao"],
        ["import", file, "--source", "weibo"],
        ["ingest"],
        ["report", "daily"],
    ):
        ended = stand.inside(*command)
        assert ended.code == 3, (command, ended)
        assert "磁盘已满" in ended.err or "No space left" in ended.err, ended.err
    ballast.unlink()
    with contextlib.closing(sqlite3.connect(small_disk / "state.db")) as db:
        tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master")}
        seen = db.execute("SELECT count(*) FROM seen").fetchone()[0] if "seen" in tables else 0
    with contextlib.closing(sqlite3.connect(small_disk / "mentions.db")) as db:
        tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master")}
        held = db.execute("SELECT count(DISTINCT post_id) FROM m").fetchone()[0] if "m" in tables else 0
    assert seen <= held, "nothing is seen that the store does not hold"
    for command in (["crawl", "heimao"], ["import", file, "--source", "weibo"]):
        assert stand.inside(*command).code == 0
    with contextlib.closing(sqlite3.connect(small_disk / "state.db")) as db:
        counted = db.execute(
            "SELECT substr(post_id, 1, 6), count(*) FROM seen GROUP BY 1 ORDER BY 1"
        ).fetchall()
    assert counted == [("heimao", 120), ("weibo:", 1500)]
