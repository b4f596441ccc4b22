"""The scheduler: jobs follow the config, missed runs are caught up once, one signal stops everything."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from koubei.app.scheduler import plans, reconcile
from koubei.core.config import Brand, Settings, Source

CONFIG = """
[[brands]]
id = "cmcc"
name = "中国移动"
include = ["中国移动"]

[storage]
data = "data"
"""


def settings(*sources: Source) -> Settings:
    return Settings(brands=(Brand(id="cmcc", name="中国移动", include=("中国移动",)),), sources=sources)


def source(name: str, minutes: int = 30, enabled: bool = True) -> Source:
    return Source(name=name, spider="feed", every_minutes=minutes, enabled=enabled)


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[Callable[[], AsyncIOScheduler]]:
    made: list[AsyncIOScheduler] = []

    def open_again() -> AsyncIOScheduler:
        store = SQLAlchemyJobStore(url=f"sqlite:///{tmp_path / 'jobs.db'}")
        one = AsyncIOScheduler(jobstores={"default": store}, timezone="Asia/Shanghai")
        one._eventloop = None
        store.start(one, "default")
        one._jobstores["default"] = store
        one.state = 2  # paused: jobs are stored, none runs
        made.append(one)
        return one

    yield open_again
    for one in made:
        one._jobstores["default"].shutdown()


def test_jobs_follow_the_config(scheduler: Callable[[], AsyncIOScheduler]) -> None:
    one = scheduler()
    reconcile(one, plans(settings(source("a"), source("b"), source("off", enabled=False))), "k.toml")
    assert {j.id for j in one.get_jobs()} == {
        "crawl:a", "crawl:b", "ingest", "report:daily", "alerts:check", "retention",
    }  # fmt: skip
    reconcile(one, plans(settings(source("a", 10), source("c"))), "k.toml")
    jobs = {j.id: j for j in one.get_jobs()}
    assert set(jobs) == {"crawl:a", "crawl:c", "ingest", "report:daily", "alerts:check", "retention"}
    assert jobs["crawl:a"].trigger.interval == timedelta(minutes=10)


def test_a_missed_run_is_not_lost_by_a_restart(scheduler: Callable[[], AsyncIOScheduler]) -> None:
    one = scheduler()
    reconcile(one, plans(settings()), "k.toml")
    missed = datetime.now(UTC) - timedelta(hours=2)
    one.modify_job("report:daily", next_run_time=missed)
    again = scheduler()
    reconcile(again, plans(settings()), "k.toml")
    job = again.get_job("report:daily")
    assert job.next_run_time == missed
    assert job.misfire_grace_time is None
    assert job.coalesce is True
    assert job.max_instances == 1


def start(tmp_path: Path) -> subprocess.Popen[str]:
    config = tmp_path / "koubei.toml"
    config.write_text(CONFIG, encoding="utf-8")
    return subprocess.Popen(
        [sys.executable, "-m", "koubei", "--config", str(config), "schedule"],
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def wait_for(condition: Callable[[], bool], seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "gave up waiting"
        time.sleep(0.1)


def job_count(tmp_path: Path) -> int:
    file = tmp_path / "data" / "scheduler.db"
    if not file.exists():
        return 0
    try:
        with sqlite3.connect(file) as db:
            return int(db.execute("SELECT count(*) FROM apscheduler_jobs").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_stops_it_and_a_second_one_refuses_to_start(tmp_path: Path, number: int) -> None:
    first = start(tmp_path)
    try:
        wait_for(lambda: job_count(tmp_path) == 4)
        second = start(tmp_path)
        _, complaint = second.communicate(timeout=30)
        assert second.returncode == 2
        assert "已有一个 koubei schedule" in complaint
        os.kill(first.pid, number)
        _, words = first.communicate(timeout=30)
        assert first.returncode == 0, words
    finally:
        first.kill()
        first.wait()


def test_the_reactor_is_not_imported_by_scheduler_and_command_line() -> None:
    code = "import sys, koubei.app.cli, koubei.app.scheduler; sys.exit('twisted' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
