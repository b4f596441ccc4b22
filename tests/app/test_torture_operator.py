"""An operator's everyday: closed pipes, Ctrl-C, two of everything at once, the schedule's signal."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy.exc import OperationalError

from koubei.app.scheduler import RETRY_SECONDS, SteadyScheduler

Stand = Any


def gather(children: list[subprocess.Popen[str]]) -> list[tuple[int, str, str]]:
    ends = []
    for child in children:
        out, err = child.communicate(timeout=120)
        assert "Traceback" not in err, err
        ends.append((child.returncode, out, err))
    return ends


def wait_for(condition: Callable[[], bool], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "gave up waiting"
        time.sleep(0.05)


@pytest.mark.parametrize("command", ["export", "search --limit 9000"])
def test_a_reader_that_has_enough_ends_it_without_a_word(full: Stand, command: str) -> None:
    child = full.start(*command.split())
    assert child.stdout
    child.stdout.readline()
    child.stdout.close()
    assert child.stderr
    assert child.stderr.read() == ""
    assert child.wait() == 0
    child.stderr.close()


INTERRUPTED_WHILE_IMPORTING = """
import os, signal, sys
class Interrupting:
    def find_spec(self, name, path=None, target=None):
        if name == "koubei.core.config.schema":
            os.kill(os.getpid(), signal.SIGINT)
            print("went on")
sys.meta_path.insert(0, Interrupting())
from koubei.__main__ import main
main()
"""


def test_ctrl_c_while_loading_ends_it_by_the_signal_and_without_a_word() -> None:
    ended = subprocess.run([sys.executable, "-c", INTERRUPTED_WHILE_IMPORTING], capture_output=True)
    assert (ended.returncode, ended.stdout, ended.stderr) == (-signal.SIGINT, b"", b"")


def test_ctrl_c_while_working_is_one_line(empty: Stand) -> None:
    file = str(empty.surge(name="many", count=9_000))
    working = empty.start("import", file, "--source", "weibo")
    wait_for(lambda: empty.count("spool.db", "posts") > 0)
    working.send_signal(signal.SIGINT)
    ((late, _, said),) = gather([working])
    assert late == 130
    assert "已中断" in said
    assert empty.inside("import", file, "--source", "weibo").code == 0
    assert empty.count("mentions.db", "m") == 9_000


def test_two_of_everything_at_once_is_no_error_and_nothing_twice(empty: Stand) -> None:
    file = str(empty.surge(name="many", count=1000))
    empty.inside("status")
    children = [
        empty.start("crawl", "heimao"),
        empty.start("crawl", "heimao"),
        empty.start("import", file, "--source", "weibo"),
        empty.start("ingest"),
        empty.start("ingest"),
        empty.start("search", "资费"),
        empty.start("report", "daily", "--no-deliver"),
    ]
    ends = gather(children)
    for code, _, err in ends[2:]:
        assert code == 0, err
    for code, _, err in ends[:2]:
        assert code == 0 or (code == 3 and "skipped" in err), err
    assert empty.inside("ingest").code == 0
    by_platform = "SELECT substr(post_id, 1, 6), count(*) FROM seen GROUP BY 1 ORDER BY 1"
    assert empty.rows("state.db", by_platform) == [("heimao", 120), ("weibo:", 1000)]
    counted = "SELECT count(*) - count(DISTINCT mention_id), count(*) - count(DISTINCT revision) FROM m"
    assert empty.rows("mentions.db", counted) == [(0, 0)]
    assert empty.count("spool.db", "posts") == 0
    assert empty.inside("doctor").out.count("✗ 提及库") == 0


def test_doctor_and_status_say_what_is(full: Stand) -> None:
    doctor = full.inside("doctor")
    assert doctor.code == 0, doctor.out
    assert "办法：" not in doctor.out
    status = json.loads(full.inside("status", "--json").out)
    assert status["waiting"] == 0
    assert {run["status"] for run in status["runs"]} == {"ok"}
    lost = full.inside("--config", str(full.folder / "absent.toml"), "status")
    assert lost.code == 2
    full.config.write_text(
        re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:9", full.config.read_text(encoding="utf-8")).replace(
            "delay_seconds = 0", "delay_seconds = 1"
        ),
        "utf-8",
    )
    unreachable = full.inside("doctor")
    assert unreachable.code == 3
    assert "连不上" in unreachable.out


@pytest.mark.parametrize("line", ['proxy = "foo bar"', 'ca_bundle = "nowhere.pem"'])
def test_doctor_survives_the_proxy_it_is_to_find_fault_with(full: Stand, line: str) -> None:
    text = full.config.read_text(encoding="utf-8")
    full.config.write_text(text.replace("[network]", f"[network]\n{line}"), encoding="utf-8")
    ended = full.inside("doctor")
    assert ended.code == 3
    assert f"network.{line.split()[0]}" in ended.out


class Jobs:
    """The scheduler's job store, looked at and moved from outside."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def due(self, **seconds_ago: float) -> None:
        """Move jobs: name -> seconds since they were due (negative: in the future)."""
        store = SQLAlchemyJobStore(url=f"sqlite:///{self.file}")
        one = AsyncIOScheduler(jobstores={"default": store}, timezone="Asia/Shanghai")
        one._eventloop = None
        store.start(one, "default")
        for job in store.get_all_jobs():
            ago = seconds_ago.get(job.id.replace(":", "_"), -1e7)
            job._modify(next_run_time=datetime.now(UTC) - timedelta(seconds=ago))
            store.update_job(job)
        store.shutdown()

    def count(self) -> int:
        with (
            contextlib.suppress(sqlite3.OperationalError),
            contextlib.closing(sqlite3.connect(self.file)) as db,
        ):
            return int(db.execute("SELECT count(*) FROM apscheduler_jobs").fetchone()[0])
        return 0


