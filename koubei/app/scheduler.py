"""`koubei schedule`: one process that starts jobs as children and never does their work itself.

Children keep the reactor, the model and the stores out of this process, so that a crash or a leak in one
job leaves the others alone. On the first signal no new job starts, each child gets that signal once, has
time to flush, and is killed only when it does not end.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from apscheduler.job import Job
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from filelock import FileLock, Timeout
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from koubei.core.clock import BEIJING
from koubei.core.config import Settings
from koubei.core.errors import KoubeiError
from koubei.core.folders import DataFolder
from koubei.core.language import _
from koubei.core.sqlite_errors import explain

log = logging.getLogger(__name__)

ALERT_GRACE_SECONDS = 300
"""An alert check later than this is pointless: the next one looks at the same hours."""
STOP_SECONDS = 60
"""How long a child may take to flush after the signal before it is killed."""

RETRY_SECONDS = 60
"""Pause after a job store that could not be written; a job that is still due is started again then."""

_children: set[asyncio.subprocess.Process] = set()


@dataclass(frozen=True, slots=True)
class Plan:
    """A job that should exist: `koubei *arguments`, when, and how late it may still start (None: any)."""

    job_id: str
    arguments: tuple[str, ...]
    trigger: BaseTrigger
    grace_seconds: int | None


def plans(settings: Settings) -> list[Plan]:
    """The jobs the config asks for."""
    schedule = settings.schedule
    crawls = [
        Plan(f"crawl:{s.name}", ("crawl", s.name), IntervalTrigger(minutes=s.every_minutes), None)
        for s in settings.sources
        if s.enabled and s.every_minutes
    ]
    alert_trigger = IntervalTrigger(minutes=schedule.alert_every_minutes)
    return [
        *crawls,
        Plan("ingest", ("ingest",), IntervalTrigger(minutes=schedule.alert_every_minutes), None),
        Plan("report:daily", ("report", "daily"), _daily(schedule.report_at), None),
        Plan("alerts:check", ("alerts", "check"), alert_trigger, ALERT_GRACE_SECONDS),
        Plan("retention", ("retention",), _daily(schedule.retention_at), None),
    ]


def _daily(at: str) -> CronTrigger:
    hour, minute = at.split(":")
    return CronTrigger(hour=int(hour), minute=int(minute), timezone=BEIJING)


def reconcile(scheduler: AsyncIOScheduler, wanted: list[Plan], config: str) -> None:
    """Make the job store hold exactly `wanted`, without touching what is right.

    `add_job(replace_existing=True)` would reset next_run_time and so lose the run that was missed while
    the process was down; a job whose trigger is unchanged is left alone.
    """
    have: dict[str, Job] = {job.id: job for job in scheduler.get_jobs()}
    for plan in wanted:
        job = have.pop(plan.job_id, None)
        arguments = (config, *plan.arguments)
        if job is None:
            scheduler.add_job(
                run_command, plan.trigger, arguments, id=plan.job_id,
                misfire_grace_time=plan.grace_seconds, coalesce=True, max_instances=1,
            )  # fmt: skip
        elif str(job.trigger) != str(plan.trigger):
            job.modify(args=arguments)
            job.reschedule(plan.trigger)
        elif tuple(job.args) != arguments:
            job.modify(args=arguments)
    for job in have.values():
        job.remove()


async def run_command(config: str, *arguments: str) -> None:
    """Run `koubei --config CONFIG ARGUMENTS` as a child in its own session; log how it ended."""
    command = (sys.executable, "-m", "koubei", "--config", config, *arguments)
    child = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.DEVNULL, start_new_session=True
    )
    _children.add(child)
    try:
        code = await child.wait()
        log.log(logging.INFO if code == 0 else logging.WARNING, "%s ended with %s", " ".join(arguments), code)
    finally:
        _children.discard(child)
        if child.returncode is None:
            await _stop_child(child)


async def _stop_child(child: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        child.send_signal(signal.SIGTERM)
    try:
        await asyncio.wait_for(child.wait(), STOP_SECONDS)
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        await child.wait()


class SteadyScheduler(AsyncIOScheduler):  # type: ignore[misc]  # APScheduler ships no types
    """Goes on when its job store cannot be written for a while (disk full, file held).

    APScheduler lets that error end its one timer: the process would live on and never start a job again.
    """

    def _process_jobs(self) -> float | None:
        try:
            wait: float | None = super()._process_jobs()
        except SQLAlchemyError as error:
            log.warning("job store: %s; again in %d s", error, RETRY_SECONDS)
            return RETRY_SECONDS
        return wait


def serve(settings: Settings, config: Path) -> None:
    """Run until SIGINT or SIGTERM. Raises KoubeiError when a scheduler already runs on these data."""
    folder = DataFolder(settings.storage.data).create()
    with _only_one(folder):
        asyncio.run(_serve(settings, config, folder))


@contextmanager
def _only_one(folder: DataFolder) -> Iterator[None]:
    try:
        with FileLock(folder.locks / "schedule.lock", timeout=0):
            yield
    except Timeout:
        raise KoubeiError(
            _("{root} 上已有一个 koubei schedule 在运行", root=folder.root),
            _("每个数据目录只有一个"),
            _("先停掉它，或换一个数据目录"),
        ) from None


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        if isinstance(error.orig, sqlite3.Error):
            raise explain(
                error.orig, _("时间表"), path, _("把该文件改名移走后重跑，任务按配置重建")
            ) from error
        raise


async def _serve(settings: Settings, config: Path, folder: DataFolder) -> None:
    store = SQLAlchemyJobStore(url=f"sqlite:///{folder.scheduler}")
    scheduler = SteadyScheduler(jobstores={"default": store}, timezone=BEIJING)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    with _explained(folder.scheduler):
        scheduler.start(paused=True)
        reconcile(scheduler, plans(settings), str(config.resolve()))
    scheduler.resume()
    log.warning("scheduler runs %d jobs", len(scheduler.get_jobs()))
    try:
        await stop.wait()
    finally:
        scheduler.pause()
        await asyncio.gather(*(_stop_child(child) for child in list(_children)))
        scheduler.shutdown(wait=False)