def children_of(pid: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            if int(fields[1]) == pid and fields[0] != "Z":
                found.append(int(stat.parent.name))
    return found


def alive(pid: int) -> bool:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


@pytest.fixture
def scheduled(empty: Stand) -> tuple[Stand, Jobs]:
    """A stand whose schedule was made once and stopped."""
    first = empty.start("schedule", now=None)
    jobs = Jobs(empty.data / "scheduler.db")
    wait_for(lambda: jobs.count() == 8)
    first.send_signal(signal.SIGTERM)
    ((code, _, _),) = gather([first])
    assert code == 0
    return empty, jobs


@pytest.mark.skipif(sys.platform != "linux", reason="looks for orphans in /proc")
def test_one_signal_in_the_middle_of_a_job_leaves_no_orphan_and_loses_nothing(
    scheduled: tuple[Stand, Jobs],
) -> None:
    stand, jobs = scheduled
    jobs.due(crawl_heimao=5)
    stand.server.refuse("/api/index/feed", "slow", after=1, seconds=1.5)
    process = stand.start("schedule", now=None)
    wait_for(lambda: bool(children_of(process.pid)) and stand.server.log.count("/api/index/feed") > 1)
    (child,) = children_of(process.pid)
    second = stand.start("schedule", now=None)
    ((refused, _, complaint),) = gather([second])
    assert refused == 2
    assert "已有一个 koubei schedule" in complaint
    process.send_signal(signal.SIGTERM)
    ((code, _, said),) = gather([process])
    assert code == 0, said
    assert not alive(child)
    assert not children_of(os.getpid()) or child not in children_of(os.getpid())
    stand.server.relent()
    assert stand.inside("crawl", "heimao", now=datetime.now(UTC)).code == 0
    assert stand.count("spool.db", "posts") == 0
    assert stand.count("state.db", "seen") == 120
    assert stand.rows("state.db", "SELECT count(*) FROM runs WHERE status = 'running'") == [(0,)]


def test_a_missed_report_and_the_retention_are_caught_up_once(scheduled: tuple[Stand, Jobs]) -> None:
    stand, jobs = scheduled
    jobs.due(report_daily=3 * 86400, retention=3 * 86400)
    process = stand.start("schedule", now=None)
    wait_for(lambda: stand.count("state.db", "manifests") == 1 and not children_of(process.pid))
    time.sleep(0.5)
    process.send_signal(signal.SIGTERM)
    ((code, _, said),) = gather([process])
    assert code == 0, said
    assert stand.count("state.db", "manifests") == 1
    again = stand.start("schedule", now=None)
    time.sleep(2.5)
    again.send_signal(signal.SIGTERM)
    gather([again])
    assert stand.count("state.db", "manifests") == 1


def test_what_waits_is_drained_by_the_schedule_alone(scheduled: tuple[Stand, Jobs]) -> None:
    stand, jobs = scheduled
    assert stand.inside("crawl", "heimao", "--spool-only").code == 0
    assert stand.count("spool.db", "posts") == 120
    jobs.due(ingest=5)
    process = stand.start("schedule", now=None)
    wait_for(lambda: stand.count("spool.db", "posts") == 0 and not children_of(process.pid))
    process.send_signal(signal.SIGTERM)
    ((code, _, said),) = gather([process])
    assert code == 0, said
    assert stand.count("state.db", "seen") == 120


def test_the_timer_outlives_a_job_store_that_cannot_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_self: object) -> float:
        raise OperationalError("UPDATE", {}, sqlite3.OperationalError("database or disk is full"))

    monkeypatch.setattr(AsyncIOScheduler, "_process_jobs", full)
    assert SteadyScheduler()._process_jobs() == RETRY_SECONDS
